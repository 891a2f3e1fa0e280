import type { OutcomeKind, Subject, ToolRun } from '../../../core/kext/outcome.ts'

export const path = '/Library/Extensions/Foo.kext'
export const id = 'com.example.Foo'
export const subject: Subject = { bundleIdentifier: id, path }

/** One message of facts: kexts, and what has to be told of it. */
export interface OutcomeCase {
  /** The section of the facts and the row. */
  readonly title: string
  readonly tool: ToolRun['tool']
  readonly exit: number | null
  readonly stderr?: string
  readonly stdout?: string
  readonly log?: readonly string[]
  readonly kind: OutcomeKind
  readonly headline: string
  /** What explanation and advice have to have, out of the text. */
  readonly says?: readonly string[]
  /** What they must not have. */
  readonly never?: readonly string[]
  readonly code?: string
}

export function runOf({ tool, exit, stderr = '', stdout = '', log }: OutcomeCase): ToolRun {
  return { tool, exitCode: exit, stdout, stderr, kernelLog: log ?? null }
}

/** The last line of a load through kextd that failed. */
export const failed = (words: string, what = path): string =>
  `${what} failed to load - ${words}; check the system/kernel logs for errors or try kextutil(8).\n`

export const notUnloaded = (words: string): string => `Failed to unload ${id} - ${words}.\n`

/** A load by kextload that fails, unless the case says otherwise. */
export const load = (
  rest: Omit<OutcomeCase, 'tool' | 'exit'> & Partial<OutcomeCase>,
): OutcomeCase => ({
  tool: 'kextload',
  exit: 71,
  ...rest,
})
