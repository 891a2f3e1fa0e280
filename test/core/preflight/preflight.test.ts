import { describe, expect, test } from 'vitest'
import { readIdentity } from '../../../core/guest-facts/read-identity.ts'
import { compareBuilds } from '../../../core/kext/compare-builds.ts'
import type { InstalledKext } from '../../../core/kext/kext.ts'
import { installedKextFrom } from '../../../core/kext/read-info-plist.ts'
import type { Finding } from '../../../core/lint/finding.ts'
import { countBySeverity, type LintReport } from '../../../core/lint/lint-report.ts'
import {
  preflightBundle,
  stopsOfUnload,
  type Preflight,
  type PreflightInput,
} from '../../../core/preflight/preflight.ts'
import type { WouldMatch } from '../../../core/preflight/preflight-report.ts'
import { dictionaryFrom } from '../kext/property-values.ts'
import { kextWith } from '../matching/kext-with.ts'
import { kext, loadedKexts } from './drawn-kext.ts'

const darwin = (release: string, sysctl = 'kern.safeboot: 0\n', machine = 'X86_64') =>
  readIdentity({
    unameA: `Darwin guest ${release} Darwin Kernel Version ${release}: x; root:xnu-1/RELEASE_${machine} ${machine.toLowerCase()}`,
    sysctl,
  })

const kpis = ['com.apple.kpi.iokit (17.7.0)', 'com.apple.kpi.libkern (17.7.0)']
const bundle = kext('com.example.Foo 1.0 <- com.apple.kpi.iokit 17.0, com.apple.kpi.libkern 17.0', {
  personalities: kextWith('com.example.Foo', {
    Foo: { IOClass: 'Foo', IOProviderClass: 'IOResources' },
  }).personalities,
})

function lint(...findings: readonly Partial<Finding>[]): LintReport {
  const whole = findings.map((finding): Finding => ({
    severity: 'error',
    rule: 'bundle-version',
    where: { file: 'Contents/Info.plist', keyPath: [], line: null },
    sentence: 'CFBundleVersion is missing.',
    advice: '',
    ...finding,
  }))
  return {
    path: '/build/Foo.kext',
    subject: 'bundle',
    bundleIdentifier: 'com.example.Foo',
    version: '1.0',
    against: null,
    executable: {
      file: 'Contents/MacOS/Foo',
      images: [
        {
          architecture: 'x86_64',
          fileType: 'MH_KEXT_BUNDLE',
          uuid: null,
          classes: [],
          importedClasses: [],
          undefinedSymbolCount: 0,
        },
      ],
    },
    plugIns: [],
    findings: whole,
    omitted: 0,
    counts: countBySeverity(whole),
  }
}

const starts: WouldMatch = {
  personality: 'Foo',
  ioClass: 'Foo',
  services: [
    {
      entry: { id: '0x1', name: 'IOResources', className: 'IOResources', path: null },
      wins: true,
      sentence: 'It would be started next.',
    },
  ],
  omittedCount: 0,
  sentence: 'It would be started on “IOResources”.',
}

/** A bundle without fault for a virtual machine of the Darwin 17 generation, and what differs. */
function preflight(changes: Partial<PreflightInput> = {}): Preflight {
  return preflightBundle({
    bundle,
    lint: lint(),
    builds: null,
    wouldMatch: [starts],
    guest: { identity: darwin('17.7.0'), installed: [bundle], loaded: loadedKexts(...kpis) },
    isVirtualMachine: true,
    targetLabel: 'vm',
    unloadsFirst: false,
    ...changes,
  })
}

const guestWith = (
  changes: Partial<NonNullable<PreflightInput['guest']>>,
): NonNullable<PreflightInput['guest']> => ({
  identity: darwin('17.7.0'),
  installed: [bundle],
  loaded: loadedKexts(...kpis),
  ...changes,
})

const lines = ({ report }: Preflight): string[] =>
  report.items.map(({ status, title }) => `${status}: ${title}`)
const detailOf = ({ report }: Preflight, title: string): string =>
  report.items.find(each => each.title === title)!.detail
const stopIds = ({ stops }: Preflight): string[] => stops.map(({ id }) => id)

test('a bundle without fault passes, and the guest’s era is noted', () => {
  const found = preflight()
  expect(lines(found)).toEqual([
    'note: The guest may ask for approval',
    'pass: vm is marked as a virtual machine',
    'pass: Lint has found no fault',
    'pass: All 2 libraries are there',
    'pass: It is not loaded',
    'pass: It has code for x86_64',
    'pass: Personality “Foo” would be started',
  ])
  expect(found.stops).toEqual([])
  expect(found.report).toMatchObject({
    bundleIdentifier: 'com.example.Foo',
    version: '1.0',
    guestCheck: null,
    wouldMatch: [starts],
  })
  expect(found.report.libraries.nodes).toHaveLength(3)
})

test('a bundle of which nothing is known stops nothing but at the machine', () => {
  const found = preflight({ lint: null, guest: null, wouldMatch: null, isVirtualMachine: false })
  expect(lines(found)).toEqual([
    'stop: vm is not marked as a virtual machine',
    'unknown: The bundle was not linted',
    'unknown: 2 libraries are not compared',
    'unknown: Whether it is loaded is not known',
    'unknown: What system the guest has is not known',
    'unknown: Where it would match is not known',
  ])
  expect(stopIds(found)).toEqual(['not-a-virtual-machine'])
  expect(found.stops[0]!.reason).toContain('panics in each boot')
})

describe('Apple’s and protected kexts', () => {
  const stopsFor = (info: object): string[] =>
    stopIds(
      preflight({
        bundle: installedKextFrom(
          '/x.kext',
          dictionaryFrom({ CFBundleVersion: '1.0', CFBundlePackageType: 'KEXT', ...info }),
        ),
      }),
    )

  test.each([
    ['com.apple.driver.Foo', {}, ['apple-kext', 'cannot-unload']],
    ['com.apple.driver.Foo', { OSBundleAllowUserTerminate: true }, ['apple-kext']],
    [
      'com.apple.driver.Disk',
      { OSBundleRequired: 'Local-Root', OSBundleAllowUserTerminate: true },
      ['apple-kext', 'protected-kext'],
    ],
    [
      'com.apple.driver.Con',
      { OSBundleRequired: 'Console', OSBundleAllowUserTerminate: true },
      ['apple-kext', 'protected-kext'],
    ],
    ['com.apple.kpi.bsd', {}, ['apple-kext', 'protected-kext', 'cannot-unload']],
    ['com.apple.kernel', {}, ['apple-kext', 'protected-kext', 'cannot-unload']],
    ['com.apple.kernel.iokit', {}, ['apple-kext', 'protected-kext', 'cannot-unload']],
    ['__kernel__', {}, ['protected-kext', 'cannot-unload']],
    ['org.x.Pretender', { OSKernelResource: true }, ['protected-kext', 'cannot-unload']],
    ['com.applesauce.Foo', {}, []],
    ['com.example.Foo', { OSBundleRequired: 'Root' }, []],
  ])('%s %j stops at %j', (id, info, stops) => {
    expect(stopsFor({ CFBundleIdentifier: id, ...info })).toEqual(stops)
  })

  test('a kext of one’s own that may be loaded early is warned of', () => {
    const found = preflight({ bundle: { ...bundle, bundleRequired: 'Root' } })
    expect(lines(found)).toContain('warning: It may be loaded early, for starting the guest')
  })

  test('whether an Apple kext can be unloaded is told where its Info.plist is known', () => {
    const asked = { loaded: null, dependents: [], isVirtualMachine: true, targetLabel: 'vm' }
    const bundleIdentifier = 'com.apple.x'
    const stopsWith = (installed: InstalledKext | null) =>
      stopsOfUnload({ ...asked, bundleIdentifier, installed })
    expect(stopsWith(null).map(({ id }) => id)).toEqual(['apple-kext'])
    const [, stays] = stopsWith(kext('com.apple.x 1.0'))
    expect(stays).toMatchObject({ id: 'cannot-unload', title: 'com.apple.x cannot be unloaded' })
    expect(stays!.reason).toContain('OSBundleAllowUserTerminate')
  })
})

describe('lint', () => {
  test('errors stop, warnings warn', () => {
    const found = preflight({
      lint: lint({}, { severity: 'warning', rule: 'package-type', sentence: 'It is odd.' }),
    })
    expect(lines(found).slice(0, 2)).toEqual([
      'stop: Lint has found 1 error',
      'warning: Lint warns of 1 thing',
    ])
    expect(stopIds(found)).toEqual(['lint-errors'])
    expect(found.stops[0]!.reason).toContain('Contents/Info.plist: CFBundleVersion is missing.')
  })

  test('what is wrong with the libraries stops once, under its own name', () => {
    const broken = kext('com.example.Foo 1.0 <- com.x.Gone 1.0')
    const missing = lint({ rule: 'library-not-found', sentence: 'com.x.Gone is missing.' })
    const found = preflight({ bundle: broken, lint: missing })
    expect(stopIds(found)).toEqual(['libraries'])
    expect(lines(found)).toContain('pass: Lint has found no fault')
    // Without a guest lint is the only one to know.
    expect(stopIds(preflight({ bundle: broken, lint: missing, guest: null }))).toEqual([
      'lint-errors',
    ])
  })

  test('of many errors the first are told, and how many there are', () => {
    const many = lint(...Array.from({ length: 50 }, (_, i) => ({ sentence: `Fault ${i}.` })))
    const { reason } = preflight({
      lint: { ...many, counts: { error: 9000, warning: 0, note: 0 } },
    }).stops[0]!
    expect(reason).toContain('Fault 4.')
    expect(reason).not.toContain('Fault 5.')
    expect(reason).toContain('And 8995 more.')
  })
})

describe('libraries', () => {
  test('one that is missing stops, with what is wanted', () => {
    const found = preflight({ bundle: kext('com.example.Foo 1.0 <- com.x.Gone 1.0') })
    expect(stopIds(found)).toEqual(['libraries'])
    expect(found.stops[0]!.title).toBe('com.x.Gone is missing or does not fit')
    expect(found.stops[0]!.reason).toContain('No kext com.x.Gone is installed or loaded.')
  })

  test('a library of a library that is missing stops as well', () => {
    const installed = [kext('com.x.Lib 1.0 (1.0) <- com.x.Gone 1.0')]
    const found = preflight({
      bundle: kext('com.example.Foo 1.0 <- com.x.Lib 1.0'),
      guest: guestWith({ installed }),
    })
    expect(stopIds(found)).toEqual(['libraries'])
    expect(found.stops[0]!.reason).toContain('com.x.Lib cannot be loaded')
  })

  test('what the guest does not tell is unknown and stops nothing', () => {
    const found = preflight({ guest: guestWith({ loaded: null }) })
    expect(stopIds(found)).toEqual([])
    expect(lines(found)).toContain(
      'unknown: 2 libraries are not found among the kexts that are known',
    )
    const undetermined = preflight({
      bundle: kext('com.example.Foo 1.0 <- com.x.Lib 1.0'),
      guest: guestWith({ loaded: loadedKexts('com.x.Lib (1.5)') }),
    })
    expect(stopIds(undetermined)).toEqual([])
    expect(lines(undetermined)).toContain('unknown: What com.x.Lib can serve is not known')
  })

  test('libraries that are loaded with it are named in order, and plug-ins may serve', () => {
    const found = preflight({
      bundle: kext('com.example.Foo 1.0 <- com.x.Lib 1.0'),
      plugIns: [kext('com.x.Lib 1.0 (1.0) <- com.x.Deep 1.0')],
      guest: guestWith({ installed: [kext('com.x.Deep 1.0 (1.0)')] }),
    })
    expect(stopIds(found)).toEqual([])
    expect(detailOf(found, '2 libraries are loaded with it')).toContain('com.x.Deep, com.x.Lib')
  })

  test('none are needed without code', () => {
    const codeless = kext('com.example.Foo 1.0', { executable: null })
    expect(lines(preflight({ bundle: codeless }))).toContain('pass: No libraries are declared')
    expect(lines(preflight({ bundle: kext('com.example.Foo 1.0') }))).toContain(
      'warning: No libraries are declared',
    )
  })
})

describe('what is loaded', () => {
  const [a, b] = ['A', 'B'].map(letter => `${letter.repeat(8)}-0000-4000-8000-000000000000`)
  const loading = (
    row: string,
    changes: Partial<PreflightInput> = {},
    hostUuid: string | null = null,
  ): Preflight => {
    const loaded = loadedKexts(...kpis, row)
    const build = (version: string, uuid: string | null) => ({ version, uuid, builtAt: null })
    return preflight({
      builds: compareBuilds({
        bundleIdentifier: 'com.example.Foo',
        host: build('1.0', hostUuid),
        file: null,
        loaded: build(loaded[2]!.version, loaded[2]!.uuid),
      }),
      ...changes,
      guest: guestWith({ loaded, ...changes.guest }),
    })
  }

  test('another version stops, and is a note where it is unloaded first', () => {
    const stopped = loading('com.example.Foo (0.9)')
    expect(stopIds(stopped)).toEqual(['other-build-loaded'])
    expect(stopped.stops[0]!.reason).toContain('0.9 is loaded, and this is 1.0')
    expect(stopped.stops[0]!.reason).toContain('Unload that one first')
    const noted = loading('com.example.Foo (0.9)', { unloadsFirst: true })
    expect(noted.stops).toEqual([])
    expect(lines(noted)).toContain('note: Another build is loaded, and is unloaded first')
  })

  test('another build of the same version is told by its UUID', () => {
    expect(stopIds(loading(`com.example.Foo (1.0) ${a}`, {}, b))).toEqual(['other-build-loaded'])
    const same = loading(`com.example.Foo (1.0) ${a}`, {}, a)
    expect(same.stops).toEqual([])
    expect(lines(same)).toContain('note: This build is loaded already')
  })

  test('the same version without UUIDs is a warning, not a claim', () => {
    const found = loading('com.example.Foo (1.0)')
    expect(found.stops).toEqual([])
    expect(lines(found)).toContain('warning: Version 1.0 is loaded already')
    expect(detailOf(found, 'Version 1.0 is loaded already')).toContain('cannot be told apart')
  })

  test('from macOS 11 on unloading first does not bring new code in', () => {
    const found = loading('com.example.Foo (0.9)', {
      unloadsFirst: true,
      guest: guestWith({
        identity: darwin('20.3.0'),
        loaded: loadedKexts(...kpis, 'com.example.Foo (0.9)'),
      }),
    })
    expect(found.stops).toEqual([])
    expect(lines(found)).toContain('warning: Another build is loaded')
    expect(detailOf(found, 'Another build is loaded')).toContain('new code needs a restart')
  })

  test('kexts that are linked against the loaded one are in the way of its unload', () => {
    const loaded = loadedKexts(...kpis, 'com.example.Foo (0.9)', 'com.x.User (1.0) <3 1>')
    const found = preflight({ unloadsFirst: true, guest: guestWith({ loaded }) })
    expect(detailOf(found, 'Another kext is linked against it')).toContain('com.x.User')
  })

  test('no list of loaded kexts is unknown', () => {
    expect(lines(preflight({ guest: guestWith({ loaded: null }) }))).toContain(
      'unknown: Whether it is loaded is not known',
    )
  })
})

describe('the guest', () => {
  test.each([
    ['kern.safeboot: 1\n', 'warning: The guest was started in safe boot'],
    ['kern.safeboot: 0\n', null],
    ['', null],
  ])('%j', (sysctl, line) => {
    const found = lines(preflight({ guest: guestWith({ identity: darwin('17.7.0', sysctl) }) }))
    expect(found.filter(each => each.includes('safe boot'))).toEqual(line === null ? [] : [line])
  })

  test('in safe boot a kext with a boot level is left to the guest', () => {
    const identity = darwin('17.7.0', 'kern.safeboot: 1\n')
    const found = preflight({
      bundle: { ...bundle, bundleRequired: 'Safe Boot' },
      guest: guestWith({ identity }),
    })
    expect(lines(found)).toContain('note: The guest was started in safe boot')
  })

  test('code for another architecture is told with what there is', () => {
    const found = preflight({ guest: guestWith({ identity: darwin('16.7.0', '', 'I386') }) })
    expect(detailOf(found, 'It has no code for i386')).toContain('code for x86_64 only')
  })

  test.each([
    ['16.7.0', []],
    ['17.7.0', ['note: The guest may ask for approval']],
    ['19.6.0', ['note: The guest may ask for approval']],
    [
      '20.3.0',
      [
        'warning: The guest will ask for approval and a restart',
        'warning: New code needs a restart',
      ],
    ],
  ])('Darwin %s', (release, expected) => {
    const found = lines(preflight({ guest: guestWith({ identity: darwin(release) }) }))
    expect(found.filter(line => /approval|restart/.test(line))).toEqual(expected)
  })
})

describe('matching', () => {
  const nowhere: WouldMatch = { ...starts, services: [], sentence: 'It matches no service.' }

  test('a kext that starts nowhere is warned of, and that it goes by itself', () => {
    const found = preflight({ wouldMatch: [nowhere] })
    expect(lines(found)).toContain('warning: Personality “Foo” would be started nowhere')
    expect(lines(found)).toContain('note: It may be unloaded again by itself')
  })

  test('from macOS 11 on nothing is said of going by itself, which is not verified there', () => {
    const guest = guestWith({ identity: darwin('20.3.0') })
    expect(lines(preflight({ wouldMatch: [nowhere], guest })).join()).not.toContain('by itself')
  })

  test('what cannot be told is unknown', () => {
    const open = { ...starts, services: [{ ...starts.services[0]!, wins: null }] }
    expect(lines(preflight({ wouldMatch: [open] }))).toContain(
      'unknown: Personality “Foo” may be started',
    )
  })

  test('a bundle without personalities says so', () => {
    const found = preflight({ bundle: { ...bundle, personalities: [] }, wouldMatch: [] })
    expect(lines(found)).toContain('note: It has no personalities')
  })
})

describe('unloading', () => {
  const unload = (changes: Partial<Parameters<typeof stopsOfUnload>[0]> = {}) =>
    stopsOfUnload({
      bundleIdentifier: 'com.example.Foo',
      installed: null,
      loaded: null,
      dependents: [],
      isVirtualMachine: true,
      targetLabel: 'vm',
      ...changes,
    })

  test('one’s own kext in a virtual machine stops nowhere', () => {
    expect(unload()).toEqual([])
  })

  test('what goes with it is named', () => {
    const [stop] = unload({ dependents: ['com.x.A', 'com.x.B'] })
    expect(stop).toMatchObject({
      id: 'unloads-dependents',
      title: '2 other kexts are unloaded too',
    })
    expect(stop!.reason).toContain('com.x.A, com.x.B are linked against com.example.Foo')
  })

  test('an interface of the kernel, on a real machine', () => {
    const stops = unload({ bundleIdentifier: 'com.apple.kpi.iokit', isVirtualMachine: false })
    expect(stops.map(({ id }) => id)).toEqual([
      'apple-kext',
      'protected-kext',
      'cannot-unload',
      'not-a-virtual-machine',
    ])
    expect(stops[1]!.reason).toContain('every other kext is linked against')
  })

  test('a driver that the guest starts from', () => {
    const installed: InstalledKext = {
      ...kext('com.apple.driver.Disk 1.0'),
      bundleRequired: 'Root',
      allowsUserTerminate: true,
    }
    const stops = unload({ bundleIdentifier: 'com.apple.driver.Disk', installed })
    expect(stops.map(({ id }) => id)).toEqual(['apple-kext', 'protected-kext'])
    expect(stops[1]!.reason).toContain('OSBundleRequired is Root')
  })
})

test('every stop is an item too, each id once, and all is plain data', () => {
  const found = preflight({
    bundle: kext('com.apple.kpi.x 1.0 <- com.x.Gone 1.0'),
    lint: lint({}),
    isVirtualMachine: false,
    guest: guestWith({ loaded: loadedKexts(...kpis, 'com.apple.kpi.x (2.0)') }),
  })
  expect(stopIds(found)).toEqual([
    'apple-kext',
    'protected-kext',
    'cannot-unload',
    'not-a-virtual-machine',
    'lint-errors',
    'libraries',
    'other-build-loaded',
  ])
  const stopping = found.report.items.filter(({ status }) => status === 'stop')
  expect(stopping.map(({ title }) => title)).toEqual(found.stops.map(({ title }) => title))
  for (const { title, reason } of found.stops) {
    expect(`${title} ${reason}`).not.toMatch(/!|undefined|null| {2}/)
    expect(reason).toMatch(/\.$/)
  }
  expect(JSON.parse(JSON.stringify(found))).toEqual(found)
})
