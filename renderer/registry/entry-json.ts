import { hexOf } from '../../core/registry/byte-text.ts'
import type { PropertyValue } from '../../core/registry/property-value.ts'
import { EntryFlag, type EntryIndex, type Snapshot } from '../../core/registry/snapshot.ts'
import { describeState } from '../../core/verify/state-words.ts'
import { entryId } from './columns.ts'
import type { EntryFacts } from './entry-facts.ts'
import type { NamedValue } from './property-rows.ts'

/**
 * The whole entry as JSON text, for a note or a bug report. What JSON cannot say keeps its kind: data is
 * `{"data": "0a 0b"}`, dates `{"date": …}`; integers beyond 2^53 are `{"integer": "…"}`, exact.
 */
export function entryJson(
  snapshot: Snapshot,
  entry: EntryIndex,
  facts: EntryFacts,
  properties: readonly NamedValue[],
): string {
  const { entries } = snapshot
  const flags = entries.flags[entry]!
  const isService = (flags & EntryFlag.isService) !== 0
  const whole = {
    name: facts.name,
    class: facts.className,
    classChain: facts.classChain,
    id: entryId(snapshot, entry),
    paths: facts.places.flatMap(place => place.paths),
    state: isService ? describeState({ flags, state: entries.state[entry]! }).words : null,
    busy: flags & EntryFlag.hasBusyCount ? entries.busyCount[entry]! : null,
    retain: flags & EntryFlag.hasRetainCount ? entries.retainCount[entry]! : null,
    properties: inJson({ kind: 'dictionary', entries: properties }),
  }
  return JSON.stringify(whole, null, 2)
}

function inJson(value: PropertyValue): unknown {
  switch (value.kind) {
    case 'string':
      return value.bytes ? { string: value.text, data: hexOf(value.bytes) } : value.text
    case 'integer': {
      const number = Number(value.value)
      return Number.isSafeInteger(number) ? number : { integer: value.value.toString() }
    }
    case 'real':
      // JSON has no infinities.
      return Number.isFinite(value.value) ? value.value : { real: String(value.value) }
    case 'boolean':
      return value.value
    case 'data':
      return { data: hexOf(value.bytes) }
    case 'date':
      return { date: value.iso }
    case 'array':
    case 'set':
      return value.items.map(inJson)
    case 'dictionary':
      // `fromEntries` defines each key, so that one named __proto__ is a key like any other.
      return Object.fromEntries(value.entries.map(([key, item]) => [key, inJson(item)]))
    case 'missing':
      return null
    case 'unreadable':
      return { raw: value.raw }
  }
}
