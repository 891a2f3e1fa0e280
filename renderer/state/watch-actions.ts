import type { EntryRef } from './app-state.ts'
import { ask } from '../../core/contract/transport.ts'
import type { WatchRule } from '../../core/watch/watch-rules.ts'
import { defaultBudgetPercent, isWatchOn, type WatchStatus } from '../../core/watch/watch-status.ts'
import type { LookReader } from '../compare/read-look.ts'
import { failureOf, type ActionContext } from './store.ts'
import {
  baseOfLook,
  withLook,
  withoutChanges,
  withoutGone,
  withStatus,
  withWatched,
} from './watch-looks.ts'

/** None of these throws: what cannot be done is told as a notice. */
export interface WatchActions {
  readonly loadWatch: () => Promise<void>
  readonly startWatch: () => Promise<void>
  readonly stopWatch: () => Promise<void>
  readonly pauseWatch: () => Promise<void>
  readonly resumeWatch: () => Promise<void>
  /** Kept for the next time too; null: as often as the guest allows. */
  readonly setWatchInterval: (intervalMs: number | null) => Promise<void>
  /** Shows a look that the host has announced. */
  readonly takeLook: (snapshotId: string) => Promise<void>
  /** Back to what is watched, from a file or an older capture. */
  readonly showWatched: () => void
  readonly purgeGone: () => void
  readonly clearChanges: () => void
  readonly setChangesOpen: (isOpen: boolean) => void
  readonly manageRules: (isOpen: boolean) => void
  readonly setRules: (rules: readonly WatchRule[]) => void
  readonly dismissWatchNotice: (id: number) => void
  /** Selects the entry that it is about, in what is watched. */
  readonly showWatchNotice: (id: number) => void
}

export function watchActions(
  { store, transport }: ActionContext,
  looks: LookReader,
  setPreference: (change: {
    readonly section: 'watch'
    readonly value: { intervalMs: number | null; rules: WatchRule[] }
  }) => Promise<void>,
  showEntry: (ref: EntryRef) => void,
): WatchActions {
  const told = async (request: Promise<WatchStatus>) => {
    try {
      const status = await request
      store.setState(state => withStatus(state, status))
    } catch (error) {
      store.setState({ notice: { failure: failureOf(error) } })
    }
  }
  const start = () => {
    const { intervalMs } = store.getState().preferences.watch
    return told(ask(transport, 'watch.start', { intervalMs, budgetPercent: defaultBudgetPercent }))
  }
  let wanted: string | null = null
  let isTaking = false

  return {
    loadWatch: async () => {
      const status = await ask(transport, 'watch.get', {})
      store.setState(state => withStatus(state, status))
    },
    startWatch: start,
    stopWatch: () => told(ask(transport, 'watch.stop', {})),
    pauseWatch: () => told(ask(transport, 'watch.pause', {})),
    resumeWatch: () => told(ask(transport, 'watch.resume', {})),
    setWatchInterval: async intervalMs => {
      const { preferences, watch } = store.getState()
      const saved = setPreference({
        section: 'watch',
        value: { ...preferences.watch, intervalMs },
      })
      if (isWatchOn(watch.status)) {
        const isPaused = watch.status.phase === 'paused'
        await start()
        if (isPaused) await told(ask(transport, 'watch.pause', {}))
      }
      await saved
    },
    takeLook: async snapshotId => {
      // A page that cannot keep up shows the newest look, with all that came between in its marks.
      wanted = snapshotId
      if (isTaking) return
      isTaking = true
      while (wanted !== null) {
        const id: string = wanted
        wanted = null
        try {
          const capture = await ask(transport, 'capture.get', { snapshotId: id })
          const now = Date.now()
          const base = baseOfLook(store.getState(), capture, now)
          const before = base && { snapshot: base.followed.merged.snapshot, how: base.how }
          const { snapshot, compared } = await looks.read(id, before)
          const beside = before && compared && { ...before, before: before.snapshot, compared }
          store.setState(state => withLook(state, { capture, snapshot }, now, beside))
        } catch (error) {
          // The host keeps the newest captures only: a newer look is on its way.
          const failure = failureOf(error)
          if (failure.kind !== 'unknown-snapshot') store.setState({ notice: { failure } })
        }
      }
      isTaking = false
    },
    showWatched: () => store.setState(withWatched),
    purgeGone: () => store.setState(withoutGone),
    clearChanges: () => store.setState(withoutChanges),
    setChangesOpen: isListOpen =>
      store.setState(({ watch }) => ({ watch: { ...watch, isListOpen } })),
    manageRules: isManagingRules =>
      store.setState(({ watch }) => ({ watch: { ...watch, isManagingRules } })),
    setRules: rules => {
      const { watch } = store.getState().preferences
      void setPreference({ section: 'watch', value: { ...watch, rules: [...rules] } })
    },
    showWatchNotice: id => {
      const entry = store.getState().watch.notices.find(notice => notice.id === id)?.entry
      if (!entry) return
      store.setState(withWatched)
      showEntry(entry)
    },
    dismissWatchNotice: id =>
      store.setState(({ watch }) => ({
        watch: { ...watch, notices: watch.notices.filter(notice => notice.id !== id) },
      })),
  }
}
