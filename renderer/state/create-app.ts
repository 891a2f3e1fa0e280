import { ask } from '../../core/contract/transport.ts'
import type { PageTransport } from '../client.ts'
import type { App } from './app-context.tsx'
import type { AppState } from './app-state.ts'
import { bookmarkActions, type BookmarkActions } from './bookmark-actions.ts'
import { buildActions, type BuildActions } from './build-actions.ts'
import { captureActions, type CaptureActions, type DecodeSnapshot } from './capture-actions.ts'
import { compareHere, type Comparer } from '../compare/create-comparer.ts'
import { readLooksHere, type LookReader } from '../compare/read-look.ts'
import { compareActions, type CompareActions } from './compare-actions.ts'
import { connectionActions, type ConnectionActions } from './connection-actions.ts'
import { takeEvent } from './events.ts'
import { exploreActions, type ExploreActions } from './explore-actions.ts'
import { filterActions, type FilterActions } from './filter-actions.ts'
import { kextActions, type KextActions } from './kext-actions.ts'
import { matchingActions, type MatchingActions } from './matching-actions.ts'
import { navigationActions, type NavigationActions } from './navigation-actions.ts'
import { followProject } from './follow-project.ts'
import { helpActions, type HelpActions } from './help-actions.ts'
import { followLayout } from './follow-layout.ts'
import { pictureActions, type PictureActions } from './picture-actions.ts'
import { preferenceActions, type PreferenceActions } from './preference-actions.ts'
import { projectActions, type ProjectActions } from './project-actions.ts'
import { shareActions, type ShareActions } from './share-actions.ts'
import { createRecentCaptures } from './recent-captures.ts'
import { timelineActions, type TimelineActions } from './timeline-actions.ts'
import { createAppStore, failureOf } from './store.ts'
import { followWatch } from './follow-watch.ts'
import { watchActions, type WatchActions } from './watch-actions.ts'

export interface AppActions
  extends
    ConnectionActions,
    CaptureActions,
    ExploreActions,
    FilterActions,
    KextActions,
    BuildActions,
    MatchingActions,
    ProjectActions,
    PictureActions,
    PreferenceActions,
    ShareActions,
    HelpActions,
    NavigationActions,
    BookmarkActions,
    TimelineActions,
    CompareActions,
    WatchActions {
  /** Asks the host for everything a fresh page needs; again when the host was gone. */
  readonly start: () => Promise<void>
}

/** The state and everything that changes it. Returns with `stop`, which ends listening to the host. */
export function createApp(
  transport: PageTransport,
  decode: DecodeSnapshot,
  initial: Partial<AppState> = {},
  comparer: Comparer = compareHere,
  looks: LookReader = readLooksHere(transport, decode),
): App & { readonly stop: () => void } {
  const store = createAppStore(initial)
  const context = { store, transport }
  const recent = createRecentCaptures()
  const captures = captureActions(context, decode, recent)
  const connections = connectionActions(context, () => void captures.takeCapture())
  const kexts = kextActions(context)
  const projects = projectActions(context)
  const preferences = preferenceActions(context)
  const comparing = compareActions(context, decode, comparer, recent, {
    connect: async (targetId, signal) => {
      signal.addEventListener('abort', connections.cancelConnect)
      const isConnected = await connections.connect(targetId)
      signal.removeEventListener('abort', connections.cancelConnect)
      return isConnected
    },
    openFile: transport.openFile,
  })
  const timeline = timelineActions(context, captures, comparing, preferences)
  const explore = exploreActions(context)
  const watches = watchActions(context, looks, preferences.setPreference, explore.showEntry)
  const navigation = navigationActions(context, preferences)

  const start = async () => {
    const { current: shown, timeline: time } = store.getState()
    // What is looked at on purpose stays when the host was away for a moment.
    const isKept = shown !== null && (time.isHeld || shown.comparison !== undefined)
    try {
      const [host, connection] = await Promise.all([
        ask(transport, 'host.info', {}),
        ask(transport, 'guest.connection', {}),
      ])
      store.setState({ host, connection, hostFailure: null, hostPresence: 'here' })
      await Promise.all([
        connections.loadTargets(),
        kexts.loadHistory(),
        isKept ? null : captures.showLatest(),
        projects.loadProject(),
        preferences.loadPreferences(),
        timeline.loadTimeline(),
        watches.loadWatch(),
      ])
      // The address of a page that was reloaded names the two that it compared.
      const { compare } = store.getState()
      if (shown === null && compare.before !== null && compare.after !== null) {
        await comparing.compare(compare.before, compare.after)
      }
    } catch (error) {
      store.setState({ hostFailure: failureOf(error) })
    }
  }
  const actions: AppActions = {
    ...connections,
    ...captures,
    ...explore,
    ...filterActions(context, explore),
    ...kexts,
    ...buildActions(context),
    ...matchingActions(context),
    ...projects,
    ...preferences,
    ...shareActions(context),
    ...helpActions(context),
    ...pictureActions(context),
    ...navigation,
    ...bookmarkActions(context, preferences, navigation),
    ...timeline,
    ...comparing,
    ...watches,
    // While a capture is chosen to be compared, a file that is dropped is that one.
    openFiles: async files => {
      const { view, compare } = store.getState()
      const { choosing } = compare
      const file = files.at(-1)
      if (view === 'changes' && choosing && file)
        await comparing.putCompared(choosing, { kind: 'dropped', file })
      else await captures.openFiles(files)
    },
    start,
  }
  const stopLayout = followLayout(store, preferences)
  const stopEvents = transport.subscribe(event => takeEvent({ store, actions }, event))
  const stopWatching = transport.watchHost?.(hostPresence => {
    // What was said while nobody listened is asked for: the guest, the history, the newest capture.
    if (hostPresence === 'here') void start()
    else store.setState({ hostPresence })
  })
  const stopProject = followProject(context)
  const stopFollowing = followWatch(context, looks, watches.showWatchNotice)
  const stop = () => {
    stopProject()
    stopLayout()
    actions.flushPanels()
    stopFollowing()
    stopEvents()
    stopWatching?.()
  }
  return { store, actions, stop }
}
