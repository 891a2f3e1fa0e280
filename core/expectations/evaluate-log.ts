import { newLinesSince, splitLogLine } from '../guest-facts/read-kernel-log.ts'
import type { ExpectationResult } from './expectation-report.ts'
import { logTitle } from './expectation-titles.ts'
import type { ExpectedLogLine } from './expectations.ts'
import { compilePattern, longestSubject } from './pattern.ts'
import { shortened } from './shapes.ts'

type Seen = Pick<ExpectationResult, 'status' | 'seen'>

/** The part of the kernel log that expectations speak of. */
export interface LogPart {
  /** Without time stamps; null where the log could not be read. */
  readonly lines: readonly string[] | null
  /** The ring buffer has wrapped: lines may be gone. */
  readonly mayLackLines: boolean
  /** Where it begins is not known: it is all that the log holds. */
  readonly isWhole: boolean
}

/** What came to the log between two looks at it; with none before, all of it. */
export function logPart(
  before: readonly string[] | null,
  after: readonly string[] | null,
): LogPart {
  if (after === null) return { lines: null, mayLackLines: true, isWhole: before === null }
  const { lines, mayLackLines } =
    before === null ? { lines: after, mayLackLines: true } : newLinesSince(before, after)
  return {
    lines: lines.map(line => splitLogLine(line).text),
    mayLackLines,
    isWhole: before === null,
  }
}

export function evaluateLogLine(expected: ExpectedLogLine, part: LogPart): ExpectationResult {
  return {
    title: logTitle(expected),
    ...judge(expected, part),
    when: expected.when === 'load' ? 'after-load' : 'after-unload',
    line: expected.line,
  }
}

/**
 * Where the log is known from a moment before, a line is there or not, unless the buffer has wrapped since. Where it
 * is not, a wanted line that is found may be of an earlier time and counts; one that is not wanted may be too, and
 * is no proof.
 */
function judge(expected: ExpectedLogLine, { lines, mayLackLines, isWhole }: LogPart): Seen {
  if (lines === null)
    return { status: 'unknown', seen: 'the kernel log could not be read; dmesg needs root' }
  const passes = lineTest(expected.test)
  const found = lines.find(passes)
  const remark = isWhole ? '; of the whole log, for when the kext was loaded is not known' : ''
  if (found !== undefined) {
    const seen = `“${shortened(found, 200)}”${remark}`
    if (expected.isWanted) return { status: 'pass', seen }
    return { status: isWhole ? 'unknown' : 'fail', seen }
  }
  const counted = `none of ${lines.length} ${isWhole ? 'lines of the log' : 'new lines'}`
  const isTooLong = lines.some(line => line.length > longestSubject)
  if (isTooLong)
    return { status: 'unknown', seen: `${counted}; a line is too long to be looked at` }
  if (isWhole && !expected.isWanted) return { status: 'pass', seen: `${counted}${remark}` }
  if (mayLackLines)
    return {
      status: 'unknown',
      seen: isWhole
        ? `${counted}${remark}`
        : `${counted}; the log has wrapped, so lines may be gone`,
    }
  return { status: expected.isWanted ? 'fail' : 'pass', seen: counted }
}

function lineTest(test: ExpectedLogLine['test']): (line: string) => boolean {
  if (test.kind === 'contains') return line => line.includes(test.text)
  const compiled = compilePattern(test.pattern)
  // Reading refuses such a pattern.
  if ('problem' in compiled) return () => false
  return line => compiled.pattern.test(line) === true
}
