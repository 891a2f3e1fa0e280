import { parseBuffer } from 'bplist-parser'
import { build, buildBinary, parse } from 'plist'
import { describe, expect, test } from 'vitest'
import { FailureError } from '../../core/failure.ts'
import type { Failure } from '../../core/failure.ts'
import type { PropertyValue } from '../../core/registry/property-value.ts'
import { readPlist } from '../../main/plist/read-plist.ts'
import { Random } from '../helpers/random.ts'

const xml = (body: string) =>
  new TextEncoder().encode(
    `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${body}
</plist>
`,
  )

function failureOf(read: () => unknown): Failure {
  try {
    read()
  } catch (error) {
    if (error instanceof FailureError) return error.failure
    throw error
  }
  throw new Error('it did not fail')
}

describe('the XML form', () => {
  test('every kind of value, with its keys in order', () => {
    const bytes = xml(`<dict>
      <key>CFBundleIdentifier</key><string>com.example.Zebra &amp; Söhne &#x1F993;</string>
      <key>2</key><true/>
      <key>1</key><false></false>
      <key>IOProbeScore</key><integer>-1</integer>
      <key>mask</key><integer>18446744073709551615</integer>
      <key>hexadecimal</key><integer>0x1F</integer>
      <key>scale</key><real>1.0</real>
      <key>blob</key><data>
        AAEC
        /w==
      </data>
      <key>built</key><date>2018-07-22T10:20:30Z</date>
      <key>list</key><array><string/><!-- nothing --><dict/></array>
      <key>raw</key><string><![CDATA[<a> & b]]></string>
    </dict>`)
    expect(readPlist(bytes)).toEqual({
      kind: 'dictionary',
      entries: [
        ['CFBundleIdentifier', { kind: 'string', text: 'com.example.Zebra & Söhne 🦓' }],
        ['2', { kind: 'boolean', value: true }],
        ['1', { kind: 'boolean', value: false }],
        ['IOProbeScore', { kind: 'integer', value: -1n }],
        ['mask', { kind: 'integer', value: 18446744073709551615n }],
        ['hexadecimal', { kind: 'integer', value: 31n }],
        ['scale', { kind: 'real', value: 1 }],
        ['blob', { kind: 'data', bytes: new Uint8Array([0, 1, 2, 255]) }],
        ['built', { kind: 'date', iso: '2018-07-22T10:20:30Z' }],
        [
          'list',
          {
            kind: 'array',
            items: [
              { kind: 'string', text: '' },
              { kind: 'dictionary', entries: [] },
            ],
          },
        ],
        ['raw', { kind: 'string', text: '<a> & b' }],
      ],
    })
  })

  test('what is wrong is named with its place', () => {
    const at = (body: string) => {
      const bytes = xml(body)
      const failure = failureOf(() => readPlist(bytes, 'Info.plist'))
      if (failure.kind !== 'dump-malformed') throw new Error(failure.kind)
      const rest = new TextDecoder().decode(bytes.subarray(failure.byteOffset)).split('\n', 1)[0]
      return `${failure.expected} | ${rest}`
    }
    expect(at('<dict><string>é</string></dict>')).toBe(
      '<key> or </dict> | <string>é</string></dict>',
    )
    expect(at('<dict><key>a</key></dict>')).toBe('a value | </dict>')
    expect(at('<integer>12a</integer>')).toMatch(/^an integer/)
    expect(at('<array><string>a</array>')).toMatch(/^<\/string>/)
    expect(at('<string>a &nbsp; b</string>')).toMatch(/^one of &amp;/)
    expect(at('<data>???</data>')).toMatch(/^base64/)
    expect(at('<dict>')).toMatch(/^<key> or <\/dict>/)
    expect(at('<string>a</string><string>b</string>')).toMatch(/^<\/plist>/)
  })

  test('a file cut anywhere fails as data, never as a crash', () => {
    const whole = xml(
      '<dict><key>a</key><array><integer>1</integer><data>AAEC</data></array></dict>',
    )
    for (let length = 0; length < whole.length - 2; length++) {
      const failure = failureOf(() => readPlist(whole.subarray(0, length)))
      expect(['dump-malformed', 'not-a-dump']).toContain(failure.kind)
    }
  })

  test('entities that multiply are refused before they do', () => {
    const bomb = `<!DOCTYPE plist [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
      <plist><string>&b;</string></plist>`
    const failure = failureOf(() => readPlist(new TextEncoder().encode(bomb)))
    expect(failure).toMatchObject({ expected: 'a DOCTYPE without declarations of its own' })
  })

  test('nesting and size have bounds', () => {
    const deep = xml('<array>'.repeat(100_000))
    expect(failureOf(() => readPlist(deep))).toMatchObject({ expected: 'at most 200 levels' })
    const large = new Uint8Array(4 * 1024 * 1024 + 1)
    expect(failureOf(() => readPlist(large))).toMatchObject({ kind: 'dump-too-large' })
  })

  test('what is no property list is said to be none', () => {
    const read = (text: string) => failureOf(() => readPlist(new TextEncoder().encode(text)))
    expect(read('')).toMatchObject({ kind: 'not-a-dump', looksLike: 'an empty file' })
    expect(read('{ a = b; }')).toMatchObject({
      looksLike: 'an old-style (OpenStep) property list',
    })
    expect(read('\u007fELF')).toMatchObject({ kind: 'not-a-dump' })
  })

  test('UTF-16 with a byte order mark is read', () => {
    const text = '\ufeff<plist><string>Ä</string></plist>'
    expect(readPlist(Buffer.from(text, 'utf16le'))).toEqual({ kind: 'string', text: 'Ä' })
  })
})

type Plain = string | number | boolean | Uint8Array | Plain[] | { [key: string]: Plain }

describe('beside the ready-made parsers, where those are exact', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const plain = randomValue(new Random(seed), 4)
    test(`random document ${seed} reads the same in both forms`, () => {
      const asXml = build(plain)
      const own = toPlain(readPlist(new TextEncoder().encode(asXml)))
      expect(own).toEqual(toPlainLibrary(parse(asXml)))
      const binary = Buffer.from(buildBinary(plain as Parameters<typeof buildBinary>[0]))
      expect(toPlain(readPlist(binary))).toEqual(toPlainLibrary(parseBuffer(binary)[0]))
    })
  }
})

describe('the binary form', () => {
  test('integers of every width are exact, the eight-byte ones signed', () => {
    const bytes = binaryPlist([
      [0xa4, 1, 2, 3, 4],
      [0x10, 0xff],
      [0x12, 0xff, 0xff, 0xff, 0xff],
      [0x13, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe],
      [0x14, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255],
    ])
    const value = readPlist(bytes)
    const integers = value.kind === 'array' ? value.items : []
    expect(integers.map(one => one.kind === 'integer' && one.value)).toEqual([
      255n,
      4294967295n,
      -2n,
      18446744073709551615n,
    ])
  })

  test('a real 1.0 stays a real, and a set a set', () => {
    const real = [0x23, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0]
    expect(readPlist(binaryPlist([[0xc1, 1], real]))).toEqual({
      kind: 'set',
      items: [{ kind: 'real', value: 1 }],
    })
  })

  test('an array that holds itself is refused', () => {
    expect(failureOf(() => readPlist(binaryPlist([[0xa1, 0]])))).toMatchObject({
      expected: 'at most 200 levels',
    })
  })

  test('shared references that multiply are refused before they fill the memory', () => {
    const levels = 30
    const objects = Array.from({ length: levels }, (_, i) => [0xa2, i + 1, i + 1])
    const bomb = binaryPlist([...objects, [0x09]])
    expect(failureOf(() => readPlist(bomb))).toMatchObject({ expected: 'at most 500000 values' })
  })

  test('a file with any byte changed or cut off fails as data or reads as something', () => {
    const plain = { a: [1, 'two', true, new Uint8Array([3])], b: { c: 'ü' } }
    const whole = new Uint8Array(buildBinary(plain))
    const random = new Random(99)
    for (let round = 0; round < 3000; round++) {
      const bytes = whole.slice(0, random.chance(0.3) ? random.below(whole.length) : undefined)
      if (bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256)
      try {
        readPlist(bytes)
      } catch (error) {
        if (!(error instanceof FailureError)) throw error
      }
    }
  })
})

function binaryPlist(objects: readonly (readonly number[])[]): Uint8Array {
  const bytes: number[] = [...new TextEncoder().encode('bplist00')]
  const offsets = objects.map(object => bytes.push(...object) - object.length)
  const table = bytes.length
  bytes.push(...offsets.flatMap(offset => [offset >> 8, offset & 255]))
  const last8 = (n: number) => [0, 0, 0, 0, 0, 0, n >> 8, n & 255]
  bytes.push(0, 0, 0, 0, 0, 0, 2, 1, ...last8(objects.length), ...last8(0), ...last8(table))
  return new Uint8Array(bytes)
}

function randomValue(random: Random, depth: number): Plain {
  const kind = random.below(depth > 0 ? 7 : 5)
  const letters = [...'abcXYZ 09&<>"\'äß漢💥.-_']
  const text = () =>
    Array.from({ length: random.below(12) }, () => {
      return random.pick(letters)
    }).join('')
  switch (kind) {
    case 0:
      return text()
    case 1:
      return random.below(2 ** 53)
    case 2:
      return random.chance(0.5)
    case 3:
      return Uint8Array.from({ length: random.below(40) }, () => random.next() * 256)
    case 4:
      return random.next() * 1000 + 0.5
    case 5:
      return Array.from({ length: random.below(20) }, () => randomValue(random, depth - 1))
    default:
      return Object.fromEntries(
        Array.from({ length: random.below(20) }, (_, i) => [
          `k${i}${text()}`,
          randomValue(random, depth - 1),
        ]),
      )
  }
}

function toPlain(value: PropertyValue): Plain {
  switch (value.kind) {
    case 'string':
      return value.text
    case 'integer':
      return Number(value.value)
    case 'real':
    case 'boolean':
      return value.value
    case 'data':
      return value.bytes
    case 'array':
      return value.items.map(toPlain)
    case 'dictionary':
      return Object.fromEntries(value.entries.map(([key, one]) => [key, toPlain(one)]))
    default:
      throw new Error(value.kind)
  }
}

/** The libraries give Buffers here and there. */
function toPlainLibrary(value: unknown): Plain {
  if (value instanceof Uint8Array) return new Uint8Array(value)
  if (Array.isArray(value)) return value.map(toPlainLibrary)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, toPlainLibrary(v)]))
  }
  return value as Plain
}
