import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { readValue } from '../../../core/registry/read-value.ts'
import {
  EntryFlag,
  noString,
  type EntryIndex,
  type Snapshot,
} from '../../../core/registry/snapshot.ts'
import { stringAt } from '../../../core/registry/strings.ts'
import { describeState } from '../../../core/verify/state-words.ts'
import { idOf } from './entry-text.ts'
import {
  integerToJson,
  propertyValueToJson,
  type JsonValue,
} from '../../../core/write/value-json.ts'

/** A text column; null where the dump does not say. */
export function textOf({ strings }: Snapshot, index: number): string | null {
  return index === noString ? null : stringAt(strings, index)
}

/** What is known of an entry whatever its place, as JSON. */
export function entryFacts(
  snapshot: Snapshot,
  entry: EntryIndex,
): { readonly [key: string]: JsonValue } {
  const { entries } = snapshot
  return {
    class: textOf(snapshot, entries.className[entry]!),
    classChain: textOf(snapshot, entries.classChain[entry]!)?.split(':') ?? null,
    id: idOf(snapshot, entry),
  }
}

/** State, busy and retain count of a row of the entry table: an entry, or what one place showed of it. */
export function rowFacts(
  { entries }: Snapshot,
  row: number,
): { readonly [key: string]: JsonValue } {
  const flags = entries.flags[row]!
  const has = (flag: number) => (flags & flag) !== 0
  const isService = has(EntryFlag.isService)
  const state = entries.state[row]!
  return {
    state: isService ? describeState({ flags, state }).words : null,
    stateBits: isService ? state : null,
    // Mac OS X 10.3 and 10.4 print registered and matched swapped.
    ...(has(EntryFlag.stateBitsUnordered) ? { stateIsDoubtful: true } : {}),
    busy: has(EntryFlag.hasBusyCount) ? entries.busyCount[row]! : null,
    busyTimeNs: has(EntryFlag.hasBusyTime) ? integerToJson(entries.busyTimeNs[row]!) : null,
    retain: has(EntryFlag.hasRetainCount) ? entries.retainCount[row]! : null,
  }
}

export type NamedValue = readonly [key: string, value: PropertyValue]

/** The properties of a row, decoded one after the other; in the dump's order. */
export function* propertiesOf(snapshot: Snapshot, row: number): Generator<NamedValue> {
  const { entries, properties, strings } = snapshot
  for (let p = entries.firstProperty[row]!; p < entries.firstProperty[row + 1]!; p++) {
    yield [stringAt(strings, properties.key[p]!), readValue(snapshot, p)]
  }
}

/** Null where the dump wrote no property block: none is known, which is not the same as none there. */
export function propertiesJson(snapshot: Snapshot, row: number): JsonValue {
  const { entries } = snapshot
  const hasBlock = (entries.flags[row]! & EntryFlag.hasProperties) !== 0
  const properties = [...propertiesOf(snapshot, row)]
  return hasBlock || properties.length > 0
    ? propertyValueToJson({ kind: 'dictionary', entries: properties })
    : null
}
