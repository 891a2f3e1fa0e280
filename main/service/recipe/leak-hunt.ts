import { decodeLoad, decodeUnload } from '../../../core/kext/decode-outcome.ts'
import type { Outcome } from '../../../core/kext/outcome.ts'
import type { GuestSession } from '../../guest/session.ts'
import { countObjects, type ObjectCounts } from './count-objects.ts'
import { ownClasses } from './expectations.ts'
import { asShown } from './facts.ts'
import { loadCommand, runCommand, unloadCommand, type KextCommand } from './kext-tools.ts'
import { LeakWatch } from './leak-watch.ts'
import { usualLimitMs } from './settle.ts'
import type { RecipeContext, RecipeState, RecipeStep, StepResult, Subject } from './step.ts'
import { waitUntilSettled } from './wait-until-settled.ts'

export interface Hunt {
  readonly guestPath: string
  readonly cycles: number
  readonly timeoutMs: number | null
}

/** Load, settle, count, unload, settle, count: over and over, until something has grown. */
export function leakHuntSteps(
  state: RecipeState,
  session: GuestSession,
  subject: Subject,
  hunt: Hunt,
): readonly RecipeStep[] {
  const { bundleIdentifier } = subject.kext
  const load = loadCommand(session, hunt.guestPath, bundleIdentifier)
  const unload = unloadCommand(session, bundleIdentifier)
  const limitMs = hunt.timeoutMs ?? usualLimitMs
  let watch: LeakWatch | null = null
  return [
    {
      planned: {
        phase: 'leak-check',
        command: 'ioclasscount',
        explanation: 'Counts the instances of all classes before the first cycle.',
        runsAsRoot: false,
        changesGuest: false,
      },
      effect: 'none',
      run: async ({ session, signal, output }) => {
        const baseline = await countObjects(session, signal)
        if (!baseline.classes)
          output('note', 'The guest has no ioclasscount: nothing can be counted.')
        watch = new LeakWatch({
          bundleIdentifier,
          plannedCycles: hunt.cycles,
          baseline,
          ownClasses: ownClasses(subject.kext, subject.classes),
        })
        return {}
      },
    },
    {
      planned: {
        phase: 'leak-check',
        command: shownCycles(session, hunt.cycles, load, unload),
        explanation:
          'Loads, lets the registry come to rest, counts, unloads, lets it rest, counts; stops at the first growth.',
        runsAsRoot: true,
        changesGuest: true,
      },
      effect: 'lasting',
      attempt: 'unload',
      run: context =>
        huntIn(state, watch!, context, {
          load,
          unload,
          bundleIdentifier,
          limitMs,
          cycles: hunt.cycles,
        }),
    },
  ]
}

interface Cycles {
  readonly load: KextCommand
  readonly unload: KextCommand
  readonly bundleIdentifier: string
  readonly limitMs: number
  readonly cycles: number
}

async function huntIn(
  state: RecipeState,
  watch: LeakWatch,
  context: RecipeContext,
  { load, unload, bundleIdentifier, limitMs, cycles }: Cycles,
): Promise<StepResult> {
  const { session, signal, output } = context
  const log = state.before?.capture.kernelLog ?? null
  const rest = async (): Promise<ObjectCounts> => {
    state.settled = await waitUntilSettled(session, limitMs, signal)
    return countObjects(session, signal)
  }
  for (let cycle = 1; cycle <= cycles; cycle++) {
    const loading = await runCommand(load, true, context, log)
    const loadOutcome = (state.loadOutcome = decodeLoad(loading.run))
    const loadMs = Math.round(loading.result.durationMs)
    if (!loadOutcome.succeeded) {
      watch.add({
        cycle,
        loadMs,
        unloadMs: null,
        loadOutcome,
        unloadOutcome: null,
        loaded: null,
        unloaded: null,
      })
      state.found.leaks = watch.report()
      return { exitCode: loading.result.exitCode, outcome: loadOutcome }
    }
    const loaded = await rest()
    const unloading = await runCommand(unload, true, context, log)
    const unloadOutcome = (state.unloadOutcome = decodeUnload(unloading.run))
    const unloadMs = Math.round(unloading.result.durationMs)
    const unloaded = await rest()
    watch.add({
      cycle,
      loadMs,
      unloadMs,
      loadOutcome: worthKeeping(loadOutcome, cycle),
      unloadOutcome: worthKeeping(unloadOutcome, cycle),
      loaded,
      unloaded,
    })
    state.found.leaks = watch.report()
    const { leaks } = state.found
    output('note', `Cycle ${cycle} of ${cycles}${leaks ? `: ${leaks.headline}` : ''}`)
    context.tell()
    if (!unloadOutcome.succeeded) {
      state.refusedIdentifier = bundleIdentifier
      return { exitCode: unloading.result.exitCode, outcome: unloadOutcome }
    }
    if (leaks?.verdict === 'leaks') return { exitCode: 0, outcome: unloadOutcome }
  }
  return { exitCode: 0, outcome: state.unloadOutcome }
}

/** A thousand times the same success would fill the record; the first says it for all. */
function worthKeeping(outcome: Outcome, cycle: number): Outcome | null {
  return cycle === 1 || !outcome.succeeded ? outcome : null
}

/** As one would type it: a loop of the shell. */
function shownCycles(
  session: GuestSession,
  cycles: number,
  load: KextCommand,
  unload: KextCommand,
): string {
  const body = [asShown(load.argv, session), 'ioclasscount', asShown(unload.argv, session)]
  const count = `n=0; while [ "$n" -lt ${cycles} ]; do n=$((n + 1))`
  return `${count}; ${[...body, 'ioclasscount'].join(' && ')} || break; done`
}
