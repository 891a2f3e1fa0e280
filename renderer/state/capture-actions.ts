import type { Params } from '../../core/contract/requests.ts'
import { ask } from '../../core/contract/transport.ts'
import type { Capture, SavedCapture } from '../../core/contract/types.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import { planeNamed } from '../../core/registry/lookup.ts'
import { forNextCapture } from '../matching/what-if.ts'
import { refOfNode } from '../registry/selection.ts'
import type { AppState, CaptureWork, EntryRef, OpenCapture } from './app-state.ts'
import { carryOpen } from './open-nodes.ts'
import { failureOf, type ActionContext } from './store.ts'

export interface CaptureActions {
  /** None of these throws: what came of it is in `work`. */
  readonly takeCapture: () => Promise<void>
  readonly openDump: (path: string) => Promise<boolean>
  /** Opens files that were dropped on the window, one after the other; the last one stays in sight. */
  readonly openFiles: (files: readonly File[]) => Promise<void>
  readonly showSnapshot: (snapshotId: string) => Promise<void>
  readonly showLatest: () => Promise<void>
  readonly cancelCapture: () => void
  readonly clearWork: () => void
  /** Asks where to save the capture that is open, or stops asking. */
  readonly askToSave: (isAsked: boolean) => void
  readonly rememberSaveFolder: (folder: string) => void
  /** Throws a `FailureError` when it cannot be done; the dialog that asked shows it. */
  readonly saveCapture: (
    target: Params<'capture.save'>,
    signal: AbortSignal,
  ) => Promise<SavedCapture>
}

export type DecodeSnapshot = (bytes: Uint8Array) => Snapshot

export function captureActions(
  { store, transport }: ActionContext,
  decode: DecodeSnapshot,
): CaptureActions {
  let running: AbortController | null = null

  /** One at a time: a newer one takes the place of the one before, whose answer is then dropped. */
  const work = async (
    what: Exclude<CaptureWork, { phase: 'idle' }>['what'],
    obtain: (signal: AbortSignal) => Promise<Capture | null>,
  ): Promise<boolean> => {
    running?.abort()
    const mine = new AbortController()
    running = mine
    store.setState({ work: { phase: 'running', what, progress: null } })
    try {
      const capture = await obtain(mine.signal)
      const isShown = capture?.snapshotId === store.getState().current?.capture.snapshotId
      const opened = capture &&
        !isShown && {
          capture,
          snapshot: decode(await transport.snapshot(capture.snapshotId)),
        }
      if (running !== mine) return false
      store.setState(state => ({
        work: { phase: 'idle' },
        ...(opened ? withCapture(state, opened) : {}),
      }))
      return capture !== null
    } catch (error) {
      if (running !== mine) return false
      const failure = failureOf(error)
      store.setState({
        work: failure.kind === 'cancelled' ? { phase: 'idle' } : { phase: 'failed', what, failure },
      })
      return false
    }
  }

  return {
    takeCapture: async () => {
      await work('take', signal => ask(transport, 'capture.take', {}, { signal }))
    },
    openDump: path => work('open', signal => ask(transport, 'capture.open', { path }, { signal })),
    openFiles: async files => {
      for (const file of files) {
        if (!(await work('open', signal => transport.openFile(file, signal)))) return
      }
    },
    showSnapshot: async snapshotId => {
      if (store.getState().current?.capture.snapshotId === snapshotId) return
      await work('fetch', signal => ask(transport, 'capture.get', { snapshotId }, { signal }))
    },
    showLatest: async () => {
      // What the user began while the page was still starting brings a newer one.
      const { work: now } = store.getState()
      if (now.phase === 'running' && now.what !== 'fetch') return
      await work('fetch', signal => ask(transport, 'capture.latest', {}, { signal }))
    },
    cancelCapture: () => {
      running?.abort()
      running = null
      store.setState({ work: { phase: 'idle' } })
    },
    clearWork: () => {
      store.setState({ work: { phase: 'idle' } })
    },
    askToSave: isAsked =>
      store.setState(({ current }) => ({ isSaving: isAsked && current !== null })),
    rememberSaveFolder: saveFolder => store.setState({ saveFolder }),
    saveCapture: (target, signal) => ask(transport, 'capture.save', target, { signal }),
  }
}

/**
 * What changes when another capture comes: the selection and the open rows stay what they were. Of another boot
 * an ID means another entry, so there the selection is carried by its path.
 */
export function withCapture(state: AppState, opened: OpenCapture): Partial<AppState> {
  const planes = opened.snapshot.planes
  const hasPlane = planes.some(plane => plane.plane === state.plane)
  const plane = hasPlane ? state.plane : (planes[0]?.plane ?? state.plane)
  return {
    current: opened,
    isChoosingTarget: false,
    plane,
    selected: carrySelected(state, opened) ?? rootOf(opened.snapshot, plane),
    // Of another capture an index means another entry.
    ...(state.selectedPersonality?.origin.kind === 'instance' ? { selectedPersonality: null } : {}),
    whatIf: forNextCapture(state.whatIf),
    draftFor: null,
    open: carryOpen(state.current?.snapshot ?? null, state.open, opened.snapshot),
    openedInFilter: new Set(),
    closedInFilter: new Set(),
    scrollGeneration: state.scrollGeneration + 1,
  }
}

function carrySelected({ current, selected }: AppState, opened: OpenCapture): EntryRef | null {
  if (!current || !selected || isSameBoot(current.capture, opened.capture)) return selected
  return selected.path === null ? null : { id: null, path: selected.path }
}

function isSameBoot(before: Capture, after: Capture): boolean {
  const boots = [before, after].map(({ identity }) => identity?.bootSessionUuid ?? null)
  if (!boots.includes(null)) return boots[0] === boots[1]
  const [one, other] = [before.source, after.source]
  return one.kind === 'guest' && other.kind === 'guest' && one.targetId === other.targetId
}

/** The first thing there is to look at. */
function rootOf(snapshot: Snapshot, planeName: string): EntryRef | null {
  const plane = planeNamed(snapshot, planeName)
  return plane && plane.length > 0 ? refOfNode(snapshot, plane, 0) : null
}
