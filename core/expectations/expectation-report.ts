/** What was expected and what was seen, as plain data. */

export interface ExpectationResult {
  /** What is expected, as a claim: `one service of class MyKext, registered, on IOResources`. */
  readonly title: string
  readonly status: 'pass' | 'fail' | 'unknown'
  /** What was seen, in words. */
  readonly seen: string
  readonly when: 'after-load' | 'after-unload'
  /** Where it stands in the file, from 1; null when it was derived. */
  readonly line: number | null
  /** The time that holds for this one alone. */
  readonly withinMs?: number
}

export interface ExpectationReport {
  readonly source:
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'derived'; readonly from: string }
  readonly results: readonly ExpectationResult[]
  readonly waitedMs: number
}
