import { expect, test } from 'vitest'
import { CandidateLists } from '../../../core/matching/candidates.ts'
import { buildCatalogue } from '../../../core/matching/catalogue.ts'
import { classHierarchyOf } from '../../../core/matching/class-hierarchy.ts'
import { createProviderViews } from '../../../core/matching/snapshot-provider.ts'
import { machine, nulTerminated, service, snapshotOf } from '../../helpers/service-model.ts'
import { kextWith } from './kext-with.ts'

// That nothing is lost is tested in whole-registry.test.ts; here, that most are not asked.

const word = (value: number): Uint8Array => Uint8Array.of(value & 0xff, value >>> 8, 0, 0)

/** Names of the personalities that a service asks, of those for its class. */
function asked(
  chain: string,
  properties: object,
  personalities: Record<string, object>,
): readonly string[] {
  const snapshot = snapshotOf(machine(service('nub', chain, properties)))
  const className = chain.split(':').at(-1)
  const own = Object.entries(personalities).map(
    ([name, more]) => [name, { IOClass: 'Driver', IOProviderClass: className, ...more }] as const,
  )
  const installed = [kextWith('org.example.driver', Object.fromEntries(own))]
  const views = createProviderViews(snapshot, classHierarchyOf(snapshot))
  const view = views.of(snapshot.entries.length - 1)
  const lists = new CandidateLists(
    buildCatalogue({ snapshot, installed }),
    classHierarchyOf(snapshot),
    'x86',
  )
  const names: string[] = []
  lists.for(view).index.forEach(view, ({ item }) => names.push(item.name))
  return names.sort()
}

test('a PCI device asks those that list it, under each mask, and those that no list decides', () => {
  const device = {
    'vendor-id': word(0x8086),
    'device-id': word(0x1234),
    'subsystem-id': word(0x5678),
    'subsystem-vendor-id': word(0x106b),
    'class-code': Uint8Array.of(0x30, 0x03, 0x0c, 0),
    'revision-id': word(2),
  }
  const names = asked('IOPCIDevice', device, {
    its: { IOPCIMatch: '0x99998086 0x12348086' },
    subsystem: { IOPCIMatch: '0x5678106b' },
    vendor: { IOPCIMatch: '0x00008086&0x0000ffff' },
    other: { IOPCIMatch: '0x12358086' },
    otherVendor: { IOPCIMatch: '0x000010de&0x0000ffff' },
    usb: { IOPCIClassMatch: '0x0c033000' },
    display: { IOPCIClassMatch: '0x03000000&0xff000000' },
    all: {},
  })
  expect(names).toEqual(['all', 'its', 'subsystem', 'usb', 'vendor'])
})

test('a USB device asks those of its product, its vendor and its class', () => {
  const names = asked(
    'IOUSBHostDevice',
    { idVendor: 1, idProduct: 2, bDeviceClass: 9 },
    {
      its: { idVendor: 1, idProduct: 2 },
      other: { idVendor: 1, idProduct: 3 },
      several: { idVendor: 1, idProductArray: [2, 3] },
      otherVendor: { idVendor: 2, idProductArray: [2, 3] },
      any: { idVendor: '*', idProduct: 2 },
      hub: { bDeviceClass: 9, bDeviceSubClass: 0 },
      hid: { bDeviceClass: 3, bDeviceSubClass: 0 },
    },
  )
  expect(names).toEqual(['any', 'hub', 'its', 'several'])
})

test('any service asks those of its names, and those of its properties', () => {
  const names = asked(
    'SomeNub',
    { compatible: nulTerminated('a', 'b'), kind: 'x' },
    {
      name: { IONameMatch: ['nub', 'c'] },
      compatible: { IONameMatch: 'b' },
      otherName: { IONameMatch: 'c' },
      prefix: { IONameMatch: 'c*' },
      kind: { IOPropertyMatch: { kind: 'x' } },
      otherKind: { IOPropertyMatch: { kind: 'y' } },
      missing: { IOPropertyMatch: { none: 'y' } },
      data: { IOPropertyMatch: { kind: Buffer.from('z') } },
      several: { IOPropertyMatch: [{ kind: 'y' }] },
    },
  )
  expect(names).toEqual(['compatible', 'data', 'kind', 'name', 'prefix', 'several'])
})
