import type { PropertyValue } from '../../registry/property-value.ts'
import { readValue } from '../../registry/read-value.ts'
import type {
  EntryIndex,
  PropertyIndex,
  PropertyTable,
  Snapshot,
  StringIndex,
} from '../../registry/snapshot.ts'
import { stringAt } from '../../registry/strings.ts'
import { valuesBelow } from './compare-value.ts'

/**
 * The properties of each key: those of the key with string index `k` are `property[first[k]] …
 * property[first[k + 1] - 1]`, in the order of the table. Four bytes for each property, made when a filter first asks for a
 * key: 1.2 million properties take some 20 ms.
 */
export interface KeyedProperties {
  readonly first: Uint32Array
  readonly property: Uint32Array
}

const keyed = new WeakMap<PropertyTable, KeyedProperties>()

export function keyedProperties({ properties, strings }: Snapshot): KeyedProperties {
  let made = keyed.get(properties)
  if (!made) {
    const { key, length } = properties
    const first = new Uint32Array(strings.length + 1)
    for (let p = 0; p < length; p++) first[key[p]! + 1]!++
    for (let k = 0; k < strings.length; k++) first[k + 1]! += first[k]!
    const next = first.slice(0, -1)
    const property = new Uint32Array(length)
    for (let p = 0; p < length; p++) property[next[key[p]!]!++] = p
    keyed.set(properties, (made = { first, property }))
  }
  return made
}

/** The keys of a snapshot, each once, with how many properties have it. */
export function keysOf(
  snapshot: Snapshot,
): readonly (readonly [key: StringIndex, count: number])[] {
  const { first } = keyedProperties(snapshot)
  const keys: (readonly [StringIndex, number])[] = []
  for (let key = 0; key + 1 < first.length; key++) {
    const count = first[key + 1]! - first[key]!
    if (count > 0) keys.push([key, count])
  }
  return keys
}

const owners = new WeakMap<Snapshot, Int32Array>()

/** The entry of a row of the entry table: of one beyond the entries, whose sighting it is; -1 of nobody's. */
export function entryOfRow(snapshot: Snapshot): (row: number) => EntryIndex {
  const { entries, planes } = snapshot
  const { length, rows } = entries
  if (rows === length) return row => row
  let made = owners.get(snapshot)
  if (!made) {
    made = new Int32Array(rows - length).fill(-1)
    for (const plane of planes) {
      for (let node = 0; node < plane.length; node++) {
        const row = plane.sighting[node]!
        if (row >= length) made[row - length] = plane.entry[node]!
      }
    }
    owners.set(snapshot, made)
  }
  const ofRows = made
  return row => (row < length ? row : ofRows[row - length]!)
}

/** The row that a property belongs to; rows without properties have empty ranges. */
export function rowOfProperty({ entries }: Snapshot, property: PropertyIndex): number {
  const { firstProperty, rows } = entries
  let low = 0
  let high = rows
  // The last row whose range begins at or before the property.
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (firstProperty[middle]! <= property) low = middle
    else high = middle
  }
  return low
}

/** The values under one key: equal ones are decoded once, and kept for the next filter that asks for the key. */
export interface KeyValues {
  /** For each property of the key, in the order of `KeyedProperties`: which of the distinct values it has. */
  readonly distinct: Int32Array
  /** A property that has it, for each distinct value. */
  readonly example: readonly PropertyIndex[]
  /** The value; with `below`, those at that way through dictionaries. */
  valuesOf(distinct: number): readonly PropertyValue[]
}

/** Source bytes of the values that are kept decoded. */
const mostBytes = 16_000_000
const mostValues = 200_000
const sliceOfProperties = 1 << 12

interface Kept {
  readonly values: KeyValues
  readonly bytes: number
}

const kept = new WeakMap<PropertyTable, Map<string, Kept>>()

/**
 * Stops at each `yield`, some thousand properties apart.
 *
 * @param below null, or a way into dictionaries: then only what is there is kept decoded
 */
export function* keyValues(
  snapshot: Snapshot,
  { key: ofKey, below }: MeantKey,
): Generator<undefined, KeyValues> {
  let ofKeys = kept.get(snapshot.properties)
  if (!ofKeys) kept.set(snapshot.properties, (ofKeys = new Map<string, Kept>()))
  const key = `${ofKey} ${below ?? ''}`
  const known = ofKeys.get(key)
  if (known) {
    // The one used last is thrown out last.
    ofKeys.delete(key)
    ofKeys.set(key, known)
    return known.values
  }
  const made = yield* distinctValues(snapshot, ofKey, below)
  ofKeys.set(key, made)
  let bytes = 0
  let count = 0
  for (const [other, { bytes: own, values }] of [...ofKeys].reverse()) {
    bytes += own
    count += values.example.length
    if (other !== key && (bytes > mostBytes || count > mostValues)) ofKeys.delete(other)
  }
  return made.values
}

/** What stands at the end of a way is a number mostly, whatever it stands in. */
const bytesBelow = 64

function* distinctValues(
  snapshot: Snapshot,
  key: StringIndex,
  below: string | null,
): Generator<undefined, Kept> {
  const { first, property: ofKeys } = keyedProperties(snapshot)
  const from = first[key]!
  const count = first[key + 1]! - from
  const distinct = new Int32Array(count)
  const example: PropertyIndex[] = []
  const isSame = sameValue(snapshot)
  const { hash, start, end } = snapshot.properties
  const byHash = new Map<number, number[]>()
  let bytes = 0
  for (let i = 0; i < count; i++) {
    if ((i + 1) % sliceOfProperties === 0) yield
    const property = ofKeys[from + i]!
    const at = hash[2 * property]! + (hash[2 * property + 1]! & 0x1f_ffff) * 0x1_0000_0000
    const alike = byHash.get(at)
    let found = alike?.find(other => isSame(example[other]!, property)) ?? -1
    if (found < 0) {
      found = example.push(property) - 1
      bytes += below === null ? end[property]! - start[property]! : bytesBelow
      if (alike) alike.push(found)
      else byHash.set(at, [found])
    }
    distinct[i] = found
  }
  const isKept = bytes <= mostBytes && example.length <= mostValues
  const decoded = new Array<readonly PropertyValue[] | undefined>(isKept ? example.length : 0)
  const decode = (which: number) => {
    const value = readValue(snapshot, example[which]!)
    return below === null ? [value] : valuesBelow(value, below)
  }
  const valuesOf = isKept ? (which: number) => (decoded[which] ??= decode(which)) : decode
  return { values: { distinct, example, valuesOf }, bytes: isKept ? bytes : 0 }
}

/** Hashes can be made to collide by whoever writes the values: their bytes decide. */
function sameValue({ properties, sources }: Snapshot): (a: number, b: number) => boolean {
  const { hash, start, end, source, type } = properties
  return (a, b) => {
    if (hash[2 * a] !== hash[2 * b] || hash[2 * a + 1] !== hash[2 * b + 1]) return false
    if (type[a] !== type[b]) return false
    const [ofA, ofB] = [sources[source[a]!]!, sources[source[b]!]!]
    if (ofA.syntax !== ofB.syntax) return false
    // What a container of a binary property list holds stands elsewhere; its hash covers that.
    if (ofA.syntax === 'binary-plist') return true
    const length = end[a]! - start[a]!
    if (end[b]! - start[b]! !== length) return false
    if (ofA === ofB && start[a] === start[b]) return true
    for (let i = 0; i < length; i++) {
      if (ofA.bytes[start[a]! + i] !== ofB.bytes[start[b]! + i]) return false
    }
    return true
  }
}

/** Which keys a filter means, and what of their values. */
export interface MeantKey {
  readonly key: StringIndex
  /** Below the key, in dictionaries: `CurrentPowerState` of `IOPowerManagement.CurrentPowerState`; null for the value itself. */
  readonly below: string | null
}

/** Whatever the case. A name with a dot is a key, or the way to one inside a dictionary. */
export function meantKeys(
  snapshot: Snapshot,
  name: string,
  isKey: (key: string) => boolean = key => key.toLowerCase() === name.toLowerCase(),
): readonly MeantKey[] {
  const folded = name.toLowerCase()
  const meant: MeantKey[] = []
  for (const [key] of keysOf(snapshot)) {
    const text = stringAt(snapshot.strings, key)
    if (isKey(text)) meant.push({ key, below: null })
    else if (folded.startsWith(`${text.toLowerCase()}.`) && text.length < 200) {
      meant.push({ key, below: name.slice(text.length + 1) })
    }
  }
  return meant
}
