import type { DictionaryValue } from '../registry/property-value.ts'
import type { ProviderView } from './provider-view.ts'
import type { FamilyPoints, KeyCheck } from './verdict.ts'

/**
 * What a provider's family makes of a personality (facts: matching, section 6). The checks are those of all keys
 * that it looks at, in the kernel's order, also behind one that fails; `failed` is the first that does.
 */
export type FamilyResult =
  | { readonly kind: 'holds'; readonly points: FamilyPoints; readonly checks: readonly KeyCheck[] }
  | {
      readonly kind: 'fails'
      readonly family: string
      readonly checks: readonly KeyCheck[]
      readonly failed: KeyCheck
    }
  | {
      readonly kind: 'unknown'
      readonly family: string
      readonly checks: readonly KeyCheck[]
      readonly because: string
    }

/** The matching table of one family of providers. */
export interface FamilyTable {
  /** For people: `PCI`, `USB interface`, `HID`. */
  readonly family: string
  /** Keys of a personality that this family looks at. */
  readonly keys: readonly string[]
  /** Properties that every provider of the family gets when it is made: without them it is none. */
  readonly marks?: readonly string[]
  match(personality: DictionaryValue, provider: ProviderView, ownScore: number): FamilyResult
  /** Quickly, for a walk over a whole registry: true where `match` says `fails`; false tells nothing. */
  isMiss?(personality: DictionaryValue, provider: ProviderView): boolean
}
