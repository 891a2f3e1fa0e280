import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createArchiveReader } from '../../../core/dump/archive-reader.ts'
import { createHeaderReader } from '../../../core/dump/text-reader.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { SnapshotBuilder } from '../../../core/registry/snapshot-builder.ts'
import { propertyValueToJson } from '../../../core/write/value-json.ts'
import { writeArchive } from '../../../core/write/write-archive.ts'
import { xmlLoss } from '../../../core/write/xml-value.ts'
import { readPlist } from '../../../main/plist/read-plist.ts'
import { collectWritten } from '../../helpers/collect-written.ts'
import { describeSnapshot } from '../../helpers/describe-snapshot.ts'
import { comparePlists, hasPython, rewrittenByPython } from '../../helpers/python-plist.ts'
import { sortedKeys } from '../../helpers/sorted-keys.ts'
import { compareJson, readWithPlistlib } from '../../helpers/plistlib-json.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import {
  writeArchive as writeModel,
  writeArchiveOfMatches,
  type ArchiveForm,
} from '../../helpers/write-archive.ts'
import { writeText } from '../../helpers/write-text.ts'

const corpus = new URL('../../../../shared/corpus/xml/', import.meta.url)
const isHere = existsSync(corpus)
if (!isHere) console.log(`skipped: there is no corpus of real dumps at ${corpus.pathname}`)
const files = isHere ? readdirSync(corpus).sort() : []

test.skipIf(!isHere).each(files)('the archive %s is written again byte for byte', file => {
  const bytes = new Uint8Array(readFileSync(new URL(file, corpus)))
  const { snapshot } = readDump('any', bytes)
  const written = collectWritten(writeArchive(snapshot))
  expect(written.losses).toEqual([])
  expect(readPlist(written.bytes)).toEqual(readPlist(bytes))
  if (hasPython) {
    expect(comparePlists(bytes, written.bytes)).toBe('equal')
    const ours = propertyValueToJson(readPlist(written.bytes))
    expect(compareJson(ours, readWithPlistlib(bytes))).toBe('equal')
  }
  expect(Buffer.compare(written.bytes, bytes)).toBe(0)
})

const forms: readonly ArchiveForm[] = [
  {},
  { hasChains: true },
  { hasNamesForClasses: true },
  { hasNoProperties: true },
]

test.each([1, 2, 3, 4, 5, 6])('random registry %i is written again byte for byte', seed => {
  for (const form of forms) {
    const registry = randomRegistry({ seed, nodes: 120, isNasty: seed % 2 === 0 })
    const dump = writeModel(registry, form)
    const { snapshot } = readDump('archive', dump)
    const written = collectWritten(writeArchive(snapshot))
    expect(written.text).toBe(dump)
    expect(written.losses).toEqual([])
  }
})

test.each([true, false])(
  'classes that headers tell are written into the archive (first: %s)',
  isFirst => {
    const registry = randomRegistry({ seed: 8, nodes: 50, isNasty: true })
    const builder = new SnapshotBuilder()
    const readHeaders = () => {
      const reader = createHeaderReader(builder, 'headers')
      reader.pushWhole(Buffer.from(writeText(registry, { hasChains: true, hasNoProperties: true })))
      reader.finish()
    }
    if (isFirst) readHeaders()
    const reader = createArchiveReader(builder, { plane: 'IOService', label: 'archive' })
    reader.pushWhole(Buffer.from(writeModel(registry, { hasNamesForClasses: true })))
    reader.finish()
    if (!isFirst) readHeaders()
    const written = collectWritten(writeArchive(builder.seal()))
    expect(written.text).toBe(writeModel(registry, { hasChains: true }))
    expect(written.losses).toEqual([])
  },
)

test('matches are an array, one match too', () => {
  const registry = randomRegistry({ seed: 9, nodes: 40, isNasty: true })
  for (const matches of [registry.clients.slice(0, 1), registry.clients]) {
    const dump = writeArchiveOfMatches(matches)
    expect(collectWritten(writeArchive(readDump('archive', dump).snapshot)).text).toBe(dump)
  }
})

test('ancestors of a match hold their client without an array, as they were read', () => {
  const chain = plist(`<array>
	<dict>
		<key>IORegistryEntryChildren</key>
		<dict>
			<key>IORegistryEntryChildren</key>
			<array>
				<dict>
					<key>IORegistryEntryName</key>
					<string>Leaf</string>
				</dict>
			</array>
			<key>IORegistryEntryName</key>
			<string>Match</string>
		</dict>
		<key>IORegistryEntryName</key>
		<string>Root</string>
		<key>a</key>
		<string>b</string>
	</dict>
</array>`)
  expect(collectWritten(writeArchive(readDump('archive', chain).snapshot)).text).toBe(chain)
})

test('of a file of several archives each plane has the form of its own', () => {
  const registry = randomRegistry({ seed: 9, nodes: 40 })
  const matches = writeArchiveOfMatches(registry.clients.slice(0, 1))
  const whole = writeModel({ ...registry, name: 'Root' })
  for (const [first, second] of [
    [matches, whole],
    [whole, matches],
  ] as const) {
    const file = `$ ioreg -ar -p IOUSB\n${first}$ ioreg -a -l -p IOPower\n${second}`
    const { snapshot } = readDump('any', file)
    expect(collectWritten(writeArchive(snapshot, { plane: 'IOUSB' })).text).toBe(first)
    expect(collectWritten(writeArchive(snapshot, { plane: 'IOPower' })).text).toBe(second)
  }
})

test('nothing that matched is an empty array', () => {
  const { snapshot } = readDump('archive', plist('<array/>'))
  expect(collectWritten(writeArchive(snapshot)).text).toBe(plist('<array/>'))
})

test('pieces have 64 kB, however long the dump is', () => {
  const { snapshot } = readDump('archive', writeModel(randomRegistry({ seed: 3, nodes: 900 })))
  const { pieces } = collectWritten(writeArchive(snapshot))
  expect(pieces.length).toBeGreaterThan(3)
  expect(new Set(pieces.slice(0, -1))).toEqual(new Set([65_536]))
})

test('values of a text dump are laid out as CoreFoundation does, so Python has the same bytes', context => {
  context.skip(!hasPython, 'there is no python3 with plistlib on this machine')
  for (const seed of [1, 2, 3]) {
    const registry = randomRegistry({ seed, nodes: 4, isNasty: true })
    const { snapshot } = readDump('text', writeText(registry))
    const written = collectWritten(writeArchive(snapshot))
    // Python breaks base64 later than CoreFoundation below eight levels; so few nodes are not as deep.
    expect(written.text).not.toMatch(/^\t{9}/m)
    expect(rewrittenByPython(written.bytes)).toBe(written.text)
  }
})

test('base64 has no more than eight tabs before it, and then twelve digits a line', () => {
  const value = `{"a"={"b"={"c"={"d"={"e"={"f"={"g"={"h"=<${'00'.repeat(20)}>}}}}}}}}`
  const { text } = collectWritten(
    writeArchive(readDump('text', textDump(`"k" = ${value}`)).snapshot),
  )
  expect(text).toContain(
    `\n${'\t'.repeat(9)}<data>\n${`${'\t'.repeat(8)}AAAAAAAAAAAA\n`.repeat(2)}${'\t'.repeat(8)}AAA=\n${'\t'.repeat(9)}</data>`,
  )
})

const onlyText = [
  'busy times are known in whole milliseconds only',
  'states are known by their printed words only; the other bits are clear',
]

test('what a text dump does not say is left out, and what it says roughly is told', () => {
  const bare = readDump('text', '+-o Root  <class IORegistryEntry>\n').snapshot
  expect(plistOf(writeArchive(bare))).toEqual({
    IOObjectClass: 'IORegistryEntry',
    IORegistryEntryName: 'Root',
  })
  const service = readDump(
    'text',
    '+-o A@0  <class C, id 0x7, registered, matched, active, busy 0 (2 ms), retain 5>\n',
  ).snapshot
  const { losses } = collectWritten(writeArchive(service))
  expect(losses.map(({ what }) => what)).toEqual(onlyText)
  expect(losses[0]!.firstPath).toBe('IOService:/A@0')
})

test('what XML cannot say is written as the nearest it can, and counted', () => {
  const dump = Buffer.concat([
    Buffer.from(
      textDump(
        '"set" = [1,2]',
        '"none" = ',
        '"list" = (1,,2)',
        '"odd" = <unknown object>',
        '"control" = "a\u0001b\u0000"',
        '"return" = "a\rb"',
        '"minus" = 18446744073709551615',
        '"twice" = 1',
        '"twice" = 2',
        '"IORegistryEntryLocation" = "mine"',
      ).replace('    }\n', ''),
    ),
    Buffer.from('      "broken" = "a'),
    Buffer.from([0xff]),
    Buffer.from('b"\n    }\n'),
  ])
  const { bytes, text, losses } = collectWritten(writeArchive(readDump('text', dump).snapshot))
  expect(Object.fromEntries(losses.map(({ what, count }) => [what, count]))).toEqual({
    'sets are written as arrays': 1,
    'values that the tool printed as nothing are written as empty strings': 2,
    'unreadable values are written as strings of their raw text': 1,
    'characters that XML cannot hold are written as their pictures (␀) or U+FFFD': 1,
    'strings whose bytes are no UTF-8 are written as the text they were read as': 1,
    'keys that stand twice in one dictionary are kept; most readers see only the last': 1,
    'properties that are named as a key of ioreg’s own are left out': 1,
  })
  const found = plain(readPlist(bytes)) as Record<string, unknown>
  expect(found).toMatchObject({
    set: [1n, 2n],
    none: '',
    list: [1n, '', 2n],
    odd: '<unknown object>',
    control: 'a␁b␀',
    broken: 'aˇb',
    minus: -1n,
    twice: 2n,
  })
  expect(found).not.toHaveProperty('IORegistryEntryLocation')
  expect(text).toContain('<string>a&#13;b</string>')
  if (hasPython) expect(comparePlists(bytes, bytes)).toBe('equal')
})

test('integers of an archive keep their digits, also where they have to be written anew', () => {
  const value = `<array><integer>18446744073709551615</integer><integer>-1</integer>
    <integer>340282366920938463463374607431768211456</integer></array>`
  const dump = plist(
    `<dict><key>IORegistryEntryName</key><string>A</string><key>k</key>${value}</dict>`,
  )
  const { bytes, losses } = collectWritten(writeArchive(readDump('archive', dump).snapshot))
  expect(plain(readPlist(bytes))).toMatchObject({
    k: [18446744073709551615n, -1n, 340282366920938463463374607431768211456n],
  })
  expect(losses.map(({ what }) => what)).toEqual([
    'integers of more than 64 bits are written with all their digits',
  ])
})

test('another layout is read and written in CoreFoundation’s', () => {
  const registry = randomRegistry({ seed: 12, nodes: 30, isNasty: true })
  const dump = writeModel(registry)
  // Blanks are part of a string, so only those before a tag or before base64 are taken away.
  const flat = dump.replaceAll(
    /\n\t*(?=<|[A-Za-z0-9+/=]+\n\t*(?:[A-Za-z0-9+/=]+\n\t*)*<\/data>)/g,
    '\n',
  )
  expect(flat).not.toBe(dump)
  const { snapshot } = readDump('archive', flat)
  const written = collectWritten(writeArchive(snapshot))
  expect(sortedKeys(describeSnapshot(readDump('archive', written.bytes).snapshot))).toEqual(
    sortedKeys(describeSnapshot(snapshot)),
  )
  if (hasPython) expect(comparePlists(Buffer.from(dump), written.bytes)).toBe('equal')
})

test('damage inside a value is copied as it is, and nothing around it changes', () => {
  const dump = plist(`<dict>
	<key>IORegistryEntryName</key>
	<string>A</string>
	<key>bad</key>
	<array>
		<string>no end<integer>1</integer>
	</array>
	<key>good</key>
	<true/>
</dict>`)
  expect(collectWritten(writeArchive(readDump('archive', dump).snapshot)).text).toBe(dump)
})

test('no NUL is copied, for it would make the file a binary one, and damage keeps no control characters', () => {
  const value = (control: string) => `<array>
		<string>no end${control}<integer>1</integer>
	</array>`
  const dump = (nul: string, other: string) =>
    plist(`<dict>
	<key>IORegistryEntryName</key>
	<string>A</string>
	<key>bad</key>
	${value(nul + other)}
	<key>data</key>
	<data>!${other}
	</data>
	<key>list</key>
	<array>
		<string>${nul}x</string>
	</array>
	<key>text</key>
	<string>${nul}</string>
</dict>`)
  const { snapshot } = readDump('archive', dump('\0', '\x1f'))
  const { text, bytes, losses } = collectWritten(writeArchive(snapshot))
  expect(text).toBe(dump('␀', '␟'))
  expect(losses).toMatchObject([{ what: xmlLoss.forbidden, count: 4 }])
  const again = readDump('any', bytes).snapshot
  expect(describeSnapshot(again).map(({ properties }) => properties.length)).toEqual([4])
})

test('an element that is not closed is written as a string, so it cannot take others with it', () => {
  const dump = plist(
    '<dict><key>IORegistryEntryName</key><string>A</string><key>k</key><string>x<key>l</key><true/></dict>',
  )
  const { bytes, losses } = collectWritten(writeArchive(readDump('archive', dump).snapshot))
  expect(plain(readPlist(bytes))).toEqual({ IORegistryEntryName: 'A', k: '<string>x', l: true })
  expect(losses.map(({ count }) => count)).toEqual([1])
})

test('a part of a plane is written as if it were all', () => {
  const { snapshot } = readDump(
    'text',
    `
+-o Root  <class IORegistryEntry, id 0x1, retain 1>
  +-o A  <class C, id 0x2, retain 1>
  | +-o B  <class C, id 0x3, retain 1>
  |   +-o C  <class C, id 0x4, retain 1>
  +-o D  <class C, id 0x5, retain 1>
`,
  )
  const names = (options: object) => {
    const { bytes } = collectWritten(writeArchive(snapshot, options))
    return describeSnapshot(readDump('archive', bytes).snapshot)
      .map(({ label, depth }) => label + depth)
      .join(' ')
  }
  expect(names({ under: 1 })).toBe('A0 B1 C2')
  expect(names({ depthLimit: 2 })).toBe('Root0 A1 D1')
  expect(names({ under: 1, depthLimit: 1 })).toBe('A0')
  expect(() => names({ plane: 'IOPower' })).toThrow(/no plane IOPower in it; its planes: IOService/)
})

test('a thousand levels need no stack', () => {
  const lines = Array.from(
    { length: 1000 },
    (_, depth) => `${'  '.repeat(depth)}+-o N${depth}  <class C, id 0x${depth + 1}, retain 1>\n`,
  )
  const { snapshot } = readDump('text', lines.join(''))
  const { bytes } = collectWritten(writeArchive(snapshot))
  const again = readDump('archive', bytes).snapshot
  expect(describeSnapshot(again)).toEqual(describeSnapshot(snapshot))
})

function plist(content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${content}
</plist>
`
}

function textDump(...properties: string[]): string {
  const lines = properties.map(property => `      ${property}\n`).join('')
  return `+-o Root  <class IORegistryEntry, id 0x100000100, retain 26>\n    {\n${lines}    }\n`
}

function plistOf(writer: ReturnType<typeof writeArchive>): unknown {
  return plain(readPlist(collectWritten(writer).bytes))
}

/** Dictionaries as objects: of equal keys the last counts, as with most readers. */
function plain(value: PropertyValue): unknown {
  switch (value.kind) {
    case 'dictionary':
      return Object.fromEntries(value.entries.map(([key, item]) => [key, plain(item)]))
    case 'array':
    case 'set':
      return value.items.map(plain)
    case 'string':
      return value.text
    case 'integer':
    case 'boolean':
    case 'real':
      return value.value
    default:
      return value
  }
}
