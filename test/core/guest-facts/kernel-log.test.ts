import { describe, expect, test } from 'vitest'
import {
  decodeVis,
  newLinesSince,
  readKernelLog,
  splitLogLine,
} from '../../../core/guest-facts/read-kernel-log.ts'

describe('decodeVis', () => {
  test.each([
    ['plain', 'plain'],
    ['back\\\\slash', 'back\\slash'],
    ['\\^A\\^?', '\u0001\u007f'],
    ['caf\\M-C\\M-)', 'café'],
    ['it\\M-b\\M^@\\M^Ys', 'it’s'],
    ['nbsp \\M-B\\240', 'nbsp \u00a0'],
    ['ends in \\', 'ends in \\'],
    ['no escape \\q', 'no escape \\q'],
  ])('%j is %j', (encoded, decoded) => {
    expect(decodeVis(encoded)).toBe(decoded)
  })
})

test('lines of macOS 11 and later carry the uptime, older ones do not', () => {
  expect(readKernelLog('[   12.345678]: MyDriver::start\nold line\n').map(splitLogLine)).toEqual([
    { text: 'MyDriver::start', uptimeMicroseconds: 12_345_678 },
    { text: 'old line', uptimeMicroseconds: null },
  ])
})

describe('newLinesSince', () => {
  const since = (before: string, after: string): unknown =>
    newLinesSince(before.split(' '), after.split(' '))

  test.each([
    { case: 'nothing new', before: 'a b c', after: 'a b c', lines: [] },
    { case: 'lines at the end', before: 'a b c', after: 'a b c d e', lines: ['d', 'e'] },
    { case: 'the buffer moved on', before: 'a b c', after: 'b c d', lines: ['d'] },
    { case: 'only the last is left', before: 'a b c', after: 'c d', lines: ['d'] },
    { case: 'all lines alike', before: 'a a a', after: 'a a a a', lines: ['a'] },
    { case: 'a repeated group', before: 'a b a b', after: 'a b a b a b', lines: ['a', 'b'] },
    {
      case: 'the first is a fragment',
      before: 'a the-second c',
      after: 'e-second c d',
      lines: ['d'],
    },
    { case: 'the last has grown', before: 'a b c', after: 'a b cd e', lines: ['cd', 'e'] },
    { case: 'one line before', before: 'a', after: 'a b', lines: ['b'] },
  ])('$case', ({ before, after, lines }) => {
    expect(since(before, after)).toEqual({ lines, mayLackLines: false })
  })

  test('says that lines may be lost when the buffer has wrapped', () => {
    expect(since('a b c', 'x y z')).toEqual({ lines: ['x', 'y', 'z'], mayLackLines: true })
  })

  test('takes everything as new when nothing was read before', () => {
    expect(newLinesSince([], ['a'])).toEqual({ lines: ['a'], mayLackLines: false })
  })

  test('agrees with the slow search for the longest overlap on random logs', () => {
    let seed = 7
    const random = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31
      return Math.floor((seed / 2 ** 31) * below)
    }
    for (let round = 0; round < 500; round++) {
      const history = Array.from({ length: 2 + random(12) }, () => `line-number-${random(3)}`)
      const before = history.slice(0, 2 + random(history.length - 1))
      const start = random(before.length)
      const after = history.slice(start)
      let longest = 0
      for (let length = 1; length <= Math.min(before.length, after.length); length++)
        if (before.slice(-length).every((line, i) => line === after[i])) longest = length
      expect(newLinesSince(before, after)).toEqual({
        lines: after.slice(longest),
        mayLackLines: false,
      })
    }
  })

  test('a megabyte of equal lines costs no more than another log', () => {
    const lines = Array.from({ length: 50_000 }, () => 'the same')
    const odd = [...lines.slice(1), 'other']
    expect(newLinesSince(lines, [...lines, 'new']).lines).toEqual(['new'])
    expect(newLinesSince(odd, lines).mayLackLines).toBe(true)
  })
})
