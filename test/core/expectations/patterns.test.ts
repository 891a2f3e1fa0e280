import { expect, test } from 'vitest'
import { compilePattern, longestSubject } from '../../../core/expectations/pattern.ts'
import { Random } from '../../helpers/random.ts'
import { cpuMs } from './cpu-time.ts'

function matches(pattern: string, subject: string): boolean | null {
  const compiled = compilePattern(pattern)
  if ('problem' in compiled) throw new Error(`${pattern}: ${compiled.problem}`)
  return compiled.pattern.test(subject)
}

test.each([
  ['^MyKext: \\d+ ports?$', 'MyKext: 3 ports', true],
  ['^MyKext: \\d+ ports?$', 'MyKext: no ports', false],
  ['(start|stop)ed', 'MyKext: stopped', false],
  ['(start|stopp)ed', 'MyKext: stopped', true],
  ['\\bport\\b', 'a port here', true],
  ['\\bport\\b', 'a report here', false],
  ['0x[0-9a-fA-F]{8,16}', 'at 0xffffff7f80c00000', true],
  ['[^\\]\\-a]', ']-a', false],
  ['^.$', '😀', true],
  ['a{0}b', 'b', true],
  ['^(a*)*$', 'aaaa', true],
  ['(?<name>x)y', 'xy', true],
  ['^$', '', true],
  ['a.c', 'a\nc', false],
  ['[\\s\\S]c', 'a\nc', true],
])('/%s/ in %j: %s', (pattern, subject, isMatch) => {
  expect(matches(pattern, subject)).toBe(isMatch)
  // JavaScript's own engine is the measure.
  expect(new RegExp(pattern, 'u').test(subject)).toBe(isMatch)
})

test('random patterns match what JavaScript matches', () => {
  const random = new Random(11)
  const pick = <T>(items: readonly T[]): T => items[random.below(items.length)]!
  const atoms = [
    'a',
    'b',
    '.',
    '\\d',
    '\\w',
    '\\s',
    '\\W',
    '[ab]',
    '[^a]',
    '[a-c1]',
    '\\b',
    '\\B',
    '^',
    '$',
    '-',
    '1',
    ' ',
  ]
  const make = (depth: number): string => {
    const parts = Array.from({ length: 1 + random.below(3) }, () => {
      const isGroup = depth > 0 && random.next() < 0.3
      const atom = isGroup ? `(${random.next() < 0.5 ? '?:' : ''}${make(depth - 1)})` : pick(atoms)
      const isEdge = ['\\b', '\\B', '^', '$'].includes(atom)
      return isEdge ? atom : atom + pick(['', '', '', '*', '+', '?', '{2}', '{1,3}', '{0,}', '+?'])
    })
    return random.next() < 0.2
      ? `${parts.join('')}|${make(depth > 0 ? depth - 1 : 0)}`
      : parts.join('')
  }
  let matched = 0
  for (let i = 0; i < 2000; i++) {
    const pattern = make(2)
    const subject = Array.from({ length: random.below(8) }, () => pick([...'aabbc1 -\n_'])).join('')
    const expected = new RegExp(pattern, 'u').test(subject)
    expect([pattern, subject, matches(pattern, subject)]).toEqual([pattern, subject, expected])
    if (expected) matched++
  }
  expect(matched).toBeGreaterThan(250)
  expect(matched).toBeLessThan(1750)
})

test('patterns that make other engines hang take no time', () => {
  const subject = `${'a'.repeat(longestSubject - 1)}!`
  for (const pattern of [
    '^(a+)+$',
    '^(a|a)*$',
    '(.*a){12}$',
    '^(a?){30}a{30}$',
    '(x+x+)+y',
    '.*.*.*.*=.*',
  ]) {
    const startedAt = cpuMs()
    matches(pattern, subject)
    expect(cpuMs() - startedAt, pattern).toBeLessThan(5000)
  }
})

test('a text that is too long is not looked at', () => {
  expect(matches('a', 'a'.repeat(longestSubject))).toBe(true)
  expect(matches('a', 'a'.repeat(longestSubject + 1))).toBe(null)
})
