/** Where a host says what is not for the window: bugs with their stack, refused callers. */
export function reportBug(error: unknown, request: string): void {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`kextant: bug in ${request}: ${detail}\n`)
}
