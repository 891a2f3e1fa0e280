import { setTimeout as sleep } from 'node:timers/promises'
import { evaluateExpectations } from '../../../core/expectations/evaluate-expectations.ts'
import type { ExpectationReport } from '../../../core/expectations/expectation-report.ts'
import { longestWithinMs } from '../../../core/expectations/expectations.ts'
import type { TakenCapture } from '../capture-guest.ts'
import { observe, observeBefore } from './observe.ts'
import { secondsOf } from './settle.ts'
import type { RecipeContext, RecipeState, Subject } from './step.ts'
import { isLoaded } from './unload.ts'

/** Between two looks at what is expected; a whole capture is taken for each. */
const pauseMs = 400

/** Asks what is expected of one look after another, until it holds or the time is over. */
export async function untilItHolds(
  state: RecipeState,
  subject: Subject,
  timeoutMs: number | null,
  context: RecipeContext,
): Promise<void> {
  const { expectations } = subject
  if (expectations === null) return
  const startedAt = state.loadedAtMs ?? Date.now()
  const withinMs = timeoutMs ?? longestWithinMs(expectations)
  const first = state.after
  for (;;) {
    const waitedMs = Date.now() - startedAt
    evaluate(state, subject, waitedMs, null)
    context.tell()
    const { expectations: report } = state.found
    if (!report || !report.results.some(mayStillHold) || waitedMs >= withinMs) break
    if (wasAutoUnloaded(state, subject)) break
    await sleep(pauseMs, undefined, { signal: context.signal }).catch(() => undefined)
    state.after = await context.peek()
  }
  if (state.after !== first && state.after !== null) {
    context.keep(state.after)
    state.found.snapshotAfter = state.after.capture.snapshotId
  }
  for (const line of summary(state.found.expectations)) context.output('note', line)
}

function mayStillHold({ status, when }: ExpectationReport['results'][number]): boolean {
  return status === 'fail' && when === 'after-load'
}

/** Asks everything that is expected of what was seen so far. */
export function evaluate(
  state: RecipeState,
  subject: Subject,
  waitedMs: number,
  unloaded: TakenCapture | null,
): void {
  const { expectations, buildUuid } = subject
  if (expectations === null) return
  const loaded = unloaded === null ? state.after : state.loaded
  const evidence = {
    before: observeBefore(state),
    loaded: loaded && observe(loaded),
    unloaded: unloaded && observe(unloaded),
    buildUuid,
    waitedMs,
    wasAutoUnloaded: unloaded === null && wasAutoUnloaded(state, subject),
  }
  state.found.expectations = evaluateExpectations(expectations, evidence, state.found.expectations)
}

/** It was loaded, nobody has unloaded it, and the list does not have it (facts: kexts, section 8). */
function wasAutoUnloaded(
  { after, loadOutcome, wasLoaded }: RecipeState,
  { kext }: Subject,
): boolean {
  const wasIn = loadOutcome === null ? wasLoaded : loadOutcome.succeeded
  if (!wasIn || kext.executable === null) return false
  return !isLoaded(after, kext.bundleIdentifier)
}

function summary(report: ExpectationReport | null): readonly string[] {
  if (report === null) return []
  const lines = report.results.map(
    ({ status, title, seen }) => `${status.toUpperCase()}  ${title}${seen ? `: ${seen}` : ''}`,
  )
  return [...lines, `Asked for ${secondsOf(report.waitedMs)}.`]
}
