import { nodesOf, planeNamed } from '../../core/registry/lookup.ts'
import { knownPropertyRow, knownStateRow } from '../../core/registry/place-rows.ts'
import { EntryFlag, type EntryIndex, type Snapshot } from '../../core/registry/snapshot.ts'
import type { EntryRef } from '../state/app-state.ts'
import { findNode } from './selection.ts'

/**
 * What one place shows of its entry. A dump prints an entry under each of its providers, and may tell something else
 * each time: counts move on while it is made, and a driver writes its properties anew whenever it is asked.
 */
export interface PlaceFacts {
  /** Row of the entry table with the state and the counts. */
  readonly stateRow: number
  /** Row of the entry table with the properties. */
  readonly propertyRow: number
  /** What other places show otherwise, in words: `retain count`, `properties`. */
  readonly othersDiffer: readonly string[]
}

/** @param selected the place that is meant; without one in this plane, the entry's own rows */
export function placeFacts(
  snapshot: Snapshot,
  planeName: string,
  selected: EntryRef | null,
  entry: EntryIndex,
): PlaceFacts {
  const { entries, planes } = snapshot
  // Each entry was printed once, as nearly always.
  if (entries.rows === entries.length) {
    return { stateRow: entry, propertyRow: entry, othersDiffer: [] }
  }
  const plane = planeNamed(snapshot, planeName)
  const node = plane && selected ? findNode(snapshot, plane, selected) : -1
  const isHere = plane !== undefined && node !== -1
  const stateRow = isHere ? knownStateRow(snapshot, plane, node) : entry
  const propertyRow = isHere ? knownPropertyRow(snapshot, plane, node) : entry
  const differences = new Set<string>()
  for (const other of planes) {
    for (const place of nodesOf(snapshot, other, entry)) {
      const otherState = knownStateRow(snapshot, other, place)
      for (const { word, isSame } of counts) {
        if (!isSame(snapshot, stateRow, otherState)) differences.add(word)
      }
      const otherProperties = knownPropertyRow(snapshot, other, place)
      if (!hasSameProperties(snapshot, propertyRow, otherProperties)) differences.add('properties')
    }
  }
  return { stateRow, propertyRow, othersDiffer: [...differences] }
}

interface Count {
  readonly word: string
  readonly isSame: (snapshot: Snapshot, row: number, other: number) => boolean
}

/** Alike where both rows are without it, or have the same. */
function sameBy(
  word: string,
  flag: number,
  valueOf: (snapshot: Snapshot, row: number) => number | bigint,
): Count {
  return {
    word,
    isSame: (snapshot, row, other) => {
      const { flags } = snapshot.entries
      if (((flags[row]! ^ flags[other]!) & flag) !== 0) return false
      return (flags[row]! & flag) === 0 || valueOf(snapshot, row) === valueOf(snapshot, other)
    },
  }
}

const counts: readonly Count[] = [
  sameBy('state', EntryFlag.isService, ({ entries }, row) => entries.state[row]!),
  sameBy('busy count', EntryFlag.hasBusyCount, ({ entries }, row) => entries.busyCount[row]!),
  sameBy('busy time', EntryFlag.hasBusyTime, ({ entries }, row) => entries.busyTimeNs[row]!),
  sameBy('retain count', EntryFlag.hasRetainCount, ({ entries }, row) => entries.retainCount[row]!),
]

/** The same keys in the same order, and values of the same bytes as far as their hashes tell. */
function hasSameProperties({ entries, properties }: Snapshot, row: number, other: number): boolean {
  if (row === other) return true
  const { firstProperty } = entries
  const count = firstProperty[row + 1]! - firstProperty[row]!
  if (firstProperty[other + 1]! - firstProperty[other]! !== count) return false
  for (let i = 0; i < count; i++) {
    const a = firstProperty[row]! + i
    const b = firstProperty[other]! + i
    if (properties.key[a] !== properties.key[b]) return false
    if (properties.hash[2 * a] !== properties.hash[2 * b]) return false
    if (properties.hash[2 * a + 1] !== properties.hash[2 * b + 1]) return false
  }
  return true
}
