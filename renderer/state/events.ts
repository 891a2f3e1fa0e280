import type { EventEnvelope } from '../../core/contract/requests.ts'
import { assertNever } from '../../core/failure.ts'
import { runCommand } from '../commands/run-command.ts'
import { withProgress } from './share-actions.ts'
import { withStatus } from './watch-looks.ts'
import { takeRecord } from './action-records.ts'
import { withBuild, withProject } from './project-state.ts'
import type { App } from './app-context.tsx'
import { withTold } from './timeline-state.ts'

/** Takes in what the host says unasked. */
export function takeEvent({ store, actions }: App, event: EventEnvelope): void {
  switch (event.name) {
    case 'connection.changed':
      return store.setState({ connection: event.payload })
    case 'capture.progress':
      return store.setState(({ work }) =>
        work.phase === 'running' ? { work: { ...work, progress: event.payload } } : {},
      )
    case 'share.progress':
      return store.setState(({ files }) => ({ files: withProgress(files, event.payload) }))
    case 'watch.changed':
      return store.setState(state => withStatus(state, event.payload))
    case 'capture.taken': {
      if (event.payload.isLook) return void actions.takeLook(event.payload.snapshotId)
      // The answer to our own request brings it; one taken by an action comes this way only.
      // An older moment, or two that are compared, stay in sight until the user goes back to now.
      const { work, timeline, current, compare } = store.getState()
      // What is only fetched was taken before: the newer one takes its place.
      // So does what is opened to be compared.
      const isOurs =
        (work.phase === 'running' && work.what !== 'fetch') || compare.work.phase === 'running'
      if (!isOurs && !timeline.isHeld && !current?.comparison) {
        void actions.showSnapshot(event.payload.snapshotId)
      }
      return
    }
    case 'action.changed':
      return store.setState(state => takeRecord(state, event.payload))
    case 'project.changed':
      return store.setState(({ project }) => ({ project: withProject(project, event.payload) }))
    case 'build.changed':
      return store.setState(({ project }) => ({ project: withBuild(project, event.payload) }))
    case 'command.chosen':
      return runCommand({ store, actions }, event.payload.id)
    case 'preferences.changed':
      return actions.takePreference(event.payload)
    case 'notice.chosen':
      return actions.showWatchNotice(event.payload.noticeId)
    case 'timeline.changed':
      return store.setState(({ timeline }) => ({ timeline: withTold(timeline, event.payload) }))
    default:
      return assertNever(event)
  }
}
