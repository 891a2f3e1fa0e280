import { expect, test } from 'vitest'
import { classHierarchyOf } from '../../../core/matching/class-hierarchy.ts'
import {
  createProviderViews,
  type ProviderViews,
} from '../../../core/matching/snapshot-provider.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import type { ModelEntry } from '../../helpers/registry-model.ts'
import {
  entryNamed,
  machine,
  service,
  snapshotOf,
  textSnapshotOf,
} from '../../helpers/service-model.ts'

const viewsOf = (snapshot: Snapshot): ProviderViews =>
  createProviderViews(snapshot, classHierarchyOf(snapshot))
const namesOf = (views: ProviderViews, entries: readonly number[]): string[] =>
  entries.map(entry => views.of(entry).name)

const driver = (providerClass: string): ModelEntry =>
  service('Driver', 'Driver', { IOClass: 'Driver', IOProviderClass: providerClass })

test('ancestors are services, nearest first, and the registry’s root is none', () => {
  const snapshot = snapshotOf(machine(service('a', 'A', {}, [service('b', 'B', { x: 1 })])))
  const view = viewsOf(snapshot).of(entryNamed(snapshot, 'b'))
  expect(view.ancestors().map(({ name }) => name)).toEqual(['a', 'Machine1,1'])
  expect(view.hasAllAncestors()).toBe(true)
})

test('a driver with two providers was matched on the one of its provider class', () => {
  const shared = driver('Second')
  const snapshot = snapshotOf(
    machine(service('first', 'First', {}, [shared]), service('second', 'Second', {}, [shared])),
  )
  const views = viewsOf(snapshot)
  const entry = entryNamed(snapshot, 'Driver')
  expect(namesOf(views, views.providers(entry))).toEqual(['first', 'second'])
  expect(views.of(views.matchedOn(entry)!).name).toBe('second')
})

test('a driver of IOResources was matched there, wherever it has gone since', () => {
  const snapshot = snapshotOf(
    machine(service('net', 'Net', {}, [driver('IOResources')]), service('res', 'IOResources')),
  )
  const views = viewsOf(snapshot)
  expect(views.of(views.matchedOn(entryNamed(snapshot, 'Driver'))!).name).toBe('res')
})

test('a dump without IDs prints a driver under each provider: its other places count', () => {
  const shared = driver('Second')
  const root = machine(
    service('first', 'First', {}, [shared]),
    service('second', 'Second', {}, [shared]),
  )
  const snapshot = textSnapshotOf(root, { era: '10.5' })
  const views = viewsOf(snapshot)
  const entry = entryNamed(snapshot, 'Driver')
  expect(namesOf(views, views.providers(entry))).toEqual(['first'])
  expect(namesOf(views, views.possibleProviders(entry))).toEqual(['second', 'first'])
})

test('a host nub of USB that is shown by its override name is of its kernel class', () => {
  const usb = (name: string, properties: object): ModelEntry =>
    service(name, 'IOUSBNub:IOUSBDevice', { IOClassNameOverride: 'IOUSBDevice', ...properties })
  const snapshot = snapshotOf(machine(usb('host', { USBPortType: 0 }), usb('clone', {})))
  const views = viewsOf(snapshot)
  const conforms = (name: string): (boolean | null)[] =>
    ['IOUSBHostDevice', 'IOUSBDevice'].map(className =>
      views.of(entryNamed(snapshot, name)).conformsTo(className),
    )
  expect(conforms('host')).toEqual([true, false])
  expect(conforms('clone')).toEqual([false, true])
})

test('a property is decoded once', () => {
  const snapshot = snapshotOf(machine(service('a', 'A', { list: [1, 2] })))
  const view = viewsOf(snapshot).of(entryNamed(snapshot, 'a'))
  expect(view.property('list')).toBeDefined()
  expect(view.property('list')).toBe(view.property('list'))
  expect(view.property('none')).toBeUndefined()
})
