import { expect, test } from 'vitest'
import { FailureError } from '../../../core/failure.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { formatSamples } from '../../helpers/format-samples.ts'
import { Random } from '../../helpers/random.ts'
import { readCut } from '../../helpers/read-dumps.ts'
import { propertiesIn, survive, survivor } from '../../helpers/survive.ts'

// Files that are empty, cut, or noise: a sentence or a sound snapshot, nothing else. The time-out of the test
// is what bounds a reader that would go on for ever.

// Small: each is cut at each of its bytes.
const samples = [...formatSamples(77, 3)]
/** Their table of objects is at the end, without which nothing can be read. */
const isWholeOrNothing = (name: string) => /binary|document/.test(name)

const sampleNamed = (name: string) => new Map(samples).get(name)!

test('no bytes and any one byte are refused with a sentence', () => {
  for (const bytes of [[], ...Array.from({ length: 256 }, (_, byte) => [byte])]) {
    const result = survive(Uint8Array.from(bytes))
    expect(result).toBeInstanceOf(FailureError)
    expect((result as FailureError).failure.kind).toBe('not-a-dump')
  }
})

/** How much was read: of each kind, what only grows while a file goes on. */
function amounts(snapshot: Snapshot, kexts: number): Readonly<Record<string, number>> {
  const nodes = snapshot.planes.reduce((sum, { length }) => sum + length, 0)
  return { nodes, properties: snapshot.properties.length, kexts }
}

test.each(samples.filter(([name]) => !isWholeOrNothing(name)))(
  '%s cut at any byte is what was there until then, or refused before the first entry',
  { timeout: 120_000 },
  (_, whole) => {
    let most = { nodes: 0, properties: 0, kexts: 0 }
    let hasAny = false
    for (let length = 0; length <= whole.length; length++) {
      const result = survive(whole, () => readCut('any', whole, length))
      if (result instanceof FailureError) {
        expect(hasAny, `cut at ${length}: ${result.message}`).toBe(false)
        continue
      }
      const now = amounts(result.snapshot, result.summary.kexts?.length ?? 0)
      for (const [what, count] of Object.entries(most)) {
        expect(now[what], `${what}, cut at ${length}`).toBeGreaterThanOrEqual(count)
      }
      most = { ...most, ...now }
      hasAny = most.nodes + most.kexts > 0
    }
    expect(most.nodes + most.kexts).toBeGreaterThan(1)
  },
)

test.each(samples.filter(([name]) => isWholeOrNothing(name)))(
  '%s cut at any byte is refused',
  (_, whole) => {
    for (let length = 0; length < whole.length; length++) {
      expect(survive(whole.slice(0, length)), `cut at ${length}`).toBeInstanceOf(FailureError)
    }
    expect(survivor(whole).summary.nodes).toBeGreaterThan(2)
  },
)

test.each(samples)('%s with bytes changed anywhere is read soundly or refused', (_, whole) => {
  const random = new Random(2024)
  let read = 0
  for (let round = 0; round < 60; round++) {
    const bytes = whole.slice()
    for (let i = random.below(12); i >= 0; i--) {
      bytes[random.below(bytes.length)] = random.below(256)
    }
    if (!(survive(bytes) instanceof FailureError)) read++
  }
  // Most damage is in some value or other, and the rest is read.
  expect(read).toBeGreaterThan(10)
})

test.each([
  ['nothing', ''],
  ['the mark of a binary property list', 'bplist00'],
  ['the mark of an unknown one', 'bplist15'],
  ['a declaration of XML', '<?xml version="1.0" encoding="UTF-8"?>\n'],
  ['the start of an archive', '<plist version="1.0"><dict><key>IORegistryEntryName</key><string>'],
  ['the start of an archive’s value', '<plist><dict><key>IORegistryEntryID</key><integer>'],
  ['the first line of text', '+-o Root  <class C, id 0x100000100, retain 9>\n'],
  ['the start of text', '+-o '],
  ['the start of a property', '+-o Root  <class C>\n    {\n      "a" = '],
  ['the start of RTF', '{\\rtf1\\ansi\\ansicpg1252\n+-o Root  <class C>\\\n'],
  ['the start of HTML', '<html><pre>+-o Root  &lt;class C>\n'],
  [
    'the header of kextstat',
    'Index Refs Address            Size       Wired      Name (Version)\n',
  ],
  ['the mark of UTF-16', '\xff\xfe'],
  ['the mark of UTF-16, big-endian', '\xfe\xff'],
  [
    'the mark of UTF-16 and a first line',
    '\xff\xfe+\0-\0o\0 \0A\0 \0 \0<\0c\0l\0a\0s\0s\0 \0C\0>\0\n\0',
  ],
  ['the mark of UTF-8', '\xef\xbb\xbf'],
  ['the mark of gzip', '\x1f\x8b\x08'],
  ['the mark of a ZIP', 'PK\x03\x04'],
])('random bytes after %s are refused or read soundly', (_, start) => {
  const random = new Random(11)
  const meant = [0x3c, 0x3e, 0x22, 0x7b, 0x7d, 0x0a, 0x2b, 0x2d, 0x6f, 0x20]
  for (let round = 0; round < 40; round++) {
    // Noise of all bytes, or of bytes that a grammar knows.
    const noise = Array.from({ length: random.below(800) }, () =>
      round % 2 === 0 ? random.below(256) : random.pick(meant),
    )
    survive(Uint8Array.from([...Buffer.from(start, 'latin1'), ...noise]))
  }
})

test('half a character at the end of UTF-16 is left out and told, and the line before it is whole', () => {
  const bytes = Buffer.from('\ufeff+-o Root  <class C>\n    {\n      "a" =', 'utf16le')
  for (const [half, told] of [
    [[], []],
    [[0x20], ['truncated']],
    // Half of what two units make.
    [[0x3d, 0xd8, 0x00], ['truncated']],
  ] as const) {
    const { snapshot, summary } = survivor(Buffer.concat([bytes, Uint8Array.from(half)]))
    expect(propertiesIn(snapshot)).toEqual([['a', { kind: 'missing' }]])
    const ending = summary.problems.filter(({ message }) => message.includes('half a character'))
    expect(ending.map(({ kind }) => kind)).toEqual(told)
    expect(snapshot.problems).toEqual(summary.problems)
  }
})

test('a text dump in the middle of a binary file is not found, and one after a page of words is', () => {
  const text = Buffer.from(sampleNamed('text'))
  const letter = Buffer.from('Dear Sir,\nhere is what you asked for.\n\n'.repeat(50))
  expect(survivor(Buffer.concat([letter, text])).summary.nodes).toBe(survivor(text).summary.nodes)
  expect(survive(Buffer.concat([Buffer.alloc(8), text]))).toBeInstanceOf(FailureError)
})
