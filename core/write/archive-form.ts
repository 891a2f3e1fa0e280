import { indexOfText, startsWith } from '../registry/xml-characters.ts'
import type { DumpSource, PlaneTable, Snapshot } from '../registry/snapshot.ts'
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
  const source = isWhole ? xmlSourceOf(snapshot, plane) : null
  if (!source || !beginsWithArray(source.bytes)) return plain
  return { isArray: true, singleClients: singleClientsIn(source.bytes, plane) ?? new Set() }
}

/** The XML that all properties of the plane come from, or null. */
function xmlSourceOf(snapshot: Snapshot, plane: PlaneTable): DumpSource | null {
  const { firstProperty } = snapshot.entries
  let found = -1
  for (const row of plane.sighting) {
    const property = firstProperty[row]!
    if (property === firstProperty[row + 1]) continue
    const source = snapshot.properties.source[property]!
    if (found >= 0 && found !== source) return null
    found = source
  }
  const source = snapshot.sources[found]
  return source?.syntax === 'xml' ? source : null
}

/** Is the first element inside `<plist>` an array? */
function beginsWithArray(bytes: Uint8Array): boolean {
  const list = indexOfText(bytes, '<plist', 0, Math.min(bytes.length, 4096))
  if (list < 0) return false
  const at = skipBlanks(bytes, bytes.indexOf(62, list) + 1)
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
