import type { DictionaryValue } from '../registry/property-value.ts'
import type { EntryIndex } from '../registry/snapshot.ts'
import type { DraftNames } from './draft-names.ts'
import type { DraftFile } from './skeleton.ts'

// A drafted driver as a view shows it before anything is written. Plain data.

export interface DraftPlan {
  readonly entry: EntryIndex
  readonly names: DraftNames
  /** Ways to select the service, the best first. */
  readonly choices: readonly DraftChoice[]
  /** `id` of the choice that the files are for. */
  readonly chosen: string
  /** The drafted personality would be started on the service, by the matcher's verdict. */
  readonly wins: boolean
  readonly files: readonly DraftFile[]
  /** What the author should know, in sentences. */
  readonly warnings: readonly string[]
}

/** One way to select the service, with the category and the score that are best for it. */
export interface DraftChoice {
  readonly id: string
  /** What it selects, as a phrase. */
  readonly title: string
  /** Why these keys, and by which rule they match: a sentence. */
  readonly why: string
  readonly personality: DictionaryValue
  readonly category: string
  /** Of the personality itself; null: none is written. */
  readonly probeScore: number | null
  /** With the points of the family; null where the keys do not hold. */
  readonly score: number | null
  readonly wins: boolean
  /** What comes of it on the service, and why: a sentence or two. */
  readonly verdict: string
  /** Others of its category whose keys hold, the best first. */
  readonly rivals: readonly DraftRival[]
  /** Drivers of other categories that run on the service or would: they have the device at the same time. */
  readonly neighbours: readonly DraftRival[]
  /** Other services that it matches too: the first of them. */
  readonly alsoMatches: readonly DraftMatch[]
  readonly alsoMatchCount: number
  /** Services of which the snapshot does not tell whether it matches them. */
  readonly undecidedCount: number
}

export interface DraftRival {
  readonly name: string
  readonly bundleIdentifier: string
  readonly ioClass: string | null
  readonly category: string
  readonly score: number | null
  /** It produced a client of the service that is there. */
  readonly isRunning: boolean
}

export interface DraftMatch {
  readonly entry: EntryIndex
  /** With its location: `S08@1`. */
  readonly title: string
  readonly className: string
  /** `0x1000002a3`; null where the dump shows none. */
  readonly id: string | null
  /** The draft would be started there too. */
  readonly wins: boolean
}
