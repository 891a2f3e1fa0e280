import { expect, test } from 'vitest'
import { FailureError } from '../../../core/failure.ts'
import { createDumpReader } from '../../../core/dump/dump-reader.ts'
import { readDump as readFile } from '../../../core/dump/read-dump.ts'
import { packSnapshot } from '../../../core/registry/snapshot-codec.ts'
import { SnapshotBuilder } from '../../../core/registry/snapshot-builder.ts'
import { describeSnapshot } from '../../helpers/describe-snapshot.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import { writeArchive } from '../../helpers/write-archive.ts'
import { writeText } from '../../helpers/write-text.ts'

const registry = randomRegistry({ seed: 4, nodes: 40 })

test.each([
  ['an archive', writeArchive(registry), 'ioreg-archive'],
  ['text', writeText(registry), 'ioreg-text'],
  ['an archive after a greeting', `Welcome\n${writeArchive(registry)}`, 'ioreg-archive'],
  ['text after a prompt', `mac:~ me$ ioreg -l\n${writeText(registry)}`, 'ioreg-text'],
  ['text after a byte order mark', `\ufeff${writeText(registry)}`, 'ioreg-text'],
  [
    'an archive without a declaration',
    `\n<plist>${writeArchive(registry).split('<plist version="1.0">')[1]!}`,
    'ioreg-archive',
  ],
])('%s is recognised by its content', (_, dump, format) => {
  for (const chunkLength of [undefined, 1000, 17]) {
    const { summary, snapshot } = readDump('any', dump, chunkLength)
    expect(summary.format).toBe(format)
    expect(summary.nodes).toBe(40)
    expect(snapshot.entries.length).toBe(40)
  }
})

test.each([
  ['little-endian with a mark', 'utf16le', '\ufeff'],
  ['little-endian without one', 'utf16le', ''],
  ['big-endian with a mark', 'utf16be', '\ufeff'],
  ['big-endian without one', 'utf16be', ''],
])('text in UTF-16, %s, is decoded', (_, order, mark) => {
  for (const dump of [
    writeText(registry),
    writeArchive(registry),
    `prompt$ ${'x'.repeat(40)}\n${writeText(registry)}`,
  ]) {
    const bytes = new Uint8Array(Buffer.from(mark + dump, 'utf16le'))
    if (order === 'utf16be') Buffer.from(bytes.buffer).swap16()
    for (const chunkLength of [undefined, 1001]) {
      const { summary, snapshot } = readDump('any', bytes, chunkLength)
      expect(summary).toMatchObject({ nodes: 40, encoding: 'UTF-16' })
      expect(describeSnapshot(snapshot)).toEqual(describeSnapshot(readDump('any', dump).snapshot))
    }
  }
})

test('several archives behind each other, with prompts between, are all read', () => {
  const dump = `Last login: Mon\nmac:~ me$ ioreg -a\n${writeArchive(registry)}mac:~ me$ ioreg -a <x>\n${writeArchive(registry)}`
  const { summary, snapshot } = readDump('any', dump)
  expect(summary).toMatchObject({ format: 'ioreg-archive', nodes: 80, entries: 40 })
  expect(snapshot.planes[0]!.parent.filter(parent => parent < 0)).toHaveLength(2)
})

test('a list of kexts is recognised without its header, its indentation or a clean beginning', () => {
  const row = '9 8 0xffffff7f810c9000 0xba000 0xba000 com.apple.kec.corecrypto (1.0) <8 7>\n'
  for (const dump of [
    row,
    `mac:~ me$ kextstat\n${row}`,
    `Executing: /usr/bin/kmutil showloaded\n${row}`,
  ]) {
    expect(readDump('any', dump).summary).toMatchObject({ format: 'kext-list', nodes: 0 })
  }
  // A row in the value of a property is none.
  const text = `+-o Root  <class IORegistryEntry, id 0x1, retain 2>\n${row}`
  expect(readDump('any', text).summary).toMatchObject({ format: 'ioreg-text', nodes: 1 })
})

test('a file in memory is read in one step, also from a Buffer inside another', () => {
  const whole = Buffer.from(`??????${writeText(registry)}`)
  const { snapshot } = readFile(whole.subarray(6), { label: 'file', plane: 'IOPower' })
  expect(snapshot.planes.map(({ plane, length }) => [plane, length])).toEqual([['IOPower', 40]])
  const { buffers } = packSnapshot(snapshot)
  expect(buffers).not.toContain(whole.buffer)
})

test('an archive of no matches is a dump of nothing', () => {
  expect(readDump('any', '<?xml version="1.0"?><plist><array/></plist>').summary.nodes).toBe(0)
})

const latin1 = (text: string) => Uint8Array.from(text, character => character.charCodeAt(0))

test.each([
  ['', /an empty file/],
  ['   \n\n', /blanks/],
  ['\x1f\x8b\x08\x00', /gzip/],
  ['PK\x03\x04\x14\x00', /ZIP/],
  ['\x89PNG\r\n\x1a\n', /PNG/],
  ['\x7fELF\x02\x01', /a program/],
  ['version https://git-lfs.github.com/spec/v1\noid sha256:4d\n', /Git LFS pointer/],
  ['<!DOCTYPE html>\n<html><body>', /HTML page/],
  ['<svg xmlns="x"/>', /XML/],
  [
    '<?xml version="1.0"?><plist><dict><key>CFBundleName</key><string>x</string></dict></plist>',
    /Info\.plist/,
  ],
  ['<?xml version="1.0"?><plist><dict><key>a</key><true/></dict></plist>', /property list without/],
  ['{"a": [1, 2]}', /JSON/],
  ['bplist15\xd3abc', /binary property list of a version/],
  ['\xff\xfeh\x00i\x00', /without a line of an entry/],
  ['<!DOCTYPE x [<!ENTITY a "b">]><plist><dict/></plist>', /declares entities/],
  ['<?xml version="1.0"?>\n<!DOCTYPE plist [\n<!ENTITY a "aaaa">]>\n<plist/>', /declares entities/],
  ['usage: ioreg [-abfilrtxy]\n', /usage message/],
  ['hello\nworld\n', /without a line of an entry/],
  ['a\0b', /binary/],
])('%j is refused with what it looks like', (content, expected) => {
  for (const chunkLength of [undefined, 1]) {
    let failure: unknown
    try {
      readDump('any', latin1(content), chunkLength)
    } catch (error) {
      failure = error
    }
    expect(failure).toBeInstanceOf(FailureError)
    expect((failure as FailureError).failure).toMatchObject({
      kind: 'not-a-dump',
      source: 'dump',
      looksLike: expect.stringMatching(expected) as unknown,
    })
  }
})

test('endless text that is no dump is refused before its end', () => {
  const reader = createDumpReader(new SnapshotBuilder(), { label: 'log' })
  const chunk = latin1('a line of a log\n'.repeat(65_536))
  expect(() => {
    for (let i = 0; i < 40; i++) reader.push(chunk)
  }).toThrow(/without a line of an entry/)
})
