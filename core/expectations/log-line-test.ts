import { splitLogLine } from '../guest-facts/read-kernel-log.ts'
import type { ExpectedLogLine } from './expectations.ts'
import { compilePattern } from './pattern.ts'

const longestLine = 300

/** UUIDs, numbers with 0x, and numbers that are no part of a name: what differs from one run to the next. */
const changing = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}|0x[\da-f]+|(?<![\w])\d+/gi

/**
 * What to expect of the log so that a line like this one passes again: its text, without the time stamp, or a pattern
 * where it has numbers in it. Null where it says too little.
 */
export function testForLine(line: string): ExpectedLogLine['test'] | null {
  const text = splitLogLine(line).text.trim().slice(0, longestLine)
  const letters = text.replace(/[^\p{L}]/gu, '')
  if (letters.length < 4 || text.includes('\ufffd')) return null
  const contains = { kind: 'contains' as const, text }
  const pattern = patternOf(text)
  if (pattern === null) return contains
  const compiled = compilePattern(pattern)
  return 'pattern' in compiled && compiled.pattern.test(text) === true
    ? { kind: 'matches', pattern }
    : contains
}

/** Null where nothing in it changes. */
function patternOf(text: string): string | null {
  const pieces: string[] = []
  let at = 0
  for (const found of text.matchAll(changing)) {
    pieces.push(quoted(text.slice(at, found.index)), classOf(found[0]))
    at = found.index + found[0].length
  }
  return at === 0 ? null : pieces.join('') + quoted(text.slice(at))
}

function classOf(number: string): string {
  if (number.includes('-')) return '[0-9A-Fa-f-]{36}'
  return /^0x/i.test(number) ? '0x[0-9a-f]+' : '\\d+'
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
