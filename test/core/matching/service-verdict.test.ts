import { expect, test } from 'vitest'
import { buildCatalogue } from '../../../core/matching/catalogue.ts'
import { createMatcher, type Matcher, type MatcherOptions } from '../../../core/matching/matcher.ts'
import { reasonSentence } from '../../../core/matching/sentences.ts'
import type { Candidate } from '../../../core/matching/verdict.ts'
import type { ModelEntry } from '../../helpers/registry-model.ts'
import { entryNamed, machine, service, snapshotOf, states } from '../../helpers/service-model.ts'
import { dictionaryFrom } from '../kext/property-values.ts'
import { kextWith } from './kext-with.ts'

/** A nub, its drivers, and the personalities of one kext. */
function matcherFor(
  root: ModelEntry,
  personalities: Record<string, object>,
  more: MatcherOptions & { readonly whatIf?: Record<string, object> } = {},
): Matcher {
  const snapshot = snapshotOf(root)
  const catalogue = buildCatalogue({
    snapshot,
    installed: [kextWith('org.example.driver', personalities)],
    whatIf: more.whatIf ? [kextWith('org.example.new', more.whatIf)] : [],
  })
  return createMatcher(snapshot, catalogue, more)
}

const personality = (more: object): object => ({
  IOClass: 'Driver',
  IOProviderClass: 'SomeNub',
  ...more,
})

const nub = (clients: readonly ModelEntry[] = [], state: number = states.settled): ModelEntry =>
  service('nub', 'SomeNub', { kind: 'a' }, clients, state)

/** The driver that a personality left behind. */
function driverOf(properties: object, score = 0, state: number = states.settled): ModelEntry {
  const { IOClass = 'Driver' } = properties as { IOClass?: string }
  return service(
    IOClass,
    IOClass,
    {
      CFBundleIdentifier: 'org.example.driver',
      IOMatchCategory: 'IODefaultMatchCategory',
      IOProbeScore: score,
      ...properties,
    },
    [],
    state,
  )
}

/** `name: standing, reason`, in the order of the verdict. */
function candidatesOf(matcher: Matcher, name = 'nub'): string[] {
  const { candidates } = matcher.service(entryNamed(matcher.snapshot, name))
  return candidates.map(told)
}

function told({ item, standing, reason }: Candidate): string {
  return `${item.name}: ${standing}, ${reason.kind}`
}

test('personalities come from the service’s class and those above, up to IOService', () => {
  const matcher = matcherFor(machine(service('nub', 'BaseNub:SomeNub', { kind: 'a' })), {
    own: personality({}),
    base: personality({ IOProviderClass: 'BaseNub', IOMatchCategory: 'B' }),
    service: personality({ IOProviderClass: 'IOService', IOMatchCategory: 'C' }),
    entry: personality({ IOProviderClass: 'IORegistryEntry', IOMatchCategory: 'D' }),
    other: personality({ IOProviderClass: 'OtherNub', IOMatchCategory: 'E' }),
  })
  expect(candidatesOf(matcher)).toEqual([
    'own: wins, would-start',
    'base: wins, would-start',
    'service: wins, would-start',
  ])
})

test('an entry that is no service has no candidates, also for its own class', () => {
  const thing: ModelEntry = {
    ...service('thing', ''),
    classChain: ['IORegistryEntry', 'SomeThing'],
    service: null,
  }
  const matcher = matcherFor(machine(thing), {
    own: personality({ IOProviderClass: 'SomeThing' }),
  })
  const entry = entryNamed(matcher.snapshot, 'thing')
  const [item] = matcher.catalogue.items
  expect(candidatesOf(matcher, 'thing')).toEqual([])
  expect(matcher.candidate(item!, entry).standing).toBe('not-considered')
  expect(matcher.personality(item!).considered).toBe(0)
  expect(matcher.summary().candidates[entry]).toBe(0)
})

test('the best score of a category wins, the others lose to it', () => {
  const matcher = matcherFor(machine(nub()), {
    low: personality({ IOProbeScore: -5 }),
    high: personality({ IOProbeScore: 2000, IOClass: 'High' }),
    middle: personality({}),
    apart: personality({ IOProbeScore: 1, IOMatchCategory: 'Apart' }),
  })
  expect(candidatesOf(matcher)).toEqual([
    'high: wins, would-start',
    'apart: wins, would-start',
    'middle: loses, lower-score',
    'low: loses, lower-score',
  ])
})

test('points of the family count: a lower own score can win', () => {
  const device = service('nub', 'IOUSBHostDevice', {
    idVendor: 1,
    idProduct: 2,
    bDeviceClass: 9,
    bDeviceSubClass: 0,
  })
  const usb = { IOProviderClass: 'IOUSBHostDevice' }
  const matcher = matcherFor(machine(device), {
    byClass: personality({ ...usb, bDeviceClass: 9, bDeviceSubClass: 0, IOProbeScore: 9000 }),
    byProduct: personality({ ...usb, idVendor: 1, idProduct: 2 }),
  })
  expect(candidatesOf(matcher)).toEqual([
    'byProduct: wins, would-start',
    'byClass: loses, lower-score',
  ])
})

test('equal scores: the more derived provider class comes first', () => {
  const matcher = matcherFor(machine(service('nub', 'BaseNub:SomeNub', { kind: 'a' })), {
    base: personality({ IOProviderClass: 'BaseNub' }),
    own: personality({}),
  })
  expect(candidatesOf(matcher)).toEqual(['own: wins, would-start', 'base: loses, equal-score'])
  const { candidates } = matcher.service(entryNamed(matcher.snapshot, 'nub'))
  expect(candidates[1]!.reason).toMatchObject({ isDecided: true })
})

test('on a kernel of 10.8 the provider class decides nothing between equal scores', () => {
  const verdicts = ['12.5.0', '13.0.0'].map(version => {
    const root = {
      ...machine(service('nub', 'BaseNub:SomeNub', { kind: 'a' })),
      properties: dictionaryFrom({ IOKitBuildVersion: `Darwin Kernel Version ${version}: x` })
        .entries,
    }
    return candidatesOf(
      matcherFor(root, { base: personality({ IOProviderClass: 'BaseNub' }), own: personality({}) }),
    )
  })
  expect(verdicts).toEqual([
    ['base: unknown, equal-score', 'own: unknown, equal-score'],
    ['own: wins, would-start', 'base: loses, equal-score'],
  ])
})

test('equal scores on one class: nobody can tell who wins', () => {
  const matcher = matcherFor(machine(nub()), {
    one: personality({ IOClass: 'One' }),
    two: personality({ IOClass: 'Two' }),
    three: personality({ IOProbeScore: -1 }),
  })
  expect(candidatesOf(matcher)).toEqual([
    'one: unknown, equal-score',
    'two: unknown, equal-score',
    'three: loses, lower-score',
  ])
  const { categories } = matcher.service(entryNamed(matcher.snapshot, 'nub'))
  expect(categories.map(({ winner }) => winner)).toEqual([null])
})

test('a driver that runs has its category, and tells of the others why not they', () => {
  const running = personality({ IOProbeScore: 100, IOClass: 'Running' })
  const matcher = matcherFor(machine(nub([driverOf(running, 100)])), {
    running,
    better: personality({ IOProbeScore: 200, IOClass: 'Better' }),
    equal: personality({ IOProbeScore: 100, IOClass: 'Equal' }),
    worse: personality({ IOProbeScore: 50, IOClass: 'Worse' }),
    apart: personality({ IOMatchCategory: 'Apart' }),
    failing: personality({ IOPropertyMatch: { kind: 'b' }, IOProbeScore: 300 }),
  })
  expect(candidatesOf(matcher)).toEqual([
    'failing: fails, key-failed',
    'better: loses, passed-over',
    'running: running, running',
    'equal: loses, equal-score',
    'worse: loses, lower-score',
    'apart: wins, would-start',
  ])
})

test('probe() may have raised the score of the driver that runs', () => {
  const running = personality({ IOClass: 'Running' })
  const matcher = matcherFor(machine(nub([driverOf(running, 5000)])), {
    running,
    other: personality({ IOProbeScore: 4000, IOClass: 'Other' }),
  })
  expect(candidatesOf(matcher)).toContain('other: loses, lower-score')
})

test('a driver of no known personality has its category all the same', () => {
  const stranger = { IOMatchCategory: 'IODefaultMatchCategory' }
  const matcher = matcherFor(machine(nub([service('Stranger', 'Stranger', stranger)])), {
    one: personality({}),
  })
  expect(candidatesOf(matcher)).toEqual(['one: loses, category-taken'])
})

test('the summary tells of who has a category also where no personality is for the class', () => {
  const stranger = { IOMatchCategory: 'Strange' }
  const matcher = matcherFor(machine(nub([service('Stranger', 'Stranger', stranger)])), {})
  const entry = entryNamed(matcher.snapshot, 'nub')
  const summary = matcher.summary()
  const row = summary.firstCompetition[entry]!
  expect(summary.firstCompetition[entry + 1]! - row).toBe(1)
  expect(summary.categories[summary.category[row]!]).toBe('Strange')
  expect(summary.client[row]).toBe(entryNamed(matcher.snapshot, 'Stranger'))
  expect(matcher.service(entry).categories.map(({ category }) => category)).toEqual(['Strange'])
})

test('a driver that has terminated has nothing any more', () => {
  const one = personality({})
  const gone = driverOf(one, 0, states.terminated)
  expect(candidatesOf(matcherFor(machine(nub([gone])), { one }))).toEqual([
    'one: wins, would-start',
  ])
})

test('one that runs keeps running in the verdict, whatever its keys say now', () => {
  const running = personality({ IOPropertyMatch: { kind: 'before' }, IOClass: 'Running' })
  const matcher = matcherFor(machine(nub([driverOf(running, 10)])), { running })
  expect(candidatesOf(matcher)).toEqual(['running: running, running'])
})

test('nothing is matched on a service that is not registered or has terminated', () => {
  const all = { one: personality({}) }
  expect(candidatesOf(matcherFor(machine(nub([], states.attached)), all))).toEqual([
    'one: not-considered, service-not-registered',
  ])
  expect(candidatesOf(matcherFor(machine(nub([], states.terminated)), all))).toEqual([
    'one: not-considered, service-inactive',
  ])
})

test('a family that refuses is named', () => {
  const device = service('nub', 'IOUSBHostDevice', { idVendor: 1, idProduct: 2 })
  const matcher = matcherFor(machine(device), {
    one: personality({ IOProviderClass: 'IOUSBHostDevice', idVendor: 9, idProduct: 2 }),
  })
  expect(candidatesOf(matcher)).toEqual(['one: fails, family-failed'])
})

test('a kext that is known not to be loaded is asked for first', () => {
  const all = { one: personality({}) }
  const reasons = [
    matcherFor(machine(nub()), all, { loadedKexts: [] }),
    matcherFor(machine(nub()), all, { loadedKexts: ['org.example.driver'] }),
    matcherFor(machine(nub()), all),
  ].map(matcher => candidatesOf(matcher))
  expect(reasons).toEqual([
    ['one: wins, kext-not-loaded'],
    ['one: wins, would-start'],
    ['one: wins, would-start'],
  ])
})

test('start() waits for resources that are not published', () => {
  const resources = service('IOResources', 'IOResources', { IOBSD: 'IOService' })
  const all = {
    waits: personality({ IOResourceMatch: ['IOBSD', 'IOKit'], IOMatchCategory: 'A' }),
    goes: personality({ IOResourceMatch: 'IOBSD', IOMatchCategory: 'B' }),
    deferred: personality({ IOMatchDefer: true, IOMatchCategory: 'C' }),
  }
  expect(candidatesOf(matcherFor(machine(nub(), resources), all))).toEqual([
    'waits: wins, waiting-for-resource',
    'goes: wins, would-start',
    'deferred: not-considered, deferred',
  ])
  // Without the resources nothing tells that something is missing.
  expect(candidatesOf(matcherFor(machine(nub()), all))).toEqual([
    'waits: wins, would-start',
    'goes: wins, would-start',
    'deferred: wins, would-start',
  ])
})

test('on the resources themselves the family asks for them', () => {
  const resources = service('IOResources', 'IOResources', { IOBSD: 'IOService' })
  const on = (more: object): object => personality({ IOProviderClass: 'IOResources', ...more })
  const matcher = matcherFor(machine(resources), {
    there: on({ IOResourceMatch: 'IOBSD', IOMatchCategory: 'A' }),
    missing: on({ IOResourceMatch: 'IOKit', IOMatchCategory: 'B' }),
  })
  expect(candidatesOf(matcher, 'IOResources')).toEqual([
    'there: wins, would-start',
    'missing: fails, family-failed',
  ])
})

test('a personality that the guest does not know is held against what runs', () => {
  const running = personality({ IOProbeScore: 100, IOClass: 'Running' })
  const matcher = matcherFor(
    machine(nub([driverOf(running, 100)])),
    { running },
    {
      whatIf: {
        wins: personality({ IOProbeScore: 200, IOClass: 'Wins' }),
        ties: personality({ IOProbeScore: 100, IOClass: 'Ties' }),
        loses: personality({ IOProbeScore: 99, IOClass: 'Loses' }),
      },
    },
  )
  expect(candidatesOf(matcher)).toEqual([
    'wins: wins, would-start',
    'running: running, running',
    'ties: loses, equal-score',
    'loses: loses, lower-score',
  ])
})

test('two that the guest does not know, both better than who runs, and equal: nobody can tell', () => {
  const running = personality({ IOClass: 'Running' })
  const matcher = matcherFor(
    machine(nub([driverOf(running)])),
    { running },
    {
      whatIf: {
        one: personality({ IOProbeScore: 200, IOClass: 'One' }),
        two: personality({ IOProbeScore: 200, IOClass: 'Two' }),
        three: personality({ IOProbeScore: 100, IOClass: 'Three' }),
      },
    },
  )
  expect(candidatesOf(matcher)).toEqual([
    'one: unknown, equal-score',
    'two: unknown, equal-score',
    'three: loses, lower-score',
    'running: running, running',
  ])
})

test('a new one with the score of who runs wins where its provider class is more derived', () => {
  const running = personality({ IOProviderClass: 'BaseNub', IOClass: 'Running' })
  const verdicts = [0, 5].map(score => {
    const derived = service('nub', 'BaseNub:SomeNub', {}, [driverOf(running, score)])
    const whatIf = { fresh: personality({ IOProbeScore: score, IOClass: 'Fresh' }) }
    return candidatesOf(matcherFor(machine(derived), { running }, { whatIf }))
  })
  // probe() has given the second its 5; the new one has them before, and is probed first.
  expect(verdicts).toEqual([
    ['fresh: wins, would-start', 'running: running, running'],
    ['fresh: wins, would-start', 'running: running, running'],
  ])
})

test('who runs, with less than its personality had, holds nobody back who has more', () => {
  const running = personality({ IOProbeScore: 300, IOClass: 'Running' })
  const matcher = matcherFor(
    machine(nub([driverOf({ ...running, IOProbeScore: 100 })])),
    { running },
    { whatIf: { fresh: personality({ IOProbeScore: 200, IOClass: 'Fresh' }) } },
  )
  expect(candidatesOf(matcher)).toContain('fresh: wins, would-start')
})

test('of an unknown class it is said that it is not known, and no more', () => {
  const root = machine(nub())
  const snapshot = snapshotOf(root)
  // Without superclasses, as most dumps are.
  const bare = {
    ...snapshot,
    entries: { ...snapshot.entries, classChain: new Int32Array(snapshot.entries.rows).fill(-1) },
  }
  const catalogue = buildCatalogue({
    snapshot: bare,
    installed: [
      kextWith('org.example.driver', {
        base: personality({ IOProviderClass: 'BaseNub' }),
        baseElsewhere: personality({ IOProviderClass: 'BaseNub', IOPropertyMatch: { kind: 'z' } }),
        own: personality({ IOMatchCategory: 'Own' }),
        pci: personality({ IOProviderClass: 'IOResources', IOMatchCategory: 'R' }),
      }),
    ],
  })
  const matcher = createMatcher(bare, catalogue)
  const verdict = matcher.service(entryNamed(bare, 'nub'))
  expect(verdict.candidates.map(told)).toContain('own: wins, would-start')
  expect(verdict.candidates.map(told)).toContain('base: unknown, unknown')
  expect(verdict.candidates.map(told).join()).not.toContain('baseElsewhere')
  expect(verdict.caveats.join()).toContain('superclasses of SomeNub')
})

test('two active drivers of one category are against the rule, and said to be', () => {
  const one = driverOf({ IOClass: 'One', IOProviderClass: 'SomeNub' })
  const two = driverOf({ IOClass: 'Two', IOProviderClass: 'SomeNub' })
  const matcher = matcherFor(machine(nub([one, two])), { other: personality({}) })
  expect(matcher.service(entryNamed(matcher.snapshot, 'nub')).caveats.join()).toContain(
    'share the match category IODefaultMatchCategory',
  )
  expect(matcher.summary().violations).toHaveLength(1)
})

test('what the family leaves open is said', () => {
  const caveats = (root: ModelEntry): string => {
    const matcher = matcherFor(root, {
      one: personality({ IOProviderClass: 'IOPCIDevice', IOPCIMatch: '0x00018086' }),
    })
    return matcher.service(entryNamed(matcher.snapshot, 'nub')).caveats.join()
  }
  const word = (low: number, high: number): Uint8Array => Uint8Array.of(low, high, 0, 0)
  const device = service('nub', 'IOPCIDevice', {
    'vendor-id': word(0x86, 0x80),
    'device-id': word(1, 0),
  })
  expect(caveats(machine(nub()))).toContain('The family of SomeNub is not known.')
  expect(caveats(machine(device))).toContain('An arm64 kernel adds 1000')
  expect(caveats(machine(device, service('pe', 'AppleACPIPlatformExpert')))).toBe('')
})

test('one personality against one service says what the service says of it', () => {
  const running = personality({ IOProbeScore: 100, IOClass: 'Running' })
  const matcher = matcherFor(
    machine(nub([driverOf(running, 100)]), service('other', 'OtherNub', {})),
    {
      running,
      better: personality({ IOProbeScore: 200, IOClass: 'Better' }),
      failing: personality({ IOPropertyMatch: { kind: 'b' }, IOProbeScore: 300 }),
    },
  )
  const entry = entryNamed(matcher.snapshot, 'nub')
  for (const candidate of matcher.service(entry).candidates) {
    expect(matcher.candidate(candidate.item, entry)).toEqual(candidate)
  }
  const [item] = matcher.catalogue.items
  expect(told(matcher.candidate(item!, entryNamed(matcher.snapshot, 'other')))).toBe(
    'running: not-considered, class-does-not-conform',
  )
  expect(matcher.candidate({ ...item!, providerClass: null }, entry).reason.kind).toBe(
    'no-provider-class',
  )
})

test('each reason is a sentence, with both scores and both values in it', () => {
  const running = personality({ IOProbeScore: 100, IOClass: 'Running' })
  const matcher = matcherFor(machine(nub([driverOf(running, 100)])), {
    running,
    better: personality({ IOProbeScore: 200, IOClass: 'Better' }),
    worse: personality({ IOProbeScore: 50, IOClass: 'Worse' }),
    failing: personality({ IOPropertyMatch: { kind: 'b' }, IOMatchCategory: 'F' }),
    apart: personality({ IOMatchCategory: 'Apart' }),
  })
  const words = { entry: (entry: number) => matcher.views.of(entry).name }
  const { candidates } = matcher.service(entryNamed(matcher.snapshot, 'nub'))
  expect(
    Object.fromEntries(
      candidates.map(({ item, reason }) => [item.name, reasonSentence(reason, words)]),
    ),
  ).toEqual({
    running: 'It produced “Running”, which runs here.',
    better:
      'Its score is higher than that of “Running”, which runs all the same. Its kext is loaded, so allocation, init(), probe() or start() refused, or it was added later.',
    worse:
      'Its score of 50 is lower than the 100 of “running” (Running) of org.example.driver, and one driver starts in each match category.',
    failing: '“IOPropertyMatch.kind” asks for “b”, and the service has “a”.',
    apart:
      'It is the best of its match category, and nothing of the category runs. Matching has ended on this service: its kext could not be loaded, or allocation, init(), probe() or start() refused, or it was added later.',
  })
})
