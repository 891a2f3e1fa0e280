import type { Capture } from '../../core/contract/types.ts'
import { planeNamed } from '../../core/registry/lookup.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import { forNextCapture } from '../matching/what-if.ts'
import { refOfNode } from '../registry/selection.ts'
import type { AppState, EntryRef, OpenCapture } from './app-state.ts'
import { carryChosen } from './carry-chosen.ts'
import { carryNavigation } from './navigation-steps.ts'
import { carryFolds, carryOpen, showNodeOf } from './open-nodes.ts'

/**
 * What changes when another capture comes: the selection and the open rows stay what they were. Of another boot
 * an ID means another entry, so there the selection is carried by its path.
 */
export function withCapture(state: AppState, opened: OpenCapture): Partial<AppState> {
  const planes = opened.snapshot.planes
  const hasPlane = planes.some(plane => plane.plane === state.plane)
  const plane = hasPlane ? state.plane : (planes[0]?.plane ?? state.plane)
  const isKept = hasPlane && state.current !== null && isOfSameBoot(state, opened)
  const next: Partial<AppState> = {
    current: opened,
    isChoosingTarget: false,
    plane,
    selected: carrySelected(state, opened) ?? rootOf(opened.snapshot, plane),
    // Of another capture an index means another entry.
    ...(state.selectedPersonality?.origin.kind === 'instance' ? { selectedPersonality: null } : {}),
    whatIf: forNextCapture(state.whatIf),
    draftFor: null,
    // Two that are compared no longer are not what the next comparison is about.
    ...(state.current?.comparison && !opened.comparison
      ? { compare: { ...state.compare, before: null, after: null } }
      : {}),
    navigation: {
      ...carryNavigation(state.navigation, isOfSameBoot(state, opened)),
      chosen: carryChosen(state.navigation.chosen, opened.snapshot, isOfSameBoot(state, opened)),
    },
    open: carryOpen(state.current?.snapshot ?? null, state.open, opened.snapshot),
    ...carryFolds(state, opened.snapshot),
    // Of the same boot what is in sight stays in its place (`useKeptScroll`).
    ...(isKept ? {} : { scrollGeneration: state.scrollGeneration + 1 }),
  }
  if (state.current !== null || !state.selected) return next
  // The address names an entry: in a large registry its providers are closed at first.
  return { ...next, ...showNodeOf({ ...state, ...next }, state.selected, 'here') }
}

function carrySelected(state: AppState, opened: OpenCapture): EntryRef | null {
  const { selected } = state
  if (!selected || isOfSameBoot(state, opened)) return selected
  return selected.path === null ? null : { id: null, path: selected.path }
}

/** Without a capture before, what the address says is of this one. */
function isOfSameBoot({ current }: AppState, opened: OpenCapture): boolean {
  return current === null || isSameBoot(current.capture, opened.capture)
}

export function isSameBoot(before: Capture, after: Capture): boolean {
  const boots = [before, after].map(({ identity }) => identity?.bootSessionUuid ?? null)
  if (!boots.includes(null)) return boots[0] === boots[1]
  const [one, other] = [before.source, after.source]
  return one.kind === 'guest' && other.kind === 'guest' && one.targetId === other.targetId
}

/** The first thing there is to look at. */
function rootOf(snapshot: Snapshot, planeName: string): EntryRef | null {
  const plane = planeNamed(snapshot, planeName)
  return plane && plane.length > 0 ? refOfNode(snapshot, plane, 0) : null
}
