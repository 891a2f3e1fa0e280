import { expect, test } from 'vitest'
import { evaluateExpectations } from '../../../core/expectations/evaluate-expectations.ts'
import { readExpectations } from '../../../core/expectations/read-expectations.ts'
import { recordExpectations } from '../../../core/expectations/record-expectations.ts'
import type { InstalledKext } from '../../../core/kext/kext.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import type { ObservedGuest } from '../../../core/verify/observed-guest.ts'
import { Random } from '../../helpers/random.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import {
  machine,
  service,
  snapshotOf,
  states,
  textSnapshotOf,
} from '../../helpers/service-model.ts'
import { cpuMs } from './cpu-time.ts'
import {
  bundleWith,
  guestBefore,
  guestWith,
  kextId,
  loadedKexts,
  myKext,
  uuid,
} from './observed.ts'

const record = (
  guest: ObservedGuest,
  logLines: readonly string[] = [],
  bundle: InstalledKext = bundleWith(),
): string => recordExpectations({ bundle, guest, logLines })

test('what is there is written as a hand would write it', () => {
  const nub = service('port0', 'MyPort', { port: 0, name: 'eth' })
  const client = service('MyUserClient', 'IOUserClient:MyUserClient', {
    IOUserClientCreator: 'pid 312, tool',
  })
  const driver = myKext(
    {
      Model: 'it’s a Mac',
      Path: '/dev/my kext: 0',
      'Vendor ID': 0x8086,
      'device-id': Uint8Array.of(0x86, 0x80, 0, 0),
      isOn: true,
      IOProbeScore: 1000,
      IOPowerManagement: { CurrentPowerState: 2 },
      'Last Event Time': 12345678,
      Registers: 0xffffff80_12345678n,
      Statistics: { Packets: 4 },
    },
    [nub, client],
  )
  const other = service('Other', 'Other', { CFBundleIdentifier: 'com.example.Other' })
  const guest = guestWith({
    snapshot: snapshotOf(machine(service('IOResources', 'IOResources', {}, [driver, other]))),
  })
  const lines = [
    '[   12.345678]: MyKext: started',
    'MyKext: port 3 at 0xffffff7f80c00000, 2 of 4',
    'MyKext: port 4 at 0xffffff7f80c00080, 3 of 4',
    '12',
    'en0: link is up',
    'Kext com.example.MyKext failed to load (0xdc008017).',
  ]
  const text = record(guest, lines)
  expect(text)
    .toBe(`# What com.example.MyKext showed when this was recorded. Take out what may differ another time.
kext:
  identifier: com.example.MyKext
  version: 1.0.2
  uuid: build # that of the build on this computer

services:
  - class: MyKext
    provider: IOResources
    count: 1
    state: registered started !busy
    properties:
      IOMatchCategory: MyKext
      Model: 'it’s a Mac'
      Path: '/dev/my kext: 0'
      Vendor ID: 32902
      device-id: <86 80 00 00>
      isOn: true
  - class: MyPort
    provider: MyKext
    count: 1
    state: registered started !busy
    properties:
      name: eth
      port: 0

log:
  # numbers stand as patterns, for they may differ
  - contains: 'MyKext: started'
  - matches: 'MyKext: port \\d+ at 0x[0-9a-f]+, \\d+ of \\d+'

unload:
  # no more objects than before the load
  classes:
    - MyKext
`)
})

test('a service that is not registered is written so that YAML takes no word for a tag', () => {
  const snapshot = snapshotOf(
    machine(service('IOResources', 'IOResources', {}, [myKext({}, [], states.attached)])),
  )
  expect(record(guestWith({ snapshot }))).toContain("    state: '!registered started !busy'\n")
})

test('a kext that is not in the list is written as one that is not', () => {
  expect(record(guestWith({ kexts: [] }))).toContain('  loaded: false')
})

test('a kext without code is in no list, and what another has logged is not its own', () => {
  const bundle = bundleWith({ CFBundleExecutable: undefined })
  const text = record(guestWith({ kexts: [], classCounts: null }), ['en0: link is up'], bundle)
  expect(text).toContain('  loaded: false # it has no code, so it is in no list\n')
  expect(text).not.toContain('log:')
})

test('of several services the count and what they share is written', () => {
  const snapshot = snapshotOf(
    machine(
      service('IOResources', 'IOResources', {}, [
        myKext({ port: 1, Model: 'Mac' }),
        myKext({ port: 2, Model: 'Mac' }, [], states.attached),
        myKext({ port: 3, Model: 'Mac' }, [], states.terminated),
      ]),
    ),
  )
  expect(record(guestWith({ snapshot }))).toContain(`services:
  - class: MyKext
    provider: IOResources
    count: 2
    state: started !busy
    properties:
      IOMatchCategory: MyKext
      Model: Mac

`)
})

/** Reads what was recorded and asks it of the same guest: whatever does not pass. */
function failing(text: string, guest: ObservedGuest): readonly string[] {
  const report = evaluateExpectations(readExpectations(text, 'kextant.yaml'), {
    before: { ...guestBefore, kernelLog: [], classCounts: guest.classCounts },
    loaded: guest,
    unloaded: { ...guestBefore, classCounts: guest.classCounts },
    buildUuid: uuid,
    waitedMs: 0,
    wasAutoUnloaded: false,
  })
  return report.results
    .filter(({ status }) => status !== 'pass')
    .map(({ status, title, seen, line }) => `${status} ${line} ${title}: ${seen}`)
}

const nastyLines = [
  'MyKext: "quoted" \\ back\\slash \'single\'',
  'MyKext: tab\there, bell \x07, escape \x1b[31mred',
  'MyKext: [a-z]+ (group) {2,3} ^$ | 12 and 0xdeadbeef',
  'MyKext:: - ? : # not a comment',
  '# MyKext: not a comment either',
  '!tag MyKext &anchor *alias %directive @at `tick`',
  'MyKext: \u202eright to left\u202c \u{1f600} \u2028 line',
  'true',
  'MyKext broken \ufffd bytes 12',
  `MyKext: ${'long '.repeat(200)}`,
  '[    1.000001]: MyKext 16D0DE4A-4774-32C4-B05D-D35601D9FC39 is 12 of 13',
  ' leading MyKext and trailing ',
  '--- MyKext',
]

function randomGuest(seed: number): {
  readonly guest: ObservedGuest
  readonly bundle: InstalledKext
} {
  const random = new Random(seed)
  const root = randomRegistry({ seed, nodes: 5 + random.below(60), isNasty: true })
  const snapshot: Snapshot = random.pick([
    () => snapshotOf(root),
    () => snapshotOf(root, true),
    () => textSnapshotOf(root),
    () => textSnapshotOf(root, { hasChains: false }),
    () => textSnapshotOf(root, { era: '10.4' }),
    () => textSnapshotOf(root, { hasNoProperties: true }),
  ])()
  const ioClass = random.pick(['IOPCIDevice', 'AppleSMC', 'IOUSBHostDevice'])
  const bundle = bundleWith({
    CFBundleIdentifier: random.pick([kextId, 'com.apple.driver.AppleSMC']),
    IOKitPersonalities: { Mine: { IOClass: ioClass, IOProviderClass: 'IOService' } },
  })
  const kernelLog = nastyLines.filter(() => random.chance(0.5))
  const guest: ObservedGuest = {
    snapshot,
    kexts: random.chance(0.7) ? loadedKexts(random.pick(['1.0.2', '0', 'odd'])) : [],
    classCounts: random.chance(0.5) ? new Map([[ioClass, random.below(9)]]) : null,
    kernelLog,
  }
  return { guest, bundle }
}

test('whatever a guest shows, what is recorded of it is read again and passes', () => {
  let services = 0
  let properties = 0
  for (let seed = 1; seed <= 120; seed++) {
    const { guest, bundle } = randomGuest(seed)
    const text = record(guest, guest.kernelLog!, bundle)
    expect(failing(text, guest), `seed ${seed}\n${text}`).toEqual([])
    const read = readExpectations(text, 'kextant.yaml')
    services += read.services.length
    properties += read.services.flatMap(each => each.properties).length
  }
  // It was about something.
  expect(services).toBeGreaterThan(100)
  expect(properties).toBeGreaterThan(100)
})

test('nothing in a recorded file hides or moves text in an editor', () => {
  const { guest, bundle } = randomGuest(3)
  const text = record(guest, nastyLines, bundle)
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
})

test('five thousand services of one kind are recorded in a moment', () => {
  const many = Array.from({ length: 5000 }, (_, i) => myKext({ port: i }))
  const snapshot = snapshotOf(machine(service('IOResources', 'IOResources', {}, many)))
  const startedAt = cpuMs()
  expect(record(guestWith({ snapshot }))).toContain('count: 5000')
  expect(cpuMs() - startedAt).toBeLessThan(5000)
})
