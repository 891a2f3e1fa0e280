import { describe, expect, test } from 'vitest'
import { FailureError } from '../../../core/failure.ts'
import { readDump } from '../../../core/dump/read-dump.ts'
import { propertyOf } from '../../../core/registry/lookup.ts'
import { readValue } from '../../../core/registry/read-value.ts'
import { checkSnapshot } from '../../../core/registry/snapshot-check.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { stringAt } from '../../../core/registry/strings.ts'
import { Random } from '../../helpers/random.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import { writeArchive } from '../../helpers/write-archive.ts'
import { writeText } from '../../helpers/write-text.ts'

// Files that somebody made to do harm, or that were cut: a sentence or a sound snapshot, nothing else. The
// time-out of the test is what bounds a reader that would go on for ever.

const small = randomRegistry({ seed: 77, nodes: 5, isNasty: true })
const archive = Buffer.from(writeArchive(small))
const text = Buffer.from(writeText(small))

/** A sound snapshot with every value looked at, or the failure that was given instead. */
function opened(bytes: Uint8Array): Snapshot | FailureError {
  let snapshot: Snapshot
  try {
    snapshot = readDump(bytes, { label: 'hostile' }).snapshot
  } catch (error) {
    if (error instanceof FailureError) return error
    throw error
  }
  expect(checkSnapshot(snapshot)).toBe(null)
  for (let property = 0; property < snapshot.properties.length; property++) {
    readValue(snapshot, property)
  }
  return snapshot
}

function snapshotOf(content: string): Snapshot {
  const result = opened(Buffer.from(content))
  if (result instanceof FailureError) throw result
  return result
}

const plist = (inside: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0">\n${inside}\n</plist>\n`
const node = (inside: string) =>
  `<dict><key>IORegistryEntryName</key><string>Root</string>${inside}</dict>`

test('no bytes and any one byte are refused with a sentence', () => {
  for (const bytes of [[], ...Array.from({ length: 256 }, (_, byte) => [byte])]) {
    const result = opened(Uint8Array.from(bytes))
    expect(result).toBeInstanceOf(FailureError)
    expect((result as FailureError).failure.kind).toBe('not-a-dump')
  }
})

describe.each([
  ['an archive', archive],
  ['text', text],
])('%s', (_, whole) => {
  test('cut at any byte is a snapshot of what was there, or refused', () => {
    let nodes = 0
    for (let length = 0; length <= whole.length; length++) {
      const result = opened(whole.subarray(0, length))
      if (result instanceof FailureError) {
        // Once there was an entry, there is always a snapshot.
        expect(nodes, `cut at ${length}: ${result.message}`).toBe(0)
        continue
      }
      const found = result.planes[0]!.length
      expect(found, `cut at ${length}`).toBeGreaterThanOrEqual(nodes)
      nodes = found
      if (length < whole.length - '</plist>\n'.length) continue
      expect(found).toBe(readDump(whole, { label: 'whole' }).snapshot.planes[0]!.length)
    }
    expect(nodes).toBeGreaterThan(3)
  })

  test('with random bytes in it is read soundly or refused', () => {
    const random = new Random(2024)
    for (let round = 0; round < 400; round++) {
      const bytes = Uint8Array.from(whole)
      for (let i = random.below(30); i >= 0; i--) {
        bytes[random.below(bytes.length)] = random.below(256)
      }
      opened(bytes)
    }
  })
})

test('random bytes are refused or read soundly', () => {
  const random = new Random(11)
  for (let round = 0; round < 500; round++) {
    opened(Uint8Array.from({ length: random.below(600) }, () => random.below(256)))
  }
})

test('100,000 values inside each other are one property, whose text is kept', () => {
  const deep = 100_000
  const value = '<array>'.repeat(deep) + '</array>'.repeat(deep)
  const snapshot = snapshotOf(plist(node(`<key>deep</key>${value}<key>after</key><true/>`)))
  expect(readValue(snapshot, propertyOf(snapshot, 0, 'deep')).kind).toBe('unreadable')
  expect(readValue(snapshot, propertyOf(snapshot, 0, 'after'))).toEqual({
    kind: 'boolean',
    value: true,
  })
  const inText = snapshotOf(
    `+-o Root  <class C, retain 1>\n    {\n      "deep" = ${'('.repeat(deep)}${')'.repeat(deep)}\n      "after" = Yes\n    }\n`,
  )
  expect(readValue(inText, propertyOf(inText, 0, 'deep')).kind).toBe('unreadable')
  expect(readValue(inText, propertyOf(inText, 0, 'after'))).toEqual({
    kind: 'boolean',
    value: true,
  })
})

test('100,000 entries below each other are read to the limit of depth, and it is said', () => {
  const deep = 100_000
  const open =
    '<dict><key>IORegistryEntryName</key><string>N</string><key>IORegistryEntryChildren</key><array>'
  const snapshot = snapshotOf(plist(open.repeat(deep) + '</array></dict>'.repeat(deep)))
  expect(snapshot.planes[0]!.length).toBeGreaterThan(1000)
  expect(snapshot.problems.map(({ kind }) => kind)).toContain('skipped')
})

test('keys that JavaScript objects know are keys like others', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', '0', '']
  const pairs = names.map(name => `<key>${name}</key><string>v-${name}</string>`).join('')
  const snapshot = snapshotOf(plist(node(`${pairs}<key>nested</key><dict>${pairs}</dict>`)))
  for (const name of names) {
    const value = readValue(snapshot, propertyOf(snapshot, 0, name))
    expect(value).toEqual({ kind: 'string', text: `v-${name}` })
  }
  expect(readValue(snapshot, propertyOf(snapshot, 0, 'nested'))).toEqual({
    kind: 'dictionary',
    entries: names.map(name => [name, { kind: 'string', text: `v-${name}` }]),
  })
  expect(({} as Record<string, unknown>)['v-__proto__']).toBe(undefined)
})

test('a key that is given twice is there twice', () => {
  const twice = '<key>k</key><integer>1</integer><key>k</key><integer>2</integer>'
  const snapshot = snapshotOf(plist(node(twice)))
  const keys = [...snapshot.properties.key].map(key => stringAt(snapshot.strings, key))
  expect(keys).toEqual(['k', 'k'])
  expect(readValue(snapshot, 1)).toEqual({ kind: 'integer', value: 2n })
})

test('two million siblings are two million nodes', { timeout: 120_000 }, () => {
  const count = 2_000_000
  const line = '  +-o N  <class C>\n'
  const snapshot = readDump(Buffer.from(`+-o Root  <class C>\n${line.repeat(count)}`), {
    label: 'siblings',
  }).snapshot
  expect(snapshot.planes[0]!.length).toBe(count + 1)
  const dict = '<dict><key>IORegistryEntryName</key><string>N</string></dict>'
  const xml = plist(node(`<key>IORegistryEntryChildren</key><array>${dict.repeat(count)}</array>`))
  expect(readDump(Buffer.from(xml), { label: 'siblings' }).snapshot.planes[0]!.length).toBe(
    count + 1,
  )
})

test('an integer of any length is exact or its text is kept, and takes no time to tell', () => {
  const long = '9'.repeat(5_000_000)
  const snapshot = snapshotOf(plist(node(`<key>n</key><integer>${long}</integer>`)))
  expect(readValue(snapshot, 0).kind).toBe('unreadable')
})
