import { changeDetails, type ChangeDetail } from '../../../core/diff/change-details.ts'
import { shortPath } from '../../../core/diff/entry-blocks.ts'
import { ChangeBit } from '../../../core/diff/snapshot-diff.ts'
import { nodesOf } from '../../../core/registry/lookup.ts'
import type { EntryIndex, Snapshot } from '../../../core/registry/snapshot.ts'
import { stringAt } from '../../../core/registry/strings.ts'
import type { Comparison } from '../../state/app-state.ts'

export const changeKinds = ['new', 'gone', 'moved', 'changed'] as const
export type ChangeKind = (typeof changeKinds)[number]

/** Entries that differ, as columns: new, gone, moved, changed, each in the order of its snapshot. */
export interface ChangeList {
  readonly length: number
  /** -> changeKinds */
  readonly kind: Uint8Array
  /** The entry in the merged snapshot. */
  readonly entry: Int32Array
  /** Row of `diff.changed`, or -1. */
  readonly row: Int32Array
  readonly counts: Readonly<Record<ChangeKind, number>>
}

/** @param all noise too */
export function changeList({ diff, merged }: Comparison, all: boolean): ChangeList {
  const { changed } = diff
  const gone = merged.snapshot.entries.length - merged.afterCount
  const rows: [number, number, number][] = []
  for (const entry of diff.added) rows.push([0, entry, -1])
  for (let i = 0; i < gone; i++) rows.push([1, merged.afterCount + i, -1])
  for (const wantsMoved of [true, false]) {
    for (let row = 0; row < changed.length; row++) {
      const shown = all ? changed.what[row]! : changed.what[row]! & ~changed.muted[row]!
      const isMoved = (shown & ChangeBit.moved) !== 0
      if (shown !== 0 && isMoved === wantsMoved) {
        rows.push([wantsMoved ? 2 : 3, changed.after[row]!, row])
      }
    }
  }
  const kind = Uint8Array.from(rows, ([each]) => each)
  const counts = { new: 0, gone: 0, moved: 0, changed: 0 }
  for (const each of kind) counts[changeKinds[each]!]++
  return {
    length: rows.length,
    kind,
    entry: Int32Array.from(rows, ([, entry]) => entry),
    row: Int32Array.from(rows, ([, , row]) => row),
    counts,
  }
}

/** What a text is looked for in: name, class, keys that changed. Made once for each list. */
export function haystacksOf(
  list: ChangeList,
  { before, after, diff, merged }: Comparison,
): string[] {
  const { snapshot } = merged
  const keysOf = (row: number): string => {
    if (row < 0) return ''
    const { changed, properties } = diff
    let keys = ''
    const end = changed.firstProperty[row + 1]!
    for (let at = changed.firstProperty[row]!; at < end; at++) {
      const [p, q] = [properties.before[at]!, properties.after[at]!]
      const [from, property] = q >= 0 ? [after.snapshot, q] : [before.snapshot, p]
      keys += `\0${stringAt(from.strings, from.properties.key[property]!)}`
    }
    return keys
  }
  return Array.from(list.entry, (entry, i) =>
    `${nameOf(snapshot, entry)}\0${classOf(snapshot, entry)}${keysOf(list.row[i]!)}`.toLowerCase(),
  )
}

/** Items of the list that are shown. */
export function shownItems(
  list: ChangeList,
  kinds: ReadonlySet<ChangeKind>,
  passes: (item: number) => boolean,
): Int32Array {
  const shown = new Int32Array(list.length)
  let count = 0
  for (let item = 0; item < list.length; item++) {
    if (!kinds.has(changeKinds[list.kind[item]!]!)) continue
    if (passes(item)) shown[count++] = item
  }
  return shown.subarray(0, count)
}

/** A row of the list: an entry, or one detail of the entry above it. */
export interface ChangeRows {
  readonly length: number
  readonly item: Int32Array
  /** -1 for the entry itself. */
  readonly detail: Int32Array
}

export function changeRows(
  items: Int32Array,
  isOpen: (item: number) => boolean,
  detailsOf: (item: number) => readonly ChangeDetail[],
): ChangeRows {
  const item: number[] = []
  const detail: number[] = []
  for (const each of items) {
    item.push(each)
    detail.push(-1)
    if (!isOpen(each)) continue
    detailsOf(each).forEach((_, i) => {
      item.push(each)
      detail.push(i)
    })
  }
  return { length: item.length, item: Int32Array.from(item), detail: Int32Array.from(detail) }
}

/** Remembers what was read; a list that is scrolled reads an entry once. */
export function detailReader(
  list: ChangeList,
  comparison: Comparison,
  all: boolean,
): (item: number) => readonly ChangeDetail[] {
  const known = new Map<number, readonly ChangeDetail[]>()
  const { diff, before, after } = comparison
  return item => {
    let details = known.get(item)
    if (!details) {
      const row = list.row[item]!
      details = row < 0 ? [] : changeDetails(diff, before.snapshot, after.snapshot, row, all)
      known.set(item, details)
    }
    return details
  }
}

export function nameOf({ entries, strings }: Snapshot, entry: EntryIndex): string {
  const index = entries.name[entry]!
  return index < 0 ? '' : stringAt(strings, index)
}

/** Below what it is or was: the path of its provider in the first plane that has it. */
export function placeOf(snapshot: Snapshot, entry: EntryIndex): string {
  for (const plane of snapshot.planes) {
    const node = nodesOf(snapshot, plane, entry)[0]
    const parent = node === undefined ? -1 : plane.parent[node]!
    if (parent >= 0) return shortPath(snapshot, plane, parent)
  }
  return ''
}

export function classOf({ entries, strings }: Snapshot, entry: EntryIndex): string {
  const index = entries.className[entry]!
  return index < 0 ? '' : stringAt(strings, index)
}
