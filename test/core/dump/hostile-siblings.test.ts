import { expect, test } from 'vitest'
import { plist, survivor, xmlEntry } from '../../helpers/survive.ts'

// One entry with half a million below it, in one line each: what is quadratic in them would not end in time, and
// what takes them as arguments of a call would not survive them.

const count = 500_000

/** Root with `count` references to entries that are an object each and share their one key and name. */
function binarySiblings(): Uint8Array {
  const name = Buffer.from('IORegistryEntryName')
  const children = Buffer.from('IORegistryEntryChildren')
  const key = Buffer.concat([Buffer.of(0x5f, 0x10, name.length), name])
  const childrenKey = Buffer.concat([Buffer.of(0x5f, 0x10, children.length), children])
  const strings = [key, childrenKey, Buffer.of(0x51, 0x4e)]
  // 3 root, 4 its list, 5 and on the entries.
  const root = Buffer.alloc(1 + 4 * 4)
  root[0] = 0xd2
  ;[0, 1, 2, 4].forEach((reference, i) => root.writeUInt32BE(reference, 1 + 4 * i))
  const list = Buffer.alloc(6 + 4 * count)
  list.set([0xaf, 0x12])
  list.writeUInt32BE(count, 2)
  for (let i = 0; i < count; i++) list.writeUInt32BE(5 + i, 6 + 4 * i)
  const entry = Buffer.alloc(9)
  entry[0] = 0xd1
  entry.writeUInt32BE(2, 5)
  const entries = Buffer.alloc(9 * count)
  for (let i = 0; i < count; i++) entries.set(entry, 9 * i)

  const head = [Buffer.from('bplist00'), ...strings, root, list]
  const offsets = Buffer.alloc(4 * (5 + count))
  let at = 0
  head.forEach((part, i) => {
    if (i > 0) offsets.writeUInt32BE(at, 4 * (i - 1))
    at += part.length
  })
  for (let i = 0; i < count; i++) offsets.writeUInt32BE(at + 9 * i, 4 * (5 + i))
  const trailer = Buffer.alloc(32)
  trailer.set([4, 4], 6)
  trailer.writeUInt32BE(5 + count, 12)
  trailer.writeUInt32BE(3, 20)
  trailer.writeUInt32BE(at + entries.length, 28)
  return Buffer.concat([...head, entries, offsets, trailer])
}

test.each<[string, () => string | Uint8Array]>([
  ['text', () => `+-o Root  <class C>\n${'  +-o N  <class C>\n'.repeat(count)}`],
  [
    'an archive',
    () => {
      const dict = '<dict><key>IORegistryEntryName</key><string>N</string></dict>'
      return plist(
        xmlEntry(`<key>IORegistryEntryChildren</key><array>${dict.repeat(count)}</array>`),
      )
    },
  ],
  ['a binary archive', binarySiblings],
])('half a million siblings of %s are half a million nodes', { timeout: 120_000 }, (_, write) => {
  const { snapshot, summary } = survivor(write())
  const plane = snapshot.planes[0]!
  expect([summary.nodes, plane.length, plane.parent.at(-1)]).toEqual([count + 1, count + 1, 0])
})
