import { expect, test } from 'vitest'
import type { Bookmark } from '../../../core/contract/preferences.ts'
import { nodePath } from '../../../core/registry/paths.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import {
  bookmarkAt,
  bookmarkedEntry,
  bookmarkOf,
  moved,
  renamed,
} from '../../../renderer/registry/bookmarks.ts'
import { refOfNode } from '../../../renderer/registry/selection.ts'
import { nodeNamed, snapshotFrom } from '../../helpers/plane-from.ts'

const before = snapshotFrom(`
  Root  <class IORegistryEntry, id 0x100>
    PCI0  <class IOService, id 0x101>
      XHC1  <class IOService, id 0x102>
    Port  <class IOService, id 0x103>
    Port  <class IOService, id 0x104>
`)

function bookmarked(label: string, of: Snapshot = before): Bookmark {
  const plane = of.planes[0]!
  return bookmarkAt(of, refOfNode(of, plane, nodeNamed(plane, label)), 'IOService', label)!
}
function where(bookmark: Bookmark, of: Snapshot): string {
  const entry = bookmarkedEntry(of, bookmark)
  if (entry === null) return 'nowhere'
  const plane = of.planes[0]!
  const path = nodePath(of, plane, plane.entry.indexOf(entry))
  return `${path} 0x${of.entries.id[entry]!.toString(16)}`
}

test('a bookmark is called as its entry and knows its ID and path', () => {
  expect(bookmarked('XHC1')).toEqual({
    id: 'XHC1',
    name: 'XHC1',
    entryId: '0x102',
    path: 'IOService:/PCI0/XHC1',
  })
})

test('in another boot it is found by its path, whoever has its ID now', () => {
  const after = snapshotFrom(`
    Root  <class IORegistryEntry, id 0x100>
      USB  <class IOService, id 0x102>
      PCI0  <class IOService, id 0x201>
        XHC1  <class IOService, id 0x202>
  `)
  expect(where(bookmarked('XHC1'), after)).toBe('IOService:/PCI0/XHC1 0x202')
  expect(where(bookmarked('Port'), after)).toBe('nowhere')
})

test('an entry that moved is found by its ID, another one that has the ID is not', () => {
  const after = snapshotFrom(`
    Root  <class IORegistryEntry, id 0x100>
      Bridge  <class IOService, id 0x105>
        XHC1  <class IOService, id 0x102>
      Other  <class IOService, id 0x101>
  `)
  expect(where(bookmarked('XHC1'), after)).toBe('IOService:/Bridge/XHC1 0x102')
  expect(where(bookmarked('PCI0'), after)).toBe('nowhere')
})

test('of equal siblings the one with its ID is meant', () => {
  const second = { ...bookmarked('Port'), entryId: '0x104' }
  expect(where(second, before)).toBe('IOService:/Port 0x104')
  const entry = bookmarkedEntry(before, second)
  expect(bookmarkOf(before, [bookmarked('Port'), second], entry)).toBe(second)
})

test('bookmarks are renamed and moved; an empty name and a move past the end change nothing', () => {
  const all = [bookmarked('PCI0'), bookmarked('XHC1')]
  expect(renamed(all, 'XHC1', '  USB 3 ').map(({ name }) => name)).toEqual(['PCI0', 'USB 3'])
  expect(renamed(all, 'XHC1', '   ')).toBe(all)
  expect(moved(all, 'XHC1', -1).map(({ name }) => name)).toEqual(['XHC1', 'PCI0'])
  expect(moved(all, 'XHC1', 1)).toBe(all)
})
