import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { quoteCommand } from '../../main/guest/quote.ts'

/** Runs the line in a real shell and returns the words that a program then sees. */
function wordsSeenBy(shell: string, argv: readonly string[]): string[] {
  const line = quoteCommand(['printf', '%s\\0', ...argv])
  return execFileSync(shell, ['-c', line], { encoding: 'utf8' }).split('\0').slice(0, -1)
}

/** mulberry32: small, seeded, the same everywhere. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
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
  const random = seeded(20260722)
  const pick = () => hostile[Math.floor(random() * hostile.length)]!
  for (let round = 0; round < 60; round++) {
    const argv = Array.from({ length: 1 + Math.floor(random() * 6) }, () =>
      Array.from({ length: Math.floor(random() * 9) }, pick).join(''),
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
