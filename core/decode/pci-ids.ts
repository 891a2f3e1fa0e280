import type { PropertyValue } from '../registry/property-value.ts'
import { cellOrder, orderOfSmall, orderWord } from './byte-order.ts'
import { hexText, lossyNote, wordAt, type ByteOrder } from './bytes.ts'
import type { DecodeContext } from './decode-context.ts'
import {
  bytesAt,
  fieldOf,
  type ByteRange,
  type DecodedField,
  type DecodedProperty,
  type Decoding,
} from './decoding.ts'
import { pciClassNames } from './pci-classes.ts'
import { pciDeviceName, pciVendorName } from './pci-vendors.ts'

const titles: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'vendor-id': 'PCI vendor',
    'device-id': 'PCI device',
    'subsystem-vendor-id': 'PCI subsystem vendor',
    'subsystem-id': 'PCI subsystem',
  }),
)

/** `vendor-id` and its like: 16 bits of a configuration register in a cell of 32. */
export function decodePciId({ key, way, value }: DecodedProperty, context: DecodeContext) {
  const title = way.length === 0 ? titles.get(key) : undefined
  if (title === undefined) return null
  const register = readRegister(value, context, 0xffff)
  if (!register) return null
  const vendorKey = key.startsWith('subsystem') ? 'subsystem-vendor-id' : 'vendor-id'
  const vendor =
    key === vendorKey
      ? register.value
      : readRegister(context.own(vendorKey), context, 0xffff)?.value
  const name =
    key === vendorKey
      ? pciVendorName(register.value)
      : vendor !== undefined && key === 'device-id'
        ? pciDeviceName(vendor, register.value)
        : null
  const label = key.endsWith('device-id')
    ? 'Device'
    : key.endsWith('vendor-id')
      ? 'Vendor'
      : 'Subsystem'
  const fields: DecodedField[] = [
    fieldOf(label, hexText(register.value, 4), {
      meaning: name ?? (key === vendorKey ? 'not in the table of vendors' : null),
      range: rangeOf(register, 2),
    }),
  ]
  if (key !== vendorKey && vendor !== undefined) {
    fields.push(fieldOf('Of the vendor', hexText(vendor, 4), { meaning: pciVendorName(vendor) }))
  }
  return decoding('pci-id', title, register, fields, [hexText(register.value, 4), name])
}

/** `revision-id`: 8 bits. */
export function decodePciRevision({ key, way, value }: DecodedProperty, context: DecodeContext) {
  if (key !== 'revision-id' || way.length > 0) return null
  const register = readRegister(value, context, 0xff)
  if (!register) return null
  const field = fieldOf('Revision', hexText(register.value, 2), { range: rangeOf(register, 1) })
  return decoding('pci-revision', 'PCI revision', register, [field], [hexText(register.value, 2)])
}

/** `class-code`: base class, subclass and programming interface, 8 bits each. */
export function decodePciClass({ key, way, value }: DecodedProperty, context: DecodeContext) {
  if (key !== 'class-code' || way.length > 0) return null
  const register = readRegister(value, context, 0xffffff)
  if (!register) return null
  const names = pciClassNames(register.value)
  const part = (label: string, byte: number, meaning: string | null): DecodedField => {
    const at = register.order === 'little' ? byte : 3 - byte
    return fieldOf(label, hexText((register.value >>> (8 * byte)) & 0xff, 2), {
      meaning: meaning ?? 'not in the specification’s table',
      range: register.isData ? bytesAt(at, 1) : null,
    })
  }
  const fields = [
    part('Base class', 2, names.base),
    part('Subclass', 1, names.sub),
    part('Programming interface', 0, names.programming ?? (register.value & 0xff ? null : 'none')),
  ]
  const words = [names.base, names.sub, names.programming].filter(word => word !== null).join(', ')
  return decoding('pci-class', 'PCI class code', register, fields, [
    hexText(register.value, 6),
    words || null,
  ])
}

function rangeOf({ isData, at }: Register, width: number): ByteRange | null {
  return isData ? bytesAt(at, width) : null
}

interface Register {
  readonly value: number
  readonly order: ByteOrder
  /** First byte of the number, the lowest address of it. */
  readonly at: number
  readonly isData: boolean
  readonly isSure: boolean
  readonly because: string
  readonly problems: readonly string[]
}

/** A number of at most `limit` in a cell of four bytes, or an integer. Null for another shape. */
function readRegister(
  value: PropertyValue | undefined,
  context: DecodeContext,
  limit: number,
): Register | null {
  if (value?.kind === 'integer') {
    const number = Number(BigInt.asUintN(32, value.value))
    const problems =
      number > limit ? [`It is larger than ${hexText(limit)}, the most it can be.`] : []
    return {
      value: number & limit,
      order: 'little',
      at: 0,
      isData: false,
      isSure: true,
      because: 'By its key.',
      problems,
    }
  }
  if (value?.kind !== 'data' || value.bytes.length !== 4) return null
  const { bytes } = value
  const own = orderOfSmall(bytes, limit)
  const evidence = own === null ? cellOrder(context) : null
  const order = own ?? evidence?.order ?? 'little'
  const number = wordAt(bytes, 0, 4, order)
  const problems =
    number > limit ? [`It is larger than ${hexText(limit)}, the most it can be.`] : []
  if (value.isLossy) problems.push(lossyNote)
  const width = limit > 0xffff ? 3 : limit > 0xff ? 2 : 1
  const why =
    own !== null
      ? `read in this order it is no larger than ${hexText(limit)}`
      : bytes.every(byte => byte === 0)
        ? 'zero is zero in both'
        : (evidence?.because ?? 'nothing tells, and most machines are')
  return {
    value: number & limit,
    order,
    at: order === 'little' ? 0 : 4 - width,
    isData: true,
    isSure: own !== null || evidence !== null || number === 0,
    because: `By its key; ${orderWord(order)}, for ${why}.`,
    problems,
  }
}

function decoding(
  decoder: string,
  title: string,
  register: Register,
  fields: readonly DecodedField[],
  words: readonly (string | null)[],
): Decoding {
  return {
    decoder,
    title,
    sureness: register.isSure ? 'certain' : 'likely',
    because: register.because,
    summary: words.filter(word => word !== null).join(' · '),
    fields,
    problems: register.problems,
  }
}
