import { expect, test } from 'vitest'
import { withoutInstalled } from '../../../core/matching/boot-personalities.ts'
import { buildCatalogue } from '../../../core/matching/catalogue.ts'
import type { CatalogueItem } from '../../../core/matching/catalogue-item.ts'
import { isSamePersonality } from '../../../core/matching/same-personality.ts'
import type { DictionaryValue } from '../../../core/registry/property-value.ts'
import { SnapshotBuilder } from '../../../core/registry/snapshot-builder.ts'
import { Random } from '../../helpers/random.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { dictionaryFrom } from '../kext/property-values.ts'
import { kextWith } from './kext-with.ts'

const nothing = new SnapshotBuilder().seal()
const hello = { IOClass: 'Hello', IOProviderClass: 'IOResources' }

const line = ({ name, providerClass, bundleIdentifier, publisher }: CatalogueItem) =>
  `${name}: ${providerClass} of ${bundleIdentifier}${publisher === bundleIdentifier ? '' : ` in ${publisher}`}`
const textOf = ({ properties }: CatalogueItem, key: string) => {
  const value = properties.entries.find(([name]) => name === key)?.[1]
  return value?.kind === 'string' ? value.text : undefined
}

test('personalities are there in the order of insertion, found by their provider class', () => {
  const catalogue = buildCatalogue({
    snapshot: nothing,
    installed: [
      kextWith('a.one', { First: hello, Second: { ...hello, IOProviderClass: 'IOPCIDevice' } }),
      kextWith('a.two', { Third: hello }),
    ],
  })
  expect(catalogue.items.map(line)).toEqual([
    'First: IOResources of a.one',
    'Second: IOPCIDevice of a.one',
    'Third: IOResources of a.two',
  ])
  expect(catalogue.items.map(({ index }) => index)).toEqual([0, 1, 2])
  expect(catalogue.forProviderClass('IOResources').map(({ name }) => name)).toEqual([
    'First',
    'Third',
  ])
  expect(catalogue.forProviderClass('IOMedia')).toEqual([])
  expect(catalogue.notes).toEqual([])
})

test('ids are inserted as the kext library does', () => {
  const installed = [
    kextWith('a.driver', { Own: hello }),
    kextWith('a.codeless', { Other: { ...hello, CFBundleIdentifier: 'a.driver' } }),
  ]
  const ids = ['CFBundleIdentifier', 'IOPersonalityPublisher', 'CFBundleIdentifierKernel']
  const idsOf = (darwinMajor: number | null) =>
    buildCatalogue({ snapshot: nothing, installed, darwinMajor }).items.map(item =>
      ids.map(key => textOf(item, key)),
    )
  expect(idsOf(17)).toEqual([
    ['a.driver', undefined, undefined],
    ['a.driver', 'a.codeless', undefined],
  ])
  expect(idsOf(null)).toEqual(idsOf(17))
  expect(idsOf(19)).toEqual([
    ['a.driver', undefined, 'a.driver'],
    ['a.driver', 'a.codeless', 'a.driver'],
  ])
})

test('the kext that a driver extension names for the kernel stays', () => {
  const personality = { ...hello, CFBundleIdentifierKernel: 'com.apple.kernel' }
  const [item] = buildCatalogue({
    snapshot: nothing,
    installed: [kextWith('a.dext', { Dext: personality })],
    darwinMajor: 20,
  }).items
  expect(textOf(item!, 'CFBundleIdentifierKernel')).toBe('com.apple.kernel')
})

test('what matching defaults is in the item: category and score', () => {
  const { items } = buildCatalogue({
    snapshot: nothing,
    installed: [
      kextWith('a.b', {
        Plain: hello,
        Low: { ...hello, IOProbeScore: -500, IOMatchCategory: 'Own' },
        Odd: { ...hello, IOProbeScore: 'high' },
        Huge: { ...hello, IOProbeScore: 0x1_0000_0001n },
      }),
    ],
  })
  expect(items.map(({ category, probeScore }) => [category, probeScore])).toEqual([
    ['IODefaultMatchCategory', 0],
    ['Own', -500],
    ['IODefaultMatchCategory', 0],
    ['IODefaultMatchCategory', 1],
  ])
})

test('a personality without a string as provider class is kept aside with the reason', () => {
  const { items, ignored } = buildCatalogue({
    snapshot: nothing,
    installed: [
      kextWith('a.b', {
        None: { IOClass: 'A' },
        Odd: { IOClass: 'A', IOProviderClass: ['IOPCIDevice'] },
        Good: hello,
      }),
    ],
  })
  expect(items.map(({ name }) => name)).toEqual(['Good'])
  expect(ignored.map(({ item, because }) => `${item.index} ${item.name}: ${because}`)).toEqual([
    '-1 None: It has no IOProviderClass: the kernel ignores it without a word.',
    '-1 Odd: Its IOProviderClass is not a string: the kernel ignores it without a word.',
  ])
})

test('exact duplicates are one item that knows all its places', () => {
  const same = { ...hello, CFBundleIdentifier: 'a.one' }
  const { items } = buildCatalogue({
    snapshot: nothing,
    installed: [
      kextWith('a.one', { First: hello, Again: same, Other: { ...hello, Key: true } }),
      // It names its publisher, which is another key: a personality of its own.
      kextWith('a.codeless', { Elsewhere: same }),
      kextWith('a.one', { Copy: hello }, '/Library/Extensions/Copy.kext'),
    ],
  })
  expect(items.map(line)).toEqual([
    'First: IOResources of a.one',
    'Other: IOResources of a.one',
    'Elsewhere: IOResources of a.one in a.codeless',
  ])
  expect(items[0]!.alsoFrom).toEqual([
    { kind: 'installed', kextPath: '/Library/Extensions/one.kext', name: 'Again' },
    { kind: 'installed', kextPath: '/Library/Extensions/Copy.kext', name: 'Copy' },
  ])
})

test('the boot cache adds what no installed kext has', () => {
  const path = '/System/Library/Caches/x'
  const sent = (more: object) => dictionaryFrom({ CFBundleIdentifier: 'a.one', ...hello, ...more })
  const installed = [kextWith('a.one', { First: hello, Late: { ...hello, IOProbeScore: 1 } })]
  const personalities = [sent({}), sent({ IOProbeScore: 7 })]
  const bootCache = { path, total: 2, personalities }
  const { items, notes } = buildCatalogue({ snapshot: nothing, installed, bootCache })
  expect(items.map(({ name, origin }) => [name, origin.kind])).toEqual([
    ['First', 'installed'],
    ['Late', 'installed'],
    ['Hello', 'boot-cache'],
  ])
  expect(notes).toEqual([])
  expect(items[0]!.alsoFrom).toEqual([{ kind: 'boot-cache', path }])
  expect(items[1]!.alsoFrom).toEqual([])

  // A capture carries less of it, and the catalogue is the same.
  const carried = withoutInstalled(bootCache, installed, null)
  expect(carried).toEqual({
    path,
    total: 2,
    personalities: [sent({ IOProbeScore: 7 })],
    notSent: [['/Library/Extensions/one.kext', 'Late']],
  })
  const again = buildCatalogue({ snapshot: nothing, installed, bootCache: carried })
  expect(again.items).toEqual(items)
  expect(again.notes).toEqual([
    expect.stringContaining('/Library/Extensions/one.kext. Such a kext'),
  ])
  expect(withoutInstalled(bootCache, null, null)).toBe(bootCache)
})

test('what-if personalities come last, and are seen where the guest has the same', () => {
  const guests = kextWith('a.one', { First: hello })
  const mine = kextWith(
    'a.one',
    { First: hello, New: { ...hello, IOProbeScore: 9 } },
    '/tmp/m.kext',
  )
  const { items, notes } = buildCatalogue({
    snapshot: nothing,
    installed: [guests],
    whatIf: [mine],
  })
  expect(items.map(({ name, origin }) => [name, origin.kind])).toEqual([
    ['First', 'installed'],
    ['New', 'what-if'],
  ])
  expect(items[0]!.alsoFrom).toEqual([{ kind: 'what-if', kextPath: '/tmp/m.kext', name: 'First' }])
  expect(notes.join()).toContain('a.one is on the guest’s disk too (/Library/Extensions/one.kext)')
})

const running = readDump(
  'text',
  `+-o Root  <class IORegistryEntry, id 0x1, retain 19>
  +-o nub  <class IOPCIDevice, id 0x2, registered, matched, active, busy 0, retain 4>
  | +-o Fast  <class Fast, id 0x3, registered, matched, active, busy 0, retain 5>
  | | | {
  | | |   "CFBundleIdentifier" = "a.fast"
  | | |   "IOClass" = "Fast"
  | | |   "IOProviderClass" = "IOPCIDevice"
  | | |   "IOMatchCategory" = "IODefaultMatchCategory"
  | | |   "IONameMatch" = "pci8086,1234"
  | | |   "IOProbeScore" = 1500
  | | |   "IONameMatched" = "pci8086,1234"
  | | |   "IOPowerManagement" = {"CurrentPowerState"=2}
  | | | }
  | | |
  | | +-o port  <class FastPort, id 0x4, registered, matched, active, busy 0, retain 5>
  | |     {
  | |       "IOClass" = "FastPort"
  | |       "IOProviderClass" = "Fast"
  | |     }
  | |
  | +-o Fast  <class Fast, id 0x5, registered, matched, active, busy 0, retain 5>
  |     {
  |       "CFBundleIdentifier" = "a.fast"
  |       "IOClass" = "Fast"
  |       "IOProviderClass" = "IOPCIDevice"
  |       "IOMatchCategory" = "IODefaultMatchCategory"
  |       "IONameMatch" = "pci8086,1234"
  |       "IOProbeScore" = 1500
  |       "IOPowerManagement" = {"CurrentPowerState"=1}
  |     }
  |
  +-o dext  <class IOUserService, id 0x6, registered, matched, active, busy 0, retain 5>
      {
        "CFBundleIdentifier" = "a.dext"
        "IOClass" = "IOUserService"
        "IOProviderClass" = "IOPCIDevice"
        "IOProbeScore" = 2000
        "IOMatchedPersonality" = {"CFBundleIdentifier"="a.dext","IOClass"="IOUserService","IOProviderClass"="IOPCIDevice","IOUserClass"="MyDext","IOProbeScore"=1000}
      }
`,
).snapshot

test('running drivers that nothing explains tell of their personalities, equal ones once', () => {
  const { items, notes } = buildCatalogue({ snapshot: running, installed: null })
  expect(items.map(({ name, origin, probeScore }) => [name, origin, probeScore])).toEqual([
    ['Fast', { kind: 'instance', entry: 2 }, 1500],
    ['MyDext', { kind: 'instance', entry: 5 }, 1000],
  ])
  expect(items[0]!.alsoFrom).toEqual([{ kind: 'instance', entry: 4 }])
  expect(items[0]!.properties.entries.map(([key]) => key)).toEqual([
    'CFBundleIdentifier',
    'IOClass',
    'IOProviderClass',
    'IONameMatch',
    'IOProbeScore',
  ])
  expect(notes).toEqual([
    expect.stringContaining('are not known'),
    expect.stringContaining('3 running drivers are not explained by a known Info.plist: 2 perso'),
  ])
})

test('a bundle that is tried beside drivers of its own that run is told of', () => {
  const personality = { IOClass: 'Fast', IOProviderClass: 'IOPCIDevice', IOProbeScore: 9 }
  const notes = (identifier: string) =>
    buildCatalogue({
      snapshot: running,
      installed: null,
      whatIf: [kextWith(identifier, { Mine: personality }, '/tmp/m.kext')],
    }).notes.join('\n')
  expect(notes('a.fast')).toContain('Drivers of a.fast run')
  expect(notes('a.other')).not.toContain('stand side by side')
})

test('a driver whose kext is on the disk adds nothing', () => {
  const personality = { IOClass: 'Fast', IOProviderClass: 'IOPCIDevice', IOPCIMatch: '0x99998086' }
  const { items, notes } = buildCatalogue({
    snapshot: running,
    installed: [kextWith('a.fast', { Fast: personality })],
  })
  expect(items.map(({ origin }) => origin.kind)).toEqual(['installed', 'instance'])
  expect(notes.join()).toContain('One running driver is not explained')
})

test('of the score of a driver, what the family has not added is the personality’s own', () => {
  const { snapshot } = readDump(
    'text',
    `+-o Root  <class IORegistryEntry, id 0x1, retain 19>
  +-o hub  <class IOUSBHostDevice, id 0x2, registered, matched, active, busy 0, retain 4>
    | {
    |   "idVendor" = 1452
    |   "idProduct" = 591
    |   "bDeviceClass" = 9
    |   "bDeviceSubClass" = 0
    | }
    |
    +-o Hub  <class Hub, id 0x3, registered, matched, active, busy 0, retain 5>
    |   {
    |     "CFBundleIdentifier" = "a.hub"
    |     "IOClass" = "Hub"
    |     "IOProviderClass" = "IOUSBHostDevice"
    |     "bDeviceClass" = 9
    |     "bDeviceSubClass" = 0
    |     "IOProbeScore" = 51000
    |   }
    |
    +-o Odd  <class Odd, id 0x4, registered, matched, active, busy 0, retain 5>
        {
          "CFBundleIdentifier" = "a.odd"
          "IOClass" = "Odd"
          "IOProviderClass" = "IOUSBHostDevice"
          "IOMatchCategory" = "Odd"
          "idVendor" = 7
          "idProduct" = 591
          "IOProbeScore" = 90000
        }
`,
  )
  const { items } = buildCatalogue({ snapshot, installed: null })
  // What the device does not have any more tells nothing.
  expect(items.map(({ name, probeScore }) => [name, probeScore])).toEqual([
    ['Hub', 1000],
    ['Odd', 0],
  ])
})

test('thousands of personalities collapse as one by one', () => {
  const random = new Random(11)
  const kexts = Array.from({ length: 40 }, (_, number) => {
    const personalities = Array.from({ length: 30 }, (_, i): [string, object] => [
      `P${i}`,
      {
        IOClass: random.pick(['A', 'B', 'C']),
        IOProviderClass: random.pick(['IOPCIDevice', 'IOResources']),
        IOProbeScore: random.below(3),
        ...(random.chance(0.3) && { IOPropertyMatch: { a: random.pick(['x', 'y']) } }),
      },
    ])
    return kextWith(`a.${number % 8}`, Object.fromEntries(personalities), `/k/${number}.kext`)
  })
  const kept: DictionaryValue[] = []
  const places: number[] = []
  for (const { properties } of kexts.flatMap(kext => kext.personalities)) {
    const at = kept.findIndex(known => isSamePersonality(known, properties))
    if (at < 0) places[kept.push(properties) - 1] = 0
    else places[at]!++
  }
  const { items } = buildCatalogue({ snapshot: nothing, installed: kexts })
  expect(items.map(({ properties }) => properties)).toEqual(kept)
  expect(items.map(({ alsoFrom }) => alsoFrom.length)).toEqual(places)
  expect(kept.length).toBeLessThan(600)
})
