import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { quoteCommand } from '../../main/guest/quote.ts'
import { Random } from '../helpers/random.ts'

/** Runs the line in a real shell and returns the words that a program then sees. */
function wordsSeenBy(shell: string, argv: readonly string[]): string[] {
  const line = quoteCommand(['printf', '%s\\0', ...argv])
  return execFileSync(shell, ['-c', line], { encoding: 'utf8' }).split('\0').slice(0, -1)
}

const hostile = [
  ...' \t\n\r\'"`$\\!*?[]{}()<>|&;~#=%^@-+:,./',
  ...'aZ0é漢💥',
  '$(id)',
  '`id`',
  '${HOME}',
  "'; rm -rf / #",
  "'\\''",
  '\\n',
  '--',
]

test('a real shell gives a program exactly the words that were quoted', () => {
  const random = new Random(20260722)
  const pick = () => random.pick(hostile)
  for (let round = 0; round < 60; round++) {
    const argv = Array.from({ length: 1 + random.below(6) }, () =>
      Array.from({ length: random.below(9) }, pick).join(''),
    )
    expect(wordsSeenBy('/bin/sh', argv)).toEqual(argv)
  }
})

test('plain words stay readable, all else is in single quotes', () => {
  const argv = ['/sbin/kextload', '-b', "com.example.It's", '/Library/My Kext.kext', '']
  expect(quoteCommand(argv)).toBe(
    `/sbin/kextload -b 'com.example.It'\\''s' '/Library/My Kext.kext' ''`,
  )
})

test('a word that only looks harmless in the first place is quoted there', () => {
  expect(quoteCommand(['A=b', 'A=b'])).toBe(`'A=b' A=b`)
  expect(quoteCommand(['if', 'if'])).toBe(`'if' if`)
  expect(quoteCommand(['echo', '=ls'])).toBe(`echo '=ls'`)
})

test('a NUL is refused, since a shell would cut the word there', () => {
  expect(() => quoteCommand(['kextload', '-b', 'com.example\0.evil'])).toThrow(/NUL/)
})
