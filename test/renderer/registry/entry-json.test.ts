import { expect, test } from 'vitest'
import { readDump } from '../../../core/dump/read-dump.ts'
import { findPath } from '../../../core/registry/paths.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { propertyValueToJson } from '../../../core/write/value-json.ts'
import { entryFacts, propertiesOf } from '../../../renderer/registry/entry-facts.ts'
import { entryJson } from '../../../renderer/registry/entry-json.ts'
import { placeFacts } from '../../../renderer/registry/place-facts.ts'
import type { NamedValue } from '../../../renderer/registry/property-rows.ts'
import { demoSnapshot } from '../../helpers/demo-registry.ts'

function jsonOf(snapshot: Snapshot, entry: number, properties: readonly NamedValue[]): unknown {
  const facts = entryFacts(snapshot, 'IOService', entry)
  const place = placeFacts(snapshot, 'IOService', null, entry)
  return JSON.parse(entryJson(snapshot, entry, facts, place, properties))
}

test('an entry as JSON keeps its bytes and its 64-bit integers exactly', () => {
  const snapshot = demoSnapshot(true)
  const plane = snapshot.planes[0]!
  const path = 'IOService:/iMac19,1/IOResources/org_kextant_HelloNub'
  const entry = plane.entry[findPath(snapshot, plane, path)]!
  expect(jsonOf(snapshot, entry, propertiesOf(snapshot, entry))).toMatchObject({
    name: 'org_kextant_HelloNub',
    id: '0x100000402',
    paths: [path],
    state: ['registered', 'matched', 'active'],
    busy: 0,
    properties: {
      Greeting: 'hello from start()',
      Level: 42,
      Signed: { $integer: '18446744073709551615' },
    },
  })
})

test('values are as everywhere in Kextant: every kind keeps its kind', () => {
  const one: PropertyValue = { kind: 'integer', value: 1n }
  const properties: readonly NamedValue[] = [
    ['bytes', { kind: 'data', bytes: Uint8Array.of(0x0a, 0xff) }],
    ['since', { kind: 'date', iso: '2018-06-21T22:53:14Z' }],
    ['__proto__', { kind: 'boolean', value: true }],
    ['infinite', { kind: 'real', value: Infinity }],
    ['real', { kind: 'real', value: 1 }],
    ['set', { kind: 'set', items: [one] }],
    ['array', { kind: 'array', items: [one] }],
  ]
  const json = jsonOf(demoSnapshot(false), 0, properties)
  expect(json).toHaveProperty('properties.set', { $set: [1] })
  expect(json).toHaveProperty('properties.array', [1])
  expect(json).toHaveProperty('properties.real', { $real: 1 })
  const written = propertyValueToJson({ kind: 'dictionary', entries: properties })
  expect(JSON.stringify((json as { properties: unknown }).properties)).toBe(JSON.stringify(written))
})

test('a key that is given twice is there twice', () => {
  const twice: readonly NamedValue[] = [
    ['k', { kind: 'boolean', value: true }],
    ['k', { kind: 'boolean', value: false }],
  ]
  expect(jsonOf(demoSnapshot(false), 0, twice)).toHaveProperty('properties.$dictionary', [
    ['k', true],
    ['k', false],
  ])
})

test('properties that the dump does not have are null, and a block without any is empty', () => {
  const text = '+-o Root  <class IORegistryEntry, id 0x1, retain 9>\n'
  for (const [block, properties] of [
    ['', null],
    ['    {\n    }\n', {}],
  ] as const) {
    const { snapshot } = readDump(Buffer.from(text + block), { label: 'dump' })
    expect(jsonOf(snapshot, 0, [])).toHaveProperty('properties', properties)
  }
})
