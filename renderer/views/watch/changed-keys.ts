import { useMemo } from 'react'
import type { EntryIndex, Snapshot } from '../../../core/registry/snapshot.ts'
import type { FollowedLooks } from '../../../core/watch/follow-looks.ts'
import { entryId } from '../../registry/columns.ts'
import type { PropertyRow } from '../../registry/property-rows.ts'
import { refOfEntry } from '../../registry/selection.ts'
import { useApp } from '../../state/app-context.tsx'
import styles from './row-mark.module.css'

/** The properties of an entry that the watch has just seen change, for as long as the entry is marked. */
export function useChangedKeys(snapshot: Snapshot, entry: EntryIndex): ReadonlySet<string> {
  const followed = useApp(state => state.watch.followed)
  return useMemo(() => changedKeys(followed, snapshot, entry), [followed, snapshot, entry])
}

const none: ReadonlySet<string> = new Set()

export function changedKeys(
  followed: FollowedLooks | null,
  snapshot: Snapshot,
  entry: EntryIndex,
): ReadonlySet<string> {
  if (followed?.merged.snapshot !== snapshot) return none
  const since = followed.merged.marks.at.get(entry)
  if (since === undefined) return none
  const id = entryId(snapshot, entry)
  const path = id === null ? refOfEntry(snapshot, entry, 'IOService').path : null
  const keys = new Set<string>()
  // Newest last, so what is older ends the search.
  for (let at = followed.changes.length - 1; at >= 0; at--) {
    const row = followed.changes[at]!
    if (row.at < since) break
    const isIt = id === null ? row.path === path : row.entryId === id
    if (isIt && row.property !== null) keys.add(row.property)
  }
  return keys
}

/** For the row of a property: a flash, and a word that stays. */
export function changedClass(row: PropertyRow, keys: ReadonlySet<string>): string | undefined {
  return row.kind === 'value' && row.depth === 0 && keys.has(row.item.key)
    ? styles.changedProperty
    : undefined
}
