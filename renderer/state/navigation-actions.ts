import { planeNamed } from '../../core/registry/lookup.ts'
import { nodeLabel } from '../../core/registry/paths.ts'
import type { NodeIndex, PlaneTable, Snapshot } from '../../core/registry/snapshot.ts'
import { chosenIn, nodesMeant } from '../registry/choose-rows.ts'
import { copyForms, copyText, type CopyForm } from '../registry/copy-text.ts'
import { atNextPlace, inNextPlane, type Place } from '../registry/same-entry.ts'
import { isInScope, scopeNode } from '../registry/scope.ts'
import { findEntry, findNode, refOfNode } from '../registry/selection.ts'
import { visibleText } from '../widgets/visible-text.ts'
import type { AppState, EntryRef } from './app-state.ts'
import type { ChosenNodes, Said } from './navigation-state.ts'
import { movedTo, travel } from './navigation-steps.ts'
import {
  closeOthers,
  openToLevel,
  setAllOpenBelow,
  setNodesOpen,
  showNodeOf,
} from './open-nodes.ts'
import type { PreferenceActions } from './preference-actions.ts'
import type { ActionContext } from './store.ts'

export interface NavigationActions {
  /** So many places back (below zero) or forward. */
  readonly travel: (by: number) => void
  /** Shows an entry in a plane: a path of another plane leads there. */
  readonly showPlace: (plane: PlaneTable, node: NodeIndex) => void
  readonly nextPlane: (step: 1 | -1) => void
  readonly nextPlace: (step: 1 | -1) => void
  /** Limits the tree to what is below an entry; null shows the whole plane. */
  readonly setScope: (scope: EntryRef | null) => void
  /** From the entry that the tree is limited to, to its provider. */
  readonly widenScope: () => void
  /** Chooses rows beside the selected one. */
  readonly choose: (chosen: ChosenNodes | null, selected: EntryRef) => void
  /** Asks the tree, which knows its rows, to choose them all. */
  readonly chooseAll: () => void
  readonly openAllBelow: (node: NodeIndex, isOpen: boolean) => void
  readonly closeOthers: (node: NodeIndex) => void
  readonly openToLevel: (levels: number) => void
  /** Copies the rows that are chosen, or the selected one; says what came of it. */
  readonly copyEntries: (form: CopyForm, withBelow: boolean) => Promise<void>
  readonly editPath: () => void
  readonly setColumns: (isColumns: boolean) => void
  readonly say: (said: Said | null) => void
}

/** `panels.open` remembers it, for every window and the next start. */
export const columnsPanel = 'registry-columns'

export function navigationActions(
  { store }: ActionContext,
  { setPreference }: PreferenceActions,
): NavigationActions {
  const say = (said: Said | null) =>
    store.setState(({ navigation }) => ({ navigation: { ...navigation, said } }))
  const tell = (text: string) => say({ text, tone: 'plain' })

  const showPlace = (plane: PlaneTable, node: NodeIndex, said: Said | null = null) =>
    store.setState(state => {
      const { snapshot } = state.current!
      const ref = refOfNode(snapshot, plane, node)
      const navigation = { ...movedTo(state, { ref, plane: plane.plane }), said }
      const there = { ...state, plane: plane.plane, navigation }
      const isSamePlane = plane.plane === state.plane
      return {
        view: 'registry' as const,
        editedWhatIf: null,
        ...(isSamePlane ? {} : { openedInFilter: new Set(), closedInFilter: new Set() }),
        plane: plane.plane,
        selected: ref,
        navigation,
        ...showNodeOf(
          isSamePlane ? there : { ...there, openedInFilter: new Set(), closedInFilter: new Set() },
          ref,
        ),
      }
    })
  const showSame = (place: Place | null, otherwise: string) => {
    if (!place) return tell(otherwise)
    const { snapshot } = store.getState().current!
    const { plane, node } = place
    const provider = plane.parent[node]!
    const below = provider === -1 ? 'at the top' : `below ${shown(snapshot, plane, provider)}`
    const text = `${shown(snapshot, plane, node)} in ${plane.plane}, ${below} (${place.number} of ${place.count}).`
    showPlace(plane, node, { text, tone: 'plain' })
  }

  return {
    travel: by =>
      store.setState(state => {
        if (!state.current) return {}
        const { navigation } = state
        const there = travel(state, state.current.snapshot, by)
        if (!there) {
          const where = by < 0 ? 'Nothing was shown before' : 'Nothing was shown after'
          const steps = by < 0 ? navigation.back : navigation.forward
          const text =
            steps.length === 0 ? `${where} this.` : `${where} this that is still in this capture.`
          return { navigation: { ...navigation, said: { text, tone: 'plain' } } }
        }
        const { ref } = there.step
        const isThere = planeNamed(state.current.snapshot, there.step.plane) !== undefined
        const plane = isThere ? there.step.plane : state.plane
        const next = { ...state, plane, navigation: there.navigation }
        return {
          view: 'registry',
          editedWhatIf: null,
          plane,
          selected: ref,
          navigation: there.navigation,
          ...showNodeOf(next, ref, isThere ? 'here' : 'anywhere'),
        }
      }),
    showPlace,
    nextPlane: step => {
      const here = whereOf(store.getState())
      if (!here) return
      const { snapshot, planeName, entry } = here
      showSame(inNextPlane(snapshot, planeName, entry, step), 'It is in no other plane.')
    },
    nextPlace: step => {
      const here = whereOf(store.getState())
      if (!here) return
      const { snapshot, planeName, entry, node } = here
      showSame(
        atNextPlace(snapshot, planeName, entry, node, step),
        `It has one place in ${planeName}: one provider, attached once.`,
      )
    },
    setScope: scope =>
      store.setState(state => {
        const navigation = { ...state.navigation, scope, chosen: null, said: null }
        const ref = scope ?? state.selected
        const isMoved = scope !== null && !isBelow(state, scope)
        return {
          view: 'registry',
          ...(isMoved ? { selected: scope } : {}),
          navigation,
          ...openTop(state, scope),
          ...(scope === null || isMoved
            ? showNodeOf({ ...state, ...openTop(state, scope), navigation }, ref)
            : { scrollGeneration: state.scrollGeneration + 1 }),
        }
      }),
    widenScope: () =>
      store.setState(state => {
        const { current, navigation, scrollGeneration } = state
        const plane = current && planeNamed(current.snapshot, state.plane)
        if (!plane) return {}
        const top = scopeNode(current.snapshot, plane, navigation.scope)
        if (top === -1) return {}
        const provider = plane.parent[top]!
        const isWhole = provider === -1 || plane.parent[provider] === -1
        const scope = isWhole ? null : refOfNode(current.snapshot, plane, provider)
        return {
          navigation: { ...navigation, scope },
          ...(scope === null
            ? showNodeOf({ ...state, navigation: { ...navigation, scope } }, state.selected)
            : { scrollGeneration: scrollGeneration + 1 }),
        }
      }),
    choose: (chosen, selected) =>
      store.setState(state => ({
        selected,
        navigation: { ...movedTo(state, { ref: selected }, 'step'), chosen },
      })),
    chooseAll: () =>
      store.setState(({ navigation }) => ({
        navigation: { ...navigation, allRequests: navigation.allRequests + 1 },
      })),
    openAllBelow: (node, isOpen) => store.setState(state => setAllOpenBelow(state, node, isOpen)),
    closeOthers: node => store.setState(state => closeOthers(state, node)),
    openToLevel: levels => store.setState(state => openToLevel(state, levels)),
    copyEntries: async (form, withBelow) => {
      const { current, selected, plane: planeName, navigation } = store.getState()
      const plane = current && planeNamed(current.snapshot, planeName)
      if (!plane) return
      const { snapshot } = current
      const node = selected ? findNode(snapshot, plane, selected) : -1
      const nodes = nodesMeant(chosenIn(navigation.chosen, snapshot, planeName), node)
      const copied = copyText(snapshot, plane, nodes, form, withBelow)
      if (copied.kind === 'refused') return say({ text: copied.why, tone: 'bad' })
      try {
        await navigator.clipboard.writeText(copied.text)
        tell(copiedWords(copied.count, form))
      } catch {
        const why = 'The clipboard refused it. Allow this page to write to it, and copy again.'
        say({ text: why, tone: 'bad' })
      }
    },
    editPath: () =>
      store.setState(({ navigation }) => ({
        view: 'registry',
        isPictureLarge: false,
        navigation: { ...navigation, pathRequests: navigation.pathRequests + 1 },
      })),
    setColumns: isColumns => {
      const { panels } = store.getState().preferences
      const value = { ...panels, open: { ...panels.open, [columnsPanel]: isColumns } }
      store.setState(({ scrollGeneration }) => ({ scrollGeneration: scrollGeneration + 1 }))
      void setPreference({ section: 'panels', value })
    },
    say,
  }
}

export function isColumns({ preferences }: Pick<AppState, 'preferences'>): boolean {
  return preferences.panels.open[columnsPanel] === true
}

function copiedWords(count: number, form: CopyForm): string {
  const number = count.toLocaleString('en-US')
  if (form === 'path') return count === 1 ? 'The path is copied.' : `${number} paths are copied.`
  const entries = count === 1 ? 'The entry is' : `${number} entries are`
  return `${entries} copied as ${copyForms[form].what}.`
}

interface Where {
  readonly snapshot: Snapshot
  readonly planeName: string
  readonly entry: number
  /** -1 where it is not attached in this plane. */
  readonly node: NodeIndex
}

function whereOf({ current, selected, plane }: AppState): Where | null {
  if (!current || !selected) return null
  const { snapshot } = current
  const entry = findEntry(snapshot, selected)
  const table = planeNamed(snapshot, plane)
  if (entry === null || !table) return null
  return { snapshot, planeName: plane, entry, node: findNode(snapshot, table, selected) }
}

function shown(snapshot: Snapshot, plane: PlaneTable, node: NodeIndex): string {
  return visibleText(nodeLabel(snapshot, plane, node))
}

/** What the tree is limited to begins open: a single closed row would say nothing. */
function openTop(state: AppState, scope: EntryRef | null): Partial<AppState> {
  const { current } = state
  const plane = current && planeNamed(current.snapshot, state.plane)
  if (!plane || !scope || state.filter !== '') return {}
  const top = findNode(current.snapshot, plane, scope)
  return top === -1 ? {} : setNodesOpen(state, [top], true)
}

function isBelow(state: AppState, scope: EntryRef): boolean {
  const { current, selected } = state
  const plane = current && planeNamed(current.snapshot, state.plane)
  if (!plane || !selected) return false
  const top = scopeNode(current.snapshot, plane, scope)
  const node = findNode(current.snapshot, plane, selected)
  return top !== -1 && node !== -1 && isInScope(plane, top, node)
}
