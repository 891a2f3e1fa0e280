import type { Capture } from '../../core/contract/types.ts'
import { kextsByClass } from '../../core/kext/owning-kext.ts'
import { createKextOf } from '../../core/query/filter/kext-of-entry.ts'
import type { EntryIndex, Snapshot } from '../../core/registry/snapshot.ts'

const owners = new WeakMap<Snapshot, (entry: EntryIndex) => string | null>()

/** The kext that owns an entry, found when it is asked for and remembered; null where that is not known. */
export function kextOf(
  snapshot: Snapshot,
  { installed }: Pick<Capture, 'installed'>,
): (entry: EntryIndex) => string | null {
  let known = owners.get(snapshot)
  if (!known) owners.set(snapshot, (known = createKextOf(snapshot, kextsByClass(installed ?? []))))
  return known
}

/** The identifiers that a filter's completion can offer. */
export function kextNames({ kexts, installed }: Pick<Capture, 'kexts' | 'installed'>): string[] {
  const names = new Set<string>()
  for (const { bundleIdentifier } of [...(kexts ?? []), ...(installed ?? [])]) {
    if (bundleIdentifier !== '') names.add(bundleIdentifier)
  }
  return [...names].toSorted()
}
