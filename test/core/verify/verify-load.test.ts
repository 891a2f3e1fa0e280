import { describe, expect, test } from 'vitest'
import { decodeLoad } from '../../../core/kext/decode-outcome.ts'
import type { InstalledKext } from '../../../core/kext/kext.ts'
import { installedKextFrom } from '../../../core/kext/read-info-plist.ts'
import { readKextList } from '../../../core/kext/read-kext-list.ts'
import type { ObservedGuest } from '../../../core/verify/observed-guest.ts'
import type { VerifyReport } from '../../../core/verify/report.ts'
import type { VerifyRequest } from '../../../core/verify/kext-report.ts'
import { verifyLoad } from '../../../core/verify/verify-load.ts'
import { valueFrom } from '../kext/property-values.ts'
import { drawSnapshot } from './draw-snapshot.ts'

const id = 'com.example.Foo'
const uuid = '16D0DE4A-4774-32C4-B05D-D35601D9FC39'

function bundle(
  personalities: Record<string, object> = { Foo: {} },
  changes: object = {},
): InstalledKext {
  const complete = Object.entries(personalities).map(([name, plain]): [string, object] => [
    name,
    { IOClass: 'Foo', IOProviderClass: 'IOResources', IOMatchCategory: 'Foo', ...plain },
  ])
  return installedKextFrom(
    '/Library/Extensions/Foo.kext',
    valueFrom({
      CFBundleIdentifier: id,
      CFBundleVersion: '1.0.2',
      CFBundleExecutable: 'Foo',
      IOKitPersonalities: Object.fromEntries<object>(complete),
      ...changes,
    }),
  )
}

const machine = `
  Root <IORegistryEntry, 0x100>
    IOResources <IORegistryEntry:IOService:IOResources, 0x101, RM busy 0>
    PCI0@1f <IORegistryEntry:IOService:IOPCIDevice, 0x102, RM busy 0>`

/** The registry of `machine` with an entry of class Foo on IOResources. */
const withFoo = (marks: string, resources = 'RM busy 0'): string =>
  machine.replace(
    /IOResources, 0x101, RM busy 0>/,
    `IOResources, 0x101, ${resources}>
      Foo <IORegistryEntry:IOService:Foo, 0x200, ${marks}> IOClass=Foo IOMatchCategory=Foo IOProviderClass=IOResources`,
  )

function guest(drawing: string, changes: Partial<ObservedGuest> = {}): ObservedGuest {
  return {
    snapshot: drawSnapshot(drawing),
    kexts: [],
    classCounts: null,
    kernelLog: [],
    ...changes,
  }
}

const loadedKexts = (version = '1.0.2', index = 40): ObservedGuest['kexts'] =>
  readKextList(`${index} 0 0x1 0x2 0x3 ${id} (${version}) ${uuid} <3 1>\n`, 'kextstat').kexts

const success = decodeLoad({ tool: 'kextload', exitCode: 0, stdout: '', stderr: '', kernelLog: [] })

function verify(
  after: string,
  changes: Partial<VerifyRequest> & { guest?: Partial<ObservedGuest> } = {},
): VerifyReport {
  return verifyLoad({
    bundleUuid: null,
    classes: null,
    bundle: bundle(),
    before: guest(machine),
    after: guest(after, { kexts: loadedKexts(), ...changes.guest }),
    settled: { isSettled: true, waitedMs: 300 },
    outcome: success,
    ...changes,
  })
}

/** The checks that are not passed, as `status: title`. */
const open = (report: VerifyReport): readonly string[] =>
  report.checks
    .filter(check => check.status !== 'pass')
    .map(check => `${check.status}: ${check.title}`)

test('a driver that matched and registered is good, and everything about it is told', () => {
  const report = verify(withFoo('RM busy 0'), {
    guest: { classCounts: new Map([['Foo', 1]]), kernelLog: ['Foo::start'] },
  })
  expect(report).toMatchObject({
    kind: 'load',
    verdict: 'good',
    headline: 'com.example.Foo is loaded, and registerService() took effect.',
    kext: { isLoaded: true, version: '1.0.2', uuid, isSameVersion: true, isAutoUnloaded: false },
    personalities: [
      {
        personality: 'Foo',
        registration: 'registered',
        whyNone: null,
        instances: [
          {
            id: '0x200',
            name: 'Foo',
            className: 'Foo',
            path: 'IOService:/IOResources/Foo',
            provider: { id: '0x101', name: 'IOResources', path: 'IOService:/IOResources' },
            stateWords: ['registered', 'matched', 'active'],
            busyCount: 0,
            registration: 'registered',
          },
        ],
      },
    ],
    added: [{ id: '0x200', name: 'Foo' }],
    removed: [],
    classCounts: [{ className: 'Foo', before: null, after: 1, live: 1, excess: 0 }],
    newLogLines: ['Foo::start'],
  })
  expect(open(report)).toEqual([])
  expect(JSON.parse(JSON.stringify(report))).toEqual(report)
})

describe('a driver that does not register', () => {
  const never = withFoo('- busy 0')

  test('gets attention and the base rate, not a failure', () => {
    const report = verify(never)
    expect(report.verdict).toBe('attention')
    expect(report.personalities[0]!.instances[0]!.explanation).toContain('19 % do not register')
    expect(open(report)).toEqual(['attention: Personality “Foo”: 1 instance, not registered'])
  })

  test('fails when it declares a user client, since applications cannot find it', () => {
    const report = verify(never, { bundle: bundle({ Foo: { IOUserClientClass: 'FooClient' } }) })
    expect(report.verdict).toBe('bad')
    expect(report.headline).toBe(
      'com.example.Foo is loaded and has matched, but registerService() has not taken effect.',
    )
    expect(report.checks.find(check => check.status === 'fail')!.detail).toContain('FooClient')
  })

  test('fails when another personality matches on it', () => {
    const report = verify(never, {
      bundle: bundle({ Foo: {}, Child: { IOClass: 'Child', IOProviderClass: 'Foo' } }),
    })
    expect(report.checks.find(check => check.status === 'fail')!.detail).toContain(
      'the personality “Child” matches on it',
    )
  })
})

test.each([
  {
    state: 'R- busy 1',
    resources: 'RM busy 1',
    verdict: 'matching-in-progress',
    says: 'first pass',
  },
  { state: '- busy 0', resources: 'R- busy 1', verdict: 'matching-in-progress', says: 'or hangs' },
  {
    state: 'X busy 1',
    resources: 'RM busy 1',
    verdict: 'terminating',
    says: 'waits for its clients',
  },
])(
  'an instance $state on a provider $resources is $verdict',
  ({ state, resources, verdict, says }) => {
    const report = verify(withFoo(state, resources))
    expect(report.personalities[0]).toMatchObject({ registration: verdict })
    expect(report.personalities[0]!.instances[0]!.explanation).toContain(says)
    expect(report.verdict).toBe('attention')
  },
)

describe('a personality without an instance', () => {
  const why = (
    personality: object,
    drawing = machine,
    changes: Parameters<typeof verify>[1] = {},
  ): string => {
    const report = verify(drawing, { bundle: bundle({ Foo: personality }), ...changes })
    expect(report.personalities[0]!.registration).toBe('no-instance')
    expect(report.verdict).not.toBe('good')
    return report.personalities[0]!.whyNone!
  }

  test('has no service to match on', () => {
    expect(why({ IOProviderClass: 'IOUSBHostDevice' })).toBe(
      'There is no service of class IOUSBHostDevice on this machine now, so there is nothing to match on.',
    )
  })

  test('has services, but no registered one', () => {
    const asleep = machine.replace('0x102, RM', '0x102, -')
    expect(why({ IOProviderClass: 'IOPCIDevice' }, asleep)).toContain('none is registered')
  })

  test('has registered services, and more is not known', () => {
    expect(why({ IOProviderClass: 'IOPCIDevice' })).toMatch(
      /^There is 1 registered service of class IOPCIDevice\. .* the registry does not show which\.$/,
    )
  })

  test('has every service of a superclass counted, too', () => {
    expect(why({ IOProviderClass: 'IOService' })).toContain('2 registered services')
  })

  test('finds its match category taken', () => {
    const taken =
      machine +
      `
      Rival <IORegistryEntry:IOService:Rival, 0x300, RM busy 0> IOClass=Rival IOMatchCategory=Foo`
    expect(why({ IOProviderClass: 'IOPCIDevice' }, taken)).toContain(
      'the match category Foo is taken on it by Rival',
    )
  })

  test('is ignored by the kernel without a provider class', () => {
    expect(why({ IOProviderClass: 1 })).toContain('ignores it without a word')
  })

  test('has a class that the kernel could not allocate', () => {
    const kernelLog = ['Couldn\'t alloc class "Foo"']
    const said = why({}, machine, { guest: { kernelLog } })
    expect(said).toContain('could not be allocated')
  })

  test('claims nothing about subclasses where the dump has no class chains', () => {
    const flat = machine.replaceAll('IORegistryEntry:IOService:', '')
    expect(why({ IOProviderClass: 'IOUSBHostDevice' }, flat)).toContain(
      'does not show them as such',
    )
  })

  test('claims nothing about nubs where the dump has no classes', () => {
    const bare = machine.replaceAll(/<[^,>]+, /g, '<, ') + '\n    Other <, 0x300, RM> IOClass=Other'
    expect(why({ IOProviderClass: 'IOPCIDevice' }, bare)).toContain('cannot be told')
  })
})

test('in an archive that gives names for classes, an instance is found by its IOClass property', () => {
  const bare = withFoo('RM busy 0').replaceAll(/<[^,>]+, /g, '<, ')
  const report = verify(bare, {
    guest: { kexts: loadedKexts(), snapshot: drawSnapshot(bare, 'xml') },
  })
  expect(report.personalities[0]).toMatchObject({ registration: 'registered' })
})

test('two personalities of one class are told apart by their provider', () => {
  const report = verify(withFoo('RM busy 0'), {
    bundle: bundle({ A: {}, B: { IOProviderClass: 'IOPCIDevice' } }),
  })
  expect(report.personalities.map(each => each.registration)).toEqual(['registered', 'no-instance'])
})

test('a kext that is not in the list although the tool was content has gone by itself', () => {
  const report = verify(machine, { guest: { kexts: [] } })
  expect(report).toMatchObject({
    verdict: 'bad',
    kext: { isLoaded: false, isAutoUnloaded: true },
    headline: 'com.example.Foo was loaded and is gone again.',
  })
})

test('a refused load is bad, and says what the tool said', () => {
  const refused = decodeLoad({
    tool: 'kextload',
    exitCode: 77,
    stdout: '',
    stderr: '',
    kernelLog: [],
  })
  const report = verify(machine, { outcome: refused, guest: { kexts: [] } })
  expect(report.headline).toBe('com.example.Foo was not loaded: root is needed.')
  expect(report.kext.isAutoUnloaded).toBe(false)
  expect(open(report)).toEqual(['fail: Root is needed', 'fail: The kext is not loaded'])
})

test.each([
  ['another version', { guest: { kexts: loadedKexts('1.0.1') } }],
  ['another UUID', { bundleUuid: '00000000-4774-32C4-B05D-D35601D9FC39' }],
])('%s in the kernel is another build', (_title, changes) => {
  const report = verify(withFoo('RM busy 0'), changes)
  expect(report.headline).toBe('Another build of com.example.Foo is loaded.')
  expect(report.verdict).toBe('bad')
})

test('a kext that kept its load tag was not loaded anew', () => {
  const report = verify(withFoo('RM busy 0'), {
    before: guest(withFoo('RM busy 0'), { kexts: loadedKexts() }),
  })
  expect(report.kext.wasLoadedBefore).toBe(true)
  expect(open(report)).toEqual(['attention: It was loaded before'])
})

test('a kext without code is not missed in the list', () => {
  const codeless = bundle({ Foo: {} }, { CFBundleExecutable: undefined })
  const report = verify(withFoo('RM busy 0'), {
    bundle: { ...codeless, executable: null },
    guest: { kexts: [] },
  })
  expect(report.verdict).toBe('good')
})

test('objects beyond the entries get attention, subclasses are allowed for', () => {
  const sub =
    withFoo('RM busy 0') +
    `
    Bar <IORegistryEntry:IOService:Foo:Bar, 0x201, RM busy 0>`
  const excess = (drawing: string, counts: [string, number][]): unknown =>
    verify(drawing, { guest: { classCounts: new Map(counts) } }).classCounts[0]!.excess
  expect(excess(withFoo('RM busy 0'), [['Foo', 3]])).toBe(2)
  expect(
    excess(sub, [
      ['Foo', 2],
      ['Bar', 1],
    ]),
  ).toBe(0)
  expect(
    excess(sub, [
      ['Foo', 3],
      ['Bar', 1],
    ]),
  ).toBe(1)
})

test('what could not be seen is unknown, and not good news or bad', () => {
  const noIds = withFoo('RM busy 0').replaceAll(/, 0x\w+/g, '')
  const report = verify(noIds, { guest: { kernelLog: null } })
  expect(open(report)).toEqual(['unknown: What was added and removed', 'unknown: Kernel log'])
  expect(report).toMatchObject({ verdict: 'good', added: [], newLogLinesMayLack: true })
})

test('a registry that has not come to rest is said so', () => {
  const report = verify(withFoo('RM busy 0'), { settled: { isSettled: false, waitedMs: 5000 } })
  expect(open(report)).toEqual(['attention: The registry has not come to rest'])
  expect(report).toMatchObject({
    verdict: 'attention',
    headline:
      'com.example.Foo is loaded, and registerService() took effect, but: the registry has not come to rest.',
  })
})

test('a registry that is kept busy from the load on is bad; one that was busy before is not', () => {
  const settled = { isSettled: false, waitedMs: 8000 }
  const hangs = withFoo('- busy 0', 'RM busy 1')
  const report = verify(hangs, { settled })
  expect(open(report)).toContain('fail: The registry has not come to rest')
  expect(report).toMatchObject({
    verdict: 'bad',
    headline: 'com.example.Foo is loaded, but start() of Foo has not returned.',
  })
  const before = guest(
    machine.replace('IOPCIDevice, 0x102, RM busy 0', 'IOPCIDevice, 0x102, RM busy 1'),
  )
  expect(verify(hangs, { settled, before }).verdict).toBe('attention')
})

test('a bundle whose personalities have no instance is bad; of several one is enough', () => {
  const two = bundle({ Foo: {}, Bar: { IOClass: 'Bar', IOProviderClass: 'IOFireWireUnit' } })
  expect(verify(machine, { bundle: two })).toMatchObject({
    verdict: 'bad',
    headline: 'com.example.Foo is loaded, but none of its personalities has an instance.',
  })
  expect(verify(withFoo('RM busy 0'), { bundle: two })).toMatchObject({
    verdict: 'good',
    headline:
      'com.example.Foo is loaded, and registerService() took effect; 1 personality has no instance.',
  })
})

test('a library without an instance is of use to those that are linked against it', () => {
  const user = readKextList(
    `   41 0 0x1 0x2 0x3 com.example.User (1.0) ${uuid} <40 3 1>\n`,
    'kextstat',
  ).kexts
  const report = verify(machine, { guest: { kexts: [...loadedKexts(), ...user] } })
  expect(report.verdict).toBe('attention')
})

test('registerService() on a detached object shows in the log', () => {
  const report = verify(withFoo('- busy 0'), {
    guest: { kernelLog: ['Foo: not registry member at registerService()'] },
  })
  expect(open(report)).toContain('attention: The kernel log complains')
})
