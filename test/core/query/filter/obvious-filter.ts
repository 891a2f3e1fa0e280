import { EntryMark, type EntryMarks } from '../../../../core/diff/entry-marks.ts'
import type {
  Comparator,
  FilterNode,
  FilterTest,
  FilterValue,
} from '../../../../core/query/filter/filter-tree.ts'
import { classTable } from '../../../../core/matching/class-table.ts'
import { nodeLabel, nodePath } from '../../../../core/registry/paths.ts'
import type { PropertyValue } from '../../../../core/registry/property-value.ts'
import { readValue } from '../../../../core/registry/read-value.ts'
import {
  EntryFlag,
  ServiceState,
  type NodeIndex,
  type PlaneTable,
  type Snapshot,
} from '../../../../core/registry/snapshot.ts'
import { stringAt } from '../../../../core/registry/strings.ts'
import { nameTexts, obviousHits, textsOf } from '../text-oracle.ts'

/** A filter asked of one node the slow and obvious way: everything is decoded each time, nothing is remembered. */
export interface ObviousContext {
  readonly snapshot: Snapshot
  readonly scope: 'names' | 'everything'
  readonly marks: EntryMarks | null
}

export function obviouslyPasses(
  context: ObviousContext,
  filter: FilterNode | null,
  plane: PlaneTable,
  node: NodeIndex,
): boolean {
  if (filter === null) return true
  const passes = (term: FilterNode) => obviouslyPasses(context, term, plane, node)
  switch (filter.kind) {
    case 'and':
      return filter.terms.every(passes)
    case 'or':
      return filter.terms.some(passes)
    case 'not':
      return !passes(filter.term)
    case 'test':
      return passesTest(context, filter.test, plane, node)
  }
}

type Property = readonly [key: string, value: PropertyValue]

function rowsOf({ planes }: Snapshot, entry: number): number[] {
  const rows = new Set([entry])
  for (const plane of planes) {
    plane.entry.forEach((own, node) => own === entry && rows.add(plane.sighting[node]!))
  }
  return [...rows]
}

function propertiesOf(snapshot: Snapshot, entry: number): Property[] {
  const { entries, properties, strings } = snapshot
  return rowsOf(snapshot, entry).flatMap(row => {
    const found: Property[] = []
    for (let p = entries.firstProperty[row]!; p < entries.firstProperty[row + 1]!; p++) {
      found.push([stringAt(strings, properties.key[p]!), readValue(snapshot, p)])
    }
    return found
  })
}

const has = (texts: readonly string[], wanted: string) => obviousHits([texts], wanted).length > 0

function passesTest(
  context: ObviousContext,
  test: FilterTest,
  plane: PlaneTable,
  node: NodeIndex,
): boolean {
  const { snapshot, scope, marks } = context
  const { entries, strings } = snapshot
  const entry = plane.entry[node]!
  const idText = `0x${entries.id[entry]!.toString(16)}`
  const hasId = (entries.flags[entry]! & EntryFlag.hasId) !== 0
  const byName = (text: string) =>
    has(nameTexts(snapshot, plane, node), text) ||
    (hasId && idText === text.toLowerCase()) ||
    (hasId &&
      text.length >= 9 &&
      /^0x[\da-f]+$/i.test(text) &&
      idText.startsWith(text.toLowerCase()))
  const anyRow = (passes: (row: number) => boolean) => rowsOf(snapshot, entry).some(passes)
  const valueTexts = () => propertiesOf(snapshot, entry).flatMap(([, value]) => textsOf(value))
  const keys = () => propertiesOf(snapshot, entry).map(([key]) => key)
  switch (test.kind) {
    case 'text':
      return (
        byName(test.text) ||
        (scope === 'everything' && has([...keys(), ...valueTexts()], test.text))
      )
    case 'in':
      if (test.where === 'name') {
        const label = nodeLabel(snapshot, plane, node)
        const name = stringAt(strings, plane.name[node]!)
        return has([name, ...(test.text.includes('@') ? [label] : [])], test.text)
      }
      if (test.where === 'value') return has(valueTexts(), test.text)
      return byName(test.text) || has([...keys(), ...valueTexts()], test.text)
    case 'class': {
      const className = stringAt(strings, entries.className[entry]!)
      if (test.isExact) return className === test.className
      const chain = stringAt(strings, entries.classChain[entry]!).split(':')
      const isService = (entries.flags[entry]! & EntryFlag.isService) !== 0
      return [...chain, ...superclasses(snapshot, className), ...(isService ? ['IOService'] : [])]
        .filter(name => name !== '')
        .some(name => globbed(test.className, name))
    }
    case 'key':
      return propertiesOf(snapshot, entry).some(
        ([key, value]) =>
          globbed(test.key, key) || below([[key, value]], test.key.toLowerCase(), false).length > 0,
      )
    case 'compare':
      return below(propertiesOf(snapshot, entry), test.key.toLowerCase(), true).some(value =>
        compares(value, test.comparator, test.value),
      )
    case 'contains':
      return below(propertiesOf(snapshot, entry), test.key.toLowerCase(), true).some(value =>
        containsValue(value, test.value),
      )
    case 'matches':
      return below(propertiesOf(snapshot, entry), test.key.toLowerCase(), true).some(value =>
        textsOf(value).some(
          text =>
            !text.startsWith('\u0001') &&
            new RegExp(test.pattern, test.isCaseBlind ? 'i' : '').test(text),
        ),
      )
    case 'state':
      return anyRow(row => {
        const flags = entries.flags[row]!
        const ofService = (bit: number) =>
          (flags & EntryFlag.isService) !== 0 && ((entries.state[row]! & bit) !== 0) !== test.isNot
        switch (test.state) {
          case 'registered':
            return ofService(ServiceState.registered)
          case 'matched':
            return ofService(ServiceState.matched)
          case 'inactive':
            return ofService(ServiceState.inactive)
          case 'published':
            return ofService(ServiceState.firstPublish)
          case 'busy':
            return (
              (flags & EntryFlag.hasBusyCount) !== 0 && entries.busyCount[row]! > 0 !== test.isNot
            )
          case 'service':
            return row === entry && ((flags & EntryFlag.isService) !== 0) !== test.isNot
          case 'terminated':
            return row === entry && ((flags & EntryFlag.isTerminated) !== 0) !== test.isNot
        }
      })
    case 'count': {
      const { comparator, value } = test
      const ordered = (own: number | bigint) => order(BigInt(own), comparator, value)
      const known = (flag: number, of: (row: number) => number | bigint) =>
        anyRow(row => (entries.flags[row]! & flag) !== 0 && ordered(of(row)))
      switch (test.what) {
        case 'busy':
          return known(EntryFlag.hasBusyCount, row => entries.busyCount[row]!)
        case 'retain':
          return known(EntryFlag.hasRetainCount, row => entries.retainCount[row]!)
        case 'busytime':
          return known(EntryFlag.hasBusyTime, row => entries.busyTimeNs[row]!)
        case 'depth':
          return ordered(plane.depth[node]!)
        case 'clients':
          return ordered(plane.parent.filter(parent => parent === node).length)
        case 'providers': {
          const above = new Set<number>()
          plane.entry.forEach((own, place) => {
            const parent = plane.parent[place]!
            if (own === entry && parent >= 0) above.add(plane.entry[parent]!)
          })
          return ordered(above.size)
        }
      }
      break
    }
    case 'id':
      return hasId && entries.id[entry] === test.id
    case 'kext':
      return propertiesOf(snapshot, entry).some(
        ([key, value]) =>
          key === 'CFBundleIdentifier' &&
          value.kind === 'string' &&
          value.text !== '' &&
          globbed(test.kext, value.text),
      )
    case 'plane':
      return snapshot.planes.some(
        other =>
          other.plane.toLowerCase() === test.plane.toLowerCase() && other.entry.includes(entry),
      )
    case 'under':
      for (let at = node; at >= 0; at = plane.parent[at]!) {
        const own = plane.entry[at]!
        const isIt =
          nodePath(snapshot, plane, at) === test.path ||
          `0x${entries.id[own]!.toString(16)}` === test.path
        if (isIt) return true
      }
      return false
    case 'mark':
      return marks !== null && (marks.bits[entry]! & EntryMark[test.mark]) !== 0
  }
}

/** By the chains of other entries, else by the table of public classes: of a class that moved what is sure. */
function superclasses({ entries, strings }: Snapshot, className: string): string[] {
  const above = new Map<string, string>()
  for (const chain of entries.classChain) {
    const classes = stringAt(strings, chain).split(':')
    classes.forEach((name, i) => {
      if (i > 0 && !above.has(name)) above.set(name, classes[i - 1]!)
    })
  }
  const lineage = (name: string): string[] => {
    const shown = above.get(name)
    const links =
      shown === undefined ? (classTable().get(name) ?? []).map(link => link.superclass) : [shown]
    const ways = links.map(lineage)
    return [name, ...(ways[0] ?? []).filter(other => ways.every(way => way.includes(other)))]
  }
  return lineage(className)
}

function globbed(pattern: string, text: string): boolean {
  const source = pattern
    .split('*')
    .map(part => part.replace(/[^\w]/g, '\\$&'))
    .join('[^]*')
  return new RegExp(`^${source}$`, 'i').test(text)
}

/** Values whose way through dictionaries, with dots between, is the one that is asked for. */
function below(properties: readonly Property[], wanted: string, withOwn: boolean): PropertyValue[] {
  return properties.flatMap(([key, value]) => {
    const own = key.toLowerCase()
    if (own === wanted) return withOwn ? [value] : []
    if (!wanted.startsWith(`${own}.`) || value.kind !== 'dictionary') return []
    return below(value.entries, wanted.slice(own.length + 1), true)
  })
}

function items(value: PropertyValue): PropertyValue[] {
  return value.kind === 'array' || value.kind === 'set' ? value.items.flatMap(items) : [value]
}

function compares(value: PropertyValue, comparator: Comparator, wanted: FilterValue): boolean {
  const equal = items(value).some(item => equals(item, wanted))
  if (comparator === '==') return equal
  if (comparator === '!=') return !equal
  if (wanted.kind !== 'integer' && wanted.kind !== 'real') return false
  return items(value).some(item => {
    const own = number(item)
    if (own === null) return false
    if (typeof own === 'bigint' && wanted.kind === 'integer')
      return order(own, comparator, wanted.value)
    const [a, b] = [Number(own), Number(wanted.value)]
    return comparator === '<'
      ? a < b
      : comparator === '<='
        ? a <= b
        : comparator === '>'
          ? a > b
          : a >= b
  })
}

function order(a: bigint, comparator: Comparator, b: bigint): boolean {
  const sign = a < b ? -1 : a > b ? 1 : 0
  const passing: Record<Comparator, readonly number[]> = {
    '==': [0],
    '!=': [-1, 1],
    '<': [-1],
    '<=': [-1, 0],
    '>': [1],
    '>=': [0, 1],
  }
  return passing[comparator].includes(sign)
}

function number(value: PropertyValue): bigint | number | null {
  if (value.kind === 'integer' || value.kind === 'real') return value.value
  if (value.kind === 'data' && value.bytes.length > 0 && value.bytes.length <= 8) {
    return BigInt(`0x${Buffer.from(value.bytes).reverse().toString('hex')}`)
  }
  if (value.kind === 'string' && /^-?(0x[\da-f]+|\d+)$/i.test(value.text)) {
    const size = BigInt(value.text.replace('-', ''))
    return value.text.startsWith('-') ? -size : size
  }
  if (value.kind === 'string' && /^[+-]?\d+\.\d+$/.test(value.text)) return Number(value.text)
  return null
}

function equals(value: PropertyValue, wanted: FilterValue): boolean {
  switch (wanted.kind) {
    case 'integer': {
      const own = number(value)
      if (own === null) return false
      if (value.kind === 'data') {
        const bits = value.bytes.length * 8
        if (wanted.value < -(2n ** BigInt(bits - 1))) return false
        return own === (wanted.value < 0n ? 2n ** BigInt(bits) + wanted.value : wanted.value)
      }
      if (typeof own === 'number') return own === Number(wanted.value)
      const is64 = (n: bigint) => n >= -(2n ** 63n) && n < 2n ** 64n
      const same64 = own < 0n !== wanted.value < 0n && is64(own) && is64(wanted.value)
      return (
        own === wanted.value ||
        (same64 && BigInt.asUintN(64, own) === BigInt.asUintN(64, wanted.value))
      )
    }
    case 'real':
      return number(value) !== null && Number(number(value)) === wanted.value
    case 'boolean':
      if (value.kind === 'string') {
        return new RegExp(wanted.value ? '^(yes|true)$' : '^(no|false)$', 'i').test(value.text)
      }
      return value.kind === 'boolean' && value.value === wanted.value
    case 'bytes':
      if (value.kind === 'data') return Buffer.from(value.bytes).equals(wanted.bytes)
      if (value.kind !== 'string') return false
      return Buffer.from(value.bytes ?? Buffer.from(value.text)).equals(wanted.bytes)
    case 'text':
      if (value.kind === 'string') return value.text === wanted.text
      if (value.kind === 'date') return value.iso === wanted.text
      if (value.kind === 'unreadable') return value.raw === wanted.text
      if (value.kind !== 'data') return false
      if (value.bytes.length === 0) return wanted.text === ''
      return new TextDecoder('utf-8', { ignoreBOM: true })
        .decode(value.bytes)
        .split(/\0+$/)
        .filter((part, i) => i === 0 && part !== '')
        .some(text => text === wanted.text || text.split('\0').includes(wanted.text))
  }
}

function containsValue(value: PropertyValue, wanted: FilterValue): boolean {
  if (wanted.kind === 'text') return has(textsOf(value), wanted.text)
  if (wanted.kind !== 'bytes') return false
  const needle = Buffer.from(wanted.bytes)
  const inside = (own: PropertyValue): boolean => {
    switch (own.kind) {
      case 'data':
        return Buffer.from(own.bytes).includes(needle)
      case 'string':
        return Buffer.from(own.bytes ?? Buffer.from(own.text)).includes(needle)
      case 'array':
      case 'set':
        return own.items.some(inside)
      case 'dictionary':
        return own.entries.some(([key, item]) => Buffer.from(key).includes(needle) || inside(item))
      default:
        return false
    }
  }
  return inside(value)
}
