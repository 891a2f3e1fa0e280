import type { DumpSummary } from '../../core/dump/dump-summary.ts'
import { readDump } from '../../core/dump/read-dump.ts'
import { readValue } from '../../core/registry/read-value.ts'
import { ValueType, type Snapshot } from '../../core/registry/snapshot.ts'
import { propertyValueToJson } from '../../core/write/value-json.ts'
import { writeArchive } from '../../core/write/write-archive.ts'
import { writeText } from '../../core/write/write-text.ts'
import { readPlist } from '../../main/plist/read-plist.ts'
import { printedRows, rowOf } from '../../test/helpers/kext-rows.ts'
import { compareDocument } from '../../test/helpers/plistlib-document.ts'
import { compareJson, readWithPlistlib } from '../../test/helpers/plistlib-json.ts'
import { comparePlists } from '../../test/helpers/python-plist.ts'

/** What one file of the corpus came to. */
export interface Row {
  readonly format: string
  /** Places in the registry, plane by plane where there are several; rows of a kext list. */
  readonly content: string
  readonly properties: number
  readonly damage: string
  /** Apart from the evidence in a `.kextant`. */
  readonly isLossless: boolean
  readonly how: string
}

export function textRow(file: string, bytes: Uint8Array): Row {
  const { snapshot, summary } = readDump(bytes, { label: file })
  const { written, result } = collected(writeText(snapshot))
  const source = Buffer.from(snapshot.sources[0]!.bytes)
  const isSame = written.equals(source)
  const share = (100 * result.verbatimBytes) / result.bytes
  const where = source.equals(bytes) ? 'same bytes' : 'same bytes as the decoded text'
  const how = `${where}${share > 0 ? `; ${share.toFixed(2)} % verbatim` : ''}`
  return { ...facts(snapshot, summary), isLossless: isSame, how: isSame ? how : 'bytes differ' }
}

export function archiveRow(file: string, bytes: Uint8Array): Row {
  const { snapshot, summary } = readDump(bytes, { label: file })
  const { written, result } = collected(writeArchive(snapshot))
  const faults = [
    written.equals(bytes) ? '' : 'bytes differ',
    differing('plistlib', comparePlists(bytes, written)),
    differing(
      'main/plist',
      compareJson(readWithPlistlib(bytes), propertyValueToJson(readPlist(written))),
    ),
    ...result.map(({ what }) => what),
  ].filter(fault => fault !== '')
  const how = 'same bytes; same tree by plistlib and by main/plist'
  return {
    ...facts(snapshot, summary),
    isLossless: faults.length === 0,
    how: faults.join('; ') || how,
  }
}

export function documentRow(file: string, bytes: Uint8Array): Row {
  const { snapshot, summary } = readDump(bytes, { label: file })
  const fault = differing('plistlib', compareDocument(bytes, snapshot))
  return {
    ...facts(snapshot, summary),
    isLossless: fault === '',
    how: fault || `plistlib says the same of all ${snapshot.entries.length} entries`,
  }
}

export function kextListRow(file: string, bytes: Uint8Array): Row {
  const { snapshot, summary } = readDump(bytes, { label: file })
  const kexts = summary.kexts ?? []
  const isSame = compareJson(kexts.map(rowOf), printedRows(bytes)) === 'equal'
  return {
    ...facts(snapshot, summary),
    content: String(kexts.length),
    isLossless: isSame,
    how: isSame ? 'same rows' : 'rows differ',
  }
}

function facts(
  snapshot: Snapshot,
  summary: DumpSummary,
): Pick<Row, 'format' | 'content' | 'properties' | 'damage'> {
  const { planes } = snapshot
  const [first] = planes
  return {
    format: summary.format,
    content:
      planes.length === 1
        ? String(first!.length)
        : planes.map(({ plane, length }) => `${plane} ${length}`).join(', '),
    properties: snapshot.properties.length,
    damage: damageOf(snapshot, summary),
  }
}

/** Where a value differs is told, and not the value: it is somebody's. */
function differing(reader: string, found: string): string {
  return found === 'equal' ? '' : `${reader} differs at ${found.replace(/: .*$/s, '')}`
}

function collected<T>(writer: Generator<Uint8Array, T>): {
  readonly written: Buffer
  readonly result: T
} {
  const pieces: Uint8Array[] = []
  let step = writer.next()
  for (; !step.done; step = writer.next()) pieces.push(step.value)
  return { written: Buffer.concat(pieces), result: step.value }
}

/** Damaged places by kind, and values that somebody blacked out. What a format cannot say is no damage. */
function damageOf(snapshot: Snapshot, { problems }: DumpSummary): string {
  const counts = new Map<string, number>()
  for (const { kind, places, morePlaces } of problems) {
    if (kind === 'lossy') continue
    counts.set(kind, (counts.get(kind) ?? 0) + (places?.length ?? 1) + (morePlaces ?? 0))
  }
  const { properties } = snapshot
  let unreadable = 0
  for (let property = 0; property < properties.length; property++) {
    if (properties.type[property] === ValueType.unreadable) continue
    if (readValue(snapshot, property).kind === 'unreadable') unreadable++
  }
  if (unreadable > 0) counts.set('unreadable values', unreadable)
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ') || 'none'
}
