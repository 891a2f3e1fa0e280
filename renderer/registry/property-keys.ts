import type { EntryIndex, Snapshot } from '../../core/registry/snapshot.ts'
import { stringAt } from '../../core/registry/strings.ts'

/** The keys of an entry's properties, in the dump's order. */
export function propertyKeys(snapshot: Snapshot, entry: EntryIndex): readonly string[] {
  const { entries, properties, strings } = snapshot
  const keys: string[] = []
  for (let p = entries.firstProperty[entry]!; p < entries.firstProperty[entry + 1]!; p++) {
    keys.push(stringAt(strings, properties.key[p]!))
  }
  return keys
}
