import type { MatchKeyChoice } from './match-keys.ts'
import { nameChoices } from './name-choices.ts'
import { array, boolean, dictionary, integer, text, type Entry } from './plist-values.ts'
import { numberOf, textOf, type ServiceLook } from './service-look.ts'
import { ataChoices, blockStorageChoices, mediaChoices, scsiChoices } from './storage-choices.ts'
import { usbChoices } from './usb-choices.ts'

/**
 * Match keys by which the drivers of a family are made to be selected, the best first (facts: matching,
 * section 6). Empty for services of families without keys of their own.
 */
export function familyChoices(look: ServiceLook): readonly MatchKeyChoice[] {
  for (const choices of families) {
    const found = choices(look)
    if (found.length > 0) return found
  }
  return []
}

type FamilyChoices = (look: ServiceLook) => readonly MatchKeyChoice[]

/** In the order they are asked; a service is of one family, so the first that knows it answers. */
const families: readonly FamilyChoices[] = [
  resourceChoices,
  pciChoices,
  usbChoices,
  hidChoices,
  scsiChoices,
  mediaChoices,
  blockStorageChoices,
  serialChoices,
  fireWireChoices,
  ataChoices,
  nameChoices,
]

/** Section 6.1: one object that is always there, with room for as many drivers as have categories. */
function resourceChoices(look: ServiceLook): readonly MatchKeyChoice[] {
  const providerClass = look.classAmong('IOResources', 'IOUserResources')
  if (!providerClass) return []
  const published = ['IOKit', 'IOBSD'].filter(name => look.property(name) !== undefined)
  // Where the dump shows no properties, what every system publishes.
  const resource = look.hasProperties ? published[0] : 'IOKit'
  const always = `${providerClass} is a single object that is always there; a driver without hardware matches on it, in a category of its own, by convention the name of its class.`
  const withResource = (name: string): MatchKeyChoice => ({
    id: name === 'IOKit' ? 'resource' : `resource-${name.toLowerCase()}`,
    title: `${providerClass}, once ${name} is there`,
    why: `${always} IOResourceMatch waits until ${name} is published${resourceMeans[name] ?? ''}.`,
    keys: [
      ['IOProviderClass', text(providerClass)],
      ['IOResourceMatch', text(name)],
    ],
    needsOwnCategory: true,
  })
  const atOnce: MatchKeyChoice = {
    id: 'class',
    title: `${providerClass}, at once`,
    why: always,
    keys: [['IOProviderClass', text(providerClass)]],
    needsOwnCategory: true,
  }
  const others = published.filter(name => name !== resource)
  return resource === undefined
    ? [atOnce]
    : [withResource(resource), ...others.map(withResource), atOnce]
}

const resourceMeans: Readonly<Record<string, string>> = {
  IOKit: ', which is when user space has handed over the personalities',
  IOBSD: ', which is when the BSD part of the kernel is up',
}

/** Section 6.2. */
function pciChoices(look: ServiceLook): readonly MatchKeyChoice[] {
  if (!look.classAmong('IOPCIDevice')) return []
  const number = (key: string) => numberOf(look.property(key))
  const vendor = number('vendor-id')
  const device = number('device-id')
  const classCode = number('class-code')
  const choices: MatchKeyChoice[] = []
  const choice = (id: string, title: string, why: string, keys: readonly Entry[]): void => {
    const tunnel: Entry[] =
      look.property('IOPCITunnelled') === undefined
        ? []
        : [['IOPCITunnelCompatible', boolean(true)]]
    choices.push({
      id,
      title,
      why,
      keys: [['IOProviderClass', text('IOPCIDevice')], ...keys, ...tunnel],
      needsOwnCategory: false,
    })
  }
  if (vendor !== null && device !== null) {
    const ids = register(device, vendor)
    choice(
      'pci-device',
      'this PCI device, by its device and vendor IDs',
      `IOPCIMatch compares device ${hex(device, 4)} and vendor ${hex(vendor, 4)} with the configuration register at 0x00, and then with the subsystem IDs at 0x2C.`,
      [['IOPCIMatch', text(ids)]],
    )
    const subsystem = number('subsystem-id')
    const subsystemVendor = number('subsystem-vendor-id')
    if (subsystem !== null && subsystemVendor !== null && (subsystem || subsystemVendor) !== 0) {
      choice(
        'pci-board',
        'this PCI device on this board, by its subsystem IDs too',
        'IOPCIPrimaryMatch compares the register at 0x00 and IOPCISecondaryMatch the one at 0x2C: the chip, and the board that it is on.',
        [
          ['IOPCIPrimaryMatch', text(ids)],
          ['IOPCISecondaryMatch', text(register(subsystem, subsystemVendor))],
        ],
      )
    }
  }
  if (classCode !== null) {
    const code = classCode & 0xff_ffff
    choice(
      'pci-class',
      `every PCI device of class ${code.toString(16).padStart(6, '0')}`,
      'IOPCIClassMatch compares the class code in the register at 0x08, without the revision: for a driver of any device with that programming interface.',
      [['IOPCIClassMatch', text(`0x${code.toString(16).padStart(6, '0')}00&0xffffff00`)]],
    )
  }
  return choices
}

/** The high and the low half of a configuration register. */
function register(high: number, low: number): string {
  return hex((high & 0xffff) * 0x1_0000 + (low & 0xffff), 8)
}

function hex(number: number, digits: number): string {
  return `0x${number.toString(16).padStart(digits, '0')}`
}

/** Section 6.4. */
function hidChoices(look: ServiceLook): readonly MatchKeyChoice[] {
  const providerClass = look.classAmong('IOHIDInterface', 'IOHIDDevice', 'IOHIDEventService')
  if (!providerClass) return []
  const vendor = numberOf(look.property('VendorID'))
  const product = numberOf(look.property('ProductID'))
  const [page, usage] = primaryUsage(look)
  const provider: Entry = ['IOProviderClass', text(providerClass)]
  const choices: MatchKeyChoice[] = []
  if (vendor !== null && product !== null && vendor !== 0) {
    choices.push({
      id: 'hid-product',
      title: 'this HID product, by vendor and product',
      why: 'VendorID gives 5000 points and ProductID 1000 more, well above drivers that go by usages.',
      keys: [provider, ['VendorID', integer(vendor)], ['ProductID', integer(product)]],
      needsOwnCategory: false,
    })
  }
  if (page !== null && usage !== null) {
    const pair = dictionary([
      ['DeviceUsagePage', integer(page)],
      ['DeviceUsage', integer(usage)],
    ])
    choices.push({
      id: 'hid-usage',
      title: `every HID device of usage page ${page}, usage ${usage}`,
      why: 'DeviceUsagePairs compares with the usage pairs of the device, whoever made it, for 1200 points.',
      keys: [provider, ['DeviceUsagePairs', array([pair])]],
      needsOwnCategory: false,
    })
  }
  return choices
}

function primaryUsage(look: ServiceLook): readonly [page: number | null, usage: number | null] {
  const pairs = look.property('DeviceUsagePairs')
  const first = pairs?.kind === 'array' || pairs?.kind === 'set' ? pairs.items[0] : undefined
  if (first?.kind === 'dictionary') {
    const at = (key: string) => numberOf(first.entries.find(([name]) => name === key)?.[1])
    return [at('DeviceUsagePage'), at('DeviceUsage')]
  }
  // Without pairs on the device, nothing but the primary usage is compared.
  return [null, null]
}

/** Section 6.7; streams have no table of their own. */
function serialChoices(look: ServiceLook): readonly MatchKeyChoice[] {
  const name = textOf(look.property('IOTTYBaseName'))
  const providerClass = look.classAmong('IOSerialBSDClient', 'IOSerialStreamSync')
  if (!providerClass || name === null) return []
  const asked: Entry = ['IOTTYBaseName', text(name)]
  return [
    {
      id: 'serial-name',
      title: `the serial port ${name}`,
      why: 'IOTTYBaseName is the name that the driver gives the port; the device files are called after it.',
      keys: [
        ['IOProviderClass', text(providerClass)],
        providerClass === 'IOSerialBSDClient' ? asked : ['IOPropertyMatch', dictionary([asked])],
      ],
      needsOwnCategory: false,
    },
  ]
}

/** Section 6.7. */
function fireWireChoices(look: ServiceLook): readonly MatchKeyChoice[] {
  const providerClass = look.classAmong('IOFireWireUnit', 'IOFireWireDevice')
  if (!providerClass) return []
  const wanted =
    providerClass === 'IOFireWireUnit'
      ? ['Unit_Spec_ID', 'Unit_SW_Version', 'Vendor_ID']
      : ['Vendor_ID', 'GUID']
  const keys = wanted.flatMap((key): Entry[] => {
    const value = look.property(key)
    return value?.kind === 'integer' ? [[key, integer(BigInt.asIntN(64, value.value))]] : []
  })
  if (keys.length === 0) return []
  return [
    {
      id: 'firewire',
      title: `this kind of FireWire ${providerClass === 'IOFireWireUnit' ? 'unit' : 'device'}`,
      why: `The family compares ${keys.map(([key]) => key).join(', ')} with the service’s own.`,
      keys: [['IOProviderClass', text(providerClass)], ...keys],
      needsOwnCategory: false,
    },
  ]
}
