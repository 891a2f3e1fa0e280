import { hexText, lossyNote, wordAt } from './bytes.ts'
import {
  bytesAt,
  fieldOf,
  mostFields,
  plural,
  type DecodedField,
  type DecodedProperty,
  type Decoding,
} from './decoding.ts'
import { bcdText, transferTypes, usbClasses, usbVendors } from './usb-names.ts'

const deviceLength = 18
const configurationLength = 9
const keyPattern = /(device|config(uration)?|bos|interface|endpoint) ?descriptors?$/i

/**
 * Descriptors of USB as a device sends them: each begins with its length and its kind. Known by the key, or by a
 * beginning that fits: the length of a device's, or a configuration whose total length is the value's.
 */
export function decodeUsbDescriptors({ key, value }: DecodedProperty): Decoding | null {
  if (value.kind !== 'data') return null
  const { bytes } = value
  const isKey = keyPattern.test(key) && bytes.length >= 2
  const isDevice = bytes.length === deviceLength && bytes[0] === deviceLength && bytes[1] === 1
  const isConfiguration =
    bytes.length >= configurationLength &&
    bytes[0] === configurationLength &&
    bytes[1] === 2 &&
    wordAt(bytes, 2, 2, 'little') === bytes.length
  if (!isKey && !isDevice && !isConfiguration) return null
  const problems: string[] = []
  const fields: DecodedField[] = []
  let at = 0
  while (at < bytes.length && fields.length < mostFields) {
    const length = bytes[at]!
    if (length < 2) {
      problems.push(
        `At ${hexText(at)} a descriptor says that it is ${plural(length, 'byte')} long; two are the least.`,
      )
      break
    }
    if (at + length > bytes.length) {
      problems.push(
        `At ${hexText(at)} a descriptor says that it is ${length} bytes long; ${plural(bytes.length - at, 'byte')} are left.`,
      )
      fields.push(
        fieldOf('Cut off', plural(bytes.length - at, 'byte'), {
          range: bytesAt(at, bytes.length - at),
        }),
      )
      break
    }
    fields.push(descriptor(bytes, at, length))
    at += length
  }
  if (fields.length === mostFields && at < bytes.length) {
    problems.push(`The first ${mostFields} descriptors are shown.`)
  }
  if (value.isLossy) problems.push(lossyNote)
  const isShape = isDevice || isConfiguration
  return {
    decoder: 'usb-descriptors',
    title: 'USB descriptors',
    sureness: isKey && isShape ? 'certain' : 'likely',
    because: isKey
      ? 'By its key.'
      : 'Its length and its first bytes are those of a USB descriptor.',
    summary: fields
      .slice(0, 4)
      .map(field => field.label.toLowerCase())
      .join(', '),
    fields,
    problems,
  }
}

/** One number of a descriptor: where it stands, how many bytes, and what it means. */
interface Part {
  readonly name: string
  readonly at: number
  readonly width: 1 | 2 | 4
  readonly meaning?: (value: number) => string | null
}

const usbClass = (value: number) => usbClasses[value] ?? null
const stringIndex = (value: number) => (value === 0 ? 'none' : 'a string of the device')

const layouts: Readonly<Record<number, readonly Part[]>> = {
  1: [
    { name: 'bcdUSB', at: 2, width: 2, meaning: bcdText },
    { name: 'bDeviceClass', at: 4, width: 1, meaning: usbClass },
    { name: 'bDeviceSubClass', at: 5, width: 1 },
    { name: 'bDeviceProtocol', at: 6, width: 1 },
    { name: 'bMaxPacketSize0', at: 7, width: 1 },
    { name: 'idVendor', at: 8, width: 2, meaning: value => usbVendors[value] ?? null },
    { name: 'idProduct', at: 10, width: 2 },
    { name: 'bcdDevice', at: 12, width: 2, meaning: bcdText },
    { name: 'iManufacturer', at: 14, width: 1, meaning: stringIndex },
    { name: 'iProduct', at: 15, width: 1, meaning: stringIndex },
    { name: 'iSerialNumber', at: 16, width: 1, meaning: stringIndex },
    { name: 'bNumConfigurations', at: 17, width: 1 },
  ],
  2: [
    { name: 'wTotalLength', at: 2, width: 2, meaning: value => plural(value, 'byte') },
    { name: 'bNumInterfaces', at: 4, width: 1 },
    { name: 'bConfigurationValue', at: 5, width: 1 },
    { name: 'iConfiguration', at: 6, width: 1, meaning: stringIndex },
    { name: 'bmAttributes', at: 7, width: 1, meaning: attributeWords },
    { name: 'bMaxPower', at: 8, width: 1, meaning: value => `${2 * value} mA` },
  ],
  4: [
    { name: 'bInterfaceNumber', at: 2, width: 1 },
    { name: 'bAlternateSetting', at: 3, width: 1 },
    { name: 'bNumEndpoints', at: 4, width: 1 },
    { name: 'bInterfaceClass', at: 5, width: 1, meaning: usbClass },
    { name: 'bInterfaceSubClass', at: 6, width: 1 },
    { name: 'bInterfaceProtocol', at: 7, width: 1 },
    { name: 'iInterface', at: 8, width: 1, meaning: stringIndex },
  ],
  5: [
    { name: 'bEndpointAddress', at: 2, width: 1, meaning: endpointWords },
    { name: 'bmAttributes', at: 3, width: 1, meaning: value => transferTypes[value & 3]! },
    { name: 'wMaxPacketSize', at: 4, width: 2, meaning: value => plural(value & 0x7ff, 'byte') },
    { name: 'bInterval', at: 6, width: 1 },
  ],
  0x0b: [
    { name: 'bFirstInterface', at: 2, width: 1 },
    { name: 'bInterfaceCount', at: 3, width: 1 },
    { name: 'bFunctionClass', at: 4, width: 1, meaning: usbClass },
  ],
  0x21: [
    { name: 'bcdHID', at: 2, width: 2, meaning: bcdText },
    { name: 'bCountryCode', at: 4, width: 1 },
    { name: 'bNumDescriptors', at: 5, width: 1 },
    { name: 'wDescriptorLength', at: 7, width: 2, meaning: value => plural(value, 'byte') },
  ],
}

const kinds: Readonly<Record<number, string>> = {
  1: 'Device',
  2: 'Configuration',
  3: 'String',
  4: 'Interface',
  5: 'Endpoint',
  6: 'Device qualifier',
  7: 'Other speed',
  0x0b: 'Interface association',
  0x0f: 'Device capabilities (BOS)',
  0x10: 'Capability',
  0x21: 'HID',
  0x22: 'HID report',
  0x24: 'Class-specific interface',
  0x25: 'Class-specific endpoint',
  0x29: 'Hub',
  0x2a: 'SuperSpeed hub',
  0x30: 'SuperSpeed endpoint companion',
}

function descriptor(bytes: Uint8Array, at: number, length: number): DecodedField {
  const kind = bytes[at + 1]!
  const parts = (layouts[kind] ?? []).filter(part => part.at + part.width <= length)
  const children = [
    fieldOf('bLength', String(length), { range: bytesAt(at, 1) }),
    fieldOf('bDescriptorType', hexText(kind, 2), {
      meaning: kinds[kind] ?? 'kind not known',
      range: bytesAt(at + 1, 1),
    }),
    ...parts.map(part => {
      const value = wordAt(bytes, at + part.at, part.width, 'little')
      return fieldOf(part.name, hexText(value, 2 * part.width), {
        meaning: part.meaning ? part.meaning(value) : String(value),
        range: bytesAt(at + part.at, part.width),
      })
    }),
  ]
  const told = children.find(({ label }) => label.endsWith('Class') && label.startsWith('b'))
  return fieldOf(kinds[kind] ?? `Descriptor ${hexText(kind, 2)}`, plural(length, 'byte'), {
    meaning: told?.meaning,
    range: bytesAt(at, length),
    children,
  })
}

function attributeWords(value: number): string {
  return [value & 0x40 ? 'self-powered' : 'bus-powered', value & 0x20 ? 'remote wakeup' : '']
    .filter(Boolean)
    .join(', ')
}

function endpointWords(value: number): string {
  return `endpoint ${value & 0xf}, ${(value & 0x80) !== 0 ? 'in' : 'out'}`
}
