import { EntryFlag, noString } from '../../core/registry/snapshot.ts'
import type {
  EntryIndex,
  Snapshot,
  StringIndex,
  StringTable,
} from '../../core/registry/snapshot.ts'
import { stringAt } from '../../core/registry/strings.ts'

/** A string of the table, or null where the dump does not say: unknown is not the empty string. */
export function textAt(strings: StringTable, index: StringIndex): string | null {
  return index === noString ? null : stringAt(strings, index)
}

/** `0x…`, or null where the dump has none. */
export function entryId(snapshot: Snapshot, entry: EntryIndex): string | null {
  const { entries } = snapshot
  return entries.flags[entry]! & EntryFlag.hasId ? `0x${entries.id[entry]!.toString(16)}` : null
}
