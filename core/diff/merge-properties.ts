import { copyProperties, propertyColumns } from '../registry/property-columns.ts'
import type { EntryIndex, PropertyTable, Snapshot } from '../registry/snapshot.ts'
import type { GoneRows } from './gone-rows.ts'
import { keepValues, lostSource } from './kept-values.ts'
import type { MergedStrings } from './merged-strings.ts'

export interface MergedProperties {
  readonly properties: PropertyTable
  readonly firstProperty: Uint32Array
  readonly sources: Snapshot['sources']
  /** Properties that found no room, and the merged rows that have none of theirs now. */
  readonly lost: number
  readonly lostOf: readonly EntryIndex[]
}

export function mergeProperties(
  before: Snapshot,
  after: Snapshot,
  rows: GoneRows,
  strings: MergedStrings,
): MergedProperties {
  const [one, two] = [before.properties, after.properties]
  const { firstProperty: first } = before.entries
  let wantedCount = 0
  for (const row of rows.rows) wantedCount += first[row + 1]! - first[row]!
  const wanted = new Uint32Array(wantedCount)
  let next = 0
  for (const row of rows.rows) {
    for (let property = first[row]!; property < first[row + 1]!; property++) {
      wanted[next++] = property
    }
  }
  const kept = keepValues(before, after, wanted)

  // Gone entries stand between the entries of `after` and its other sightings.
  const split = after.entries.firstProperty[rows.afterEntries]!
  const goneCount = rows.entryCount - rows.afterEntries
  const firstProperty = new Uint32Array(rows.rowCount + 1)
  const counts = firstProperty.subarray(1)
  const afterFirst = after.entries.firstProperty
  for (let row = 0; row < rows.afterRows; row++) {
    counts[rows.ofAfter(row)] = afterFirst[row + 1]! - afterFirst[row]!
  }
  const lostOf: EntryIndex[] = []
  let at = 0
  let goneProperties = 0
  const isLost = kept.lost > 0
  rows.rows.forEach((row, i) => {
    const all = first[row + 1]! - first[row]!
    let count = 0
    for (let end = at + all; at < end; at++) if (!isLost || kept.source[at] !== lostSource) count++
    if (count < all) lostOf.push(rows.ofBefore(row))
    counts[rows.ofBefore(row)] = count
    if (i < goneCount) goneProperties += count
  })
  for (let row = 0; row < rows.rowCount; row++) firstProperty[row + 1]! += firstProperty[row]!

  const length = firstProperty[rows.rowCount]!
  const into = propertyColumns(length)
  const copyAfter = (from: number, to: number, target: number) =>
    copyProperties(two, from, to, into, target)
  copyAfter(0, split, 0)
  copyAfter(split, two.length, split + goneProperties)
  let target = split
  for (let i = 0; i < wanted.length; i++) {
    if (target === split + goneProperties) target += two.length - split
    if (isLost && kept.source[i] === lostSource) continue
    const property = wanted[i]!
    into.key[target] = strings.number(one.key[property]!)
    into.type[target] = one.type[property]!
    into.source[target] = kept.source[i]!
    into.start[target] = kept.start[i]!
    into.end[target] = kept.end[i]!
    into.hash[2 * target] = one.hash[2 * property]!
    into.hash[2 * target + 1] = one.hash[2 * property + 1]!
    target++
  }
  return { properties: into, firstProperty, sources: kept.sources, lost: kept.lost, lostOf }
}
