import type { Snapshot } from '../../core/registry/snapshot.ts'
import { findEntry } from '../registry/selection.ts'
import type { AppState, EntryRef } from './app-state.ts'
import type { NavigationState, NavigationStep } from './navigation-state.ts'

/** Steps that are kept in each direction. */
const mostSteps = 100

/** Where the window is: a selection in a plane. */
type Here = Pick<AppState, 'selected' | 'plane' | 'navigation'>

/**
 * The navigation after the selection moves: where the user was can be gone back to. Steps of arrow keys follow each
 * other so fast that only the place where they began counts.
 */
export function movedTo(
  here: Here,
  to: { readonly ref: EntryRef | null; readonly plane?: string },
  how: 'step' | 'leap' = 'leap',
): NavigationState {
  const { selected, plane, navigation } = here
  const isElsewhere = !isSameRef(selected, to.ref) || (to.plane ?? plane) !== plane
  const isStep = how === 'step'
  const isKept = isElsewhere && selected !== null && !(isStep && navigation.isStepping)
  return {
    ...navigation,
    chosen: null,
    said: null,
    isStepping: isElsewhere ? isStep : navigation.isStepping,
    ...(isKept
      ? { back: [...navigation.back, { ref: selected, plane }].slice(-mostSteps), forward: [] }
      : {}),
  }
}

export interface Travel {
  readonly step: NavigationStep
  readonly navigation: NavigationState
}

/**
 * Going back (`by` below zero) or forward so many steps; one step leaves out what is not in the snapshot. Null when there
 * is nothing to go to.
 */
export function travel(here: Here, snapshot: Snapshot, by: number): Travel | null {
  const { back, forward } = here.navigation
  const now = here.selected ? [{ ref: here.selected, plane: here.plane }] : []
  const all = [...back, ...now, ...forward]
  const direction = by < 0 ? -1 : 1
  // Without a selection there is no place of its own between those before and those after.
  let at = back.length + by - (now.length === 0 && by > 0 ? 1 : 0)
  for (let step = all[at]; step && findEntry(snapshot, step.ref) === null;)
    step = all[(at += direction)]
  const step = all[at]
  if (!step) return null
  return {
    step,
    navigation: {
      ...here.navigation,
      back: all.slice(0, at).slice(-mostSteps),
      forward: all.slice(at + 1, at + 1 + mostSteps),
      isStepping: false,
      chosen: null,
      said: null,
    },
  }
}

/** The same for another capture. Of another boot an ID means another entry, so there only paths are carried. */
export function carryNavigation(navigation: NavigationState, isSameBoot: boolean): NavigationState {
  if (isSameBoot) return navigation
  const steps = (all: readonly NavigationStep[]) =>
    all.flatMap(step => {
      const ref = withoutId(step.ref)
      return ref ? [{ ...step, ref }] : []
    })
  return {
    ...navigation,
    back: steps(navigation.back),
    forward: steps(navigation.forward),
    scope: navigation.scope && withoutId(navigation.scope),
  }
}

function withoutId({ path }: EntryRef): EntryRef | null {
  return path === null ? null : { id: null, path }
}

export function isSameRef(one: EntryRef | null, other: EntryRef | null): boolean {
  return one === other || (one !== null && one.id === other?.id && one.path === other.path)
}
