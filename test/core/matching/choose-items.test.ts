import { expect, test } from 'vitest'
import { buildCatalogue } from '../../../core/matching/catalogue.ts'
import { chooseItems } from '../../../core/matching/choose-items.ts'
import { SnapshotBuilder } from '../../../core/registry/snapshot-builder.ts'
import { kextWith } from './kext-with.ts'

const on = (providerClass: string, ioClass: string, more: object = {}) => ({
  IOClass: ioClass,
  IOProviderClass: providerClass,
  ...more,
})

const catalogue = buildCatalogue({
  snapshot: new SnapshotBuilder().seal(),
  installed: [
    kextWith('a.one', {
      Port: on('IOPCIDevice', 'Driver'),
      Disk: on('IOMedia', 'DiskDriver'),
      Lost: { IOClass: 'LostDriver' },
    }),
    kextWith('a.two', { Port: on('IOUSBHostDevice', 'Driver') }),
    kextWith('a.codeless', { Extra: on('IOPCIDevice', 'Driver', { CFBundleIdentifier: 'a.one' }) }),
    // A duplicate of Port of a.one, under another name.
    kextWith('a.one', { Same: on('IOPCIDevice', 'Driver') }, '/Library/Extensions/copy.kext'),
  ],
})

const chosen = (text: string) => {
  const { items, ignored, nearest } = chooseItems(catalogue, text)
  return [
    ...items.map(item => `${item.publisher}/${item.name}`),
    ...ignored.map(({ item }) => `ignored ${item.publisher}/${item.name}`),
    ...nearest.map(word => `${word}?`),
  ]
}

test.each([
  ['a name', 'Port', ['a.one/Port', 'a.two/Port']],
  ['the name of a duplicate', 'Same', ['a.one/Port']],
  [
    'a bundle that holds it or whose code it starts',
    'a.one',
    ['a.one/Port', 'a.one/Disk', 'a.codeless/Extra', 'ignored a.one/Lost'],
  ],
  ['a bundle without code', 'a.codeless', ['a.codeless/Extra']],
  ['a bundle and a name', 'a.two/Port', ['a.two/Port']],
  ['a bundle and the name of a duplicate', 'a.one/Same', ['a.one/Port']],
  ['a class', 'DiskDriver', ['a.one/Disk']],
  ['what the kernel ignores', 'Lost', ['ignored a.one/Lost']],
  ['nothing, with what is like it', 'Prt', ['Port?']],
  ['nothing at all', '', []],
])('%s: “%s”', (_what, text, expected) => {
  expect(chosen(text)).toEqual(expected)
})
