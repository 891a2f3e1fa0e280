import { ask } from '../../core/contract/transport.ts'
import type { PageTransport } from '../client.ts'
import type { App } from './app-context.tsx'
import type { AppState } from './app-state.ts'
import { buildActions, type BuildActions } from './build-actions.ts'
import { captureActions, type CaptureActions, type DecodeSnapshot } from './capture-actions.ts'
import { connectionActions, type ConnectionActions } from './connection-actions.ts'
import { takeEvent } from './events.ts'
import { exploreActions, type ExploreActions } from './explore-actions.ts'
import { kextActions, type KextActions } from './kext-actions.ts'
import { matchingActions, type MatchingActions } from './matching-actions.ts'
import { followProject } from './follow-project.ts'
import { projectActions, type ProjectActions } from './project-actions.ts'
import { createAppStore, failureOf } from './store.ts'

export interface AppActions
  extends
    ConnectionActions,
    CaptureActions,
    ExploreActions,
    KextActions,
    BuildActions,
    MatchingActions,
    ProjectActions {
  /** Asks the host for everything a fresh page needs; again when the host was gone. */
  readonly start: () => Promise<void>
}

/** The state and everything that changes it. Returns with `stop`, which ends listening to the host. */
export function createApp(
  transport: PageTransport,
  decode: DecodeSnapshot,
  initial: Partial<AppState> = {},
): App & { readonly stop: () => void } {
  const store = createAppStore(initial)
  const context = { store, transport }
  const captures = captureActions(context, decode)
  const connections = connectionActions(context, () => void captures.takeCapture())
  const kexts = kextActions(context)
  const projects = projectActions(context)

  const start = async () => {
    try {
      const [host, connection] = await Promise.all([
        ask(transport, 'host.info', {}),
        ask(transport, 'guest.connection', {}),
      ])
      store.setState({ host, connection, hostFailure: null, hostPresence: 'here' })
      await Promise.all([
        connections.loadTargets(),
        kexts.loadHistory(),
        captures.showLatest(),
        projects.loadProject(),
      ])
    } catch (error) {
      store.setState({ hostFailure: failureOf(error) })
    }
  }
  const actions: AppActions = {
    ...connections,
    ...captures,
    ...exploreActions(context),
    ...kexts,
    ...buildActions(context),
    ...matchingActions(context),
    ...projects,
    start,
  }
  const stopEvents = transport.subscribe(event => takeEvent(store, actions, event))
  const stopWatching = transport.watchHost?.(hostPresence => {
    // What was said while nobody listened is asked for: the guest, the history, the newest capture.
    if (hostPresence === 'here') void start()
    else store.setState({ hostPresence })
  })
  const stopProject = followProject(context)
  const stop = () => {
    stopProject()
    stopEvents()
    stopWatching?.()
  }
  return { store, actions, stop }
}
