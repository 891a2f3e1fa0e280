import type { PlaneSummary } from '../../core/contract/types.ts'
import { readIdentity, type GuestIdentity } from '../../core/guest-facts/read-identity.ts'
import { propertyOf } from '../../core/registry/lookup.ts'
import { readValue } from '../../core/registry/read-value.ts'
import { EntryFlag, type PlaneTable, type Snapshot } from '../../core/registry/snapshot.ts'

// Small questions to a snapshot that captures and summaries ask.

/**
 * Who the guest of a dump was, as far as its root tells: `IOKitBuildVersion` is the kernel's version (before
 * 10.3 it is another text), `OS Build Version` the system's build (facts: ioreg, section 9). Null when it
 * tells nothing.
 */
export function identityOfDump(snapshot: Snapshot): GuestIdentity | null {
  const version = rootText(snapshot, 'IOKitBuildVersion')
  const build = rootText(snapshot, 'OS Build Version')
  const isKernel = version?.startsWith('Darwin Kernel Version') ?? false
  if (!isKernel && build === null) return null
  return readIdentity({
    ...(isKernel ? { unameV: version! } : {}),
    ...(build === null ? {} : { sysctl: `kern.osversion: ${build}` }),
  })
}

function rootText(snapshot: Snapshot, key: string): string | null {
  const root = snapshot.planes[0]?.entry[0]
  const property = root === undefined ? -1 : propertyOf(snapshot, root, key)
  const value = property < 0 ? null : readValue(snapshot, property)
  return value?.kind === 'string' ? value.text : null
}

export function planeSummaries(snapshot: Snapshot): readonly PlaneSummary[] {
  return snapshot.planes.map(table => ({
    plane: table.plane,
    nodes: table.length,
    entries: distinctEntries(table, snapshot.entries.length),
  }))
}

/** Entries that are IOServices. */
export function serviceCount({ entries }: Snapshot): number {
  let count = 0
  for (let entry = 0; entry < entries.length; entry++) {
    if ((entries.flags[entry]! & EntryFlag.isService) !== 0) count++
  }
  return count
}

function distinctEntries(table: PlaneTable, entryCount: number): number {
  const seen = new Uint8Array(entryCount)
  let count = 0
  for (const entry of table.entry) {
    if (seen[entry] === 0) count++
    seen[entry] = 1
  }
  return count
}
