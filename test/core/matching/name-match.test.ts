import { expect, test } from 'vitest'
import { classHierarchyOf } from '../../../core/matching/class-hierarchy.ts'
import { compareNames, type NameMatch } from '../../../core/matching/name-match.ts'
import { createProviderViews } from '../../../core/matching/snapshot-provider.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import type { ModelEntry } from '../../helpers/registry-model.ts'
import {
  entryNamed,
  machine,
  nulTerminated,
  service,
  snapshotOf,
  textSnapshotOf,
} from '../../helpers/service-model.ts'

function compare(snapshot: Snapshot, name: string, ...wanted: readonly string[]): NameMatch {
  const views = createProviderViews(snapshot, classHierarchyOf(snapshot))
  return compareNames(views.of(entryNamed(snapshot, name)), wanted)
}

const properties = {
  name: nulTerminated('display'),
  compatible: nulTerminated('pci8086,44', 'pciclass,030000'),
  device_type: 'VGA',
  model: nulTerminated('GFX model'),
}
const device = (chain: string, ...clients: readonly ModelEntry[]): ModelEntry =>
  service('GFX0', chain, properties, clients)
const on = (chain: string): Snapshot => snapshotOf(machine(device(chain)))
const underTree = (chain: string): Snapshot =>
  snapshotOf(
    machine(service('Platform', 'IOPlatformExpert:IODTPlatformExpert', {}, [device(chain)])),
  )

const hit = (matched: string, property: string | null): NameMatch => ({
  kind: 'hit',
  matched,
  property,
})
const miss: NameMatch = { kind: 'miss' }

// Facts: matching, section 4.1.
const rows: readonly [what: string, snapshot: Snapshot, wanted: string, answer: NameMatch][] = [
  ['a PCI device by its property name', on('IOPCIDevice'), 'display', hit('display', 'name')],
  [
    'by one of compatible',
    on('IOPCIDevice'),
    'pciclass,030000',
    hit('pciclass,030000', 'compatible'),
  ],
  ['by device_type', on('IOPCIDevice'), 'VGA', hit('VGA', 'device_type')],
  ['by model', on('IOPCIDevice'), 'GFX model', hit('GFX model', 'model')],
  ['a PCI device not by the name of its entry', on('IOPCIDevice'), 'GFX0', miss],
  ['not by a part of an element', on('IOPCIDevice'), 'pci8086', miss],
  ['not in capitals', on('IOPCIDevice'), 'DISPLAY', miss],
  [
    'by a prefix with a star, and the device’s string counts',
    on('IOPCIDevice'),
    'pci8086*',
    hit('pci8086,44', 'compatible'),
  ],
  [
    'an ACPI device by a property',
    on('IOPlatformDevice:IOACPIPlatformDevice'),
    'VGA',
    hit('VGA', 'device_type'),
  ],
  [
    'an ACPI device by its name, after the properties',
    on('IOPlatformDevice:IOACPIPlatformDevice'),
    'GFX0',
    hit('GFX0', null),
  ],
  [
    'a platform device under a device tree by a property',
    underTree('IOPlatformDevice'),
    'display',
    hit('display', 'name'),
  ],
  ['and then by its name', underTree('IOPlatformDevice'), 'GFX0', hit('GFX0', null)],
  ['any other by the name of its entry', on('IOHIDInterface'), 'GFX0', hit('GFX0', null)],
  ['any other not by a name that it has nowhere', on('IOHIDInterface'), 'IOHIDInterface', miss],
]

test.each(rows)('%s', (_, snapshot, wanted, answer) => {
  expect(compare(snapshot, 'GFX0', wanted)).toEqual(answer)
})

test('the first of several names that hits is reported', () => {
  const snapshot = on('IOPCIDevice')
  expect(compare(snapshot, 'GFX0', 'none', 'VGA', 'display')).toEqual(hit('VGA', 'device_type'))
})

test('whether an unknown class compares its properties is not guessed', () => {
  expect(compare(on('AppleClosedNub'), 'GFX0', 'display').kind).toBe('unknown')
})

test('where both its name and a property hit, it does not matter what the class compares', () => {
  const nub = service('pmu', 'AppleClosedNub', { name: nulTerminated('pmu') })
  expect(compare(snapshotOf(machine(nub)), 'pmu', 'pmu').kind).toBe('hit')
  const apart = service('pmu', 'AppleClosedNub', { name: nulTerminated('via-pmu') })
  const snapshot = textSnapshotOf(machine(apart), { hasChains: false })
  expect(compare(snapshot, 'pmu', 'pmu').kind).toBe('unknown')
  expect(compare(snapshot, 'pmu', 'via-pmu', 'pmu').kind).toBe('hit')
  expect(compare(snapshot, 'pmu', 'none').kind).toBe('miss')
})

test('a driver that was matched by a property tells that its provider’s class compares them', () => {
  const matched = { IOClass: 'Driver', IOProviderClass: 'AppleClosedNub', IONameMatched: 'VGA' }
  const snapshot = snapshotOf(
    machine(
      device('AppleClosedNub', service('Driver', 'Driver', matched)),
      service('Other', 'AppleClosedNub', { name: nulTerminated('other') }),
    ),
  )
  expect(compare(snapshot, 'Other', 'other')).toEqual(hit('other', 'name'))
  expect(compare(snapshot, 'Other', 'display')).toEqual(miss)
})

test('the root of an ACPI machine answers to ACPI, which is nowhere in it', () => {
  const acpi = service('AppleACPIPlatformExpert', 'AppleACPIPlatformExpert')
  expect(compare(snapshotOf(machine(acpi)), 'Machine1,1', 'ACPI')).toEqual(hit('ACPI', null))
  expect(compare(snapshotOf(machine()), 'Machine1,1', 'ACPI')).toEqual(miss)
})

test('a dump without properties does not tell what a PCI device is called', () => {
  const snapshot = snapshotOf(machine(device('IOPCIDevice')), true)
  expect(compare(snapshot, 'GFX0', 'display').kind).toBe('unknown')
})
