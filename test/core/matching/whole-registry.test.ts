import { expect, test } from 'vitest'
import { buildCatalogue } from '../../../core/matching/catalogue.ts'
import type { CatalogueItem } from '../../../core/matching/catalogue-item.ts'
import { createMatcher, type Matcher } from '../../../core/matching/matcher.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { Random } from '../../helpers/random.ts'
import type { ModelEntry } from '../../helpers/registry-model.ts'
import {
  machine,
  nulTerminated,
  service,
  snapshotOf,
  states,
  textSnapshotOf,
} from '../../helpers/service-model.ts'
import { kextWith } from './kext-with.ts'

// Few values, so that much matches; and of those that are filed under a plain value, and those that are not.

const word = (value: number): Uint8Array => Uint8Array.of(value & 0xff, value >>> 8, 0, 0)

function randomNub(random: Random, i: number): ModelEntry {
  const [chain, properties] = random.pick<() => readonly [string, object]>([
    () => ['BaseNub:SomeNub', { kind: value(random), other: value(random) }],
    () => ['BaseNub', { kind: value(random) }],
    () => [
      'IOPCIDevice',
      {
        'vendor-id': word(0x8086),
        'device-id': word(random.below(3)),
        'subsystem-id': word(random.below(2)),
        'subsystem-vendor-id': word(0x8086),
        'class-code': Uint8Array.of(0x30, 0x03, 0x0c, 0),
        ...(random.chance(0.8) ? { 'revision-id': word(1) } : {}),
        compatible: nulTerminated(random.pick(['a', 'b', 'nubs'])),
      },
    ],
    () => [
      'IOUSBHostDevice',
      {
        idVendor: random.below(3),
        idProduct: random.below(2),
        bDeviceClass: random.pick([0, 9]),
        bDeviceSubClass: 0,
      },
    ],
    () => [
      'IOHIDInterface',
      {
        VendorID: random.below(3),
        ProductID: random.below(2),
        PrimaryUsagePage: 1,
        PrimaryUsage: random.below(3),
      },
    ],
  ])()
  const client = random.chance(0.5) ? [driver(random)] : []
  const state = random.pick([states.settled, states.settled, states.attached, states.terminated])
  return service(random.pick(['a', 'b', `nub${i}`]), chain, properties, client, state)
}

function driver(random: Random): ModelEntry {
  const properties = {
    IOMatchCategory: random.pick(['IODefaultMatchCategory', 'Apart']),
    IOProbeScore: random.below(3) * 1000,
    ...(random.chance(0.5)
      ? { IOClass: 'Class1', IOProviderClass: 'BaseNub', CFBundleIdentifier: 'org.example.driver' }
      : {}),
  }
  const state = random.chance(0.8) ? states.settled : states.terminated
  return service('Class1', 'Class1', properties, [], state)
}

function value(random: Random): string | number | boolean | bigint | Uint8Array {
  return random.pick([
    'a',
    'b',
    1,
    2,
    true,
    -1n,
    0xffff_ffffn,
    nulTerminated('a'),
    nulTerminated('a', 'b'),
  ])
}

function randomPersonality(random: Random): object {
  const more = {
    IOClass: random.pick(['Class1', 'Class2']),
    IOProbeScore: random.below(4) * 500 - 500,
    ...(random.chance(0.3) ? { IOMatchCategory: 'Apart' } : {}),
    ...(random.chance(0.2) ? { IONameMatch: random.pick(['a', ['b', 'c'], 'nub*', 'nub1']) } : {}),
  }
  const match = { kind: value(random), ...(random.chance(0.3) ? { other: value(random) } : {}) }
  return {
    ...more,
    ...random.pick<() => object>([
      () => ({
        IOProviderClass: random.pick(['SomeNub', 'BaseNub', 'IOService', 'IORegistryEntry']),
      }),
      () => ({
        IOProviderClass: 'BaseNub',
        IOPropertyMatch: random.chance(0.7) ? match : [match, { kind: 1 }],
      }),
      () => ({
        IOProviderClass: 'IOPCIDevice',
        IOPCIMatch: random.pick([
          '0x00008086',
          '0x00018086 0x00028086',
          '0x00018086&0xffffffff',
          '0x00008086&0x0000ffff',
          'nothing',
        ]),
      }),
      () => ({
        IOProviderClass: 'IOPCIDevice',
        IOPCIClassMatch: random.pick(['0x0c033000', '0x0c033001&0xffffffff', '0x06000000']),
      }),
      () => ({
        IOProviderClass: 'IOUSBHostDevice',
        idVendor: random.pick<number | string>([0, 1, '*']),
        idProduct: random.below(2),
      }),
      () => ({
        IOProviderClass: 'IOUSBHostDevice',
        bDeviceClass: random.pick([0, 9]),
        bDeviceSubClass: 0,
      }),
      () => ({
        IOProviderClass: 'IOHIDInterface',
        VendorID: random.below(3),
        ...(random.chance(0.5) ? { ProductID: random.below(2) } : {}),
      }),
      () => ({
        IOProviderClass: 'IOHIDInterface',
        PrimaryUsagePage: 1,
        PrimaryUsage: random.below(3),
      }),
    ])(),
  }
}

function randomMatcher(seed: number): Matcher {
  const random = new Random(seed)
  const nubs = Array.from({ length: 12 }, (_, i) => randomNub(random, i))
  const root = machine(...nubs)
  const snapshot: Snapshot = random.pick([
    () => snapshotOf(root),
    () => textSnapshotOf(root),
    () => textSnapshotOf(root, { hasChains: false }),
    () => textSnapshotOf(root, { hasNoProperties: true }),
  ])()
  const personalities = Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [`p${i}`, randomPersonality(random)]),
  )
  const installed = [kextWith('org.example.driver', personalities)]
  return createMatcher(snapshot, buildCatalogue({ snapshot, installed }))
}

/** Who comes before whom, said as plainly as can be (facts: matching, sections 2 and 3). */
function isBefore(
  matcher: Matcher,
  entry: number,
  a: CatalogueItem,
  b: CatalogueItem,
): boolean | null {
  const { classes } = matcher.views.of(entry).chain
  const score = (item: CatalogueItem): number => {
    const result = matcher.match(item, entry)
    if (result.kind !== 'matches') throw new Error('only contenders are compared')
    return result.score
  }
  // A class that the dump does not list stands above those that it does, IOService last of all.
  const depth = (item: CatalogueItem): number => {
    const at = classes.indexOf(item.providerClass!)
    return at < 0 ? 999 : at
  }
  if (score(a) !== score(b)) return score(a) > score(b)
  if (a.probeScore !== b.probeScore) return a.probeScore > b.probeScore
  if (depth(a) !== depth(b)) return depth(a) < depth(b)
  return null
}

const seeds = Array.from({ length: 120 }, (_, i) => i + 1)

test('the summary names those who win when everybody is asked and compared with everybody', () => {
  let [matching, undecided, tied] = [0, 0, 0]
  for (const seed of seeds) {
    const matcher = randomMatcher(seed)
    const { catalogue, snapshot, views } = matcher
    const summary = matcher.summary()
    for (let entry = 0; entry < snapshot.entries.length; entry++) {
      if (!views.isActive(entry)) continue
      const looked = catalogue.items.filter(
        ({ providerClass }) =>
          !['IORegistryEntry', 'OSObject'].includes(providerClass!) &&
          views.of(entry).conformsTo(providerClass!) === true,
      )
      const holding = looked.filter(item => matcher.match(item, entry).kind === 'matches')
      // Of a class that it may have, and nothing else keeps it from matching.
      const open = catalogue.items.filter(
        item =>
          views.of(entry).conformsTo(item.providerClass!) === null &&
          matcher.candidate(item, entry).standing === 'unknown',
      )
      const unknown = looked.filter(item => matcher.match(item, entry).kind === 'unknown')
      const what = `seed ${seed}, entry ${entry}`
      expect(summary.candidates[entry], what).toBe(looked.length)
      expect(summary.matching[entry], what).toBe(holding.length)
      expect(summary.undecided[entry], what).toBe(unknown.length + open.length)
      matching += holding.length
      undecided += unknown.length
      const categories = new Set(holding.map(({ category }) => category))
      const [from, to] = [summary.firstCompetition[entry]!, summary.firstCompetition[entry + 1]!]
      for (let row = from; row < to; row++) {
        const category = summary.categories[summary.category[row]!]!
        const rivals = holding.filter(item => item.category === category)
        expect(summary.contenders[row], what).toBe(rivals.length)
        categories.delete(category)
        if (rivals.length === 0) {
          expect(summary.best[row], what).toBe(-1)
          continue
        }
        const best = catalogue.items[summary.best[row]!]!
        for (const rival of rivals) {
          if (rival !== best) expect(isBefore(matcher, entry, rival, best), what).not.toBe(true)
        }
        const isTied = rivals.some(
          rival => rival !== best && isBefore(matcher, entry, rival, best) === null,
        )
        expect(summary.isTied[row] === 1, what).toBe(isTied)
        if (isTied) tied++
      }
      expect([...categories], what).toEqual([])
    }
  }
  expect(Math.min(matching, undecided, tied)).toBeGreaterThan(60)
})

test('a service, one personality on it, and a personality everywhere say the same', () => {
  for (const seed of seeds.slice(0, 15)) {
    const matcher = randomMatcher(seed)
    const { catalogue, snapshot } = matcher
    const standings = new Map<string, string>()
    for (let entry = 0; entry < snapshot.entries.length; entry++) {
      for (const candidate of matcher.service(entry).candidates) {
        expect(matcher.candidate(candidate.item, entry)).toEqual(candidate)
        standings.set(`${candidate.item.index} ${entry}`, candidate.standing)
      }
    }
    for (const item of catalogue.items) {
      const verdict = matcher.personality(item, { limit: 1000 })
      const found = new Map(
        verdict.matches.map(({ entry, candidate }) => [entry, candidate.standing]),
      )
      for (let entry = 0; entry < snapshot.entries.length; entry++) {
        const standing = standings.get(`${item.index} ${entry}`)
        const isMiss = verdict.misses.some(miss => miss.entry === entry)
        if (standing === 'fails') expect(isMiss, `${seed} ${item.name} ${entry}`).toBe(true)
        else expect(found.get(entry), `${seed} ${item.name} ${entry}`).toBe(standing)
      }
      const counts = verdict.misses.map(({ failing }) => failing.length)
      expect(counts).toEqual([...counts].sort((a, b) => a - b))
      expect(counts.every(count => count > 0)).toBe(true)
    }
  }
})
