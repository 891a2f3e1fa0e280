import { expect, test } from 'vitest'
import { FailureError } from '../../../core/failure.ts'
import { asWritten, withPersonality } from '../../../core/kext/edit-info-plist.ts'
import { parseXmlPlist, readXmlPlist } from '../../../core/plist/read-xml-plist.ts'
import type { DictionaryValue, PropertyValue } from '../../../core/registry/property-value.ts'
import { writeInfoPlist, writePersonality } from '../../../core/write/write-info-plist.ts'
import { hasPython, runPython } from '../../helpers/run-python.ts'
import { Random } from '../../helpers/random.ts'

const text = (value: string): PropertyValue => ({ kind: 'string', text: value })
const dictionary = (entries: Readonly<Record<string, PropertyValue>>): DictionaryValue => ({
  kind: 'dictionary',
  entries: Object.entries(entries),
})

test('an Info.plist is written as Apple’s tools write it, with its keys in their order', () => {
  const info = dictionary({
    Zebra: text('a & b <c>'),
    CFBundleIdentifier: text('com.example.driver'),
    IOKitPersonalities: dictionary({
      Mine: dictionary({
        IOProbeScore: { kind: 'integer', value: -1n },
        Mask: { kind: 'integer', value: 18446744073709551615n },
        Blob: { kind: 'data', bytes: Uint8Array.from({ length: 60 }, (_, i) => i) },
        IONameMatch: { kind: 'array', items: [text('a'), text('b')] },
        Empty: dictionary({}),
        On: { kind: 'boolean', value: true },
      }),
    }),
  })
  expect(writeInfoPlist(info)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>Zebra</key>
	<string>a &amp; b &lt;c&gt;</string>
	<key>CFBundleIdentifier</key>
	<string>com.example.driver</string>
	<key>IOKitPersonalities</key>
	<dict>
		<key>Mine</key>
		<dict>
			<key>IOProbeScore</key>
			<integer>-1</integer>
			<key>Mask</key>
			<integer>18446744073709551615</integer>
			<key>Blob</key>
			<data>
			AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUm
			JygpKissLS4vMDEyMzQ1Njc4OTo7
			</data>
			<key>IONameMatch</key>
			<array>
				<string>a</string>
				<string>b</string>
			</array>
			<key>Empty</key>
			<dict/>
			<key>On</key>
			<true/>
		</dict>
	</dict>
</dict>
</plist>
`)
})

test('a personality is copied as it stands inside IOKitPersonalities', () => {
  expect(writePersonality('My <Kext>', dictionary({ IOClass: text('MyKext') }))).toBe(
    `		<key>My &lt;Kext&gt;</key>
		<dict>
			<key>IOClass</key>
			<string>MyKext</string>
		</dict>
`,
  )
})

test.each<[string, PropertyValue, string]>([
  ['a broken string', { kind: 'string', text: 'a\ufffd', bytes: Uint8Array.of(97, 255) }, 'UTF-8'],
  ['half a surrogate pair', text('\ud83e'), 'XML'],
  ['a NUL', text('a\0'), 'XML'],
  ['a wide integer', { kind: 'integer', value: 1n << 64n }, '64 bits'],
  ['data that a dump cut', { kind: 'data', bytes: Uint8Array.of(1), isLossy: true }, 'in part'],
  ['a strange date', { kind: 'date', iso: 'yesterday' }, 'date'],
  ['a set', { kind: 'set', items: [] }, 'arrays'],
  ['what a tool did not print', { kind: 'missing' }, 'no value'],
  ['what could not be read', { kind: 'unreadable', raw: '?' }, 'read'],
  [
    'a key twice',
    {
      kind: 'dictionary',
      entries: [
        ['k', text('')],
        ['k', text('')],
      ],
    },
    'twice',
  ],
])('%s is refused with the way to it', (_, value, because) => {
  const info = dictionary({ IOKitPersonalities: dictionary({ Mine: value }) })
  const failure = failureOf(() => writeInfoPlist(info))
  expect(failure).toMatchObject({ kind: 'value-unwritable' })
  expect(failure.where).toMatch(/^IOKitPersonalities \/ Mine/)
  expect(failure.detail).toContain(because)
})

test('nesting has a bound', () => {
  let deep: PropertyValue = dictionary({})
  for (let level = 0; level < 5000; level++) deep = { kind: 'array', items: [deep] }
  expect(failureOf(() => writeInfoPlist(dictionary({ deep }))).detail).toContain('200 levels')
})

test('random values are the same when they are read again', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = new Random(seed)
    const info = randomDictionary(random, 4)
    const written = writeInfoPlist(info)
    expect(readXmlPlist(written, `seed ${seed}`)).toEqual(info)
    expect(parseXmlPlist(written)).toMatchObject({ ok: true, repeatedKeys: [] })
  }
})

const order = `
import plistlib, sys, json
def plain(v):
    if isinstance(v, dict): return [[k, plain(x)] for k, x in v.items()]
    if isinstance(v, list): return [plain(x) for x in v]
    if isinstance(v, bytes): return v.hex()
    if isinstance(v, bool): return v
    return str(v)
json.dump(plain(plistlib.loads(sys.stdin.buffer.read())), sys.stdout)
`

test.skipIf(!hasPython)('Python’s plistlib reads the same, in the same order', () => {
  for (let seed = 1; seed <= 12; seed++) {
    const info = randomDictionary(new Random(seed), 3, ['string', 'integer', 'boolean', 'data'])
    const read: unknown = JSON.parse(
      new TextDecoder().decode(runPython(order, new TextEncoder().encode(writeInfoPlist(info)))),
    )
    expect(read).toEqual(plain(info))
  }
})

test('an edited personality takes the place of the old one, and nothing else moves', () => {
  const info = dictionary({
    Z: text('z'),
    IOKitPersonalities: dictionary({ B: dictionary({}), A: dictionary({}), C: dictionary({}) }),
    CFBundleIdentifier: text('com.example'),
  })
  const edited = withPersonality(info, 'A', dictionary({ IOClass: text('New') }))
  expect(writeInfoPlist(edited)).toBe(
    writeInfoPlist(info).replace(
      '<key>A</key>\n\t\t<dict/>',
      '<key>A</key>\n\t\t<dict>\n\t\t\t<key>IOClass</key>\n\t\t\t<string>New</string>\n\t\t</dict>',
    ),
  )
  const added = withPersonality(info, 'D', dictionary({}))
  expect(keysOf(added, 'IOKitPersonalities')).toEqual(['B', 'A', 'C', 'D'])
  const first = withPersonality(dictionary({ a: text('') }), 'Only', dictionary({}))
  expect(first.entries.map(([key]) => key)).toEqual(['a', 'IOKitPersonalities'])
})

test('personalities of the architecture are the ones that are edited, where the bundle has them', () => {
  const info = dictionary({
    IOKitPersonalities: dictionary({ A: dictionary({}) }),
    IOKitPersonalities_x86_64: dictionary({ A: dictionary({}) }),
  })
  const edited = withPersonality(info, 'New', dictionary({}))
  expect(keysOf(edited, 'IOKitPersonalities')).toEqual(['A'])
  expect(keysOf(edited, 'IOKitPersonalities_x86_64')).toEqual(['A', 'New'])
})

test('the publisher that the kext library adds is not written; another one is', () => {
  const personality = dictionary({ IOPersonalityPublisher: text('com.example'), A: text('') })
  expect(asWritten(personality, 'com.example').entries.map(([key]) => key)).toEqual(['A'])
  expect(asWritten(personality, 'com.other')).toBe(personality)
})

function keysOf(info: DictionaryValue, key: string): string[] {
  const value = info.entries.find(([name]) => name === key)?.[1]
  return value?.kind === 'dictionary' ? value.entries.map(([name]) => name) : []
}

function failureOf(write: () => unknown): { where: string; detail: string } {
  try {
    write()
  } catch (error) {
    if (error instanceof FailureError && error.failure.kind === 'value-unwritable') {
      return error.failure
    }
    throw error
  }
  throw new Error('it did not fail')
}

type Kind = 'string' | 'integer' | 'boolean' | 'data' | 'real' | 'date'
const kinds: readonly Kind[] = ['string', 'integer', 'boolean', 'data', 'real', 'date']

function randomDictionary(random: Random, depth: number, scalars = kinds): DictionaryValue {
  return {
    kind: 'dictionary',
    entries: Array.from(
      { length: random.below(8) },
      (_, i) => [`${i}${randomText(random)}`, randomValue(random, depth, scalars)] as const,
    ),
  }
}

function randomValue(random: Random, depth: number, scalars: readonly Kind[]): PropertyValue {
  if (depth > 0 && random.chance(0.3)) {
    if (random.chance(0.5)) return randomDictionary(random, depth - 1, scalars)
    const items = Array.from({ length: random.below(5) }, () =>
      randomValue(random, depth - 1, scalars),
    )
    return { kind: 'array', items }
  }
  switch (random.pick(scalars)) {
    case 'string':
      return text(randomText(random))
    case 'integer': {
      const high = BigInt(random.below(2 ** 32))
      const value = (high << 32n) | BigInt(random.below(2 ** 32))
      return { kind: 'integer', value: random.chance(0.5) ? value : BigInt.asIntN(64, value) }
    }
    case 'boolean':
      return { kind: 'boolean', value: random.chance(0.5) }
    case 'data': {
      const length = random.below(200)
      return { kind: 'data', bytes: Uint8Array.from({ length }, () => random.below(256)) }
    }
    case 'real':
      return { kind: 'real', value: random.pick([0, -0, 1, 1.5e300, Infinity, -Infinity, NaN]) }
    case 'date':
      return { kind: 'date', iso: '2018-07-22T10:20:30Z' }
  }
}

function randomText(random: Random): string {
  const letters = [...'abcXYZ 09&<>"\'äß漢💥.-_\n\t\r]']
  return Array.from({ length: random.below(12) }, () => random.pick(letters)).join('')
}

function plain(value: PropertyValue): unknown {
  switch (value.kind) {
    case 'dictionary':
      return value.entries.map(([key, item]) => [key, plain(item)])
    case 'array':
      return value.items.map(plain)
    case 'data':
      return Buffer.from(value.bytes).toString('hex')
    case 'integer':
      return value.value.toString()
    case 'string':
      return value.text
    case 'boolean':
      return value.value
    default:
      throw new Error(value.kind)
  }
}
