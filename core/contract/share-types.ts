import type { SecretCategory } from '../redact/secret-rules.ts'

/** One value that a redaction replaces, everywhere it stands. */
export interface RedactedValue {
  /** Names it in requests; says nothing of the value. */
  readonly id: string
  readonly category: SecretCategory
  readonly original: string
  readonly pseudonym: string
  /** How often it stands in the capture. */
  readonly count: number
  /** Keys it stands under and outputs it stands in, a few of them. */
  readonly places: readonly string[]
}

export interface RedactionPreview {
  readonly values: readonly RedactedValue[]
  /** Outputs that are kept as they are, and why. */
  readonly notLookedInto: readonly string[]
  /** There are more than can be replaced: the capture is not fit to be shared. */
  readonly isCut: boolean
}

/** What sharing does at the moment. */
export type ShareStep = 'looking' | 'replacing' | 'packing' | 'reading' | 'writing'

/** How far a redaction or a report has come. */
export interface ShareProgress {
  readonly snapshotId: string
  readonly step: ShareStep
  /** 0 to 1, of the whole request. */
  readonly done: number
}
