import { expect, test } from 'vitest'
import { classHierarchyOf } from '../../../core/matching/class-hierarchy.ts'
import { familyOf } from '../../../core/matching/families.ts'
import { createPassiveMatch } from '../../../core/matching/passive-match.ts'
import { createProviderViews } from '../../../core/matching/snapshot-provider.ts'
import type { MatchResult } from '../../../core/matching/verdict.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import type { ModelEntry } from '../../helpers/registry-model.ts'
import {
  entryNamed,
  machine,
  service,
  snapshotOf,
  states,
  textSnapshotOf,
} from '../../helpers/service-model.ts'
import { dictionaryFrom } from '../kext/property-values.ts'

const passive = createPassiveMatch(provider => familyOf(provider, 'x86'))

function match(snapshot: Snapshot, name: string, table: object): MatchResult {
  const views = createProviderViews(snapshot, classHierarchyOf(snapshot))
  const properties = dictionaryFrom({ IOClass: 'Driver', ...table })
  const provider = views.of(entryNamed(snapshot, name))
  const result = passive.match(properties, provider)
  // The short way has to say the same.
  const quick = passive.quick(properties, provider)
  expect(quick).toBe(result.kind === 'matches' ? result.score : result.kind)
  return result
}

/** `matches 1000`, `fails IOPropertyMatch.b`, `unknown IONameMatch`. */
function told(result: MatchResult): string {
  switch (result.kind) {
    case 'matches':
      return `matches ${result.score}`
    case 'fails':
      return `fails ${result.failed.key}`
    case 'unknown':
      return `unknown ${result.because.split(':')[0]}`
  }
}

const driver = (name: string, properties: object, state: number = states.settled): ModelEntry =>
  service(name, 'SomeDriver', properties, [], state)

const nub = service(
  'nub@1F,3',
  'SomeNub',
  {
    a: 'x',
    number: -1,
    yes: true,
    'BSD Name': 'disk0',
    'BSD Unit': 0,
    IOUserServiceProperties: { merged: 'm', a: 'y' },
    IOCompatibilityProperties: { old: 'o' },
  },
  [
    driver('one', { IOMatchCategory: 'A' }),
    driver('two', { IOMatchCategory: 'B' }, states.terminated),
    driver('nub below', { IOName: 'x' }),
  ],
)
const plain = snapshotOf(machine(service('bus@2', 'IOPCIBridge', { kind: 'bus' }, [nub])))
const withoutProperties = snapshotOf(machine(service('bus', 'IOPCIBridge', {}, [nub])), true)
const asText = textSnapshotOf(machine(service('bus', 'IOPCIBridge', {}, [nub])))
const idOfNub = nub.id!

// Facts: matching, section 4, row by row.
const rows: readonly [what: string, table: object, answer: string][] = [
  ['no key but its class', {}, 'matches 0'],
  ['the own score, 32 bits with a sign', { IOProbeScore: 0xffff_ff9c }, 'matches -100'],
  ['a score that is no number', { IOProbeScore: '1000' }, 'matches 0'],
  [
    'IOServiceNotificationUser, of a visible service',
    { IOServiceNotificationUser: true },
    'matches 0',
  ],
  [
    'IOExclaveProxy, of a service that is in none',
    { IOExclaveProxy: true },
    'fails IOExclaveProxy',
  ],
  ['IOExclaveProxy false', { IOExclaveProxy: false }, 'matches 0'],
  [
    'IOCompatibilityMatch and a property of then',
    { IOCompatibilityMatch: true, IOPropertyMatch: { old: 'o' } },
    'matches 0',
  ],
  [
    'IOCompatibilityMatch and a property of now',
    { IOCompatibilityMatch: true, IOPropertyMatch: { yes: true } },
    'fails IOPropertyMatch.yes',
  ],
  ['IOProviderClass: its own', { IOProviderClass: 'SomeNub' }, 'matches 0'],
  ['IOProviderClass: a superclass', { IOProviderClass: 'IOService' }, 'matches 0'],
  ['IOProviderClass: another', { IOProviderClass: 'IOPCIDevice' }, 'fails IOProviderClass'],
  ['IONameMatch', { IONameMatch: ['other', 'nub'] }, 'matches 0'],
  ['IONameMatch that misses', { IONameMatch: ['other', 'nubb'] }, 'fails IONameMatch'],
  ['IOLocationMatch', { IOLocationMatch: '1F,3' }, 'matches 0'],
  ['IOLocationMatch elsewhere', { IOLocationMatch: '1F' }, 'fails IOLocationMatch'],
  [
    'IOLocationMatch with a dictionary: nobody shows whom the kernel asks',
    { IOLocationMatch: { kind: 'x' } },
    'unknown IOLocationMatch',
  ],
  [
    'IOPropertyMatch: all keys',
    { IOPropertyMatch: { number: 0xffff_ffff_ffff_ffffn, yes: true } },
    'matches 0',
  ],
  [
    'IOPropertyMatch: one is missing',
    { IOPropertyMatch: { yes: true, none: 1 } },
    'fails IOPropertyMatch.none',
  ],
  [
    'IOPropertyMatch: one of several',
    { IOPropertyMatch: [{ yes: false }, { yes: true }] },
    'matches 0',
  ],
  [
    'IOPropertyMatch: none of several',
    { IOPropertyMatch: [{ yes: false }, { none: 1 }] },
    'fails IOPropertyMatch',
  ],
  [
    'IOPropertyMatch: of IOUserServiceProperties',
    { IOPropertyMatch: { merged: 'm' } },
    'matches 0',
  ],
  [
    'IOPropertyMatch: where the two differ',
    { IOPropertyMatch: { a: 'x' } },
    'unknown IOPropertyMatch.a',
  ],
  ['IOPropertyExistsMatch: one of the keys', { IOPropertyExistsMatch: ['none', 'a'] }, 'matches 0'],
  ['IOPropertyExistsMatch: none', { IOPropertyExistsMatch: 'none' }, 'fails IOPropertyExistsMatch'],
  ['IOPathMatch', { IOPathMatch: 'IOService:/Machine1,1/bus@2/nub@1F,3' }, 'matches 0'],
  ['IOPathMatch to another', { IOPathMatch: 'IOService:/Machine1,1/bus@2' }, 'fails IOPathMatch'],
  [
    'IOPathMatch without locations, which may be allowed',
    { IOPathMatch: 'IOService:/Machine1,1/bus/nub' },
    'unknown IOPathMatch',
  ],
  ['IOPathMatch by an alias', { IOPathMatch: 'enet' }, 'unknown IOPathMatch'],
  ['IORegistryEntryID', { IORegistryEntryID: idOfNub }, 'matches 0'],
  ['IORegistryEntryID of another', { IORegistryEntryID: 7 }, 'fails IORegistryEntryID'],
  [
    'IOMatchedServiceCountMatch: active drivers alone',
    { IOMatchedServiceCountMatch: 1 },
    'matches 0',
  ],
  [
    'IOMatchedServiceCountMatch: another number',
    { IOMatchedServiceCountMatch: 2 },
    'fails IOMatchedServiceCountMatch',
  ],
  ['BSD Name', { 'BSD Name': 'disk0' }, 'matches 0'],
  ['BSD Unit', { 'BSD Unit': 1 }, 'fails BSD Unit'],
  ['BSD Major, which is missing', { 'BSD Major': 1 }, 'fails BSD Major'],
  [
    'IOParentMatch by a property',
    { IOParentMatch: { IOPropertyMatch: { kind: 'bus' } } },
    'matches 0',
  ],
  [
    'IOParentMatch far above',
    { IOParentMatch: { IOPropertyMatch: { model: 'Machine1,1' } } },
    'matches 0',
  ],
  [
    'IOParentMatch that nobody passes',
    { IOParentMatch: { IOPropertyMatch: { kind: 'no' } } },
    'fails IOParentMatch',
  ],
  [
    'IOParentMatch does not ask the service itself',
    { IOParentMatch: { IOPropertyMatch: { yes: true } } },
    'fails IOParentMatch',
  ],
  [
    'IOParentMatch in an IOParentMatch looks further up',
    {
      IOParentMatch: {
        IOPropertyMatch: { kind: 'bus' },
        IOParentMatch: { IONameMatch: 'Machine1,1' },
      },
    },
    'matches 0',
  ],
  [
    'and not down again',
    {
      IOParentMatch: {
        IONameMatch: 'Machine1,1',
        IOParentMatch: { IOPropertyMatch: { kind: 'bus' } },
      },
    },
    'fails IOParentMatch',
  ],
  ['a misspelt key widens', { IOPropertyMach: { none: 1 } }, 'matches 0'],
]

test.each(rows)('%s', (_, table, answer) => {
  expect(told(match(plain, 'nub', table))).toBe(answer)
})

test.each([
  [{ IOPropertyMatch: { yes: true } }, 'unknown IOPropertyMatch.yes'],
  [{ IOPropertyExistsMatch: 'a' }, 'unknown IOPropertyExistsMatch'],
  [{ 'BSD Name': 'disk0' }, 'unknown BSD Name'],
  [{ IOMatchedServiceCountMatch: 1 }, 'unknown IOMatchedServiceCountMatch'],
  [{ IOProviderClass: 'SomeNub', IOPropertyMatch: { yes: true } }, 'unknown IOPropertyMatch.yes'],
  [{ IOLocationMatch: '7', IOPropertyMatch: { yes: true } }, 'fails IOLocationMatch'],
])('a dump without properties leaves %o open: %s', (table, answer) => {
  expect(told(match(withoutProperties, 'nub', table))).toBe(answer)
})

test('text shows three bits of the state, and so not whether a service is hidden', () => {
  expect(told(match(asText, 'nub', { IOServiceNotificationUser: true }))).toBe(
    'unknown IOServiceNotificationUser',
  )
})

test('what fails behind something that cannot be told decides', () => {
  const table = { IOPropertyMatch: { a: 'x' }, 'BSD Unit': 7 }
  expect(told(match(plain, 'nub', table))).toBe('fails BSD Unit')
})

test('checks come in the kernel’s order and end with the first that fails', () => {
  const table = {
    'BSD Unit': 0,
    IOLocationMatch: '7',
    IONameMatch: 'nub',
    IOProviderClass: 'SomeNub',
  }
  const { checks } = match(plain, 'nub', table)
  expect(checks.map(({ key, outcome }) => `${key} ${outcome}`)).toEqual([
    'IOProviderClass holds',
    'IONameMatch holds',
    'IOLocationMatch fails',
  ])
})

test('all checks can be had, also behind one that fails', () => {
  const views = createProviderViews(plain, classHierarchyOf(plain))
  const table = dictionaryFrom({
    IOLocationMatch: '7',
    IOPropertyMatch: { yes: false, number: -1 },
  })
  const checks = passive.checks(table, views.of(entryNamed(plain, 'nub')))
  expect(checks.map(({ key, outcome }) => `${key} ${outcome}`)).toEqual([
    'IOLocationMatch fails',
    'IOPropertyMatch.yes fails',
    'IOPropertyMatch.number holds',
  ])
})

test('the family has its say after the base keys and before the parents', () => {
  const device = service('dev', 'IOUSBHostDevice', { idVendor: 1, idProduct: 2, bcdDevice: 3 })
  const snapshot = snapshotOf(machine(device))
  const usb = { IOProviderClass: 'IOUSBHostDevice', idVendor: 1, idProduct: 2 }
  expect(told(match(snapshot, 'dev', { ...usb, IOProbeScore: 500 }))).toBe('matches 90500')
  expect(told(match(snapshot, 'dev', { ...usb, IOParentMatch: { IONameMatch: 'x' } }))).toBe(
    'fails IOParentMatch',
  )
  expect(told(match(snapshot, 'dev', { ...usb, idVendor: 9, IOParentMatch: {} }))).toBe(
    'fails idVendor',
  )
})

test('a table of base keys alone has no family: it matches a USB device without its keys', () => {
  const snapshot = snapshotOf(machine(service('dev', 'IOUSBHostDevice', { idVendor: 1 }, [nub])))
  const table = { IOParentMatch: { IOProviderClass: 'IOUSBHostDevice' } }
  expect(told(match(snapshot, 'nub', table))).toBe('matches 0')
})

test('IOParentMatch goes on with what a service was before', () => {
  const legacy = service('old', 'IOUSBDevice', { kind: 'old' })
  const alias = (id: bigint) =>
    service('new', 'IOUSBHostDevice', { IOServiceLegacyMatchingRegistryID: id }, [nub])
  const above = (kind: string) => ({ IOParentMatch: { IOPropertyMatch: { kind } } })
  const both = snapshotOf(
    machine(alias(legacy.id!), service('hub', 'OldHub', { kind: 'hub' }, [legacy])),
  )
  expect(told(match(both, 'nub', above('old')))).toBe('matches 0')
  expect(told(match(both, 'nub', above('hub')))).toBe('matches 0')
  expect(told(match(both, 'nub', above('other')))).toBe('fails IOParentMatch')
  const half = snapshotOf(machine(alias(0x1_2345_6789n)))
  expect(told(match(half, 'nub', above('old')))).toBe('unknown IOParentMatch')
})

test('a dump that shows a part of the registry does not show all parents', () => {
  const table = { IOParentMatch: { IOPropertyMatch: { kind: 'bus' } } }
  const part = textSnapshotOf(nub)
  expect(told(match(part, 'one', table))).toBe('unknown IOParentMatch')
})

test('IOParentMatch nested without end is not followed without end', () => {
  let table: object = { IOPropertyMatch: { kind: 'no' } }
  for (let i = 0; i < 300; i++) table = { IOParentMatch: table }
  expect(['fails', 'unknown']).toContain(match(plain, 'nub', table).kind)
})
