import type { Handlers } from '../../../core/contract/requests.ts'
import type { TimelineKeeper } from './timeline.ts'

type TimelineHandlers = Pick<Handlers, Extract<keyof Handlers, `timeline.${string}`>>

export function createTimelineHandlers(timeline: TimelineKeeper): TimelineHandlers {
  return {
    'timeline.get': async () => timeline.get(),
    'timeline.sessions': () => timeline.sessions(),
    'timeline.openSession': ({ sessionId }) => timeline.openSession(sessionId),
    'timeline.forget': ({ sessionId }) => timeline.forget(sessionId),
  }
}
