import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { PatternSet, type BytePattern } from '../../../core/redact/byte-patterns.ts'
import { findSecrets } from '../../../core/redact/find-secrets.ts'
import { integerPseudonym } from '../../../core/redact/pseudonym.ts'
import { redactSource } from '../../../core/redact/redact-bytes.ts'
import { prepareRedaction } from '../../../core/redact/redaction.ts'
import { secretCategoryNames } from '../../../core/redact/secret-rules.ts'
import { BinaryPlist } from '../../../core/plist/binary-plist.ts'
import { encodeMacRoman } from '../../../core/registry/mac-roman.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { Random } from '../../helpers/random.ts'
import { readPlainly } from '../../helpers/read-dumps.ts'
import { randomRegistry, type ModelEntry } from '../../helpers/registry-model.ts'
import { serviceEntry } from '../../helpers/service-entry.ts'
import { writeArchive } from '../../helpers/write-archive.ts'
import { writeBinaryArchive, writeExplorerDocument } from '../../helpers/write-documents.ts'
import { writeText } from '../../helpers/write-text.ts'

const digest = (text: string) => new Uint8Array(createHmac('sha256', 'a key').update(text).digest())
const bytesOf = (value: string) => new TextEncoder().encode(value)
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
const text = (value: string): PropertyValue => ({ kind: 'string', text: value })
const integer = (value: bigint): PropertyValue => ({ kind: 'integer', value })
const data = (bytes: Uint8Array): PropertyValue => ({ kind: 'data', bytes })

function last<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** @param people names that are known from elsewhere */
function redacted(dump: string | Uint8Array, people: readonly string[] = []) {
  const { snapshot } = readPlainly(dump)
  const names = people.map(name => ({ category: 'people' as const, text: name, place: 'here' }))
  const categories = new Set(secretCategoryNames)
  const { secrets } = last(findSecrets(snapshot, [], { categories, digest, names }))
  const after = last(redactSource(snapshot, 0, prepareRedaction(secrets, digest)))
  const before = snapshot.sources[0]!.bytes
  expect(after.length).toBe(before.length)
  return { before: snapshot, bytes: after, after: readPlainly(after).snapshot, secrets }
}

/** All that a parse says but the texts themselves. */
const shapeOf = ({ entries, planes, properties, problems }: Snapshot) => ({
  ids: entries.id,
  flags: entries.flags,
  states: entries.state,
  planes: planes.map(({ plane, entry, parent, depth }) => ({ plane, entry, parent, depth })),
  types: properties.type,
  problems,
})

const entry = (
  name: string,
  properties: readonly (readonly [string, PropertyValue])[],
  clients: readonly ModelEntry[] = [],
  id = 0x100000100n,
): ModelEntry => serviceEntry(name, id, properties, clients)

const forms = {
  'an archive': (root: ModelEntry) => bytesOf(writeArchive(root)),
  text: (root: ModelEntry) => bytesOf(writeText(root)),
  'text with CRLF': (root: ModelEntry) => bytesOf(writeText(root, { lineBreak: '\r\n' })),
  'a binary archive': (root: ModelEntry) => writeBinaryArchive(root),
} as const

describe.each(Object.entries(forms))('of %s', (_name, write) => {
  test.each([
    ['a word of the format', 'string'],
    ['another one', 'registered'],
    ['the beginning of an ID', '100000'],
    ['markup', '</string><integer>'],
    ['quotes and brackets', '"}, class "'],
    ['a key of archives', 'IORegistryEntryChildren'],
  ])('a user who is called like %s changes nothing of how it reads', (_what, name) => {
    const root = entry(
      'Root',
      [
        ['ConsoleUser', text(name)],
        ['Remark', text(`of ${name} too`)],
      ],
      [
        entry(
          'en0',
          [
            ['n', integer(100_000n)],
            ['a', { kind: 'array', items: [integer(5n)] }],
          ],
          [],
          0x100000101n,
        ),
      ],
    )
    const { before, after } = redacted(write(root))
    expect(shapeOf(after)).toEqual(shapeOf(before))
  })

  test('a display’s number of four bytes stays out of entry IDs', () => {
    const edid = new Uint8Array(128)
    edid.set([0, 255, 255, 255, 255, 255, 255, 0])
    edid.set([0x10, 0x00, 0x01, 0x01], 12)
    const root = entry(
      'Root',
      [],
      [entry('disp', [['IODisplayEDID', data(edid)]], [], 0x100001012n)],
    )
    const { before, after, secrets } = redacted(write(root))
    expect(secrets).toHaveLength(1)
    expect(shapeOf(after)).toEqual(shapeOf(before))
  })

  test('seeded random registries read as before, whatever stands in them', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const random = new Random(seed)
      const root = randomRegistry({ seed, nodes: 60, isNasty: true })
      const secret = random.pick(['ä € 😀 x', 'A & B <c>', 'Jörg’s Mac', '山田太郎さん', 'a"b=c}d'])
      const { before, after } = redacted(
        write({ ...root, properties: [...root.properties, ['serial-number', text(secret)]] }),
      )
      expect(shapeOf(after), `seed ${seed}`).toEqual(shapeOf(before))
    }
  })

  test('a number is replaced in the width it has', () => {
    const numbers = [123_456n, 3_999_999_999n, 4_294_967_296n, 9_123_456_789_012_345_678n]
    const root = entry('Root', [['serial-number', { kind: 'array', items: numbers.map(integer) }]])
    const { bytes, after, before, secrets } = redacted(write(root))
    expect(secrets).toHaveLength(numbers.length)
    expect(shapeOf(after)).toEqual(shapeOf(before))
    for (const number of numbers) {
      expect(latin1(bytes)).not.toContain(String(number))
      const word = Buffer.from(
        number.toString(16).padStart(number > 0xffff_ffffn ? 16 : 8, '0'),
        'hex',
      )
      expect(Buffer.from(bytes).includes(word)).toBe(false)
    }
  })

  test('texts of firmware, two bytes a character, are found in data', () => {
    const serial = 'C02QX3ABG8WL'
    const wide = new Uint8Array(Buffer.from(`\0\0${serial}`, 'utf16le'))
    const root = entry('Root', [
      ['IOPlatformSerialNumber', text(serial)],
      ['efi', data(wide)],
    ])
    const { after } = redacted(write(root))
    const again = after.sources[0]!.bytes
    expect(redacted(again).secrets.map(({ original }) => original)).not.toContain(serial)
    expect(latin1(again)).not.toContain(Buffer.from(wide).toString('hex'))
    expect(latin1(again)).not.toContain(Buffer.from(wide).toString('base64').slice(6, 30))
    expect(latin1(again)).not.toContain(latin1(wide.subarray(4)))
  })
})

test('the tables of a binary list stay, although a guest made an address of their bytes', () => {
  const many = Array.from({ length: 400 }, (_, i) => text(`value ${i}`))
  const plain = (mac: Uint8Array) =>
    writeBinaryArchive(
      entry('Root', [
        ['IOMACAddress', data(mac)],
        ['many', { kind: 'array', items: many }],
      ]),
    )
  const first = plain(Uint8Array.of(1, 2, 3, 4, 5, 6))
  const { tableOffset } = new BinaryPlist(first, 'first')
  const ofTable = first.slice(tableOffset + 400, tableOffset + 406)
  const { before, after, bytes, secrets } = redacted(plain(ofTable))
  expect(secrets.map(({ category }) => category)).toEqual(['hardware'])
  expect(bytes.subarray(tableOffset)).toEqual(plain(ofTable).subarray(tableOffset))
  expect(shapeOf(after)).toEqual(shapeOf(before))
})

test.each([
  ['a short string, whose marker is a letter', text('zzz')],
  ['a long one, whose marker is a low line', text('something that goes on for longer')],
  ['data, whose marker is a letter', data(Uint8Array.of(1, 2, 3))],
])('what tells of a machine by its look is found before %s', (_what, next) => {
  const looks = [
    '5F0C2C2E-8B2A-5F9B-9C1D-0A1B2C3D4E5F',
    'a8:20:66:1d:2e:3f',
    '192.168.77.31',
    'fe80::1',
    '/Users/annabella',
    '5F0C2C2E-8B2A-5F9B-9C1D-0A1B2C3D4E60 “of Ann”',
  ]
  for (const look of looks) {
    // Objects follow each other as the lists that hold them are written: either of the two may be the first.
    for (const values of [
      [text(look), next],
      [next, text(look), next],
    ]) {
      const properties = values.map((value, i) => [`k${i}`, value] as const)
      const { secrets, bytes, before, after } = redacted(
        writeBinaryArchive(entry('Root', properties)),
      )
      const own = look.replace(/^\/Users\/| .*$/g, '')
      expect(secrets.map(({ original }) => original)).toEqual([own])
      expect(latin1(bytes).replaceAll('\0', '')).not.toContain(own)
      expect(shapeOf(after)).toEqual(shapeOf(before))
    }
  }
})

const head = '+-o Root  <class IORegistryEntry, id 0x100000100, retain 12>\n  {\n'

test('a name in a path is found in UTF-8 and in MacRoman, in every place', () => {
  const dump = `${head}    "a" = "/Users/jürgen/Desktop"\n    "b" = "of jürgen’s"\n  }\n  \n`
  for (const bytes of [bytesOf(dump), encodeMacRoman(dump)!]) {
    const { bytes: after, secrets } = redacted(bytes)
    expect(secrets.map(({ original }) => original)).toEqual(['jürgen'])
    expect(latin1(after)).not.toMatch(/j[^/]{1,2}rgen/)
  }
})

test('data that text dumps print as strings, and short names as values and as nodes', () => {
  const dump = `+-o xARM  <class AppleAPFSVolume, id 0x100000100, retain 12>\n  {\n    "SystemSerialNumber" = <"C","0","2","Q","X","3","A">\n    "IOMACAddress" = <"6","d|4~z">\n    "ConsoleUser" = "bob"\n    "x" = "bobby, bob"\n  }\n  \n`
  const { bytes } = redacted(dump)
  const after = latin1(bytes)
  expect(after).toMatch(/<"[A-Z]","\d","\d","[A-Z]","[A-Z]","\d","[A-Z]">/)
  expect(after).not.toMatch(/"C","0","2"|"6","d|"bob"|xARM/)
  // In running text a short name is a part of others.
  expect(after).toContain('"bobby, bob"')
})

test('names in the binary part of a document of IORegistryExplorer are replaced', () => {
  const volume = { ...entry('Annas Disk', []), classChain: ['IORegistryEntry', 'AppleAPFSVolume'] }
  const root = entry('Root', [], [{ ...volume, id: 0x100000101n }])
  const { bytes, secrets } = redacted(
    writeExplorerDocument({ root, planes: { IOService: ({ clients }) => clients } }),
  )
  expect(secrets.map(({ original }) => original)).toEqual(['Annas Disk'])
  expect(latin1(bytes)).not.toContain('Annas Disk')
})

test('what is empty, short or of one character tells nothing', () => {
  const dump = `${head}    "IOPlatformSerialNumber" = ""\n    "serial-number" = <>\n    "IOPlatformUUID" = "00000000-0000-0000-0000-000000000000"\n    "IOMACAddress" = <000000000000>\n    "ConsoleUser" = "ab"\n  }\n  \n`
  const { secrets, bytes } = redacted(dump)
  expect(secrets).toEqual([])
  expect(latin1(bytes)).toBe(dump)
})

test('secrets across the end of a window are found whole, and no pieces of them', () => {
  const uuid = '5F0C2C2E-8B2A-5F9B-9C1D-0A1B2C3D4E5F'
  const sample = `"${uuid}" "/Users/annabella/x" "192.168.100.123"`
  const line = (padding: number) => `    "x" = "${'.'.repeat(padding)}${sample}"\n`
  for (let shift = 0; shift < sample.length; shift += 4) {
    const padding = (1 << 18) - head.length - 11 - shift
    const { secrets, bytes } = redacted(`${head}${line(padding)}  }\n  \n`)
    expect(secrets.map(({ original }) => original).sort(), `shift ${shift}`).toEqual(
      ['192.168.100.123', uuid, 'annabella'].sort(),
    )
    expect(latin1(bytes)).not.toMatch(/5F0C2C2E|annabella|192\.168\.100/)
  }
})

test('of secrets that overlap nothing stays', () => {
  const people = ['Anna Bella', 'Bella Cecilia', 'Cecilia Dora', 'Anna Bella Cecilia']
  const dump = `${head}    "x" = "see Anna Bella Cecilia Dora, Anna Bella, xBella Cecilia"\n  }\n  \n`
  const { bytes } = redacted(dump, people)
  expect(latin1(bytes)).not.toMatch(/Anna|Dora/)
  // Inside of another word a name is none.
  expect(latin1(bytes)).toContain('xBella Cecilia')
})

test('many patterns at once find what one after the other would, on seeded random texts', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = new Random(seed)
    const letters = (length: number) =>
      Array.from({ length }, () => random.pick(['a', 'b', ' ', 'c'])).join('')
    const patterns = Array.from({ length: 5 }, (_, secret): BytePattern => {
      const find = bytesOf(letters(4 + random.below(5)))
      return { find, put: find.map(() => 0x23), isWord: random.chance(0.3), secret }
    })
    const original = bytesOf(letters(300))
    const bytes = original.slice()
    new PatternSet(patterns).replace(bytes, 0, bytes.length, () => undefined)
    expect(latin1(bytes), `seed ${seed}`).toBe(latin1(coveredSlowly(original, patterns)))
  }
})

/** From left to right the longest that stands, and what begins inside of it and ends behind. */
function coveredSlowly(original: Uint8Array, patterns: readonly BytePattern[]): Uint8Array {
  const made = original.slice()
  const isLetter = (at: number) => /[a-z]/.test(String.fromCharCode(original[at] ?? 0))
  const longestAt = (at: number) =>
    Math.max(
      0,
      ...patterns
        .filter(
          ({ find, isWord }) =>
            latin1(original.subarray(at, at + find.length)) === latin1(find) &&
            !(isWord && (isLetter(at - 1) || isLetter(at + find.length))),
        )
        .map(({ find }) => find.length),
    )
  let end = 0
  for (let at = 0; at < original.length; at++) {
    const length = longestAt(at)
    if (at + length > end) {
      for (let i = Math.max(at, end); i < at + length; i++) made[i] = 0x23
      end = at + length
    }
  }
  return made
}

test('a pseudonym of a number has its digits, its sign and its width', () => {
  const random = new Random(7)
  for (let i = 0; i < 2000; i++) {
    const digits = 6 + random.below(15)
    const size = BigInt(`${1 + random.below(digits === 20 ? 1 : 9)}${'5'.repeat(digits - 1)}`)
    const value = digits < 20 && random.chance(0.3) ? -size : size
    const made = integerPseudonym(value, text => digest(`${i}${text}`))
    expect(String(made)).toHaveLength(String(value).length)
    expect(made < 0n).toBe(value < 0n)
    if (value <= 0xffff_ffffn) expect(made).toBeLessThanOrEqual(0xffff_ffffn)
    if (value < 1n << 63n) expect(made < 1n << 63n).toBe(true)
    expect(made < 1n << 64n).toBe(true)
  }
})
