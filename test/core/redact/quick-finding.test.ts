import { expect, test } from 'vitest'
import { findSecrets } from '../../../core/redact/find-secrets.ts'
import { FoundSecrets } from '../../../core/redact/found-secrets.ts'
import { formsOf } from '../../../core/redact/secret-forms.ts'
import {
  categoryOfKey,
  publicUuidKeys,
  secretCategoryNames,
} from '../../../core/redact/secret-rules.ts'
import { ShapeScan } from '../../../core/redact/shape-scan.ts'
import { wideTexts } from '../../../core/redact/wide-text.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { readValue } from '../../../core/registry/read-value.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { stringAt } from '../../../core/registry/strings.ts'
import { Random } from '../../helpers/random.ts'
import { readPlainly } from '../../helpers/read-dumps.ts'
import { randomRegistry, type ModelEntry } from '../../helpers/registry-model.ts'
import { writeArchive } from '../../helpers/write-archive.ts'
import { writeBinaryArchive } from '../../helpers/write-documents.ts'
import { writeText } from '../../helpers/write-text.ts'

// What is quick is held against what is obvious, on seeded input.

const bytesOf = (value: string) => Uint8Array.from(Buffer.from(value, 'latin1'))
const digest = (text: string) => bytesOf(text.padEnd(32, '0')).slice(0, 32)

/** The looks as regular expressions; of paths the name counts. */
const looks: readonly (readonly [string, RegExp])[] = [
  ['uuids', /\b[\dA-Fa-f]{8}-[\dA-Fa-f]{4}-[\dA-Fa-f]{4}-[\dA-Fa-f]{4}-[\dA-Fa-f]{12}\b/g],
  ['hardware', /\b[\dA-Fa-f]{2}(?:[:-][\dA-Fa-f]{2}){5}\b/g],
  ['network', /\b(?:192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}\b/g],
  ['network', /\b[fF][eE]80::[\da-fA-F]{1,4}(?::[\da-fA-F]{1,4}){0,3}\b/g],
  [
    'people',
    /(?:\/Users\/|\/home\/|\/Volumes\/|\/var\/folders\/[^]{2}\/)([^/"<>: \t\n\r\f\v\0]{1,256})/g,
  ],
]

function looksSlowly(text: string): string[] {
  const found: string[] = []
  for (const [category, look] of looks) {
    for (const match of text.matchAll(look)) {
      const part = match[1] ?? match[0]
      found.push(`${match.index + match[0].length - part.length} ${category} ${part}`)
    }
  }
  return found.sort()
}

function looksQuickly(text: string, stride: number, offset: number): string[] {
  const found: string[] = []
  const scan = new ShapeScan((category, bytes, from, to) => {
    const part = Buffer.from(bytes.subarray(from, to)).toString('latin1')
    if (!part.includes('@')) found.push(`${from} ${category} ${part}`)
  })
  // At an odd place of its buffer too: two bytes are looked at at once.
  const bytes = new Uint8Array(text.length + offset).subarray(offset)
  bytes.set(bytesOf(text))
  for (let at = 0; at < bytes.length; at += stride) {
    scan.scan(bytes, at, Math.min(bytes.length, at + stride))
  }
  return found.sort()
}

test('looks are found in one pass as regular expressions find them, on seeded random texts', () => {
  const parts = [
    ...['5F0C2C2E-8B2A-5F9B-9C1D-0A1B2C3D4E5F', 'a8:20:66:1d:2e:3f', 'A8-20-66-1D-2E-3F', ':00'],
    ...['192.168.1.23', '172.31.0.1', '172.32.0.1', '169.254.300.4', '192.168.1.2345', '.7', '1'],
    ...['fe80::a820:66ff:fe1d:2e3f', 'FE80::1', 'fe80::', '/Users/', '/home/', '/Volumes/', 'ann'],
    ...['/var/folders/zz/', '/var/folders/', 'zz/', '"', '<', '=', ' ', '\0', '\n', '-', 'ab', '_'],
    ...['/Users/j\xfcrgen/', 'x', '5F0C2C2E-', '8B2A-', ':', '.', '/'],
  ]
  let count = 0
  for (let seed = 1; seed <= 3000; seed++) {
    const random = new Random(seed)
    // Long ones are gone over two bytes at a time.
    const length = seed % 10 === 0 ? 400 : random.below(14)
    const text = Array.from({ length }, () => random.pick(parts)).join('')
    const slowly = looksSlowly(text)
    count += slowly.length
    const quickly = looksQuickly(text, 1 + random.below(seed % 10 === 0 ? 3000 : 60), seed & 1)
    expect(quickly, `seed ${seed}: ${JSON.stringify(text)}`).toEqual(slowly)
  }
  expect(count).toBeGreaterThan(1500)
})

test('e-mail addresses are found, and what stands at an entry’s location is none', () => {
  const found = (text: string) => {
    const parts: string[] = []
    const scan = new ShapeScan((_category, bytes, from, to) =>
      parts.push(Buffer.from(bytes.subarray(from, to)).toString('latin1')),
    )
    scan.scan(bytesOf(text), 0, text.length)
    return parts
  }
  expect(found('to ann.b+c@mail.example.org.')).toEqual(['ann.b+c@mail.example.org'])
  expect(found('PCI0@0 XHC1@14,3 disk@1.2 a@b @x.de x@.de')).toEqual([])
})

/** Every value is decoded. */
function findSlowly(snapshot: Snapshot): string[] {
  const categories = new Set(secretCategoryNames)
  const found = new FoundSecrets({ categories })
  const { properties, strings } = snapshot
  for (let row = 0; row < properties.length; row++) {
    const key = stringAt(strings, properties.key[row]!)
    const value = readValue(snapshot, row)
    if (publicUuidKeys.test(key)) found.publish(value)
    else found.value(key, categoryOfKey(key), value)
  }
  const inText = new FoundSecrets({ categories })
  for (const { bytes, syntax } of snapshot.sources) {
    if (syntax === 'binary-plist') {
      for (const text of textsOf(snapshot)) inText.shapesIn(Buffer.from(text), 'dump')
    } else inText.looking('dump', syntax === 'xml', null).scan(bytes, 0, bytes.length)
  }
  found.take(inText)
  return [...found.all()].map(({ secret, places }) =>
    shown(secret.category, formsOf(secret, digest).original, [...places]),
  )
}

/** All strings of a snapshot, those inside of values too. */
function* textsOf(snapshot: Snapshot): Generator<string> {
  const { properties, strings } = snapshot
  for (let i = 0; i < strings.length; i++) yield stringAt(strings, i)
  const open = Array.from({ length: properties.length }, (_, row) => readValue(snapshot, row))
  for (let value = open.pop(); value; value = open.pop()) {
    if (value.kind === 'string') yield value.text
    else if (value.kind === 'array' || value.kind === 'set') open.push(...value.items)
    else if (value.kind === 'dictionary') {
      for (const [key, item] of value.entries) {
        yield key
        open.push(item)
      }
    }
  }
}

const shown = (category: string, original: string, places: readonly string[]) =>
  `${category}: ${original}, in ${places.filter(place => place !== 'dump').join(', ')}`

function findQuickly(snapshot: Snapshot): string[] {
  const options = { categories: new Set(secretCategoryNames), digest }
  const steps = findSecrets(snapshot, [], options)
  for (;;) {
    const step = steps.next()
    if (step.done !== true) continue
    return step.value.secrets.map(secret => shown(secret.category, secret.original, secret.places))
  }
}

/** Secrets at every depth, under keys that tell and keys that do not. */
function secretive(random: Random): PropertyValue {
  const serial = () =>
    `C02${Array.from({ length: 9 }, () => random.pick([...'ABCDEFGH0123456789'])).join('')}`
  const mac = () => Uint8Array.from({ length: 6 }, () => random.below(256))
  const texts = [
    () => `"}, see ${serial()} <0a0b>, "serial-number"="x`,
    () => '/Users/annabella/Desktop',
    () => `a8:20:66:1d:2e:${random.below(90) + 10}`,
    () => '5F0C2C2E-8B2A-5F9B-9C1D-0A1B2C3D4E5F',
    () => 'plain & <simple>',
  ]
  const dataOf = (): Uint8Array => {
    const text = random.pick(texts)()
    switch (random.below(4)) {
      case 0:
        return mac()
      case 1:
        return bytesOf(`\x01\x02${text}\0`)
      case 2:
        return new Uint8Array(Buffer.from(`\x01${text}`, 'utf16le'))
      default:
        return Uint8Array.from({ length: random.below(200) }, () => random.below(256))
    }
  }
  const keys = [
    'serial-number',
    'IOMACAddress',
    'a',
    'UUID',
    'Content',
    'plain "key"=',
    'k & <l>',
    'guid',
  ]
  const make = (depth: number): PropertyValue => {
    switch (random.below(depth > 3 ? 4 : 7)) {
      case 0:
        return { kind: 'string', text: random.pick(texts)() }
      case 1:
        return { kind: 'integer', value: BigInt(random.below(2 ** 31)) }
      case 2:
        return { kind: 'data', bytes: dataOf() }
      case 3:
        return { kind: 'string', text: serial() }
      case 4:
        return { kind: 'array', items: [make(depth + 1), make(depth + 1)] }
      default: {
        const names = new Set(Array.from({ length: 1 + random.below(4) }, () => random.pick(keys)))
        return { kind: 'dictionary', entries: [...names].map(name => [name, make(depth + 1)]) }
      }
    }
  }
  return make(0)
}

const forms = {
  'an archive': (root: ModelEntry) => bytesOf(Buffer.from(writeArchive(root)).toString('latin1')),
  text: (root: ModelEntry) => bytesOf(Buffer.from(writeText(root)).toString('latin1')),
  'a binary archive': (root: ModelEntry) => writeBinaryArchive(root),
} as const

test.each(Object.entries(forms))(
  'in %s a glance at the bytes misses nothing that decoding every value finds',
  (_name, write) => {
    let count = 0
    for (let seed = 1; seed <= 40; seed++) {
      const random = new Random(seed)
      const root = randomRegistry({ seed, nodes: 6, isNasty: true })
      const values = Array.from(
        { length: 8 },
        (_, i) =>
          [random.pick(['x', 'serial', 'IOMACAddress', 'y']) + (i % 3), secretive(random)] as const,
      )
      const properties = [...new Map(values)]
      const { snapshot } = readPlainly(write({ ...root, properties }))
      const slowly = findSlowly(snapshot)
      count += slowly.length
      expect(findQuickly(snapshot).sort(), `seed ${seed}`).toEqual(slowly.sort())
    }
    expect(count).toBeGreaterThan(150)
  },
)

test('texts of two bytes a character are read at even and odd places', () => {
  const wide = Buffer.from('MacBook', 'utf16le')
  for (const before of [[], [7], [7, 0], [65, 1, 2]]) {
    const bytes = Uint8Array.from([...before, ...wide, 0, 0, 9])
    const lines = wideTexts(bytes, 0, bytes.length)
    expect(lines && Buffer.from(lines).toString()).toBe('MacBook\n')
  }
  expect(wideTexts(bytesOf('MacBook Pro of somebody'), 0, 23)).toBeNull()
})
