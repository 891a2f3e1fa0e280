import type { InstalledKext } from '../../core/kext/kext.ts'
import type { BootPersonalities } from '../../core/matching/boot-personalities.ts'
import type { CatalogueItem } from '../../core/matching/catalogue-item.ts'
import type {
  InstanceVerdict,
  PersonalityVerdict,
  ServiceVerdict,
} from '../../core/matching/verdict.ts'
import type { EntryIndex } from '../../core/registry/snapshot.ts'
import type { PersonalityRef } from './personality-ref.ts'
import type { WhatIfOutcome } from './what-if-outcome.ts'

// Between the page and its matching worker. Everything here is plain data that can be posted.

/**
 * Each part of the window that shows something of matching has a slot: a newer question of a slot takes the place of
 * the one before, answered or not.
 */
export type MatchingSlot = 'service' | 'personality' | 'kext' | 'what-if' | 'edited'

export type MatchingQuestion =
  /** Who matches on this entry, and which personality made it. */
  | { readonly kind: 'service'; readonly entry: EntryIndex }
  /** Where one personality matches, and where it nearly does. */
  | { readonly kind: 'personality'; readonly ref: PersonalityRef }
  /** The same of several, in counts. */
  | { readonly kind: 'personalities'; readonly refs: readonly PersonalityRef[] }
  /** What one what-if personality changes, or each of them. */
  | { readonly kind: 'what-if'; readonly id: string | null }

export interface ServiceAnswer {
  readonly kind: 'service'
  readonly verdict: ServiceVerdict
  /** How many keys fail of each candidate that does not match, by the item's index. */
  readonly failing: ReadonlyMap<number, number>
  readonly instance: InstanceVerdict | null
  /** What the capture does not tell of the personalities themselves; sentences. */
  readonly notes: readonly string[]
}

export interface PersonalityAnswer {
  readonly kind: 'personality'
  /** Null where the catalogue has it no more. */
  readonly verdict: PersonalityVerdict | null
}

/** One personality in counts: services by what it is to them. */
export interface PersonalityCounts {
  readonly ref: PersonalityRef
  readonly running: number
  readonly wins: number
  readonly ties: number
  readonly loses: number
  readonly unknown: number
  /** Its keys hold, and the kernel does not look: the service is not registered, or inactive. */
  readonly notConsidered: number
  /** Services that it misses by one key. */
  readonly near: number
  readonly considered: number
}

export interface PersonalitiesAnswer {
  readonly kind: 'personalities'
  /** In the order asked, as far as they are counted; null where the catalogue has it no more. */
  readonly counts: readonly (PersonalityCounts | null)[]
}

export interface WhatIfAnswer {
  readonly kind: 'what-if'
  readonly results: readonly WhatIfResult[]
}

/** One what-if personality against the registry, and what it is an edit of. */
export interface WhatIfResult {
  readonly id: string
  readonly item: CatalogueItem | null
  readonly rows: readonly WhatIfRow[]
  readonly verdict: PersonalityVerdict | null
  /** Services that match and were not compared, because there are too many. */
  readonly notCompared: number
}

export interface WhatIfRow {
  readonly entry: EntryIndex
  /** Of the personality that was edited; null where it does not match, or where there is none. */
  readonly before: WhatIfOutcome | null
  /** Null where it no longer matches. */
  readonly after: WhatIfOutcome | null
}

export type MatchingAnswer = ServiceAnswer | PersonalityAnswer | PersonalitiesAnswer | WhatIfAnswer
export type AnswerTo<Q extends MatchingQuestion> = Extract<MatchingAnswer, { kind: Q['kind'] }>

/** A what-if personality as the worker needs it. */
export interface WhatIfPart {
  readonly id: string
  /** Holds this one personality; its path is the id. */
  readonly kext: InstalledKext
  /** What it is an edit or a new build of: compared with it. */
  readonly original: PersonalityRef | null
  /** Personalities whose place it takes: they are taken to be gone. */
  readonly replaces: readonly PersonalityRef[]
}

/** What the page asks. Whatever belongs to a capture that is not open is ignored. */
export type ToMatching =
  /** Takes the place of the capture before; `bytes` is what `decodeSnapshot` reads. */
  | {
      readonly kind: 'open'
      readonly capture: number
      readonly bytes: Uint8Array
      readonly installed: readonly InstalledKext[] | null
      readonly bootCache: BootPersonalities | null
      readonly darwinMajor: number | null
      readonly loadedKexts: readonly string[] | null
    }
  | { readonly kind: 'close' }
  /** All of them, in the place of those before. Questions that wait are answered with them. */
  | { readonly kind: 'what-if'; readonly parts: readonly WhatIfPart[] }
  | {
      readonly kind: 'ask'
      readonly capture: number
      readonly slot: MatchingSlot
      /** Counts the questions: an answer says which one it belongs to. */
      readonly number: number
      /** Null takes the question back. */
      readonly question: MatchingQuestion | null
    }

/** A long answer comes in parts: each says all that is known by then. */
export type FromMatching = {
  readonly kind: 'answer'
  readonly slot: MatchingSlot
  readonly number: number
  readonly answer: MatchingAnswer
}
