import type { InstalledKext, LoadedKext, Personality } from '../../../core/kext/kext.ts'
import { compareVersions } from '../../../core/kext/version.ts'

/** One kext by its bundle identifier: what the kernel has of it, and what lies on the guest's disk. */
export interface KextRow {
  readonly bundleIdentifier: string
  readonly loaded: LoadedKext | null
  /** Every bundle with this identifier, newest first; two copies of a driver are a common surprise. */
  readonly installed: readonly InstalledKext[]
  /** Of the loaded kext, or of the newest bundle where none is loaded. */
  readonly version: string
  /** Of the bundle that the loaded version came from, as far as versions tell. */
  readonly path: string | null
  readonly personalities: readonly Personality[]
  readonly isThirdParty: boolean
}

export type KextScope = 'all' | 'loaded' | 'not-loaded' | 'third-party'
export const kextScopes = ['all', 'loaded', 'not-loaded', 'third-party'] as const

export type KextColumn =
  'name' | 'version' | 'index' | 'refs' | 'size' | 'personalities' | 'uuid' | 'path'

export interface KextOrder {
  readonly column: KextColumn
  readonly isDescending: boolean
}

/** Joins the two lists. Either is null where the guest could not give it. */
export function kextRows(
  loaded: readonly LoadedKext[] | null,
  installed: readonly InstalledKext[] | null,
): readonly KextRow[] {
  const bundles = new Map<string, InstalledKext[]>()
  for (const kext of installed ?? []) {
    const known = bundles.get(kext.bundleIdentifier)
    if (known) known.push(kext)
    else bundles.set(kext.bundleIdentifier, [kext])
  }
  const rows: KextRow[] = []
  for (const kext of loaded ?? []) {
    rows.push(rowOf(kext.bundleIdentifier, kext, bundles.get(kext.bundleIdentifier) ?? []))
    bundles.delete(kext.bundleIdentifier)
  }
  for (const [id, copies] of bundles) rows.push(rowOf(id, null, copies))
  return rows
}

function rowOf(
  bundleIdentifier: string,
  loaded: LoadedKext | null,
  copies: readonly InstalledKext[],
): KextRow {
  const installed = copies.toSorted((a, b) => compareVersions(b.version, a.version))
  const origin = installed.find(({ version }) => version === loaded?.version) ?? installed[0]
  return {
    bundleIdentifier,
    loaded,
    installed,
    version: loaded?.version ?? origin?.version ?? '',
    path: origin?.path ?? null,
    personalities: origin?.personalities ?? [],
    isThirdParty: !bundleIdentifier.startsWith('com.apple.') && bundleIdentifier !== '__kernel__',
  }
}

/** The bundle that stands for the kernel itself: it is always there, and kextstat never lists it. */
export function isKernel(row: KextRow): boolean {
  return row.bundleIdentifier === 'com.apple.kernel' && row.loaded === null
}

export function isInScope(row: KextRow, scope: KextScope): boolean {
  switch (scope) {
    case 'all':
      return true
    case 'loaded':
      return row.loaded !== null
    case 'not-loaded':
      return row.loaded === null && !isKernel(row)
    case 'third-party':
      return row.isThirdParty
  }
}

/** The rows to show: of the scope, with every word of the filter somewhere in the row, in order. */
export function selectKextRows(
  rows: readonly KextRow[],
  { scope, filter, order }: { scope: KextScope; filter: string; order: KextOrder },
): readonly KextRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
  const shown = rows.filter(row => isInScope(row, scope) && hasWords(row, words))
  const direction = order.isDescending ? -1 : 1
  return shown.sort((a, b) => {
    const [left, right] = [isUnknown(a, order.column), isUnknown(b, order.column)]
    // What is not known stands last in either direction: it is neither small nor large.
    if (left !== right) return left ? 1 : -1
    const byColumn = left ? 0 : direction * compareBy(order.column, a, b)
    return byColumn || compareText(a.bundleIdentifier, b.bundleIdentifier)
  })
}

function hasWords(row: KextRow, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const text = [
    row.bundleIdentifier,
    row.version,
    row.path ?? '',
    row.loaded?.uuid ?? '',
    ...row.personalities.flatMap(({ name, ioClass, providerClass }) => [
      name,
      ioClass ?? '',
      providerClass ?? '',
    ]),
  ]
    .join('\n')
    .toLowerCase()
  return words.every(word => text.includes(word))
}

function isUnknown(row: KextRow, column: KextColumn): boolean {
  switch (column) {
    case 'index':
    case 'refs':
    case 'size':
    case 'uuid':
      return (row.loaded?.[column] ?? null) === null
    case 'path':
      return row.path === null
    case 'personalities':
      return row.installed.length === 0
    case 'name':
    case 'version':
      return false
  }
}

function compareBy(column: KextColumn, a: KextRow, b: KextRow): number {
  switch (column) {
    case 'name':
      return compareText(a.bundleIdentifier, b.bundleIdentifier)
    case 'version':
      return compareVersions(a.version, b.version)
    case 'index':
    case 'refs':
    case 'size':
      return a.loaded![column]! - b.loaded![column]!
    case 'personalities':
      return a.personalities.length - b.personalities.length
    case 'uuid':
      return compareText(a.loaded!.uuid!, b.loaded!.uuid!)
    case 'path':
      return compareText(a.path!, b.path!)
  }
}

/** By code units: identifiers are not prose, and localeCompare takes a hundred times as long. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
