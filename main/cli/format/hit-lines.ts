import type { EntryHit } from '../../../core/query/find-entries.ts'
import { nodesOf } from '../../../core/registry/lookup.ts'
import { nodePath } from '../../../core/registry/paths.ts'
import { readValue } from '../../../core/registry/read-value.ts'
import type { PlaneTable, Snapshot } from '../../../core/registry/snapshot.ts'
import type { Look } from '../look.ts'
import { entryFacts, rowFacts, textOf } from './entry-json.ts'
import { classText, deepestPath, idOf, markText, pathText, placeOf } from './entry-text.ts'
import { propertyValueToJson } from '../../../core/write/value-json.ts'
import { valueLines } from './value-text.ts'

/** Longer values are shown by their beginning: the whole one is what `show` is for. */
const longestValue = 100

/**
 * `IOService:/PCI0@0/XHC1@14  ● AppleIntelXHCI  0x1000002a3  IOClass = "AppleIntelXHCI"`
 * @param wanted what was looked for, so that of a long value the line that has it is shown
 */
export function hitLine(
  snapshot: Snapshot,
  { entry, where, property }: EntryHit,
  plane: PlaneTable,
  wanted: string,
  look: Look,
): string {
  const place = placeOf(snapshot, entry, plane)!
  const id = idOf(snapshot, entry)
  const cells = [
    pathText(snapshot, place.plane, place.node),
    markText(snapshot, entry, look) + look.paint('cyan', classText(snapshot, entry)),
    ...(id === null ? [] : [look.paint('dim', id)]),
  ]
  // Of a filter the words themselves say what was hit.
  if (property < 0 && where === 'filter') return cells.join('  ')
  if (property < 0) cells.push(look.paint('dim', where))
  else {
    const key = textOf(snapshot, snapshot.properties.key[property]!) ?? ''
    const lines = valueLines(key, readValue(snapshot, property), { isWhole: false })
    cells.push(shortened(telling(lines, wanted)))
  }
  return cells.join('  ')
}

/** The first of several lines, and the one that has what was looked for. */
function telling(lines: Iterable<string>, wanted: string): string {
  const lower = wanted.toLowerCase()
  let first: string | undefined
  let isAlone = true
  for (const line of lines) {
    const isIt = line.toLowerCase().includes(lower)
    if (first === undefined) {
      first = line
      if (isIt && !/[({[]$/.test(line)) return line
    } else {
      isAlone = false
      if (isIt) return `${first} … ${line.trim()}`
    }
  }
  return isAlone ? (first ?? '') : `${first} …`
}

function shortened(line: string): string {
  return line.length > longestValue ? `${line.slice(0, longestValue)}…` : line
}

export function hitJson(
  snapshot: Snapshot,
  { entry, where, property }: EntryHit,
  plane: PlaneTable,
): string {
  const place = placeOf(snapshot, entry, plane)!
  const { properties } = snapshot
  return JSON.stringify({
    paths: Array.from(nodesOf(snapshot, place.plane, entry), node =>
      place.plane.depth[node]! > deepestPath ? null : nodePath(snapshot, place.plane, node),
    ),
    name: textOf(snapshot, place.plane.name[place.node]!),
    location: textOf(snapshot, place.plane.location[place.node]!),
    ...entryFacts(snapshot, entry),
    ...rowFacts(snapshot, entry),
    where,
    key: property < 0 ? null : textOf(snapshot, properties.key[property]!),
    value: property < 0 ? null : propertyValueToJson(readValue(snapshot, property)),
  })
}
