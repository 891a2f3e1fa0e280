import { expect, test } from 'vitest'
import { findPath } from '../../../core/registry/paths.ts'
import { entryFacts, propertiesOf } from '../../../renderer/registry/entry-facts.ts'
import { entryJson } from '../../../renderer/registry/entry-json.ts'
import { demoSnapshot } from '../../helpers/demo-registry.ts'

test('an entry as JSON keeps its bytes and its 64-bit integers exactly', () => {
  const snapshot = demoSnapshot(true)
  const plane = snapshot.planes[0]!
  const path = 'IOService:/iMac19,1/IOResources/org_kextant_HelloNub'
  const entry = plane.entry[findPath(snapshot, plane, path)]!
  const facts = entryFacts(snapshot, 'IOService', entry)
  const json: unknown = JSON.parse(entryJson(snapshot, entry, facts, propertiesOf(snapshot, entry)))
  expect(json).toMatchObject({
    name: 'org_kextant_HelloNub',
    id: '0x100000402',
    paths: [path],
    state: ['registered', 'matched', 'active'],
    busy: 0,
    properties: {
      Greeting: 'hello from start()',
      Level: 42,
      Signed: { integer: '18446744073709551615' },
    },
  })
})

test('data and dates keep their kind, and a key named __proto__ is a key', () => {
  const snapshot = demoSnapshot(false)
  const facts = entryFacts(snapshot, 'IOService', 0)
  const json = entryJson(snapshot, 0, facts, [
    ['bytes', { kind: 'data', bytes: Uint8Array.of(0x0a, 0xff) }],
    ['since', { kind: 'date', iso: '2018-06-21T22:53:14Z' }],
    ['__proto__', { kind: 'boolean', value: true }],
    ['infinite', { kind: 'real', value: Infinity }],
  ])
  expect(json).toContain('"__proto__": true')
  expect(json).toContain('"data": "0a ff"')
  expect(json).toContain('"date": "2018-06-21T22:53:14Z"')
  expect(json).toContain('"real": "Infinity"')
})
