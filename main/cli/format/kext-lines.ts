import type { LoadedKext } from '../../../core/kext/kext.ts'
import { printableInLine } from '../../app/printable.ts'
import type { Look } from '../look.ts'
import type { JsonValue } from '../../../core/write/value-json.ts'

const columns = ['Index', 'Refs', 'Size', 'Name', 'Version', 'UUID', 'Linked against'] as const

/** The kexts as a table, in the order of the list; `-` where the list does not say. */
export function* kextLines(kexts: readonly LoadedKext[], look: Look): Generator<string> {
  const names = namesByTag(kexts)
  const rows = kexts.map(kext => [
    kext.index === null ? '-' : String(kext.index),
    kext.refs === null ? '-' : String(kext.refs),
    kext.size === null ? '-' : sizeText(kext.size),
    printableInLine(kext.bundleIdentifier),
    printableInLine(kext.version),
    kext.uuid === null ? '-' : printableInLine(kext.uuid),
    kext.linkedAgainst.map(tag => printableInLine(names.get(tag) ?? `#${tag}`)).join(', '),
  ])
  const isKnown = columns.map((_, column) =>
    rows.some(row => row[column] !== '-' && row[column] !== ''),
  )
  const widths = columns.map((title, column) =>
    rows.reduce((width, row) => Math.max(width, row[column]!.length), title.length),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column < 3 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .filter((_, column) => isKnown[column] || column === 3)
      .join('  ')
      .trimEnd()
  yield look.paint('bold', line(columns))
  for (const row of rows) yield line(row)
}

/** The kexts as JSON, exact, with the names of what each is linked against. */
export function kextsJson(kexts: readonly LoadedKext[]): JsonValue {
  const names = namesByTag(kexts)
  return kexts.map(kext => ({
    index: kext.index,
    refs: kext.refs,
    address: kext.address,
    size: kext.size,
    wired: kext.wired,
    architecture: kext.architecture,
    bundleIdentifier: kext.bundleIdentifier,
    version: kext.version,
    uuid: kext.uuid,
    linkedAgainst: kext.linkedAgainst.map(tag => ({
      index: tag,
      bundleIdentifier: names.get(tag) ?? null,
    })),
  }))
}

function namesByTag(kexts: readonly LoadedKext[]): ReadonlyMap<number, string> {
  const names = new Map<number, string>()
  for (const { index, bundleIdentifier } of kexts) {
    if (index !== null) names.set(index, bundleIdentifier)
  }
  return names
}

/** As `kextstat` prints sizes, so that they can be compared. */
function sizeText(size: number): string {
  return `0x${size.toString(16)}`
}
