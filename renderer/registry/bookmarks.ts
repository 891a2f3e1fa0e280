import type { Bookmark } from '../../core/contract/preferences.ts'
import { entryById, nodesOf } from '../../core/registry/lookup.ts'
import { nodeLabel, nodePath } from '../../core/registry/paths.ts'
import type { EntryIndex, Snapshot } from '../../core/registry/snapshot.ts'
import type { EntryRef } from '../state/app-state.ts'
import { entryLabel } from './entry-facts.ts'
import { findEntry, findNode } from './selection.ts'

const longestName = 100

/** A bookmark at an entry, called as the tree calls it. */
export function bookmarkAt(
  snapshot: Snapshot,
  ref: EntryRef,
  planeName: string,
  id: string,
): Bookmark | null {
  const entry = findEntry(snapshot, ref)
  if (entry === null) return null
  const plane = snapshot.planes.find(each => each.plane === planeName)
  const node = plane ? findNode(snapshot, plane, ref) : -1
  const label = node === -1 ? entryLabel(snapshot, entry) : nodeLabel(snapshot, plane!, node)
  const name = Array.from(label).slice(0, longestName).join('').trim()
  return { id, name: name === '' ? 'Entry' : name, entryId: ref.id, path: ref.path }
}

/**
 * The entry that a bookmark means in this capture. It may be of another boot, where an ID belongs to somebody else: the ID
 * counts for an entry that has the path, as one of equal siblings, and, where nothing has the path any more, for one that
 * still has its last name, as an entry that moved.
 */
export function bookmarkedEntry(snapshot: Snapshot, bookmark: Bookmark): EntryIndex | null {
  const { path, entryId } = bookmark
  const byId = entryId === null ? -1 : entryById(snapshot, BigInt(entryId))
  if (path === null) return byId === -1 ? null : byId
  if (byId !== -1 && pathsOf(snapshot, byId).includes(path)) return byId
  const atPath = findEntry(snapshot, { id: null, path })
  if (atPath !== null) return atPath
  return byId !== -1 && path.endsWith(`/${entryLabel(snapshot, byId)}`) ? byId : null
}

/** Where to go for a bookmark; null when its entry is not in this capture. */
export function bookmarkRef(snapshot: Snapshot, bookmark: Bookmark): EntryRef | null {
  const entry = bookmarkedEntry(snapshot, bookmark)
  if (entry === null) return null
  const isById =
    bookmark.entryId !== null && entryById(snapshot, BigInt(bookmark.entryId)) === entry
  return { id: isById ? bookmark.entryId : null, path: bookmark.path }
}

/** The bookmark at an entry, if there is one. Looks at this entry alone, for paths take their time to be found. */
export function bookmarkOf(
  snapshot: Snapshot,
  bookmarks: readonly Bookmark[],
  entry: EntryIndex | null,
): Bookmark | null {
  if (entry === null || bookmarks.length === 0) return null
  const paths = pathsOf(snapshot, entry)
  const mayBe = ({ path, entryId }: Bookmark) =>
    (path !== null && paths.includes(path)) ||
    (entryId !== null && entryById(snapshot, BigInt(entryId)) === entry)
  return bookmarks.find(each => mayBe(each) && bookmarkedEntry(snapshot, each) === entry) ?? null
}

export function renamed(
  bookmarks: readonly Bookmark[],
  id: string,
  name: string,
): readonly Bookmark[] {
  const text = name.trim().slice(0, longestName)
  return text === ''
    ? bookmarks
    : bookmarks.map(each => (each.id === id ? { ...each, name: text } : each))
}

/** One place up (-1) or down (1); at the ends nothing. */
export function moved(bookmarks: readonly Bookmark[], id: string, by: 1 | -1): readonly Bookmark[] {
  const at = bookmarks.findIndex(each => each.id === id)
  const to = at + by
  if (at === -1 || to < 0 || to >= bookmarks.length) return bookmarks
  const order = [...bookmarks]
  ;[order[at], order[to]] = [order[to]!, order[at]!]
  return order
}

function pathsOf(snapshot: Snapshot, entry: EntryIndex): readonly string[] {
  return snapshot.planes.flatMap(plane =>
    Array.from(nodesOf(snapshot, plane, entry), node => nodePath(snapshot, plane, node)),
  )
}
