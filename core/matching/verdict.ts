import type { PropertyValue } from '../registry/property-value.ts'
import type { EntryIndex } from '../registry/snapshot.ts'
import type { CatalogueItem } from './catalogue-item.ts'

/** How one key of a personality fares against one service. */
export interface KeyCheck {
  /** `IONameMatch`; inside a dictionary with a dot: `IOPropertyMatch.device-type`. */
  readonly key: string
  readonly outcome: 'holds' | 'fails' | 'unknown'
  /** What the personality asks for. */
  readonly wanted: PropertyValue
  /** What the service has; null where it has nothing by that name. */
  readonly found: PropertyValue | null
  /** One sentence for people: which rule, what hit, what would hold. Facts: matching, sections 4 to 6. */
  readonly note: string | null
}

/** Points of the family table, where the provider's family has one (facts: matching, section 6). */
export interface FamilyPoints {
  /** `PCI`, `USB device`, `HID`, `Storage`, `base keys only` … */
  readonly family: string
  readonly points: number
  /** What the points are for: `idVendor + idProduct`, 90000. */
  readonly parts: readonly (readonly [what: string, points: number])[]
  /** A sentence, where the kernel may add more than the points: what the snapshot or the facts leave open. */
  readonly uncertainty?: string
}

/** Does one personality match one service? Each check in the kernel's order, up to the first that fails. */
export type MatchResult =
  | {
      readonly kind: 'matches'
      /** Own score and family points, as the kernel compares it. */
      readonly score: number
      readonly family: FamilyPoints
      readonly checks: readonly KeyCheck[]
    }
  | { readonly kind: 'fails'; readonly checks: readonly KeyCheck[]; readonly failed: KeyCheck }
  /** A key that cannot be decided with what the snapshot shows; never a guess. */
  | { readonly kind: 'unknown'; readonly checks: readonly KeyCheck[]; readonly because: string }

/** Why a personality is what it is for a service: the complete list of facts: matching, section 3.2. */
export type Reason =
  /** It produced the client `by`, which is there. */
  | { readonly kind: 'running'; readonly client: EntryIndex }
  /** Best of its category, and nothing of the category is there: it would be started next. */
  | {
      readonly kind: 'would-start'
      /** A pass of matching has ended on the service, so it was tried and refused, or came later. */
      readonly wasTried?: boolean
      /**
       * Of a personality that the guest does not know: the client of its category that runs now, and that it
       * would have won against, had the guest's catalogue held it.
       */
      readonly instead?: EntryIndex
    }
  | { readonly kind: 'no-provider-class' }
  | { readonly kind: 'service-not-registered' }
  | { readonly kind: 'service-inactive' }
  | { readonly kind: 'class-does-not-conform'; readonly providerClass: string }
  | { readonly kind: 'key-failed'; readonly check: KeyCheck }
  | { readonly kind: 'family-failed'; readonly family: string; readonly check: KeyCheck }
  /** An active client of the service has the category already. */
  | { readonly kind: 'category-taken'; readonly category: string; readonly client: EntryIndex }
  | {
      readonly kind: 'lower-score'
      readonly winner: CatalogueItem
      readonly score: number
      readonly winningScore: number
    }
  /** The order of insertion decides, which no dump shows; unless what comes before it does. */
  | {
      readonly kind: 'equal-score'
      readonly winner: CatalogueItem
      readonly score: number
      /** By the own score, or by how derived the provider class is, the winner comes first. */
      readonly isDecided?: boolean
    }
  /** It should have won by score, and another of its category runs: load, allocation, init, probe or start failed. */
  | {
      readonly kind: 'passed-over'
      readonly client: EntryIndex
      readonly kextIsLoaded: boolean | null
    }
  | { readonly kind: 'kext-not-loaded'; readonly bundleIdentifier: string }
  | { readonly kind: 'waiting-for-resource'; readonly resources: readonly string[] }
  | { readonly kind: 'deferred' }
  | { readonly kind: 'unknown'; readonly because: string }

export type Standing =
  /** Produced a client that is there. */
  | 'running'
  /** Would be started, were matching to run now. */
  | 'wins'
  | 'loses'
  | 'fails'
  | 'not-considered'
  | 'unknown'

/** One personality against one service. */
export interface Candidate {
  readonly item: CatalogueItem
  readonly standing: Standing
  readonly reason: Reason
  /** Null where the class decides. Of a service that is not registered, what its keys would come to. */
  readonly result: MatchResult | null
}

/** Drivers of one provider compete within a match category: one starts in each. */
export interface CategoryCompetition {
  readonly category: string
  /** The active client that has it. */
  readonly client: EntryIndex | null
  /** Who produced the client, or who would be started; null where nobody can be told. */
  readonly winner: CatalogueItem | null
  /** In the kernel's order: adjusted score, then order of insertion. */
  readonly contenders: readonly Candidate[]
}

/** Which superclasses a service has, and how that is known. */
export interface ClassChain {
  /** Most derived first; up to `OSObject` where it is complete. */
  readonly classes: readonly string[]
  /** False: some superclass is not known, above the last or between two of them. Whether the service is of a
   * class that is not listed, `ClassHierarchy.conforms` tells, as far as it can be told. */
  readonly isComplete: boolean
  readonly source: 'dump' | 'table' | 'implied' | 'unknown'
}

/** Everything there is to say of one service. */
export interface ServiceVerdict {
  readonly entry: EntryIndex
  readonly chain: ClassChain
  /** Null where the dump does not show a state. */
  readonly isRegistered: boolean | null
  /** All personalities for its classes, in the kernel's order: running and winning ones lead their scores. */
  readonly candidates: readonly Candidate[]
  readonly categories: readonly CategoryCompetition[]
  /** What the snapshot lacks for certainty; sentences. */
  readonly caveats: readonly string[]
}

/** One personality against the whole registry. */
export interface PersonalityVerdict {
  readonly item: CatalogueItem
  /** Services it runs on, wins, ties or loses: those whose keys all hold. */
  readonly matches: readonly ServiceCandidate[]
  /** Services of its provider class that it misses, one failing key away first. */
  readonly misses: readonly NearMiss[]
  /** Services that were looked at: those that conform to the provider class. */
  readonly considered: number
}

export interface ServiceCandidate {
  readonly entry: EntryIndex
  readonly candidate: Candidate
}

export interface NearMiss {
  readonly entry: EntryIndex
  /** All keys that fail, not only the first. */
  readonly failing: readonly KeyCheck[]
}

/** Which personality made a driver, and what its score is made of. */
export interface InstanceVerdict {
  readonly entry: EntryIndex
  readonly provider: EntryIndex | null
  readonly item: CatalogueItem | null
  /** `IOProbeScore` of the instance: the adjusted one. Null where the dump shows none. */
  readonly score: number | null
  readonly ownPoints: number | null
  readonly family: FamilyPoints | null
  /** The personality against the provider, as it is now. */
  readonly result: MatchResult | null
  /** Sentences: probe changed the score, the property has changed since, … */
  readonly notes: readonly string[]
}
