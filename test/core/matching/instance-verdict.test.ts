import { expect, test } from 'vitest'
import { buildCatalogue } from '../../../core/matching/catalogue.ts'
import { createMatcher, type Matcher } from '../../../core/matching/matcher.ts'
import { selfCheck, type SelfCheck } from '../../../core/matching/self-check.ts'
import type { InstanceVerdict } from '../../../core/matching/verdict.ts'
import type { ModelEntry } from '../../helpers/registry-model.ts'
import {
  entryNamed,
  machine,
  service,
  snapshotOf,
  textSnapshotOf,
} from '../../helpers/service-model.ts'
import { kextWith } from './kext-with.ts'

const usb = { idVendor: 1, idProduct: 2, bcdDevice: 3, bDeviceClass: 9, bDeviceSubClass: 0 }
const base = { IOProviderClass: 'IOUSBHostDevice', CFBundleIdentifier: 'org.example.driver' }

function driver(properties: object): ModelEntry {
  const { IOClass } = properties as { IOClass: string }
  const left = { IOMatchCategory: 'IODefaultMatchCategory', ...base, ...properties }
  return service(IOClass, IOClass, left)
}

const deviceWith = (...clients: readonly ModelEntry[]): ModelEntry =>
  machine(service('device', 'IOUSBHostDevice', usb, clients))

function matcherFor(root: ModelEntry, personalities: Record<string, object> | null): Matcher {
  const snapshot = snapshotOf(root)
  const installed = personalities ? [kextWith('org.example.driver', personalities)] : null
  return createMatcher(snapshot, buildCatalogue({ snapshot, installed }))
}

const verdictOn = (matcher: Matcher, name: string): InstanceVerdict =>
  matcher.instance(entryNamed(matcher.snapshot, name))!

const byProduct = { ...base, IOClass: 'A', idVendor: 1, idProduct: 2, IOProbeScore: 100 }
const byClass = { ...base, IOClass: 'A', bDeviceClass: 9, bDeviceSubClass: 0 }

test('the score of a driver is its personality’s and its family’s', () => {
  const matcher = matcherFor(deviceWith(driver({ ...byProduct, IOProbeScore: 90_100 })), {
    byClass,
    byProduct,
  })
  const verdict = verdictOn(matcher, 'A')
  expect(verdict.item?.name).toBe('byProduct')
  expect([verdict.score, verdict.ownPoints, verdict.family?.points]).toEqual([90_100, 100, 90_000])
  expect(verdict.notes).toEqual([])
})

test('a score that the two do not make was changed by probe()', () => {
  const matcher = matcherFor(deviceWith(driver({ ...byProduct, IOProbeScore: 95_000 })), {
    byProduct,
  })
  expect(verdictOn(matcher, 'A').notes.join()).toContain(
    'Its own 100 and 90000 of the family (USB device) make 90100; its IOProbeScore is 95000.',
  )
})

test('of a kext that is not known the own score is what the family leaves', () => {
  const matcher = matcherFor(deviceWith(driver({ ...byProduct, IOProbeScore: 90_100 })), null)
  const verdict = verdictOn(matcher, 'A')
  expect(verdict.item?.origin.kind).toBe('instance')
  expect([verdict.ownPoints, verdict.family?.points]).toEqual([100, 90_000])
})

test('keys that the driver has changed since are told, and do not hide where it is from', () => {
  const changed = driver({ ...byProduct, IOProbeScore: 90_100, Speed: 'now' })
  const matcher = matcherFor(deviceWith(changed), {
    byProduct: { ...byProduct, Speed: 'before' },
  })
  const verdict = verdictOn(matcher, 'A')
  expect(verdict.item?.name).toBe('byProduct')
  expect(verdict.notes.join()).toContain('“Speed”')
})

test('personalities that leave the same traces are named', () => {
  const matcher = matcherFor(deviceWith(driver({ ...byProduct, IOProbeScore: 90_100 })), {
    byProduct,
    twin: { ...byProduct, IOKitDebug: 0 },
  })
  expect(verdictOn(matcher, 'A').item?.name).toBe('byProduct')
  const same = matcherFor(
    deviceWith(driver({ ...byProduct, IOProbeScore: 90_100, IOKitDebug: 0 })),
    {
      one: { ...byProduct, IOKitDebug: 0, A: 1 },
      two: { ...byProduct, IOKitDebug: 0, A: 2 },
    },
  )
  expect(verdictOn(same, 'A').notes.join()).toContain('Other personalities')
})

test('a nub that was given a copy of its driver’s properties was not made by matching', () => {
  const nub = service('Nub', 'SomeNub', { ...byProduct, IOMatchCategory: 'IODefaultMatchCategory' })
  const matcher = matcherFor(deviceWith(nub), { byProduct })
  expect(matcher.instance(entryNamed(matcher.snapshot, 'Nub'))).toBe(null)
  expect(matcher.instance(entryNamed(matcher.snapshot, 'device'))).toBe(null)
})

function checked(root: ModelEntry, personalities: Record<string, object> | null): SelfCheck {
  return selfCheck(matcherFor(root, personalities))
}

const counts = ({ accepted, rejected, unknown }: SelfCheck): number[] => [
  accepted,
  rejected,
  unknown,
]

test('the self-check accepts what the kernel has accepted', () => {
  const root = deviceWith(driver({ ...byProduct, IOProbeScore: 90_100 }))
  expect(counts(checked(root, null))).toEqual([1, 0, 0])
  expect(counts(checked(root, { byProduct }))).toEqual([1, 0, 0])
})

test('it rejects what cannot have matched, and says which key', () => {
  const wrong = driver({ ...base, IOClass: 'A', IOPropertyMatch: { idVendor: 7 }, IOProbeScore: 0 })
  const { details, ...check } = checked(
    machine(service('nub', 'IOUSBHostDevice', { idVendor: 8 }, [wrong])),
    null,
  )
  expect(counts({ details, ...check })).toEqual([0, 1, 0])
  expect(details[0]!.because).toContain('IOPropertyMatch.idVendor')
})

test('keys that the driver has set itself are left out where its score has no room for them', () => {
  // The device's own number, copied for its own clients; 60 000 is class and subclass alone.
  const copied = driver({ ...byClass, idVendor: 1, IOProbeScore: 50_500 })
  const { details, ...check } = checked(deviceWith(copied), null)
  expect(counts({ details, ...check })).toEqual([1, 0, 0])
  expect(details[0]!.leftOut).toEqual(['idVendor'])
  const without = driver({ ...byClass, idVendor: 1, IOProbeScore: 7 })
  expect(counts(checked(deviceWith(without), null))).toEqual([0, 1, 0])
})

test('what only IOKit asks for is never left out', () => {
  const device = service(
    'gpu',
    'IOPCIDevice',
    {
      'vendor-id': Uint8Array.of(0x86, 0x80, 0, 0),
      'device-id': Uint8Array.of(1, 0, 0, 0),
      'subsystem-id': Uint8Array.of(1, 0, 0, 0),
      'subsystem-vendor-id': Uint8Array.of(1, 0, 0, 0),
    },
    [
      driver({
        ...base,
        IOProviderClass: 'IOPCIDevice',
        IOClass: 'A',
        IOPCIMatch: '0x00028086',
        IOProbeScore: 0,
      }),
    ],
  )
  expect(counts(checked(machine(device), null))).toEqual([0, 1, 0])
})

test('what the dump does not show is not told', () => {
  const root = deviceWith(
    driver({
      ...byProduct,
      IOPropertyMatch: { name: new Uint8Array([97, 98]) },
      IOProbeScore: 90_100,
    }),
  )
  const [expert] = root.clients
  const named = {
    ...expert!.clients[0]!,
    properties: [
      ...expert!.clients[0]!.properties,
      ['name', { kind: 'data', bytes: new Uint8Array([97, 98]) }] as const,
    ],
  }
  const snapshot = textSnapshotOf({ ...root, clients: [{ ...expert!, clients: [named] }] })
  const matcher = createMatcher(snapshot, buildCatalogue({ snapshot, installed: null }))
  expect(counts(selfCheck(matcher))).toEqual([0, 0, 1])
})
