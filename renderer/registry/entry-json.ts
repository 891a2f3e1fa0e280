import { EntryFlag, type EntryIndex, type Snapshot } from '../../core/registry/snapshot.ts'
import { describeState } from '../../core/verify/state-words.ts'
import { propertyValueToJson } from '../../core/write/value-json.ts'
import { entryId } from './columns.ts'
import type { EntryFacts } from './entry-facts.ts'
import type { PlaceFacts } from './place-facts.ts'
import type { NamedValue } from './property-rows.ts'

/**
 * The whole entry as JSON text, for a note or a bug report, as the selected place shows it. Values are written as
 * everywhere in Kextant, so that each can be had again exactly (docs/json-format.md).
 */
export function entryJson(
  snapshot: Snapshot,
  entry: EntryIndex,
  facts: EntryFacts,
  { stateRow, propertyRow }: PlaceFacts,
  properties: readonly NamedValue[],
): string {
  const { entries } = snapshot
  const flags = entries.flags[stateRow]!
  const isService = (flags & EntryFlag.isService) !== 0
  const hasBlock = (entries.flags[propertyRow]! & EntryFlag.hasProperties) !== 0
  const whole = {
    name: facts.name,
    class: facts.className,
    classChain: facts.classChain,
    id: entryId(snapshot, entry),
    paths: facts.places.flatMap(place => place.paths),
    state: isService ? describeState({ flags, state: entries.state[stateRow]! }).words : null,
    busy: flags & EntryFlag.hasBusyCount ? entries.busyCount[stateRow]! : null,
    retain: flags & EntryFlag.hasRetainCount ? entries.retainCount[stateRow]! : null,
    // Null where the dump wrote none: none are known, which is not the same as none there.
    properties:
      hasBlock || properties.length > 0
        ? propertyValueToJson({ kind: 'dictionary', entries: properties })
        : null,
  }
  return JSON.stringify(whole, null, 2)
}
