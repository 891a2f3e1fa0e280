import { FailureError } from '../failure.ts'
import type { DumpProblem } from '../registry/snapshot.ts'

/*
 * What `ioclasscount` prints (facts: logs-and-misc, section 3): without class names one line per class,
 * with names all of them on one line.
 *
 *   IOService = 12            IOService = 12, MyDriver = 1, Nothing = <no such class>
 */

export interface ClassCounts {
  /**
   * Instances per class, as counted: each direct subclass that has instances adds 1 to its superclass.
   * A class is there, with 0, from the moment its kext is loaded.
   */
  readonly counts: ReadonlyMap<string, number>
  /** Classes that were asked for and that the kernel does not know: their kext is not loaded. */
  readonly unknownClasses: readonly string[]
  readonly problems: readonly DumpProblem[]
}

const item = /^([^\s=,]+) = (?:(\d+)|<no such class>)$/
const problemLimit = 100

/**
 * Reads the output of `ioclasscount`, with or without class names.
 *
 * @param source names the text in problems and failures
 * @throws FailureError `not-a-dump` when nothing in a text that is not empty is a class count
 */
export function readClassCounts(text: string, source: string): ClassCounts {
  const counts = new Map<string, number>()
  const unknownClasses: string[] = []
  const problems: DumpProblem[] = []
  let firstOdd = ''

  for (let at = 0; at < text.length;) {
    const newline = text.indexOf('\n', at)
    const isUnfinished = newline < 0
    const end = isUnfinished ? text.length : newline
    const lineStart = at
    at = end + 1
    for (const part of text.slice(lineStart, end).split(', ')) {
      const trimmed = part.trim()
      if (trimmed === '') continue
      const found = item.exec(trimmed)
      if (found?.[2] !== undefined && Number.isSafeInteger(Number(found[2]))) {
        counts.set(found[1]!, Number(found[2]))
      } else if (found && found[2] === undefined) {
        unknownClasses.push(found[1]!)
      } else {
        firstOdd ||= trimmed
        if (problems.length < problemLimit)
          problems.push({
            source,
            kind: isUnfinished ? 'truncated' : 'skipped',
            byteOffset: new TextEncoder().encode(text.slice(0, lineStart)).length,
            message: isUnfinished
              ? 'The last line is cut off; the class on it was left out.'
              : 'This line is not a class count; it was left out.',
          })
      }
    }
  }

  if (counts.size === 0 && unknownClasses.length === 0 && firstOdd !== '')
    throw new FailureError({
      kind: 'not-a-dump',
      source,
      looksLike: `text that begins with “${firstOdd.slice(0, 60)}”`,
    })
  return { counts, unknownClasses, problems }
}
