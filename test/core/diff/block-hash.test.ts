import { expect, test } from 'vitest'
import { blockHashes, blockHashesOf } from '../../../core/diff/block-hash.ts'
import { entryById } from '../../../core/registry/lookup.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { readDump } from '../../helpers/read-dumps.ts'

function snapshotWith(...properties: string[]): Snapshot {
  const lines = properties.map(property => `      ${property}\n`).join('')
  // Another entry before it, with other keys: the indices of the strings differ from snapshot to snapshot.
  const other = `+-o Root  <class IORegistryEntry, id 0x100, retain 1>\n  | {\n  |   "${properties.length}" = 1\n  | }\n  | \n`
  const entry = '  +-o A  <class C, id 0x101, retain 1>\n'
  return readDump(
    'text',
    `${other}${entry}      {\n  ${lines.replaceAll('\n      ', '\n        ')}      }\n`,
  ).snapshot
}

function hashWith(...properties: string[]): string {
  const snapshot = snapshotWith(...properties)
  const entry = entryById(snapshot, 0x101n)
  expect(snapshot.entries.firstProperty[entry + 1]! - snapshot.entries.firstProperty[entry]!).toBe(
    properties.length,
  )
  return [...blockHashes(snapshot).subarray(2 * entry, 2 * entry + 2)].join(' ')
}

test('a block is known in any order, and by which key has which value', () => {
  const block = hashWith('"a" = 1', '"b" = 2', '"c" = "x"')
  expect(hashWith('"c" = "x"', '"a" = 1', '"b" = 2')).toBe(block)
  const others = [
    hashWith('"a" = 2', '"b" = 1', '"c" = "x"'),
    hashWith('"a" = 1', '"b" = 2', '"d" = "x"'),
    hashWith('"a" = 1', '"b" = 2', '"c" = "y"'),
    hashWith('"a" = 1', '"b" = 2'),
    hashWith('"a" = 1', '"a" = 1', '"b" = 2', '"c" = "x"'),
    hashWith(),
  ]
  expect(new Set([block, ...others]).size).toBe(1 + others.length)
})

test('two snapshots that were never compared are not hashed, and one that was is', () => {
  const [one, two, three] = [snapshotWith('"a" = 1'), snapshotWith('"a" = 2'), snapshotWith()]
  expect(blockHashesOf(one, two)).toBe(null)
  expect(blockHashesOf(two, three)).toEqual({ one: blockHashes(two), two: blockHashes(three) })
})

test('a snapshot is gone through once', () => {
  const snapshot = snapshotWith('"a" = 1')
  expect(blockHashes(snapshot)).toBe(blockHashes(snapshot))
})
