import { hexText, integerOf } from './bytes.ts'
import {
  bytesAt,
  fieldOf,
  type DecodedField,
  type DecodedProperty,
  type Decoding,
} from './decoding.ts'
import { bcdText, usbClasses, usbVendors } from './usb-names.ts'

interface UsbNumber {
  readonly title: string
  readonly bits: 8 | 16 | 32
  readonly meaning: (value: number) => string | null
}

const classMeaning = (value: number) => usbClasses[value] ?? 'not in the USB-IF’s table'
const bcdMeaning = (value: number) => bcdText(value) ?? 'not binary-coded decimal'
const none = () => null

/** Speeds of `Device Speed`, the order of IOUSBFamily and IOUSBHostFamily. */
const speeds = [
  'low speed, 1.5 Mb/s',
  'full speed, 12 Mb/s',
  'high speed, 480 Mb/s',
  'SuperSpeed, 5 Gb/s',
  'SuperSpeed+, 10 Gb/s',
  'SuperSpeed+, 20 Gb/s',
]

/** Fields of USB descriptors that the USB families publish as properties of their own. */
const numbers: Readonly<Record<string, UsbNumber>> = {
  idVendor: { title: 'USB vendor', bits: 16, meaning: value => usbVendors[value] ?? null },
  idProduct: { title: 'USB product', bits: 16, meaning: none },
  bcdDevice: { title: 'Release of the device', bits: 16, meaning: bcdMeaning },
  bcdUSB: { title: 'USB version', bits: 16, meaning: bcdMeaning },
  bDeviceClass: { title: 'USB device class', bits: 8, meaning: classMeaning },
  bDeviceSubClass: { title: 'USB device subclass', bits: 8, meaning: none },
  bDeviceProtocol: { title: 'USB device protocol', bits: 8, meaning: none },
  bInterfaceClass: { title: 'USB interface class', bits: 8, meaning: classMeaning },
  bInterfaceSubClass: { title: 'USB interface subclass', bits: 8, meaning: none },
  bInterfaceProtocol: { title: 'USB interface protocol', bits: 8, meaning: none },
  bMaxPacketSize0: { title: 'Packet size of endpoint 0', bits: 8, meaning: none },
  'Device Speed': { title: 'USB speed', bits: 8, meaning: value => speeds[value] ?? null },
}

/** Location IDs have the bus in the first byte and a port in each digit after it. */
const locationKeys: ReadonlySet<string> = new Set(['locationID', 'LocationID'])

/** An integer that the USB families publish. */
export function decodeUsbNumber({ key, value }: DecodedProperty): Decoding | null {
  const integer = integerOf(value, 'little')
  if (integer === null) return null
  if (locationKeys.has(key) && value.kind === 'integer') return location(integer)
  const about = Object.hasOwn(numbers, key) ? numbers[key] : undefined
  if (!about) return null
  const number = Number(integer & 0xffff_ffffn)
  const text = hexText(number, about.bits / 4)
  const meaning = about.meaning(number)
  const range = value.kind === 'data' ? bytesAt(0, value.bytes.length) : null
  const problems =
    integer >= 1n << BigInt(about.bits)
      ? [`A descriptor has ${about.bits} bits for it; this number needs more.`]
      : []
  return {
    decoder: 'usb-number',
    title: about.title,
    sureness: 'certain',
    because: 'By its key, which is that of a field of a USB descriptor.',
    summary: meaning ? `${text} · ${meaning}` : text,
    fields: [fieldOf(about.title, text, { meaning: meaning ?? String(number), range })],
    problems,
  }
}

function location(integer: bigint): Decoding | null {
  if (integer > 0xffff_ffffn) return null
  const digits = integer.toString(16).padStart(8, '0')
  const ports = digits.slice(2).replace(/0+$/, '')
  const fields: DecodedField[] = [
    fieldOf('Bus', `0x${digits.slice(0, 2)}`),
    fieldOf('Ports', ports === '' ? 'none: the controller itself' : ports.split('').join(' → '), {
      meaning: ports === '' ? null : 'in hexadecimal, from the root hub down',
    }),
  ]
  return {
    decoder: 'usb-location',
    title: 'USB location',
    sureness: 'likely',
    because: 'By its key: the bus in the first byte, then one digit for the port of each hub.',
    summary: `0x${digits}`,
    fields,
    problems: [],
  }
}
