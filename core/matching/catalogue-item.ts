import type { DictionaryValue } from '../registry/property-value.ts'
import type { EntryIndex } from '../registry/snapshot.ts'

/** Where a personality is known from. */
export type PersonalityOrigin =
  /** The Info.plist of a kext on the guest's disk. `name` is its key inside `IOKitPersonalities`. */
  | { readonly kind: 'installed'; readonly kextPath: string; readonly name: string }
  /** What a running driver inherited; nothing on the guest's disk explains it (facts: service-state, section 5). */
  | { readonly kind: 'instance'; readonly entry: EntryIndex }
  /** The boot-time cache of 10.6 to 10.15 (facts: kexts, section 2). */
  | { readonly kind: 'boot-cache'; readonly path: string }
  /** Added by the user from the host's disk, or edited: the guest does not know it. */
  | { readonly kind: 'what-if'; readonly kextPath: string | null; readonly name: string }

/** One personality as the kernel's catalogue holds it, and where it is known from. */
export interface CatalogueItem {
  /** Its place in the catalogue, in the order of insertion: decides between equal scores. */
  readonly index: number
  /** The key inside `IOKitPersonalities`, or the class where nothing names it. The kernel does not know it. */
  readonly name: string
  /** The first place it is known from. */
  readonly origin: PersonalityOrigin
  /** Places of exact duplicates, which the kernel adds once (facts: matching, section 1). */
  readonly alsoFrom: readonly PersonalityOrigin[]
  /** The bundle whose Info.plist holds it. */
  readonly publisher: string
  /** `CFBundleIdentifier`, inserted where it was missing. */
  readonly bundleIdentifier: string
  readonly ioClass: string | null
  /** Null or not a string: the kernel ignores the personality without a word. */
  readonly providerClass: string | null
  /** `IODefaultMatchCategory` where the personality names none. */
  readonly category: string
  /** Of the personality itself: 32-bit signed, 0 where it is missing or no number. */
  readonly probeScore: number
  /** As the kernel gets it. */
  readonly properties: DictionaryValue
}
