import { ask } from '../../core/contract/transport.ts'
import type { CaptureActions } from './capture-actions.ts'
import type { CompareActions } from './compare-actions.ts'
import type { PreferenceActions } from './preference-actions.ts'
import { failureOf, type ActionContext } from './store.ts'
import { momentsOf, stripPanel, withTold, type TimelineState } from './timeline-state.ts'

export interface TimelineActions {
  readonly loadTimeline: () => Promise<void>
  readonly showStrip: (isOpen: boolean) => void
  /** The whole window follows; it stays there until the way back to now. */
  readonly showMoment: (snapshotId: string) => Promise<void>
  /** The moment that is so many further on, or back. */
  readonly stepMoment: (by: number) => Promise<void>
  readonly backToNow: () => Promise<void>
  readonly loadSessions: () => Promise<void>
  readonly openSession: (sessionId: string) => Promise<void>
  readonly forgetSession: (sessionId: string) => Promise<void>
}

export function timelineActions(
  { store, transport }: ActionContext,
  { showSnapshot }: Pick<CaptureActions, 'showSnapshot'>,
  { stopComparing }: Pick<CompareActions, 'stopComparing'>,
  { setPreference }: PreferenceActions,
): TimelineActions {
  const change = (to: Partial<TimelineState>) =>
    store.setState(({ timeline }) => ({ timeline: { ...timeline, ...to } }))
  const noting = async (work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      store.setState({ notice: { failure: failureOf(error) } })
    }
  }

  /** What is being fetched: a step goes on from there, and who drags across it does not ask for it again and again. */
  let wanted: { readonly snapshotId: string; readonly done: Promise<void> } | null = null
  const isOnItsWay = () => {
    const { work } = store.getState()
    return work.phase === 'running' && work.what === 'fetch'
  }
  const newest = () => momentsOf(store.getState().timeline).at(-1)?.snapshotId

  const showMoment = (snapshotId: string): Promise<void> => {
    // Of a comparison the window has both, but shows neither alone. One that is being made is not waited for.
    stopComparing()
    if (wanted?.snapshotId === snapshotId && isOnItsWay()) return wanted.done
    change({ isHeld: newest() !== snapshotId })
    const done = showSnapshot(snapshotId).then(() => {
      if (wanted !== mine) return
      wanted = null
      // It may be gone from the disk, or was given up.
      if (store.getState().current?.capture.snapshotId === newest()) change({ isHeld: false })
    })
    const mine = { snapshotId, done }
    wanted = mine
    return done
  }

  return {
    showMoment,
    loadTimeline: () =>
      noting(async () => {
        const told = await ask(transport, 'timeline.get', {})
        store.setState(({ timeline }) => ({ timeline: withTold(timeline, told) }))
        change({ sessions: await ask(transport, 'timeline.sessions', {}) })
      }),
    showStrip: isOpen => {
      const { panels } = store.getState().preferences
      const value = { ...panels, open: { ...panels.open, [stripPanel]: isOpen } }
      void setPreference({ section: 'panels', value })
    },
    stepMoment: async by => {
      const { timeline, current } = store.getState()
      const moments = momentsOf(timeline).filter(({ held }) => held !== 'dropped')
      const from = wanted && isOnItsWay() ? wanted.snapshotId : current?.capture.snapshotId
      const at = moments.findIndex(each => each.snapshotId === from)
      const next = moments[Math.min(moments.length - 1, Math.max(0, at + by))]
      if (next && at >= 0) await showMoment(next.snapshotId)
    },
    backToNow: async () => {
      const newest = momentsOf(store.getState().timeline).findLast(({ held }) => held !== 'dropped')
      if (newest) await showMoment(newest.snapshotId)
    },
    loadSessions: () =>
      noting(async () => change({ sessions: await ask(transport, 'timeline.sessions', {}) })),
    openSession: sessionId =>
      noting(async () => {
        const told = await ask(transport, 'timeline.openSession', { sessionId })
        store.setState(({ timeline }) => ({ timeline: withTold(timeline, told) }))
        change({ sessions: await ask(transport, 'timeline.sessions', {}) })
        const last = told.moments.findLast(each => each.sessionId === sessionId)
        if (last && store.getState().current === null) await showMoment(last.snapshotId)
      }),
    forgetSession: sessionId =>
      noting(async () =>
        change({ sessions: await ask(transport, 'timeline.forget', { sessionId }) }),
      ),
  }
}
