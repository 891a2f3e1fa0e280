import { describe, expect, test } from 'vitest'
import { draftDriver, type DraftOptions } from '../../../core/draft/draft-driver.ts'
import type { KextsOfGuest } from '../../../core/draft/draft-libraries.ts'
import { planDriver } from '../../../core/draft/plan-driver.ts'
import { isVolatile } from '../../../core/draft/telling-properties.ts'
import { FailureError } from '../../../core/failure.ts'
import type { InstalledKext } from '../../../core/kext/kext.ts'
import { installedKextFrom } from '../../../core/kext/read-info-plist.ts'
import { readXmlPlist } from '../../../core/plist/read-xml-plist.ts'
import { stringAt, valueAt } from '../../../core/registry/property-value.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { draftContextOf } from '../../helpers/draft-context.ts'
import { loadedKext } from '../../helpers/loaded-kext.ts'
import { Random } from '../../helpers/random.ts'
import {
  entryNamed,
  machine,
  service,
  snapshotOf,
  states,
  textSnapshotOf,
} from '../../helpers/service-model.ts'
import { kextWith } from '../matching/kext-with.ts'

function draftOn(
  snapshot: Snapshot,
  options: DraftOptions = {},
  installed: readonly InstalledKext[] = [],
  kexts: Partial<KextsOfGuest> = {},
) {
  const context = draftContextOf(snapshot, installed, kexts)
  return draftDriver(context, entryNamed(snapshot, 'target'), options)
}

function planOn(snapshot: Snapshot, options: DraftOptions = {}) {
  const plan = planDriver(draftContextOf(snapshot), entryNamed(snapshot, 'target'), options)
  return { ...plan, best: plan.choices.find(choice => choice.id === plan.chosen)! }
}

const acme = (properties: object = {}, state?: number) =>
  snapshotOf(machine(service('target', 'AcmeNub', properties, [], state)))

describe('on the resources', () => {
  const resources = (properties: object) =>
    snapshotOf(machine(service('target', 'IOResources', properties)))

  test('a driver has a category of its own, and waits for the personalities to be there', () => {
    const { chosen, names } = draftOn(resources({ IOKit: 'IOService', IOBSD: 'IOService' }))
    expect(names.name).toBe('target-driver')
    expect(chosen).toMatchObject({ category: names.className, verdict: { wins: true } })
    expect(stringAt(chosen.personality, 'IOResourceMatch')).toBe('IOKit')
    expect(stringAt(chosen.personality, 'IOMatchCategory')).toBe(
      stringAt(chosen.personality, 'IOClass'),
    )
  })

  test('it asks for no resource that is not published', () => {
    const { chosen } = draftOn(resources({ IOBSD: 'IOService' }))
    expect(stringAt(chosen.personality, 'IOResourceMatch')).toBe('IOBSD')
    expect(draftOn(resources({ IONVRAM: 'IOService' })).chosen.choice.id).toBe('class')
  })

  test('a category that is asked for beside does not take its own away', () => {
    const options = { competition: 'default-category' } as const
    expect(draftOn(resources({ IOKit: 'IOService' }), options).chosen.category).not.toBeNull()
  })
})

describe('where it cannot win, the matcher says why', () => {
  test('the service is not registered', () => {
    const { wins, best } = planOn(acme({ model: 'A' }, states.attached))
    expect(wins).toBe(false)
    expect(best.verdict).toContain('The service is not registered')
  })

  test('the service has terminated', () => {
    const { wins, best } = planOn(acme({}, states.terminated))
    expect(wins).toBe(false)
    expect(best.verdict).toContain('has terminated')
  })

  test('the entry is no service', () => {
    const nothing = {
      ...service('target', ''),
      classChain: ['IORegistryEntry', 'AcmeThing'],
      service: null,
    }
    const { wins, warnings } = planOn(snapshotOf(machine(nothing)))
    expect(wins).toBe(false)
    expect(warnings.join(' ')).toContain('does not show this entry as a service')
  })

  test('another has the higher score, and it was told not to go beside', () => {
    // A family that caps what a personality may add: the rival cannot be outbid.
    const usb = { idVendor: 1, idProduct: 2, bcdDevice: 3, bDeviceClass: 0 }
    const rival = kextWith('com.example.rival', {
      Rival: { IOClass: 'Rival', IOProviderClass: 'IOUSBHostDevice', ...usb, IOProbeScore: 9000 },
    })
    const snapshot = snapshotOf(machine(service('target', 'IOUSBHostDevice', usb)))
    const only = { keys: 'usb-product' }
    const lost = draftOn(snapshot, { ...only, competition: 'default-category' }, [rival])
    expect(lost.chosen.verdict).toMatchObject({
      wins: false,
      candidate: { reason: { kind: 'lower-score', winningScore: 109_000 } },
    })
    const beside = draftOn(snapshot, only, [rival])
    expect(beside.chosen).toMatchObject({
      category: beside.names.className,
      verdict: { wins: true },
    })
  })

  test('the class is not told', () => {
    const bare = { ...service('target', ''), classChain: [''] }
    const snapshot = snapshotOf(machine(bare))
    expect(() => draftOn(snapshot)).toThrow(FailureError)
  })
})

test('a service of a class that is not known is undecided where it may be of the family', () => {
  const word = (value: number) => Uint8Array.of(value, 0, 0, 0)
  const [device, twin] = [1, 2].map(id => ({
    'vendor-id': word(1),
    'device-id': word(id),
    'subsystem-vendor-id': word(1),
    'subsystem-id': word(id),
  }))
  const snapshot = textSnapshotOf(
    machine(
      service('target', 'IOPCIDevice', device),
      service('other', 'AcmeNub', { model: 'A' }),
      service('another', 'AcmeCard', twin),
    ),
    { hasChains: false },
  )
  const { choices } = draftOn(snapshot)
  const counts = choices.map(({ choice, undecidedCount }) => [choice.id, undecidedCount])
  expect(Object.fromEntries(counts)).toMatchObject({ 'pci-device': 0, class: 1 })
})

test('a score that probe() has raised is outbid too', () => {
  const rival = { IOClass: 'Rival', IOProviderClass: 'AcmeNub' }
  const running = service('Rival', 'Rival', {
    ...rival,
    CFBundleIdentifier: 'com.example.rival',
    IOMatchCategory: 'IODefaultMatchCategory',
    IOProbeScore: 2500,
  })
  const snapshot = snapshotOf(machine(service('target', 'AcmeNub', {}, [running])))
  const kext = kextWith('com.example.rival', { Rival: { ...rival, IOProbeScore: -1 } })
  const { chosen } = draftOn(snapshot, { competition: 'default-category' }, [kext])
  expect(chosen).toMatchObject({ probeScore: 3000, verdict: { wins: true } })
})

describe('properties that a draft asks for', () => {
  test.each([
    'IORegistryEntryID',
    'IOPowerManagement',
    'port-statistics',
    'Statistics',
    'BytesReadCount',
    'IOGeneralInterest',
    'CurrentCapacity',
    'Temperature',
    'HIDIdleTime',
    'sessionID',
    'BSD Name',
    'IOMatchCategory',
    'IOProbeScore',
    'CFBundleIdentifier',
    'IOUserClientCreator',
    'port-status',
    'FinalizedDurationMS',
    'IOLinkSpeed',
  ])('never %s', key => {
    expect(isVolatile(key)).toBe(true)
  })

  test.each(['model', 'compatible', 'device-type', 'port', 'IOModel', 'locationID', 'Vendor Name'])(
    'but perhaps %s',
    key => {
      expect(isVolatile(key)).toBe(false)
    },
  )

  test('tell it from all others of its class, as a slow look at every set of keys finds', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = new Random(seed)
      const one = () => ({
        model: random.pick(['a', 'b']),
        kind: random.pick(['x', 'y', 'z']),
        port: random.below(3),
        'busy-count': random.below(1000),
        flag: random.chance(0.5),
      })
      const target = one()
      const others = Array.from({ length: random.below(8) }, one)
      const snapshot = snapshotOf(
        machine(
          service('target', 'AcmeNub', target),
          ...others.map((other, i) => service(`other${i}`, 'AcmeNub', other)),
        ),
      )
      const { choices } = draftOn(snapshot)
      const byProperties = choices.find(({ choice }) => choice.id === 'properties')!
      const asked = valueAt(byProperties.personality, 'IOPropertyMatch')!
      const keys = asked.kind === 'dictionary' ? asked.entries.map(([key]) => key) : []
      expect(keys).not.toContain('busy-count')
      const stable = ['model', 'kind', 'port', 'flag'] as const
      const twins = others.filter(other => stable.every(key => other[key] === target[key]))
      const same = others.filter(other =>
        keys.every(key => other[key as keyof typeof other] === target[key as keyof typeof target]),
      )
      expect(byProperties.alsoMatchCount, `seed ${seed}`).toBe(same.length)
      // Three keys are most of what a personality should ask for.
      if (keys.length < 3) expect(same).toEqual(twins)
    }
  })

  test('values that no personality can hold exactly are passed over', () => {
    const strange = {
      model: 'x'.repeat(200),
      name: new Uint8Array(100),
      vendor: '',
      type: 'IOCommand is not serializable',
      port: -1,
    }
    const { choices } = draftOn(acme(strange))
    const asked = valueAt(choices.at(-1)!.personality, 'IOPropertyMatch')
    expect(asked).toEqual({
      kind: 'dictionary',
      entries: [['port', { kind: 'integer', value: -1n }]],
    })
    // Text dumps print -1 without its sign: the personality is the same.
    const printed = textSnapshotOf(machine(service('target', 'AcmeNub', { port: -1 })))
    const fromText = draftOn(printed).choices.at(-1)!
    expect(valueAt(fromText.personality, 'IOPropertyMatch')).toEqual(asked)
    expect(fromText.verdict.wins).toBe(true)
  })

  test('a service without properties is selected by its class', () => {
    const snapshot = snapshotOf(machine(service('target', 'IOPCIDevice')), true)
    const { choices, warnings } = draftOn(snapshot)
    expect(choices.map(({ choice }) => choice.id)).toEqual(['class'])
    expect(warnings.join(' ')).toContain('no properties')
  })
})

describe('names and libraries', () => {
  const pci = { 'vendor-id': Uint8Array.of(1, 0, 0, 0), 'device-id': Uint8Array.of(2, 0, 0, 0) }
  const snapshot = snapshotOf(machine(service('target', 'IOPCIDevice', pci)))
  const loaded = (bundleIdentifier: string, version: string) =>
    loadedKext({ bundleIdentifier, version })
  const kpis = ['iokit', 'libkern'].map(name => loaded(`com.apple.kpi.${name}`, '17.7.0'))
  const librariesOf = (kexts: Partial<KextsOfGuest>) => draftOn(snapshot, {}, [], kexts).libraries

  test('the family of the provider is linked in the version that is loaded', () => {
    const { entries, kit, warnings } = librariesOf({
      loaded: [...kpis, loaded('com.apple.iokit.IOPCIFamily', '2.9')],
    })
    expect(entries).toEqual([
      ['com.apple.iokit.IOPCIFamily', '2.9'],
      ['com.apple.kpi.iokit', '17.0'],
      ['com.apple.kpi.libkern', '17.0'],
    ])
    expect(kit?.header).toBe('IOKit/pci/IOPCIDevice.h')
    expect(warnings).toEqual([])
  })

  test('without one it is an IOService, and the author is told', () => {
    const { entries, kit, warnings } = librariesOf({ loaded: kpis })
    expect(entries.map(([id]) => id)).toEqual(['com.apple.kpi.iokit', 'com.apple.kpi.libkern'])
    expect(kit).toBeNull()
    expect(warnings.join(' ')).toContain('com.apple.iokit.IOPCIFamily')
    const { files } = draftOn(snapshot, {}, [], { loaded: kpis })
    expect(files.find(({ name }) => name.endsWith('.cpp'))!.text).not.toContain('IOPCIDevice')
  })

  test('an older kernel is asked for its own interfaces', () => {
    const { entries } = librariesOf({ darwinRelease: '12.6.0' })
    expect(entries).toContainEqual(['com.apple.kpi.iokit', '12.0'])
    expect(librariesOf({ darwinRelease: '20.5.0' }).entries).toContainEqual([
      'com.apple.kpi.iokit',
      '17.0',
    ])
  })

  test('a class or an identifier that the guest has is told, and not suggested', () => {
    const there = kextWith('io.darwinos.contrib.Mine', {
      Mine: { IOClass: 'TargetDriver', IOProviderClass: 'IONothing' },
    })
    expect(draftOn(snapshot, {}, [there]).names.className).toBe('TargetDriver2')
    const { warnings } = draftOn(snapshot, { name: 'mine', className: 'TargetDriver' }, [there])
    expect(warnings.join(' ')).toContain('a class TargetDriver already')
    expect(warnings.join(' ')).toContain('a kext io.darwinos.contrib.Mine already')
    const client = kextWith('com.example.other', {
      Other: { IOClass: 'MineUserClient', IOProviderClass: 'IONothing' },
    })
    const withClient = draftOn(snapshot, { name: 'mine', hasUserClient: true }, [client])
    expect(withClient.warnings.join(' ')).toContain('a class MineUserClient already')
    const without = draftOn(snapshot, { name: 'mine' }, [client])
    expect(without.warnings.join(' ')).not.toContain('MineUserClient')
  })

  test('whoever takes other keys still sees those that there are', () => {
    const all = draftOn(snapshot).choices.map(({ choice }) => choice.id)
    const other = draftOn(snapshot, { keys: 'class' })
    expect(other.chosen.choice.id).toBe('class')
    expect(other.choices.map(({ choice }) => choice.id)).toEqual(all)
  })

  test('match keys that are not offered are refused with those that are', () => {
    expect(() => draftOn(snapshot, { keys: 'usb-product' })).toThrow(
      /no match keys .* “usb-product”; there are: pci-device, class, properties/,
    )
  })

  test('the files are for the very personality that the matcher judged', () => {
    const { files, chosen, names } = draftOn(snapshot, { hasUserClient: true })
    const info = readXmlPlist(files[0]!.text, 'Info.plist')
    const kext = installedKextFrom('/Mine.kext', info)
    expect(kext.problems).toEqual([])
    expect(kext.personalities[0]!.properties).toEqual(chosen.personality)
    expect(kext.bundleIdentifier).toBe(names.bundleIdentifier)
  })
})

describe('a hostile dump', () => {
  const chains = [
    'IOPCIDevice',
    'IOUSBHostDevice',
    'IOUSBHostInterface',
    'IOPlatformDevice:IOACPIPlatformDevice',
    'IOStorage:IOMedia',
    'IOBlockStorageDevice',
    'IOHIDInterface',
    'IOSCSIPeripheralDeviceNub',
    'IOSerialBSDClient',
    'IOFireWireUnit',
    'IOATADevice',
    'IOResources',
    'AcmeNub',
  ]
  const keys = [
    ...['vendor-id', 'device-id', 'class-code', 'subsystem-id', 'subsystem-vendor-id'],
    ...['idVendor', 'idProduct', 'bcdDevice', 'bDeviceClass', 'bInterfaceClass'],
    ...['bConfigurationValue', 'bInterfaceNumber', 'compatible', 'name', 'Content Hint', 'UUID'],
    ...['Whole', 'device-type', 'VendorID', 'ProductID', 'DeviceUsagePairs', 'IOKit', 'model'],
    ...['Peripheral Device Type', 'Vendor Identification', 'Product Identification'],
    ...['IOTTYBaseName', 'ata device type', 'Unit_Spec_ID', 'a\u0007b', '</key>', '\ufffe'],
  ]
  const values = [
    ...['', 'a\u0001b', '\ufffe', '</string>', '\u001b]0;x', 'x'.repeat(5000), '*', '漢', -1, 0],
    ...[2 ** 40, true, false, [], {}, [{ DeviceUsagePage: 'x' }], new Uint8Array(0)],
    ...[new Uint8Array(2000), new TextEncoder().encode('PNP*\0\0a\u0001b\0ok\0'), 1.5],
  ]

  test('whatever its services say, the files are whole and hold nothing but text', () => {
    for (let seed = 1; seed <= 250; seed++) {
      const random = new Random(seed)
      const properties = () =>
        Object.fromEntries(
          Array.from({ length: random.below(14) }, () => [random.pick(keys), random.pick(values)]),
        )
      const chain = random.pick(chains)
      const snapshot = snapshotOf(
        machine(service('target', chain, properties()), service('other', chain, properties())),
      )
      const { files, choices } = draftOn(snapshot, { hasProbe: true, hasUserClient: true })
      expect(choices.length).toBeGreaterThan(0)
      const kext = installedKextFrom('/X.kext', readXmlPlist(files[0]!.text, `seed ${seed}`))
      expect(kext.problems, `seed ${seed}`).toEqual([])
      for (const { text } of files) expect(text.replace(/[\n\t]/g, '')).not.toMatch(/\p{Cc}/u)
    }
  })

  test('a name of the guest stands in no code', () => {
    const evil = 'x"); system("rm -rf /'
    const target = { ...service('t', 'AcmeNub'), name: evil }
    const snapshot = snapshotOf(machine(target))
    const { files, names } = draftDriver(draftContextOf(snapshot), entryNamed(snapshot, evil))
    expect(names.name).toBe('x-system-rm-rf-driver')
    for (const { name, text } of files) {
      if (name !== 'README.md') expect(text).not.toContain('system("')
    }
  })
})
