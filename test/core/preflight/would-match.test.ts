import { afterEach, describe, expect, test } from 'vitest'
import type { InstalledKext } from '../../../core/kext/kext.ts'
import type { WouldMatch } from '../../../core/preflight/preflight-report.ts'
import { wouldMatchOf, type MatchingEvidence } from '../../../core/preflight/would-match.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { systemKexts } from '../../../main/demo/machine/system-kexts.ts'
import { kextFromPlist } from '../../../main/service/kext-from-plist.ts'
import { bootTestMachine, type TestMachine } from '../../demo/run-program.ts'
import { readPlainly } from '../../helpers/read-dumps.ts'
import { machine, service, snapshotOf, states } from '../../helpers/service-model.ts'
import { kextWith } from '../matching/kext-with.ts'

const evidence = (
  snapshot: Snapshot,
  changes: Partial<MatchingEvidence['capture']> = {},
): MatchingEvidence => ({
  snapshot,
  capture: { installed: [], kexts: [], identity: null, ...changes },
})

const mine = (personality: object, more: Record<string, object> = {}): InstalledKext =>
  kextWith('com.example.Mine', { Mine: { IOClass: 'Mine', ...personality }, ...more })

/** `Nub: wins`, `loses` or `open`, then the sentence about the whole. */
function draw({ services, sentence, omittedCount }: WouldMatch): string[] {
  const named = services.map(
    ({ entry, wins }) => `${entry.name}: ${wins === null ? 'open' : wins ? 'wins' : 'loses'}`,
  )
  return [...named, ...(omittedCount > 0 ? [`and ${omittedCount}`] : []), sentence]
}

function first(given: MatchingEvidence, bundle: InstalledKext): WouldMatch {
  return wouldMatchOf(given, bundle)[0]!
}

const driver = (
  id: string,
  name: string,
  { score = 0, category = 'IODefaultMatchCategory' }: { score?: number; category?: string } = {},
) =>
  service(name, name, {
    CFBundleIdentifier: id,
    IOClass: name,
    IOProviderClass: 'AcmeNub',
    IOProbeScore: score,
    IOMatchCategory: category,
  })

const onNub = { IOProviderClass: 'AcmeNub' }

describe('a nub that nobody drives', () => {
  const free = evidence(snapshotOf(machine(service('nub', 'AcmeNub', { speed: 1 }))))

  test('is taken, though the kext is not loaded yet', () => {
    expect(draw(first(free, mine(onNub)))).toEqual(['nub: wins', 'It would be started on “nub”.'])
  })

  test('is missed by a key, and the nearest miss says which', () => {
    const found = first(free, mine({ ...onNub, IOPropertyMatch: { speed: 2 } }))
    expect(found.services).toEqual([])
    expect(found.sentence).toContain('It does not match the one service of its IOProviderClass.')
    expect(found.sentence).toContain('Nearest is “nub”')
    expect(found.sentence).toContain('speed')
  })

  test('is not asked where the class is another', () => {
    expect(first(free, mine({ IOProviderClass: 'IOFireWireUnit' })).sentence).toBe(
      'The registry shows no service of the class IOFireWireUnit, its IOProviderClass.',
    )
  })

  test('is nothing to a personality that the kernel ignores', () => {
    const found = wouldMatchOf(free, mine({}))
    expect(found).toMatchObject([{ personality: 'Mine', ioClass: 'Mine', services: [] }])
    expect(found[0]!.sentence).toContain('no IOProviderClass')
  })
})

test('a service that is not registered is matched by nobody', () => {
  const quiet = service('nub', 'AcmeNub', {}, [], states.attached)
  const found = first(evidence(snapshotOf(machine(quiet))), mine(onNub))
  expect(draw(found)[0]).toBe('nub: loses')
  expect(found.sentence).toContain('it would be started on none')
  expect(found.sentence).toContain('registerService()')
})

describe('a nub that another kext drives', () => {
  const taken = (score: number) =>
    evidence(
      snapshotOf(machine(service('nub', 'AcmeNub', {}, [driver('com.other', 'Other', { score })]))),
      {
        installed: [
          kextWith('com.other', {
            Other: { IOClass: 'Other', IOProviderClass: 'AcmeNub', IOProbeScore: score },
          }),
        ],
      },
    )

  test('is lost to a better one', () => {
    const found = first(taken(1000), mine(onNub))
    expect(draw(found)[0]).toBe('nub: loses')
    expect(found.services[0]!.sentence).toContain('lower than the 1000 of')
    expect(found.sentence).toContain('Its keys hold for one service')
  })

  test('is not won from a weaker one that runs: nothing starts before that one goes', () => {
    const found = first(taken(0), mine({ ...onNub, IOProbeScore: 5000 }))
    expect(draw(found)[0]).toBe('nub: loses')
    expect(found.services[0]!.sentence).toContain('That one runs now')
  })

  test('is shared by a match category of one’s own', () => {
    expect(draw(first(taken(1000), mine({ ...onNub, IOMatchCategory: 'Mine' })))[0]).toBe(
      'nub: wins',
    )
  })
})

describe('a nub that the loaded build of the same kext drives', () => {
  const nub = (...others: readonly InstalledKext[]): MatchingEvidence =>
    evidence(
      snapshotOf(
        machine(
          service('nub', 'AcmeNub', {}, [driver('com.example.Mine', 'Mine', { score: 9000 })]),
        ),
      ),
      { installed: [mine({ ...onNub, IOProbeScore: 9000 }), ...others] },
    )
  const rival = (score: number) =>
    kextWith('com.other', {
      Other: { IOClass: 'Other', IOProviderClass: 'AcmeNub', IOProbeScore: score },
    })

  test('is won again, though the new build has a lower score than the one that runs', () => {
    const found = first(nub(), mine({ ...onNub, IOProbeScore: 10 }))
    expect(draw(found)[0]).toBe('nub: wins')
    expect(found.services[0]!.sentence).toContain('of the build that is loaded')
  })

  test('is lost to a rival that the loaded build has beaten', () => {
    const found = first(nub(rival(500)), mine({ ...onNub, IOProbeScore: 10 }))
    expect(draw(found)[0]).toBe('nub: loses')
    expect(found.services[0]!.sentence).toContain('“Other” of com.other wins with a score of 500')
  })

  test('is open against an equal rival', () => {
    const found = first(nub(rival(10)), mine({ ...onNub, IOProbeScore: 10 }))
    expect(draw(found)[0]).toBe('nub: open')
    expect(found.sentence).toContain('It may match one service')
  })

  test('is its own where nothing has changed', () => {
    const found = first(nub(), mine({ ...onNub, IOProbeScore: 9000 }))
    expect(draw(found)[0]).toBe('nub: wins')
  })
})

test('what the dump does not show is open', () => {
  const blind = snapshotOf(machine(service('nub', 'AcmeNub', { speed: 1 })), true)
  const found = first(evidence(blind), mine({ ...onNub, IOPropertyMatch: { speed: 1 } }))
  expect(draw(found)[0]).toBe('nub: open')
})

test('of many services twenty are named, and of many personalities a hundred are tried', () => {
  const nubs = Array.from({ length: 50 }, (_, i) => service(`nub${i}`, 'AcmeNub'))
  const many = Object.fromEntries(
    Array.from({ length: 300 }, (_, i) => [
      `p${i}`,
      { IOClass: `C${i}`, IOMatchCategory: `C${i}`, ...onNub },
    ]),
  )
  const found = wouldMatchOf(evidence(snapshotOf(machine(...nubs))), mine(onNub, many))
  expect(found[0]!.services).toHaveLength(20)
  expect(found[0]).toMatchObject({
    omittedCount: 30,
    sentence: 'It would be started on “nub0”, “nub1”, “nub2” and 47 more.',
  })
  expect(found).toHaveLength(101)
  expect(found.at(-1)!.sentence).toBe('201 more personalities were not tried.')
})

test('winners come first, and the whole is plain data', () => {
  const snapshot = snapshotOf(
    machine(
      service('taken', 'AcmeNub', {}, [driver('com.other', 'Other', { score: 100 })]),
      service('free', 'AcmeNub'),
    ),
  )
  const found = wouldMatchOf(evidence(snapshot), mine({ ...onNub, IOProbeScore: 200 }))
  expect(draw(found[0]!).slice(0, 2)).toEqual(['free: wins', 'taken: loses'])
  expect(JSON.parse(JSON.stringify(found))).toEqual(found)
})

describe('the demo guest', () => {
  let guest: TestMachine | null = null
  afterEach(() => guest?.dispose())

  const infoPlist = (from: TestMachine, folder: string): InstalledKext => {
    const path = `${folder}/Contents/Info.plist`
    return kextFromPlist(path, folder, from.files.read(path, { uid: 0, gid: 0 }), 'x86_64')
  }

  async function capture(from: TestMachine): Promise<MatchingEvidence> {
    await from.settle()
    const { stdout } = await from.run('ioreg -l -i -w0')
    const folders = systemKexts.filter(kext => !kext.isKpi).map(({ path }) => path)
    return evidence(readPlainly(stdout).snapshot, {
      installed: folders.map(folder => infoPlist(from, folder)),
    })
  }

  test('what is foretold of MyKext comes true, before its load and after', async () => {
    guest = bootTestMachine()
    const path = guest.push('MyKext.kext')
    const bundle = infoPlist(guest, path)
    const before = first(await capture(guest), bundle)
    expect(before.sentence).toBe('It would be started on “IOResources”.')
    await guest.run(`kextload ${path}`)
    await guest.settle()
    expect((await guest.run('ioclasscount MyKext')).stdout).toBe('MyKext = 1\n')
    const after = first(await capture(guest), bundle)
    expect(draw(after)[0]).toBe('IOResources: wins')
  })

  test('NeverMatches is foretold to match nothing', async () => {
    guest = bootTestMachine()
    const path = guest.push('NeverMatches.kext')
    const found = first(await capture(guest), infoPlist(guest, path))
    expect(found).toMatchObject({ services: [], omittedCount: 0 })
    expect(found.sentence).toContain('no service of the class IOFireWireUnit')
  })
})
