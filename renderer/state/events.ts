import type { EventEnvelope } from '../../core/contract/requests.ts'
import { assertNever } from '../../core/failure.ts'
import type { CaptureActions } from './capture-actions.ts'
import { takeRecord } from './action-records.ts'
import { withBuild, withProject } from './project-state.ts'
import type { AppStore } from './store.ts'

/** Takes in what the host says unasked. */
export function takeEvent(
  store: AppStore,
  actions: Pick<CaptureActions, 'showSnapshot'>,
  event: EventEnvelope,
): void {
  switch (event.name) {
    case 'connection.changed':
      return store.setState({ connection: event.payload })
    case 'capture.progress':
      return store.setState(({ work }) =>
        work.phase === 'running' ? { work: { ...work, progress: event.payload } } : {},
      )
    case 'capture.taken': {
      // The answer to our own request brings it; one taken by an action comes this way only.
      if (store.getState().work.phase !== 'running') {
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
    default:
      return assertNever(event)
  }
}
