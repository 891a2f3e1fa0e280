/** What a load or unload came to, decoded from messages, exit code and kernel log. */
export interface Outcome {
  readonly kind: string
  readonly succeeded: boolean
  readonly headline: string
  readonly explanation: string
  readonly advice: readonly string[]
  /** The raw lines that this reading rests on. */
  readonly evidence: readonly string[]
}
