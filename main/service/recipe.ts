import { basename } from 'node:path'
import type {
  ActionRecord,
  ActionRequest,
  PlannedStep,
  StepRecord,
} from '../../core/contract/types.ts'
import { FailureError } from '../../core/failure.ts'
import { newLinesSince, readKernelLog } from '../../core/guest-facts/read-kernel-log.ts'
import {
  decodeLoad,
  decodeUnload,
  type Outcome,
  type ToolRun,
} from '../../core/kext/decode-outcome.ts'
import type { InstalledKext, LoadedKext } from '../../core/kext/kext.ts'
import type { VerifyReport } from '../../core/verify/report.ts'
import { verifyLoad } from '../../core/verify/verify-load.ts'
import { verifyUnload } from '../../core/verify/verify-unload.ts'
import { textOf, type CommandResult } from '../guest/command.ts'
import { dmesg } from '../guest/commands/dmesg.ts'
import { kextload, kextloadArguments } from '../guest/commands/kextload.ts'
import { kextunload, kextunloadArguments } from '../guest/commands/kextunload.ts'
import { quoteCommand } from '../guest/quote.ts'
import type { GuestSession } from '../guest/session.ts'
import type { TakenCapture } from './capture-guest.ts'
import { inspectBundle } from './local-bundle.ts'
import { observe } from './observe.ts'
import { pushSteps, type Push } from './push-steps.ts'
import { waitUntilSettled, type Settled } from './settle.ts'

export type StepResult = Partial<Pick<StepRecord, 'exitCode' | 'outcome'>>

export interface RecipeContext {
  /** The one that the plan was made for. Lost, it fails every step; a new connection may be another boot. */
  readonly session: GuestSession
  /** One that begins now: a capture that another caller has under way may be from before the step. */
  readonly capture: () => Promise<TakenCapture>
  readonly signal: AbortSignal
  readonly output: (stream: 'stdout' | 'stderr' | 'note', text: string) => void
}

export interface RecipeStep {
  readonly planned: PlannedStep
  /** What is left of the step when the action ends after it: a push tidies up what was only passing. */
  readonly effect: 'none' | 'passing' | 'lasting'
  readonly run: (context: RecipeContext) => Promise<StepResult>
}

/** The steps of one action, in order, and what they come to. */
export interface Recipe {
  readonly title: string
  readonly steps: readonly RecipeStep[]
  readonly warnings: readonly string[]
  /** Right before the first step: fails when what was shown is not what would run. */
  readonly check: () => Promise<void>
  /** True for the step whose refusal is still followed by a look at the guest. */
  readonly goesOnAfterFailure: (step: RecipeStep) => boolean
  readonly result: () => Pick<ActionRecord, 'report' | 'snapshotAfter'>
}

export interface RecipeFacts {
  readonly session: GuestSession
  /** Of the newest capture of this boot. */
  readonly installed: readonly InstalledKext[]
  /** Null when no capture tells. */
  readonly kexts: readonly LoadedKext[] | null
}

export async function buildRecipe(request: ActionRequest, facts: RecipeFacts): Promise<Recipe> {
  switch (request.kind) {
    case 'push': {
      const { kext, name } = await inspectBundle(request.bundlePath)
      const { steps, check } = await pushSteps(request.bundlePath, facts.session)
      return {
        title: `Push ${name}`,
        steps,
        check,
        warnings: warningsFor(kext, facts),
        goesOnAfterFailure: () => false,
        result: () => ({ report: null, snapshotAfter: null }),
      }
    }
    case 'push-and-load': {
      const { kext, name } = await inspectBundle(request.bundlePath)
      const push = await pushSteps(request.bundlePath, facts.session)
      const guestPath = `/Library/Extensions/${name}`
      return loadRecipe(`Push and load ${name}`, push, guestPath, kext, facts)
    }
    case 'load': {
      const { guestPath, bundleIdentifier } = request
      // Only what a capture of this guest has shown: a full path, in a folder of kexts, ending in .kext.
      const kext = facts.installed.find(other => other.path === guestPath)
      if (!kext) {
        const detail = 'the newest capture shows no such kext in the guest; capture again'
        throw new FailureError({ kind: 'not-a-bundle', path: guestPath, detail })
      }
      if (kext.bundleIdentifier !== bundleIdentifier) {
        const detail = `${guestPath} is ${kext.bundleIdentifier}, not ${bundleIdentifier}`
        throw new FailureError({ kind: 'bad-request', request: 'action.plan', detail })
      }
      const nothing: Push = { steps: [], check: async () => undefined }
      return loadRecipe(`Load ${basename(guestPath)}`, nothing, guestPath, kext, facts)
    }
    case 'unload':
      return unloadRecipe(request.bundleIdentifier, facts)
  }
}

function loadRecipe(
  title: string,
  push: Push,
  guestPath: string,
  kext: InstalledKext,
  facts: RecipeFacts,
): Recipe {
  let before: TakenCapture | undefined
  let after: TakenCapture | undefined
  let settled: Settled = { isSettled: false, waitedMs: 0 }
  let outcome: Outcome | undefined
  let report: VerifyReport | null = null

  const load: RecipeStep = {
    planned: {
      command: asShown(kextloadArguments(facts.session, { path: guestPath }), facts),
      explanation:
        'Links the kext into the kernel and sends its personalities to the catalogue, which starts matching.',
      runsAsRoot: true,
      changesGuest: true,
    },
    effect: 'lasting',
    run: async context => {
      const { session, signal } = context
      const onStderr = textInto(context, 'stderr')
      const result = await kextload(session, { path: guestPath }, { signal, onStderr })
      context.output('stdout', textOf(result))
      outcome = decodeLoad(await said('kextload', result, context, before))
      return { exitCode: result.exitCode, outcome }
    },
  }
  return {
    title,
    check: push.check,
    warnings: warningsFor(kext, facts),
    goesOnAfterFailure: step => step === load,
    steps: [
      captureStep('before', taken => (before = taken)),
      ...push.steps,
      load,
      settleStep(found => (settled = found)),
      captureStep('after', taken => {
        after = taken
        report = verifyLoad({
          bundle: kext,
          before: observe(before!),
          after: observe(taken),
          settled,
          outcome: outcome!,
        })
      }),
    ],
    result: () => ({ report, snapshotAfter: after?.capture.snapshotId ?? null }),
  }
}

function unloadRecipe(bundleIdentifier: string, facts: RecipeFacts): Recipe {
  let before: TakenCapture | undefined
  let after: TakenCapture | undefined
  let settled: Settled = { isSettled: false, waitedMs: 0 }
  let outcome: Outcome | undefined
  let report: VerifyReport | null = null
  const bundle = bundleNamed(bundleIdentifier, facts)
  const warnings: string[] = []
  if (facts.kexts?.some(kext => kext.bundleIdentifier === bundleIdentifier) === false) {
    warnings.push('The newest capture shows no loaded kext of this name.')
  }
  if (bundleIdentifier.startsWith('com.apple.')) {
    warnings.push('This is one of Apple’s kexts: the system may need it, and may refuse or stop.')
  }

  const unload: RecipeStep = {
    planned: {
      command: asShown(kextunloadArguments(facts.session, { bundleIdentifier }), facts),
      explanation:
        'Removes the kext’s personalities, terminates its services, and unloads it when no instance is left.',
      runsAsRoot: true,
      changesGuest: true,
    },
    effect: 'lasting',
    run: async context => {
      const { session, signal } = context
      const onStderr = textInto(context, 'stderr')
      const result = await kextunload(session, { bundleIdentifier }, { signal, onStderr })
      context.output('stdout', textOf(result))
      outcome = decodeUnload(await said('kextunload', result, context, before))
      return { exitCode: result.exitCode, outcome }
    },
  }
  return {
    title: `Unload ${bundleIdentifier}`,
    check: async () => undefined,
    warnings,
    goesOnAfterFailure: step => step === unload,
    steps: [
      captureStep('before', taken => (before = taken)),
      unload,
      settleStep(found => (settled = found)),
      captureStep('after', taken => {
        after = taken
        report = verifyUnload({
          bundle,
          before: observe(before!),
          after: observe(taken),
          settled,
          outcome: outcome!,
        })
      }),
    ],
    result: () => ({ report, snapshotAfter: after?.capture.snapshotId ?? null }),
  }
}

function captureStep(when: 'before' | 'after', take: (taken: TakenCapture) => void): RecipeStep {
  return {
    planned: {
      command: 'ioreg, kextstat, ioclasscount, dmesg',
      explanation:
        when === 'before'
          ? 'Captures the guest, to compare with afterwards.'
          : 'Captures the guest again and compares.',
      runsAsRoot: false,
      changesGuest: false,
    },
    effect: 'none',
    run: async context => {
      const taken = await context.capture()
      const { serviceCount, kexts, durationMs } = taken.capture
      const loaded = kexts === null ? '' : `, ${kexts.length} kexts`
      context.output('note', `${serviceCount} services${loaded}, in ${durationMs} ms`)
      take(taken)
      return {}
    },
  }
}

function settleStep(take: (settled: Settled) => void): RecipeStep {
  return {
    planned: {
      command: 'ioreg -i -w0 -p IOService',
      explanation:
        'Looks until nothing is busy and two looks are equal: matching goes on after the tool has ended.',
      runsAsRoot: false,
      changesGuest: false,
    },
    effect: 'none',
    run: async context => {
      const settled = await waitUntilSettled(context.session, context.signal)
      const seconds = (settled.waitedMs / 1000).toFixed(1)
      context.output(
        'note',
        settled.isSettled
          ? `The registry came to rest after ${seconds} s.`
          : `The registry is still busy after ${seconds} s.`,
      )
      take(settled)
      return {}
    },
  }
}

/** What the user should know before saying yes. */
function warningsFor(kext: InstalledKext, { kexts }: RecipeFacts): readonly string[] {
  const warnings = [...kext.problems]
  const loaded = kexts?.find(other => other.bundleIdentifier === kext.bundleIdentifier)
  if (loaded) {
    warnings.push(
      `${kext.bundleIdentifier} ${loaded.version} is loaded already: the kernel keeps that one until it is unloaded.`,
    )
  }
  return warnings
}

/** What is known of a kext that is to be unloaded; its bundle may have been deleted since. */
function bundleNamed(bundleIdentifier: string, { installed, kexts }: RecipeFacts): InstalledKext {
  const bundle = installed.find(kext => kext.bundleIdentifier === bundleIdentifier)
  if (bundle) return bundle
  const loaded = kexts?.find(kext => kext.bundleIdentifier === bundleIdentifier)
  return {
    path: '',
    bundleIdentifier,
    version: loaded?.version ?? '',
    executable: null,
    compatibleVersion: null,
    libraries: [],
    personalities: [],
    problems: [],
    notes: [],
  }
}

/** A tool's words together with the kernel's, which says the essential part of a refusal only in its log. */
async function said(
  tool: ToolRun['tool'],
  result: CommandResult,
  { session, signal }: RecipeContext,
  before: TakenCapture | undefined,
): Promise<ToolRun> {
  const logBefore = before?.capture.kernelLog
  let kernelLog: readonly string[] | null = null
  if (result.exitCode !== 0 && logBefore) {
    const now = await dmesg(session, signal).catch(() => null)
    kernelLog = now && newLinesSince(logBefore, readKernelLog(textOf(now))).lines
  }
  const stdout = textOf(result)
  return { tool, exitCode: result.exitCode, stdout, stderr: result.stderr, kernelLog }
}

/** Hands output on as text; a character may be cut between two pieces. */
function textInto({ output }: RecipeContext, stream: 'stdout' | 'stderr') {
  const decoder = new TextDecoder()
  return (chunk: Uint8Array) => output(stream, decoder.decode(chunk, { stream: true }))
}

/** The command line as one would type it; as root it goes through sudo. */
export function asShown(
  argv: readonly string[],
  { session }: Pick<RecipeFacts, 'session'>,
): string {
  const line = quoteCommand(argv)
  return session.info.user === 'root' ? line : `sudo ${line}`
}
