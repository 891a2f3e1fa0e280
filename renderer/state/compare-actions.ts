import type { Params } from '../../core/contract/requests.ts'
import { ask } from '../../core/contract/transport.ts'
import type { Capture, SavedFile } from '../../core/contract/types.ts'
import type { Identity } from '../../core/diff/snapshot-diff.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import type { Comparer } from '../compare/create-comparer.ts'
import type { AppState, OpenCapture } from './app-state.ts'
import type { DecodeSnapshot } from './capture-actions.ts'
import type { CompareState, Side } from './compare-state.ts'
import type { RecentCaptures } from './recent-captures.ts'
import { nameIn } from '../widgets/host-path.ts'
import { visibleText } from '../widgets/visible-text.ts'
import { failureOf, type ActionContext } from './store.ts'
import { momentsOf } from './timeline-state.ts'
import { showsLook, withTaken } from './watch-looks.ts'
import { withCapture } from './with-capture.ts'

/** What can be put on one side of a comparison. */
export type PairChoice =
  | { readonly kind: 'moment'; readonly snapshotId: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'dropped'; readonly file: File }
  /** Of the guest that is connected, taken for this. */
  | { readonly kind: 'now' }
  /** Another guest: it is connected to, and captured. */
  | { readonly kind: 'guest'; readonly targetId: string }

/** How the window gets at captures that it does not have yet. */
export interface CaptureWays {
  readonly connect: (targetId: string, signal: AbortSignal) => Promise<boolean>
  readonly openFile: (file: File, signal: AbortSignal) => Promise<Capture>
}

export interface CompareActions {
  /** Shows both as one tree. None of these throws: what came of it is in `compare.work`. */
  readonly compare: (before: string, after: string) => Promise<void>
  /** What is shown with the one before it. */
  readonly compareWithBefore: () => Promise<void>
  readonly swapCompared: () => Promise<void>
  /** Asks which capture that side is to be; null: no longer. */
  readonly chooseCompared: (side: Side | null) => void
  /** Gets it, and compares it with the other side at once. */
  readonly putCompared: (side: Side, choice: PairChoice) => Promise<void>
  readonly setIdentity: (identity: Identity | 'auto') => Promise<void>
  readonly setNoiseRule: (name: string, isOn: boolean) => Promise<void>
  /** The newer of the two stays, alone. */
  readonly stopComparing: () => void
  /** Breaks off what is being made; what is shown stays. */
  readonly cancelComparing: () => void
  readonly askToSaveReport: (isAsked: boolean) => void
  /** Throws a `FailureError`; the dialog that asked shows it. */
  readonly saveChanges: (
    target: Pick<Params<'compare.save'>, 'format' | 'path' | 'overwrite'>,
    signal: AbortSignal,
  ) => Promise<SavedFile>
}

export function compareActions(
  { store, transport }: ActionContext,
  decode: DecodeSnapshot,
  comparer: Comparer,
  recent: RecentCaptures,
  ways: CaptureWays,
): CompareActions {
  let asked = 0
  let running = new AbortController()
  const isNow = (mine: number) => mine === asked
  /** What was asked for before is of no use any more. */
  const begin = () => {
    running.abort()
    running = new AbortController()
    return { mine: ++asked, signal: running.signal }
  }
  const change = (to: Partial<CompareState>) =>
    store.setState(({ compare }) => ({ compare: { ...compare, ...to } }))

  /** What the window has already, or from the host. */
  async function obtain(
    snapshotId: string,
    signal: AbortSignal,
  ): Promise<Pick<OpenCapture, 'capture' | 'snapshot'>> {
    const known = openOnes(store.getState()).find(each => each.capture.snapshotId === snapshotId)
    if (known) return known
    const seen = recent.find(snapshotId)
    if (seen) return seen
    const capture: Capture = await ask(transport, 'capture.get', { snapshotId }, { signal })
    const snapshot: Snapshot = decode(await transport.snapshot(snapshotId))
    recent.add({ capture, snapshot })
    return { capture, snapshot }
  }

  async function compare(beforeId: string, afterId: string): Promise<void> {
    const { mine, signal } = begin()
    // Another capture that is asked for meanwhile is newer than this.
    let isOvertaken = false
    const stop = store.subscribe(({ work }, before) => {
      const isBegun = work.phase === 'running' && work.progress === null
      if (isBegun && work !== before.work) isOvertaken = true
    })
    const step = (at: 1 | 2 | 3, text: string) => ({
      work: { phase: 'running' as const, at, step: text },
    })
    change({ before: beforeId, after: afterId, ...step(1, 'Reading the first capture') })
    try {
      const before = await obtain(beforeId, signal)
      if (!isNow(mine)) return
      change(step(2, 'Reading the second capture'))
      const after = await obtain(afterId, signal)
      if (!isNow(mine)) return
      const entries = before.snapshot.entries.length + after.snapshot.entries.length
      change(step(3, `Comparing ${entries.toLocaleString('en-US')} entries`))
      const { identity, noiseOff } = store.getState().compare
      const boots = {
        before: before.capture.identity?.bootSessionUuid ?? null,
        after: after.capture.identity?.bootSessionUuid ?? null,
      }
      const how = { identity, noiseOff, boots }
      const { diff, merged } = await comparer(before.snapshot, after.snapshot, how, signal)
      if (!isNow(mine)) return
      if (isOvertaken) return change({ work: { phase: 'idle' } })
      const opened: OpenCapture = {
        capture: after.capture,
        snapshot: merged.snapshot,
        marks: merged.marks,
        comparison: { before, after, diff, merged },
      }
      store.setState(state => ({
        ...withCapture(state, opened),
        compare: { ...state.compare, work: { phase: 'idle' } },
      }))
    } catch (error) {
      if (isNow(mine)) ended(error)
    } finally {
      stop()
    }
  }

  const ended = (error: unknown) => {
    const failure = failureOf(error)
    const isCancelled = failure.kind === 'cancelled'
    change({ work: isCancelled ? { phase: 'idle' } : { phase: 'failed', failure } })
  }

  /** The capture that is meant, known to the host. Null: where it should come from says itself what went wrong. */
  async function obtainChoice(choice: PairChoice, signal: AbortSignal): Promise<string | null> {
    switch (choice.kind) {
      case 'moment':
        return choice.snapshotId
      case 'file': {
        const { snapshotId } = await ask(
          transport,
          'capture.open',
          { path: choice.path },
          { signal },
        )
        // The host has put it in front of the files that were opened.
        store.setState({ preferences: await ask(transport, 'preferences.get', {}) })
        return snapshotId
      }
      case 'dropped':
        return (await ways.openFile(choice.file, signal)).snapshotId
      case 'now':
        return (await ask(transport, 'capture.take', {}, { signal })).snapshotId
      case 'guest':
        // A guest that was connected to is captured, as always.
        if (!(await ways.connect(choice.targetId, signal))) return null
        return settledCapture(signal)
    }
  }

  /** What the window shows once the capture that is being taken is there. */
  const settledCapture = (signal: AbortSignal) =>
    new Promise<string | null>(done => {
      const look = ({ work, current }: AppState) => {
        if (work.phase === 'running' && !signal.aborted) return
        stop()
        done(work.phase === 'idle' ? (current?.capture.snapshotId ?? null) : null)
      }
      const stop = store.subscribe(look)
      signal.addEventListener('abort', () => look(store.getState()), { once: true })
      look(store.getState())
    })

  const again = async () => {
    const { before, after } = store.getState().compare
    if (before !== null && after !== null) await compare(before, after)
  }

  return {
    compare,
    compareWithBefore: async () => {
      const state = store.getState()
      const pair = pairWithBefore(state)
      if (pair) await compare(pair.before, pair.after)
    },
    swapCompared: async () => {
      const { before, after } = store.getState().compare
      if (before !== null && after !== null) await compare(after, before)
    },
    chooseCompared: choosing => change({ choosing }),
    putCompared: async (side, choice) => {
      const state = store.getState()
      const other = side === 'before' ? 'after' : 'before'
      const shown = state.current?.capture.snapshotId ?? null
      const beside = state.compare[other] ?? pairWithBefore(state)?.[other] ?? shown
      const { mine, signal } = begin()
      const step = wordsOf(choice)
      change({ choosing: null, work: { phase: 'running', at: 1, step } })
      try {
        const snapshotId = await obtainChoice(choice, signal)
        if (!isNow(mine)) return
        if (snapshotId === null) return change({ work: { phase: 'idle' } })
        if (beside === null || beside === snapshotId) {
          return change({ [side]: snapshotId, work: { phase: 'idle' } })
        }
        const pair = { [side]: snapshotId, [other]: beside } as Record<Side, string>
        await compare(pair.before, pair.after)
      } catch (error) {
        if (isNow(mine)) ended(error)
      }
    },
    setIdentity: async identity => {
      change({ identity })
      await again()
    },
    setNoiseRule: async (name, isOn) => {
      const others = store.getState().compare.noiseOff.filter(each => each !== name)
      change({ noiseOff: isOn ? others : [...others, name] })
      await again()
    },
    stopComparing: () => {
      begin()
      store.setState(state => {
        const { comparison } = state.current ?? {}
        const compare = { ...state.compare, work: { phase: 'idle' as const } }
        return { compare, ...(comparison && alone({ ...state, compare }, comparison.after)) }
      })
    },
    cancelComparing: () => {
      begin()
      const { comparison } = store.getState().current ?? {}
      // The two that are shown are the two that are named.
      const pair = comparison && {
        before: comparison.before.capture.snapshotId,
        after: comparison.after.capture.snapshotId,
      }
      change({ work: { phase: 'idle' }, ...pair })
    },
    askToSaveReport: isSavingReport => change({ isSavingReport }),
    saveChanges: (target, signal) => {
      const { compare } = store.getState()
      const { before, after, identity, noiseOff } = compare
      const params = { before: before!, after: after!, identity, noiseOff: [...noiseOff] }
      return ask(transport, 'compare.save', { ...params, ...target }, { signal })
    },
  }
}

/** What is done to get it, for people. */
function wordsOf(choice: PairChoice): string {
  switch (choice.kind) {
    case 'moment':
      return 'Reading the capture'
    case 'file':
      return `Opening ${visibleText(nameIn(choice.path))}`
    case 'dropped':
      return `Opening ${visibleText(choice.file.name)}`
    case 'now':
      return 'Capturing the guest'
    case 'guest':
      return 'Connecting to the guest'
  }
}

/** What is watched goes on with its marks where it is the newest. */
function alone(state: AppState, opened: OpenCapture): Partial<AppState> {
  const newest = momentsOf(state.timeline).at(-1)?.snapshotId
  const isNow = newest === undefined || newest === opened.capture.snapshotId
  return isNow ? withTaken(state, opened, Date.now()) : withCapture(state, opened)
}

/** Of a watch the look by itself: what is shown has the entries that are gone as well, which would be taken for new ones. */
function openOnes(state: AppState): readonly Pick<OpenCapture, 'capture' | 'snapshot'>[] {
  const { current, watch } = state
  if (!current) return []
  const { comparison, capture } = current
  if (comparison) return [comparison.before, comparison.after]
  return showsLook(state) ? [{ capture, snapshot: watch.followed!.look }] : [current]
}

/** What is shown and the capture before it of the same guest or file; else the one before it in the session. */
export function pairWithBefore(
  state: Pick<AppState, 'current' | 'timeline'>,
): { readonly before: string; readonly after: string } | null {
  const moments = momentsOf(state.timeline)
  const shown = state.current?.capture
  const at = moments.findIndex(({ snapshotId }) => snapshotId === shown?.snapshotId)
  if (!shown || at < 1) return null
  const earlier = moments.slice(0, at).filter(({ held }) => held !== 'dropped')
  const isAlike = ({ source }: Pick<Capture, 'source'>) =>
    source.kind === 'guest' &&
    shown.source.kind === 'guest' &&
    source.targetId === shown.source.targetId
  const before = earlier.findLast(isAlike) ?? earlier.at(-1)
  return before ? { before: before.snapshotId, after: shown.snapshotId } : null
}
