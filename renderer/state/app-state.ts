import type {
  ActionRecord,
  ActionRequest,
  ActionSummary,
  Capture,
  CaptureProgress,
  ConnectionState,
  HostInfo,
  SavedTarget,
} from '../../core/contract/types.ts'
import type { EntryMarks } from '../../core/diff/entry-marks.ts'
import type { MergedSnapshot } from '../../core/diff/merge-snapshots.ts'
import type { SnapshotDiff } from '../../core/diff/snapshot-diff.ts'
import type { Failure } from '../../core/failure.ts'
import { defaultPreferences, type Preferences } from '../../core/contract/preferences.ts'
import type { BuildComparison } from '../../core/kext/compare-builds.ts'
import type { SearchScope } from '../../core/query/search.ts'
import type { BitSet } from '../../core/registry/bit-set.ts'
import type {
  EntryIndex,
  NodeIndex,
  PropertyIndex,
  Snapshot,
} from '../../core/registry/snapshot.ts'
import type { MatchingAnswer, MatchingQuestion, MatchingSlot } from '../matching/messages.ts'
import type { PersonalityRef } from '../matching/personality-ref.ts'
import type { WhatIfPersonality } from '../matching/what-if.ts'
import { initialFiles, type FilesState } from './files-state.ts'
import { initialFilters, type FiltersState } from './filters-state.ts'
import { initialNavigation, type NavigationState } from './navigation-state.ts'
import { initialPictures, type PicturesState } from './pictures-state.ts'
import { noProject, type ProjectState } from './project-state.ts'
import { initialCompare, type CompareState } from './compare-state.ts'
import { initialTimeline, type TimelineState } from './timeline-state.ts'
import { initialWatch, type WatchState } from './watch-state.ts'

export type ViewName = 'registry' | 'pictures' | 'changes' | 'kexts' | 'history' | 'project'
export const viewNames: readonly ViewName[] = [
  'registry',
  'pictures',
  'changes',
  'kexts',
  'history',
  'project',
]

export type InspectorTab = 'properties' | 'state' | 'matching' | 'picture'

/**
 * What the user selected. An ID survives the next capture of the same boot, a path also the next boot
 * and dumps without IDs; an index survives neither.
 */
export interface EntryRef {
  /** The registry entry ID, `0x…`. */
  readonly id: string | null
  /** `IOService:/…`: also tells which of the places of an entry with several providers is meant. */
  readonly path: string | null
}

/** A capture with its columns. Both never change; a new capture is a new object. */
export interface OpenCapture {
  readonly capture: Capture
  /** Where there are marks, with the entries that are gone: see `mergeSnapshots`. */
  readonly snapshot: Snapshot
  /** New, gone, changed: by a comparison or by watching. */
  readonly marks?: EntryMarks
  /** It is shown against another one. */
  readonly comparison?: Comparison
}

/** Two captures that are shown as one tree. The window shows `after` with what is gone of `before`. */
export interface Comparison {
  readonly before: { readonly capture: Capture; readonly snapshot: Snapshot }
  readonly after: { readonly capture: Capture; readonly snapshot: Snapshot }
  readonly diff: SnapshotDiff
  readonly merged: MergedSnapshot
}

export type CaptureWork =
  | { readonly phase: 'idle' }
  | {
      readonly phase: 'running'
      readonly what: 'take' | 'open' | 'fetch'
      readonly progress: CaptureProgress | null
    }
  | {
      readonly phase: 'failed'
      readonly what: 'take' | 'open' | 'fetch'
      readonly failure: Failure
    }

/** Signing in to one target: what was tried and what came of it. */
export type SignIn =
  | { readonly phase: 'idle' }
  | { readonly phase: 'running'; readonly targetId: string }
  | { readonly phase: 'failed'; readonly targetId: string; readonly failure: Failure }

/** The panel at the right that carries out one piece of work. */
export type SheetRequest =
  | { readonly kind: 'load'; readonly bundlePath: string | null }
  /** Begins with the plan of something that needs no more choosing. */
  | { readonly kind: 'plan'; readonly request: ActionRequest }

/** Whose present state is about to be written down as what is expected. */
export interface RecordingExpectations {
  readonly bundleIdentifier: string
  /** The host's build, when it is known. */
  readonly bundlePath: string | null
  /** The action whose kernel log lines are taken along. */
  readonly actionId: string | null
}

/** The builds of kexts that this window follows: host, guest's file, loaded image. */
export interface FollowedBuilds {
  /** Bundle identifier -> the bundle on the host, from what was pushed. */
  readonly hostPaths: ReadonlyMap<string, string>
  /** As last compared, by bundle identifier. */
  readonly compared: ReadonlyMap<string, BuildComparison>
  /** Comparisons that the user has put aside. */
  readonly dismissed: ReadonlySet<BuildComparison>
}

export const noFollowedBuilds: FollowedBuilds = {
  hostPaths: new Map(),
  compared: new Map(),
  dismissed: new Set(),
}

/** What the search worker found: nodes of one plane with a text in their names, keys or values. */
export interface DeepFound {
  readonly snapshot: Snapshot
  readonly plane: string
  readonly text: string
  readonly matches: BitSet
  /** More may come: values are being indexed, or only what is in sight was looked at. */
  readonly isComplete: boolean
}

export interface DeepSearch {
  /** `broken`: the worker ended, so that only names can be searched. */
  readonly phase: 'off' | 'indexing' | 'ready' | 'broken'
  /** The newest answer, of the filter as it is or as it was a moment ago. */
  readonly found: DeepFound | null
  /** In which property an entry has the text of `found`; -1 for those that have it in none. */
  readonly places: ReadonlyMap<EntryIndex, PropertyIndex>
}

export const noDeepSearch: DeepSearch = { phase: 'off', found: null, places: new Map() }

/** What the matching worker said last in one slot, and to what. */
export interface GivenAnswer {
  readonly snapshot: Snapshot
  readonly question: MatchingQuestion
  /** The what-if personalities it counts with. */
  readonly whatIf: readonly WhatIfPersonality[]
  readonly answer: MatchingAnswer
}

export interface Matching {
  /** `off` until somebody asks; `broken`: the worker ended. */
  readonly phase: 'off' | 'opening' | 'ready' | 'broken'
  readonly questions: Readonly<Partial<Record<MatchingSlot, MatchingQuestion>>>
  readonly answers: Readonly<Partial<Record<MatchingSlot, GivenAnswer>>>
}

export const noMatching: Matching = { phase: 'off', questions: {}, answers: {} }

export interface Layout {
  /** As the user dragged it, which may be more than a smaller window has room for; null until then: it follows the window. */
  readonly inspectorWidth: number | null
  readonly logHeight: number
  readonly isLogOpen: boolean
}

export interface AppState {
  /** Null until the host has answered once. */
  readonly host: HostInfo | null
  /** Why the host did not answer when the page started. */
  readonly hostFailure: Failure | null
  /** `gone`: its process does not answer; `strange`: it was started anew and does not know this page. */
  readonly hostPresence: 'here' | 'gone' | 'strange'

  /** Null until the host has told them: what is chosen first depends on them. */
  readonly targets: readonly SavedTarget[] | null
  readonly connection: ConnectionState
  readonly signIn: SignIn
  /** The list of targets is shown although a capture is open. */
  readonly isChoosingTarget: boolean

  readonly work: CaptureWork
  readonly current: OpenCapture | null
  /** The user is asked where to save `current`. */
  readonly isSaving: boolean
  /** Where a capture was saved last; null is the home folder. */
  readonly saveFolder: string | null
  /** Something asked for in passing did not work; shown until it is put aside. */
  readonly notice: { readonly failure: Failure } | null

  readonly view: ViewName
  readonly plane: string
  readonly selected: EntryRef | null
  readonly inspectorTab: InspectorTab
  /** The picture has the place of the tree and the inspector. */
  readonly isPictureLarge: boolean
  readonly filter: string
  /** Where the filter looks. Only `everything` is answered by the worker. */
  readonly filterScope: SearchScope
  readonly deepSearch: DeepSearch
  /** Nodes of the tree's rows that are on screen. */
  readonly rowsInSight: ArrayLike<NodeIndex> & Iterable<NodeIndex>
  /** Open nodes of `current`, by plane. Carried to the next capture by path. */
  readonly open: ReadonlyMap<string, BitSet>
  /** While filtering, the way to every hit is open except these nodes, and below a hit nothing else. */
  readonly openedInFilter: ReadonlySet<number>
  readonly closedInFilter: ReadonlySet<number>
  /** Bumped to ask the tree to bring the selection into sight; views compare, nobody resets. */
  readonly scrollGeneration: number

  readonly selectedKext: string | null
  /** Its page has the place of the kext's details. */
  readonly selectedPersonality: PersonalityRef | null
  readonly matching: Matching
  /** Personalities that the guest does not know: what-if is on where there is one. */
  readonly whatIf: readonly WhatIfPersonality[]
  /** The what-if personality that is being edited: the editor has the place of the views. */
  readonly editedWhatIf: string | null
  /** The user is asked for a bundle to add to what-if. */
  readonly isAddingWhatIf: boolean
  /** The service a driver is being drafted for. */
  readonly draftFor: EntryRef | null
  readonly sheet: SheetRequest | null
  /** Newest first. */
  readonly history: readonly ActionSummary[]
  /** Whole records by their IDs: those that run, those of this window, and the ones that were looked at last. */
  readonly records: ReadonlyMap<string, ActionRecord>
  readonly selectedAction: string | null
  readonly project: ProjectState
  readonly builds: FollowedBuilds
  readonly recordingExpectations: RecordingExpectations | null
  readonly layout: Layout
  readonly preferences: Preferences
  readonly navigation: NavigationState
  readonly filters: FiltersState
  readonly watch: WatchState
  readonly timeline: TimelineState
  readonly compare: CompareState
  readonly pictures: PicturesState
  readonly files: FilesState
  readonly help: 'none' | 'palette' | 'keys'
}

export const initialState: AppState = {
  host: null,
  hostFailure: null,
  hostPresence: 'here',
  targets: null,
  connection: { phase: 'disconnected', failure: null },
  signIn: { phase: 'idle' },
  isChoosingTarget: false,
  work: { phase: 'idle' },
  current: null,
  isSaving: false,
  saveFolder: null,
  notice: null,
  view: 'registry',
  plane: 'IOService',
  selected: null,
  inspectorTab: 'properties',
  isPictureLarge: false,
  filter: '',
  filterScope: 'names',
  deepSearch: noDeepSearch,
  rowsInSight: [],
  open: new Map(),
  openedInFilter: new Set(),
  closedInFilter: new Set(),
  scrollGeneration: 0,
  selectedKext: null,
  selectedPersonality: null,
  matching: noMatching,
  whatIf: [],
  editedWhatIf: null,
  isAddingWhatIf: false,
  draftFor: null,
  sheet: null,
  history: [],
  records: new Map(),
  selectedAction: null,
  project: noProject,
  builds: noFollowedBuilds,
  recordingExpectations: null,
  layout: { inspectorWidth: null, logHeight: 220, isLogOpen: false },
  preferences: defaultPreferences,
  navigation: initialNavigation,
  filters: initialFilters,
  watch: initialWatch,
  timeline: initialTimeline,
  compare: initialCompare,
  pictures: initialPictures,
  files: initialFiles,
  help: 'none',
}
