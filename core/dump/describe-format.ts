import { assertNever } from '../failure.ts'
import { planeNames } from '../registry/plane-names.ts'
import {
  EntryFlag,
  noString,
  ValueType,
  type DumpFormat,
  type Snapshot,
} from '../registry/snapshot.ts'

/** What a capture was made from, and what one might look for in it and not find. */
export interface FormatDescription {
  /** A phrase: `IORegistryExplorer document, version 1, 6 planes`. */
  readonly what: string
  /** Phrases that go on after “without”: `registry entry IDs`. */
  readonly lacks: readonly string[]
}

/**
 * Says only what follows from the format and from the sealed tables: a flag that no entry has, a column that
 * is empty, a plane that the root names and the snapshot does not hold.
 */
export function describeFormat(format: DumpFormat, snapshot: Snapshot): FormatDescription {
  return {
    what: [nameOf(format, snapshot), planesOf(snapshot), terminatedOf(snapshot)]
      .filter(part => part !== '')
      .join(', '),
    lacks:
      snapshot.planes.length === 0
        ? ['any plane of the registry: there are no entries, no drivers, no properties']
        : [
            ...missingColumns(snapshot),
            ...missingByFormat(format, snapshot),
            ...missingPlanes(snapshot),
          ],
  }
}

function nameOf(format: DumpFormat, { sources }: Snapshot): string {
  switch (format) {
    case 'ioreg-archive':
      return sources.some(({ syntax }) => syntax === 'binary-plist')
        ? 'archive of ioreg -a, as a binary property list'
        : 'archive of ioreg -a, in XML'
    case 'ioreg-text':
      return 'text of ioreg'
    case 'ioregistryexplorer':
      // The reader refuses every other version.
      return 'IORegistryExplorer document, version 1'
    case 'iojones':
      return 'IOJones document'
    case 'kext-list':
      return 'list of loaded kexts, as kextstat and kmutil print it'
    case 'kextant':
      return 'capture saved by Kextant'
    default:
      return assertNever(format)
  }
}

function planesOf({ planes }: Snapshot): string {
  if (planes.length === 0) return ''
  return planes.length === 1 ? `plane ${planes[0]!.plane}` : `${planes.length} planes`
}

function terminatedOf({ entries }: Snapshot): string {
  const count = countOf(entries.length, entry =>
    hasFlag(entries.flags, entry, EntryFlag.isTerminated),
  )
  if (count === 0) return ''
  return `${count} ${count === 1 ? 'entry' : 'entries'} that had terminated`
}

function missingColumns({ entries, sources }: Snapshot): string[] {
  const { length, flags } = entries
  const has = (flag: number) => (entry: number) => hasFlag(flags, entry, flag)
  const isService = has(EntryFlag.isService)
  const services = countOf(length, isService)
  const lacks: string[] = []
  const check = (what: string, total: number, known: number, of = 'entries') => {
    if (total === 0 || known === total) return
    if (known === 0) lacks.push(what)
    else lacks.push(`${what} of ${total - known} of ${total} ${of}`)
  }
  check('registry entry IDs', length, countOf(length, has(EntryFlag.hasId)))
  check(
    'names',
    length,
    countOf(length, entry => entries.name[entry] !== noString),
  )
  check(
    'classes',
    length,
    countOf(length, entry => entries.className[entry] !== noString),
  )
  // The root's class has no superclass, so its chain is told by its class alone.
  const hasChains = entries.classChain.some(
    (chain, entry) => chain !== noString && chain !== entries.className[entry],
  )
  const chains = countOf(length, entry => entries.classChain[entry] !== noString)
  check('superclasses', length, hasChains ? chains : 0)
  if (services === 0 && length > 0) lacks.push('service states')
  check('retain counts', length, countOf(length, has(EntryFlag.hasRetainCount)))
  const busy = (flag: number) => countOf(length, entry => isService(entry) && has(flag)(entry))
  check('busy counts', services, busy(EntryFlag.hasBusyCount), 'services')
  check('busy times', services, busy(EntryFlag.hasBusyTime), 'services')
  const withProperties = countOf(length, has(EntryFlag.hasProperties))
  // An archive writes the same for an entry without properties and for one of which they were not asked.
  if (withProperties === 0 || sources.every(({ syntax }) => syntax === 'text')) {
    check('properties', length, withProperties)
  }
  if (countOf(length, has(EntryFlag.busyTimeInMs)) > 0) {
    lacks.push('busy times finer than a millisecond')
  }
  if (countOf(length, has(EntryFlag.stateBitsUnordered)) > 0) {
    lacks.push('a way to tell registered from matched, which this tool printed swapped')
  }
  return lacks
}

function missingByFormat(format: DumpFormat, snapshot: Snapshot): string[] {
  const { entries, properties, sources } = snapshot
  const hasServices =
    countOf(entries.length, entry => hasFlag(entries.flags, entry, EntryFlag.isService)) > 0
  const threeBits = hasServices ? ['state bits other than registered, matched and inactive'] : []
  switch (format) {
    case 'ioreg-text': {
      const lossy = countOf(
        properties.length,
        p =>
          properties.type[p] === ValueType.data &&
          sources[properties.source[p]!]!.bytes[properties.start[p]! + 1] === quote,
      )
      return [
        ...threeBits,
        ...(properties.length > 0
          ? ['the signs of integers, which ioreg prints as unsigned 64 bits since 10.2']
          : []),
        ...(lossy > 0
          ? [
              `the exact bytes of data printed as text (${lossy} ${lossy === 1 ? 'value' : 'values'})`,
            ]
          : []),
      ]
    }
    case 'ioreg-archive':
      return properties.length > 0 ? ['sets, which a property list cannot hold'] : []
    case 'ioregistryexplorer':
      return [
        ...threeBits,
        'sets, which a property list cannot hold',
        'what is in the file and not shown: bundles of classes, dates, the computer’s name',
      ]
    case 'iojones':
      return [
        'what is in the file and not shown: bundles of classes, dates, user retain counts, the computer’s name',
      ]
    case 'kext-list':
    case 'kextant':
      return []
    default:
      return assertNever(format)
  }
}

/** Planes that the root of the registry names. */
function missingPlanes(snapshot: Snapshot): string[] {
  const shown = new Set(snapshot.planes.map(({ plane }) => plane))
  const missing = planeNames(snapshot).filter(name => !shown.has(name))
  if (missing.length === 0) return []
  return [`the ${missing.length === 1 ? 'plane' : 'planes'} ${missing.join(', ')}`]
}

const quote = 34

function hasFlag(flags: Uint16Array, entry: number, flag: number): boolean {
  return (flags[entry]! & flag) !== 0
}

function countOf(length: number, isCounted: (index: number) => boolean): number {
  let count = 0
  for (let i = 0; i < length; i++) if (isCounted(i)) count++
  return count
}
