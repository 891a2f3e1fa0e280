import type { Params } from '../../core/contract/requests.ts'
import { ask } from '../../core/contract/transport.ts'
import type { Capture, SavedFile } from '../../core/contract/types.ts'
import type { Identity } from '../../core/diff/snapshot-diff.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import type { Comparer } from '../compare/create-comparer.ts'
import type { AppState, OpenCapture } from './app-state.ts'
import type { DecodeSnapshot } from './capture-actions.ts'
import type { CompareState } from './compare-state.ts'
import type { RecentCaptures } from './recent-captures.ts'
import { failureOf, type ActionContext } from './store.ts'
import { momentsOf } from './timeline-state.ts'
import { withTaken } from './watch-looks.ts'
import { withCapture } from './with-capture.ts'

export interface CompareActions {
  /** Shows both as one tree. None of these throws: what came of it is in `compare.work`. */
  readonly compare: (before: string, after: string) => Promise<void>
  /** What is shown with the one before it. */
  readonly compareWithBefore: () => Promise<void>
  readonly swapCompared: () => Promise<void>
  readonly setIdentity: (identity: Identity | 'auto') => Promise<void>
  readonly setNoiseRule: (name: string, isOn: boolean) => Promise<void>
  /** The newer of the two stays, alone. */
  readonly stopComparing: () => void
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
): CompareActions {
  let asked = 0
  const change = (to: Partial<CompareState>) =>
    store.setState(({ compare }) => ({ compare: { ...compare, ...to } }))

  /** What the window has already, or from the host. */
  async function obtain(snapshotId: string): Promise<Pick<OpenCapture, 'capture' | 'snapshot'>> {
    const known = openOnes(store.getState()).find(each => each.capture.snapshotId === snapshotId)
    if (known) return known
    const seen = recent.find(snapshotId)
    if (seen) return seen
    const capture: Capture = await ask(transport, 'capture.get', { snapshotId })
    const snapshot: Snapshot = decode(await transport.snapshot(snapshotId))
    recent.add({ capture, snapshot })
    return { capture, snapshot }
  }

  async function compare(beforeId: string, afterId: string): Promise<void> {
    const mine = ++asked
    const { work } = store.getState()
    // Another capture that was asked for meanwhile is newer than this.
    const isOvertaken = () => mine !== asked || store.getState().work !== work
    change({
      before: beforeId,
      after: afterId,
      work: { phase: 'running', step: 'reading both captures' },
    })
    try {
      const before = await obtain(beforeId)
      const after = await obtain(afterId)
      if (mine !== asked) return
      change({ work: { phase: 'running', step: 'comparing' } })
      const { identity, noiseOff } = store.getState().compare
      const { diff, merged } = await comparer(before.snapshot, after.snapshot, {
        identity,
        noiseOff,
        boots: {
          before: before.capture.identity?.bootSessionUuid ?? null,
          after: after.capture.identity?.bootSessionUuid ?? null,
        },
      })
      if (isOvertaken()) {
        if (mine === asked) change({ work: { phase: 'idle' } })
        return
      }
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
      if (mine !== asked) return
      const failure = failureOf(error)
      change({
        work: failure.kind === 'cancelled' ? { phase: 'idle' } : { phase: 'failed', failure },
      })
    }
  }

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
      asked++
      store.setState(state => {
        const { comparison } = state.current ?? {}
        return {
          compare: { ...state.compare, work: { phase: 'idle' } },
          ...(comparison ? alone(state, comparison.after) : {}),
        }
      })
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

/** What is watched goes on with its marks where it is the newest. */
function alone(state: AppState, opened: OpenCapture): Partial<AppState> {
  const newest = momentsOf(state.timeline).at(-1)?.snapshotId
  const isNow = newest === undefined || newest === opened.capture.snapshotId
  return isNow ? withTaken(state, opened, Date.now()) : withCapture(state, opened)
}

function openOnes({ current }: AppState): readonly Pick<OpenCapture, 'capture' | 'snapshot'>[] {
  if (!current) return []
  const { comparison } = current
  return comparison ? [comparison.before, comparison.after] : [current]
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
