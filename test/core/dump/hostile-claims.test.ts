import { describe, expect, test } from 'vitest'
import { FailureError } from '../../../core/failure.ts'
import { EntryFlag } from '../../../core/registry/snapshot.ts'
import {
  plist,
  propertiesIn,
  survive,
  survivor,
  textEntry,
  xmlEntry,
} from '../../helpers/survive.ts'
import {
  big,
  dictionary,
  integer,
  list,
  text,
  writeBinaryPlist,
} from '../../helpers/write-binary-plist.ts'

// Sizes, counts and numbers that are larger than anything that is there. What reserved room for one of them
// would be out of memory, and what went through it would not end within the test's time.

const fourGigabytes = 0x1_0000_0000

describe('a binary property list', () => {
  const whole = writeBinaryPlist(
    dictionary({
      IORegistryEntryName: text('Root'),
      data: { kind: 'data', bytes: Uint8Array.of(1, 2, 3) },
      ascii: text('four'),
      utf16: text('fünf'),
      array: list([integer(6)]),
      set: { kind: 'set', items: [integer(6)] },
      dictionary: dictionary({ k: integer(6) }),
      after: { kind: 'boolean', value: true },
    }),
  )
  const trailer = whole.length - 32

  function changed(at: number, bytes: readonly number[]): Uint8Array {
    const copy = whole.slice()
    copy.set(bytes, at)
    return copy
  }

  test.each([
    ['more objects than bytes', 8, big(fourGigabytes, 8)],
    ['as many objects as there are numbers', 8, big(-1, 8)],
    ['a top object that is none', 16, big(fourGigabytes, 8)],
    ['a table behind the end', 24, big(fourGigabytes, 8)],
    ['a table that ends behind 2^64', 24, big(-8, 8)],
    ['a table over the objects', 24, big(8, 8)],
    ['no objects', 8, big(0, 8)],
    ['offsets of 255 bytes', 6, [255]],
    ['offsets of no bytes', 6, [0]],
    ['references of 255 bytes', 7, [255]],
    ['references of no bytes', 7, [0]],
  ])('that claims %s is refused', (_, at, bytes) => {
    expect(survive(changed(trailer + at, bytes))).toBeInstanceOf(FailureError)
  })

  test.each([
    ['offsets of eight bytes', 6, [8]],
    ['references of eight bytes', 7, [8]],
  ])('that claims %s is refused or says what is damaged', (_, at, bytes) => {
    const result = survive(changed(trailer + at, bytes))
    const problems = result instanceof FailureError ? [result] : result.summary.problems
    expect(problems.length).toBeGreaterThan(0)
  })

  /** Its values, each an object that counts, with the count of `key`'s replaced by a long one. */
  function withCount(key: string, marker: number, count: readonly number[]): Uint8Array {
    const size = 0x10 | Math.log2(count.length)
    // The value comes last, where its count can be longer than it was.
    const value = [marker | 15, size, ...count, 1, 1, 1, 1]
    const objects = [
      [0xd3, 1, 3, 5, 2, 4, 6],
      [0x5f, 0x10, 19, ...Buffer.from('IORegistryEntryName')],
      [0x54, ...Buffer.from('Root')],
      [0x50 | key.length, ...Buffer.from(key)],
      value,
      [0x55, ...Buffer.from('after')],
      [0x09],
    ]
    const offsets: number[] = []
    let length = 8
    for (const object of objects) {
      offsets.push(length)
      length += object.length
    }
    return Uint8Array.from([
      ...Buffer.from('bplist00'),
      ...objects.flat(),
      ...offsets,
      ...[0, 0, 0, 0, 0, 0, 1, 1],
      ...big(objects.length, 8),
      ...big(0, 8),
      ...big(length, 8),
    ])
  }

  const counted: readonly [string, number][] = [
    ['data', 0x40],
    ['ascii', 0x50],
    ['utf16', 0x60],
    ['array', 0xa0],
    ['set', 0xc0],
    ['dict', 0xd0],
  ]
  const counts: readonly (readonly number[])[] = [
    big(0xffff_ffff, 4),
    big(0x7fff_ffff, 4),
    big(fourGigabytes, 8),
    big(-1, 8),
    big(-1, 16),
    big(0xff, 1),
  ]

  test.each(counted)(
    'whose %s claims gigabytes keeps the rest, and that value is told',
    (key, marker) => {
      expect(survivor(withCount(key, marker, big(1, 1))).snapshot.properties.length).toBe(2)
      for (const count of counts) {
        const result = survive(withCount(key, marker, count))
        if (result instanceof FailureError) {
          expect(result.failure.kind).toMatch(/^(dump-malformed|not-a-dump)$/)
          continue
        }
        const found = new Map(propertiesIn(result.snapshot))
        const isTold = result.summary.problems.length > 0 || found.get(key)?.kind === 'unreadable'
        expect(isTold, `a count of ${count.join(' ')}`).toBe(true)
      }
    },
  )
})

/** Of 33 bits, 64, 65 and very many. */
const huge = ['4294967296', '18446744073709551615', '18446744073709551616', '9'.repeat(500)]

describe('numbers of text', () => {
  test.each(huge)(
    'number %# as retain count, busy count and time is no number or exact',
    number => {
      const line = `+-o Root  <class C, id 0x100000100, !registered, busy ${number} (${number} ms), retain ${number}>\n`
      const { entries } = survivor(line).snapshot
      expect([entries.length, entries.id[0]]).toEqual([1, 0x1_0000_0100n])
      const flags = entries.flags[0]!
      // None of them fits, so none of them is believed.
      expect(flags & (EntryFlag.hasRetainCount | EntryFlag.hasBusyCount)).toBe(0)
    },
  )

  test.each(['ffffffffffffffff', '1ffffffffffffffff', 'f'.repeat(5000)])(
    'number %# as an ID is exact where it has 64 bits and else none',
    id => {
      const { entries } = survivor(`+-o Root  <class C, id 0x${id}, retain 1>\n`).snapshot
      const hasId = (entries.flags[0]! & EntryFlag.hasId) !== 0
      expect(hasId ? entries.id[0] : null).toBe(id.length === 16 ? 0xffff_ffff_ffff_ffffn : null)
    },
  )

  test.each([...huge, `0x${'f'.repeat(5000)}`, `-${'9'.repeat(5000)}`, '9'.repeat(5_000_000)])(
    'number %# as a value is exact, or its text is kept',
    number => {
      const { snapshot } = survivor(textEntry(`      "n" = ${number}\n      "after" = Yes\n`))
      const [[, value], [, after]] = propertiesIn(snapshot) as [
        readonly [string, { kind: string; value?: bigint; raw?: string }],
        readonly [string, unknown],
      ]
      if (value.kind === 'integer') expect(value.value).toBe(BigInt(number))
      else expect(value).toEqual({ kind: 'unreadable', raw: number })
      expect(after).toEqual({ kind: 'boolean', value: true })
    },
  )
})

describe('numbers of an archive', () => {
  test.each([...huge, `-${'9'.repeat(5000)}`, `0x${'f'.repeat(5000)}`, '9'.repeat(5_000_000)])(
    'number %# as a value is exact, or its text is kept',
    number => {
      const file = plist(xmlEntry(`<key>n</key><integer>${number}</integer>`))
      const [[, value]] = propertiesIn(survivor(file).snapshot) as [
        readonly [string, { kind: string; value?: bigint; raw?: string }],
      ]
      if (value.kind === 'integer') expect(value.value).toBe(BigInt(number))
      else expect(value).toEqual({ kind: 'unreadable', raw: `<integer>${number}</integer>` })
    },
  )

  const own: readonly (readonly [string, number, number])[] = [
    ['IORegistryEntryID', EntryFlag.hasId, 64],
    ['IOServiceBusyTime', EntryFlag.hasBusyTime, 64],
    ['IOObjectRetainCount', EntryFlag.hasRetainCount, 32],
    ['IOServiceBusyState', EntryFlag.hasBusyCount, 32],
    ['IOServiceState', EntryFlag.isService, 32],
  ]
  const numbers = ['0', '-1', '-4294967296', '4294967295', ...huge, `-${huge[1]!}`]

  test.each(own)(
    'as %s of an entry are taken where they fit, and told where not',
    (key, flag, bits) => {
      for (const number of numbers) {
        const xml = plist(xmlEntry(`<key>${key}</key><integer>${number}</integer>`))
        const value = BigInt(number)
        const files: (string | Uint8Array)[] = [xml]
        const isWritable = value < 1n << 64n && value >= -(1n << 63n)
        const name = { IORegistryEntryName: text('Root') }
        if (isWritable) files.push(writeBinaryPlist(dictionary({ ...name, [key]: integer(value) })))
        // A tool that knows no sign writes -1 as 2^64 - 1.
        const signed = isWritable ? BigInt.asIntN(64, value) : value
        const least = -(1n << BigInt(bits - 1))
        const fits = signed >= least && (signed < 0n || value < 1n << BigInt(bits))
        for (const file of files) {
          const { snapshot, summary } = survivor(file)
          const hasIt = (snapshot.entries.flags[0]! & flag) !== 0
          const isTold = summary.problems.some(({ kind }) => kind === 'malformed')
          expect([hasIt, isTold], `${number} as ${key}`).toEqual([fits, !fits])
        }
      }
    },
  )
})

describe('numbers of kextstat', () => {
  const row = (number: string, hex: string) =>
    `${number} ${number} ${hex} ${hex} ${hex} org.example.a (1.0) <${number} 7>\n`

  test.each(huge)('number %# in every column is exact or not known', number => {
    const hex = `0x${BigInt(number).toString(16)}`
    const exact = Number.isSafeInteger(Number(number)) ? Number(number) : null
    const { kexts } = survivor(row(number, hex)).summary
    expect(kexts).toMatchObject([
      { index: exact, refs: exact, size: exact, wired: exact, address: hex },
    ])
    expect(kexts![0]!.linkedAgainst).toEqual(exact === null ? [7] : [exact, 7])
  })

  test('a million tags, a line of five million digits and one of blanks are read to their end', () => {
    const tags = '9 '.repeat(1_000_000)
    const rows = [
      `9 0 0x1 0x1 0x1 org.example.a (1.0) <${tags}>\n`,
      `${'9'.repeat(5_000_000)}\n`,
      `9 0 0x1 0x1 0x1 org.example.b (1.0) <${'9'.repeat(5_000_000)}\n`,
      `9 0 0x1 0x1 0x1 ${' '.repeat(1_000_000)}org.example.c (1.0)\n`,
    ]
    const { kexts, problems } = survivor(rows.join('')).summary
    expect(kexts!.map(kext => kext.bundleIdentifier)).toEqual([
      'org.example.a',
      'org.example.b',
      'org.example.c',
    ])
    expect(kexts![0]!.linkedAgainst.length).toBe(1_000_000)
    expect(problems.map(({ kind }) => kind)).toEqual(['skipped', 'clipped'])
  })
})
