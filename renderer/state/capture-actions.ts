import type { Params } from '../../core/contract/requests.ts'
import { ask } from '../../core/contract/transport.ts'
import type { Capture, SavedCapture } from '../../core/contract/types.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import type { CaptureWork } from './app-state.ts'
import { createRecentCaptures, type RecentCaptures } from './recent-captures.ts'
import { nextTask } from '../registry/when-idle.ts'
import { failureOf, type ActionContext } from './store.ts'
import { withTaken } from './watch-looks.ts'
import { withCapture } from './with-capture.ts'

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

/** @see decodeSnapshot */
export type DecodeSnapshot = (bytes: Uint8Array, isChecked?: boolean) => Snapshot

export function captureActions(
  { store, transport }: ActionContext,
  decode: DecodeSnapshot,
  recent: RecentCaptures = createRecentCaptures(),
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
      const opened =
        capture &&
        !isShown &&
        (recent.find(capture.snapshotId) ?? {
          capture,
          snapshot: decode(await transport.snapshot(capture.snapshotId)),
        })
      if (opened) recent.add(opened)
      // Reading it and drawing it are two tasks: a key that was pressed meanwhile comes in between.
      if (opened) await nextTask()
      if (running !== mine) return false
      store.setState(state => ({
        work: { phase: 'idle' },
        ...(opened
          ? what === 'fetch' && state.timeline.isHeld
            ? withCapture(state, opened)
            : withTaken(state, opened, Date.now())
          : {}),
        // What was asked for anew is now.
        ...(what === 'fetch' ? {} : { timeline: { ...state.timeline, isHeld: false } }),
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

  /** @param what only work of this kind; null is any */
  const stopWork = (what: 'fetch' | null) => {
    const { work: now } = store.getState()
    if (what !== null && now.phase === 'running' && now.what !== what) return
    running?.abort()
    running = null
    store.setState({ work: { phase: 'idle' } })
  }

  return {
    takeCapture: async () => {
      await work('take', signal => ask(transport, 'capture.take', {}, { signal }))
    },
    openDump: async path => {
      const isOpen = await work('open', signal =>
        ask(transport, 'capture.open', { path }, { signal }),
      )
      if (isOpen) {
        // The host has put it in front of the files that were opened.
        const preferences = await ask(transport, 'preferences.get', {})
        store.setState({ preferences })
      }
      return isOpen
    },
    openFiles: async files => {
      for (const file of files) {
        if (!(await work('open', signal => transport.openFile(file, signal)))) return
      }
    },
    showSnapshot: async snapshotId => {
      if (store.getState().current?.capture.snapshotId === snapshotId) {
        // What is still being fetched was asked for before.
        if (store.getState().work.phase === 'running') stopWork('fetch')
        return
      }
      const known = recent.find(snapshotId)
      await work('fetch', async signal =>
        known ? known.capture : ask(transport, 'capture.get', { snapshotId }, { signal }),
      )
    },
    showLatest: async () => {
      // What the user began while the page was still starting brings a newer one.
      const { work: now } = store.getState()
      if (now.phase === 'running' && now.what !== 'fetch') return
      await work('fetch', signal => ask(transport, 'capture.latest', {}, { signal }))
    },
    cancelCapture: () => stopWork(null),
    clearWork: () => {
      store.setState({ work: { phase: 'idle' } })
    },
    askToSave: isAsked =>
      store.setState(({ current }) => ({ isSaving: isAsked && current !== null })),
    rememberSaveFolder: saveFolder => store.setState({ saveFolder }),
    saveCapture: (target, signal) => ask(transport, 'capture.save', target, { signal }),
  }
}
