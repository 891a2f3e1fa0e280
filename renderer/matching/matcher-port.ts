import type { InstalledKext } from '../../core/kext/kext.ts'
import type { BootPersonalities } from '../../core/matching/boot-personalities.ts'
import type { CatalogueItem } from '../../core/matching/catalogue-item.ts'
import type {
  InstanceVerdict,
  KeyCheck,
  PersonalityVerdict,
  ServiceVerdict,
} from '../../core/matching/verdict.ts'
import type { EntryIndex, Snapshot } from '../../core/registry/snapshot.ts'

/** What the window asks of a matcher: a part of the one in `core/matching`. */
export interface MatcherPort {
  readonly catalogue: {
    readonly items: readonly CatalogueItem[]
    readonly notes: readonly string[]
  }
  service(entry: EntryIndex): ServiceVerdict
  personality(item: CatalogueItem, options?: { readonly limit?: number }): PersonalityVerdict
  instance(entry: EntryIndex): InstanceVerdict | null
  /** All checks, also those behind one that fails. */
  checks(item: CatalogueItem, entry: EntryIndex): readonly KeyCheck[]
}

/** What a matcher is made from. */
export interface MatchingSources {
  readonly snapshot: Snapshot
  /** Null where the capture does not know the installed kexts. */
  readonly installed: readonly InstalledKext[] | null
  readonly bootCache: BootPersonalities | null
  /** Of the guest; null where it is not known. */
  readonly darwinMajor: number | null
  /** Identifiers of the loaded kexts; null where no list was taken. */
  readonly loadedKexts: readonly string[] | null
  readonly whatIf: readonly InstalledKext[]
}

export type MakeMatcher = (sources: MatchingSources) => MatcherPort
