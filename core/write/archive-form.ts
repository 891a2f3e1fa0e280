import { indexOfText, startsWith } from '../registry/xml-characters.ts'
import type { PlaneTable, Snapshot } from '../registry/snapshot.ts'
import type { WrittenPart } from './written-part.ts'

/** What of an archive's shape the tables do not hold; it is found again in the plane's own source. */
export interface ArchiveForm {
  /** `ioreg -r`: an array of matches, also where there is only one. */
  readonly isArray: boolean
  /** Nodes whose clients are a single dictionary, not an array: ancestors of a match (`-r -t`). */
  readonly singleClients: ReadonlySet<number>
}

/**
 * The form of a dump: `-r` prints an array, and with `-t` the ancestors of each match hold their one client
 * without an array around it (facts: ioreg, section 7). Text and several roots are written as `-r` would be,
 * one root alone as without it.
 */
export function archiveFormOf(snapshot: Snapshot, part: WrittenPart): ArchiveForm {
  const { plane, first, end } = part
  const plain = { isArray: end !== plane.end[first], singleClients: new Set<number>() }
  const isWhole = first === 0 && end === plane.length
  const document = isWhole ? documentOf(snapshot, plane) : null
  if (!document || !beginsWithArray(document)) return plain
  return { isArray: true, singleClients: singleClientsIn(document, plane) ?? new Set() }
}

/**
 * The part of the XML that all properties of the plane come from, or null: from the list that the first of them stands
 * in to the end of the one with the last. A file can hold several, one for each plane.
 */
function documentOf(snapshot: Snapshot, plane: PlaneTable): Uint8Array | null {
  const { firstProperty } = snapshot.entries
  const { source, start, end } = snapshot.properties
  let found = -1
  let from = Infinity
  let to = 0
  for (const row of plane.sighting) {
    const property = firstProperty[row]!
    const next = firstProperty[row + 1]!
    if (property === next) continue
    if (found >= 0 && found !== source[property]) return null
    found = source[property]!
    from = Math.min(from, start[property]!)
    to = Math.max(to, end[next - 1]!)
  }
  const { bytes, syntax } = snapshot.sources[found] ?? {}
  if (!bytes || syntax !== 'xml') return null
  const begin = lastListBefore(bytes, from)
  if (begin < 0) return null
  const close = indexOfText(bytes, '</plist', to, bytes.length)
  return bytes.subarray(begin, close < 0 ? bytes.length : close)
}

function lastListBefore(bytes: Uint8Array, from: number): number {
  let at = from
  do at = at > 0 ? bytes.lastIndexOf(60, at - 1) : -1
  while (at >= 0 && !startsWith(bytes, at, bytes.length, '<plist'))
  return at
}

/** Is the first element inside `<plist>`, with which they begin, an array? */
function beginsWithArray(bytes: Uint8Array): boolean {
  const at = skipBlanks(bytes, bytes.indexOf(62) + 1)
  return startsWith(bytes, at, bytes.length, '<array')
}

const childrenKey = '<key>IORegistryEntryChildren</key>'

/**
 * The children keys of a document stand in the order of the nodes that have them, top to bottom. Where their
 * number is another (one in a value, a comment), nothing is certain: null.
 */
function singleClientsIn(bytes: Uint8Array, plane: PlaneTable): Set<number> | null {
  const single = new Set<number>()
  let node = -1
  for (let at = 0; (at = indexOfText(bytes, childrenKey, at, bytes.length)) >= 0;) {
    do node++
    while (node < plane.length && plane.end[node] === node + 1)
    if (node >= plane.length) return null
    at += childrenKey.length
    const isDictionary = startsWith(bytes, skipBlanks(bytes, at), bytes.length, '<dict')
    if (!isDictionary) continue
    if (plane.end[node + 1] !== plane.end[node]) return null
    single.add(node)
  }
  for (node++; node < plane.length; node++) if (plane.end[node] !== node + 1) return null
  return single
}

function skipBlanks(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < bytes.length && bytes[at]! <= 32) at++
  return at
}
