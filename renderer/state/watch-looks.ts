import type { Capture } from '../../core/contract/types.ts'
import {
  beginFollowing,
  followLook,
  lookHow,
  followReboot,
  purge,
  takeLook,
  withoutOldMarks,
  type ComparedLook,
  type FollowedLooks,
  type LookHow,
} from '../../core/watch/follow-looks.ts'
import type { ChangeRow } from '../../core/watch/change-rows.ts'
import { isWatchOn, type WatchStatus } from '../../core/watch/watch-status.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import type { AppState, OpenCapture } from './app-state.ts'
import type { WatchState } from './watch-state.ts'
import { isSameBoot, withCapture } from './with-capture.ts'

// What becomes of the state when a guest that is watched is looked at. Pure.

/** A capture that the user asked for, or an action took: shown, with the marks of the watch where there is one. */
export function withTaken(state: AppState, opened: OpenCapture, now: number): Partial<AppState> {
  const { watch } = state
  if (!isWatchOn(watch.status)) {
    return { ...withCapture(state, opened), watch: { ...watch, followed: null, capture: null } }
  }
  // A file, or an older capture that is looked up: the watch goes on behind it.
  if (!isOfWatch(watch, opened)) return withCapture(state, opened)
  const followed = next(state, opened, now)
  return {
    ...withCapture(state, shownOf(followed, opened.capture)),
    watch: withFollowed(watch, followed, opened.capture),
  }
}

/** Back to what is watched, from a file or an older capture. */
export function withWatched(state: AppState): Partial<AppState> {
  const { followed, capture } = state.watch
  if (!followed || !capture || isWatchedShown(state)) return {}
  return {
    ...withCapture(state, shownOf(followed, capture)),
    // The looks that follow are shown again.
    timeline: { ...state.timeline, isHeld: false },
  }
}

/**
 * The window shows the newest look, with what is gone. A comparison may show the same tables, but marks of its own: where
 * nothing is gone, both have those of the look.
 */
export function showsLook({ watch, current }: Pick<AppState, 'watch' | 'current'>): boolean {
  if (!current || current.comparison) return false
  return current.snapshot === watch.followed?.merged.snapshot
}

/** What is shown is of a watch that goes on. */
export function isLookShown(state: AppState): boolean {
  return isWatchOn(state.watch.status) && showsLook(state)
}

/** The window shows what is watched, or nothing has been looked at yet. */
export function isWatchedShown(state: AppState): boolean {
  return !state.watch.followed || showsLook(state)
}

/** A look that was compared beside the page. It counts where what it was compared with is shown still. */
export interface LookBeside {
  readonly before: Snapshot
  readonly how: LookHow
  readonly compared: ComparedLook
}

/** A look of the watch, which nobody asked for: the selection, the open rows and the place in the list stay. */
export function withLook(
  state: AppState,
  opened: OpenCapture,
  now: number,
  beside: LookBeside | null = null,
): Partial<AppState> {
  const followed = next(state, opened, now, beside)
  const watch = withFollowed(state.watch, followed, opened.capture)
  if (!isInSight(state, opened)) return { watch }
  const shown = shownOf(followed, opened.capture)
  return {
    ...withCapture(state, shown),
    draftFor: state.draftFor,
    isChoosingTarget: state.isChoosingTarget,
    scrollGeneration: state.scrollGeneration,
    watch,
  }
}

/** What the host says of the watch. What is shown when it begins is what the first look is compared with. */
export function withStatus(state: AppState, status: WatchStatus): Partial<AppState> {
  const { watch, current } = state
  if (!isWatchOn(status) || isWatchOn(watch.status)) return { watch: { ...watch, status } }
  const isBase = current && !current.comparison && isOfGuest(current.capture, status.targetId)
  const goesOn = showsLook(state)
  return {
    watch: {
      ...watch,
      status,
      // What comes from now on is what is looked for.
      isListOpen: true,
      ruleMemory: new Map(),
      ...(!goesOn && {
        followed: isBase ? beginFollowing(current.snapshot, watch.followed) : null,
        capture: isBase ? current.capture : null,
      }),
    },
  }
}

export function withoutGone(state: AppState): Partial<AppState> {
  return replaced(state, purge)
}

export function withMarksOf(state: AppState, now: number): Partial<AppState> {
  return replaced(state, followed => withoutOldMarks(followed, now))
}

export function withoutChanges({ watch }: AppState): Partial<AppState> {
  const { followed } = watch
  if (!followed) return {}
  return { watch: { ...watch, followed: { ...followed, changes: [], forgottenChanges: 0 } } }
}

/** `3 new, 1 gone, 2 changes`; empty for none. */
export function summaryOf(changes: readonly ChangeRow[]): string {
  const count = (wanted: (row: ChangeRow) => boolean) => changes.filter(wanted).length
  const isNew = count(({ what }) => what === 'new')
  const gone = count(({ what }) => what === 'gone')
  const others = changes.length - isNew - gone
  return [
    isNew > 0 && `${isNew} new`,
    gone > 0 && `${gone} gone`,
    others > 0 && `${others} ${others === 1 ? 'change' : 'changes'}`,
  ]
    .filter(Boolean)
    .join(', ')
}

/** The rows of a list that another one does not have yet. */
export function newChanges(before: FollowedLooks | null, now: FollowedLooks): readonly ChangeRow[] {
  const known = before ? before.forgottenChanges + before.changes.length : 0
  return now.changes.slice(Math.max(0, known - now.forgottenChanges))
}

function replaced(
  state: AppState,
  step: (followed: FollowedLooks) => FollowedLooks,
): Partial<AppState> {
  const { watch, current } = state
  if (!watch.followed || !watch.capture) return {}
  const followed = step(watch.followed)
  if (followed === watch.followed) return {}
  if (!current || !showsLook(state)) return { watch: { ...watch, followed } }
  const { snapshot, marks } = followed.merged
  if (snapshot === current.snapshot) {
    return { watch: { ...watch, followed }, current: { ...current, marks } }
  }
  const shown = { ...current, snapshot, marks }
  return {
    ...withCapture(state, shown),
    draftFor: state.draftFor,
    isChoosingTarget: state.isChoosingTarget,
    scrollGeneration: state.scrollGeneration,
    watch: { ...watch, followed },
  }
}

function isOfWatch({ status, capture: last }: WatchState, { capture }: OpenCapture): boolean {
  const isLater = !last || Date.parse(capture.takenAt) >= Date.parse(last.takenAt)
  return isOfGuest(capture, status.targetId) && isLater
}

const isOfGuest = ({ source }: Capture, targetId: string | null): boolean =>
  source.kind === 'guest' && source.targetId === targetId

/** The window shows what is watched, and not a file, a comparison or an older capture. */
function isInSight({ watch, current, timeline }: AppState, { capture }: OpenCapture): boolean {
  if (!current) return true
  if (current.comparison || timeline.isHeld) return false
  if (watch.followed) return showsLook({ watch, current })
  const [one, other] = [current.capture.source, capture.source]
  return one.kind === 'guest' && other.kind === 'guest' && one.targetId === other.targetId
}

/** What a look is compared with, and how; null: with nothing, as after a reboot. */
export function baseOfLook(
  { watch, current }: AppState,
  capture: Capture,
  now: number,
): { readonly followed: FollowedLooks; readonly how: LookHow } | null {
  const { followed, capture: before } = watch
  if (followed && before) {
    if (!isSameBoot(before, capture)) return null
    const boots = {
      before: before.identity?.bootSessionUuid ?? null,
      after: capture.identity?.bootSessionUuid ?? null,
    }
    return { followed, how: lookHow(followed, now, { boots }) }
  }
  const isBase = current !== null && !current.comparison && isSameGuest(current.capture, capture)
  if (!isBase) return null
  const begun = beginFollowing(current.snapshot)
  return { followed: begun, how: lookHow(begun, now) }
}

function next(
  state: AppState,
  { capture, snapshot }: OpenCapture,
  now: number,
  beside: LookBeside | null = null,
): FollowedLooks {
  const base = baseOfLook(state, capture, now)
  const { followed, capture: before } = state.watch
  if (!base) {
    return followed && before ? followReboot(followed, snapshot, now) : beginFollowing(snapshot)
  }
  if (beside?.before === base.followed.merged.snapshot) {
    return takeLook(base.followed, snapshot, beside.compared, beside.how)
  }
  return followLook(base.followed, snapshot, now, base.how.options)
}

function isSameGuest(one: Capture, other: Capture): boolean {
  return (
    one.source.kind === 'guest' &&
    other.source.kind === 'guest' &&
    one.source.targetId === other.source.targetId &&
    isSameBoot(one, other)
  )
}

const shownOf = ({ merged }: FollowedLooks, capture: Capture): OpenCapture => ({
  capture,
  snapshot: merged.snapshot,
  marks: merged.marks,
})

function withFollowed(watch: WatchState, followed: FollowedLooks, capture: Capture): WatchState {
  const spoken = summaryOf(newChanges(watch.followed, followed))
  return { ...watch, followed, capture, ...(spoken !== '' && { spoken }) }
}
