import { printable } from './printable.ts'

/** Where a host says what is not for the window: bugs with their stack, refused callers. */
export function reportBug(error: unknown, request: string): void {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(printable(`kextant: bug in ${request}: ${detail}\n`))
}

/** What somebody should know who looks after this computer, and what stops nothing. */
export function reportNote(sentence: string): void {
  process.stderr.write(printable(`kextant: ${sentence}\n`))
}
