import type { SearchScope } from '../../core/query/search.ts'
import type { NodeIndex } from '../../core/registry/snapshot.ts'
import { lastGoodAfter } from '../filter/read-filter.ts'
import type { EntryRef, InspectorTab, Layout, ViewName } from './app-state.ts'
import { noFolds, setNodesOpen, showNodeOf } from './open-nodes.ts'
import { movedTo } from './navigation-steps.ts'
import type { ActionContext } from './store.ts'

export interface ExploreActions {
  readonly setView: (view: ViewName) => void
  readonly setPlane: (plane: string) => void
  readonly setFilter: (filter: string) => void
  readonly setFilterScope: (scope: SearchScope) => void
  /** Rows that come into sight are answered first, and told where the text stands in them. */
  readonly seeRows: (nodes: Int32Array) => void
  readonly setInspectorTab: (tab: InspectorTab) => void
  readonly setPictureLarge: (isLarge: boolean) => void
  readonly setLayout: (change: Partial<Layout>) => void
  /** Selects without moving the tree: the row that was clicked is in sight. */
  readonly select: (ref: EntryRef | null) => void
  /** The same by a key that moves on to what is beside it: a run of these is one step to go back. */
  readonly stepTo: (ref: EntryRef) => void
  /** Selects, opens what hides the entry, and brings its row into sight in the registry view. */
  readonly showEntry: (ref: EntryRef) => void
  readonly setOpen: (nodes: readonly NodeIndex[], isOpen: boolean) => void
  readonly scrollToSelection: () => void
  readonly clearNotice: () => void
}

export function exploreActions({ store }: ActionContext): ExploreActions {
  return {
    setView: view =>
      store.setState(({ notice }) => ({
        view,
        editedWhatIf: null,
        // Why something could not be done there is over.
        notice: notice?.failure.kind === 'not-now' ? null : notice,
      })),
    setPlane: plane =>
      store.setState(state => {
        const navigation = movedTo(state, { ref: state.selected, plane })
        return {
          plane,
          navigation,
          ...noFolds,
          // What is selected may have no place there; the plane was asked for all the same.
          ...showNodeOf({ ...state, plane, navigation }, state.selected, 'here'),
        }
      }),
    setFilter: filter =>
      store.setState(state => ({
        filter,
        filters: { ...state.filters, lastGood: lastGoodAfter(state, filter) },
        ...noFolds,
        // The selection may move a long way when rows come back.
        scrollGeneration: state.scrollGeneration + 1,
        ...(filter === '' ? showNodeOf({ ...state, filter }, state.selected) : {}),
      })),
    setFilterScope: filterScope =>
      store.setState(state => ({
        filterScope,
        ...noFolds,
        scrollGeneration: state.scrollGeneration + 1,
      })),
    seeRows: nodes => store.setState({ rowsInSight: nodes }),
    setInspectorTab: inspectorTab => store.setState({ inspectorTab }),
    setPictureLarge: isPictureLarge =>
      store.setState(state => ({
        isPictureLarge,
        inspectorTab: 'picture',
        scrollGeneration: state.scrollGeneration + 1,
      })),
    setLayout: change => store.setState(state => ({ layout: { ...state.layout, ...change } })),
    select: selected =>
      store.setState(state => ({ selected, navigation: movedTo(state, { ref: selected }) })),
    stepTo: selected =>
      store.setState(state => ({
        selected,
        navigation: movedTo(state, { ref: selected }, 'step'),
      })),
    showEntry: ref =>
      store.setState(state => {
        const navigation = movedTo(state, { ref })
        return {
          view: 'registry',
          editedWhatIf: null,
          selected: ref,
          navigation,
          ...showNodeOf({ ...state, navigation }, ref),
        }
      }),
    setOpen: (nodes, isOpen) => store.setState(state => setNodesOpen(state, nodes, isOpen)),
    scrollToSelection: () =>
      store.setState(state => ({ scrollGeneration: state.scrollGeneration + 1 })),
    clearNotice: () => store.setState({ notice: null }),
  }
}
