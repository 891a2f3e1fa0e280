import { hexText, lossyNote, wordAt } from './bytes.ts'
import {
  bytesAt,
  fieldOf,
  plural,
  type DecodedField,
  type DecodedProperty,
  type Decoding,
} from './decoding.ts'
import { descriptorField, establishedTimings, standardTiming } from './edid-timings.ts'

export const edidBlock = 128
const magic = [0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00]
/** The standard has a byte for the number of extensions. */
const mostBlocks = 256

/** Makers that Macs and virtual machines show, by their letters in the list of UEFI Forum and Microsoft. */
const makers: Readonly<Record<string, string>> = {
  ACI: 'Asus',
  ACR: 'Acer',
  AOC: 'AOC',
  APP: 'Apple',
  AUO: 'AU Optronics',
  AUS: 'Asus',
  BNQ: 'BenQ',
  BOE: 'BOE',
  CMN: 'Chimei Innolux',
  CMO: 'Chi Mei',
  DEL: 'Dell',
  EIZ: 'Eizo',
  ENC: 'Eizo',
  FUS: 'Fujitsu Siemens',
  GSM: 'LG',
  HPN: 'HP',
  HSD: 'HannStar',
  HWP: 'HP',
  IVM: 'Iiyama',
  LEN: 'Lenovo',
  LGD: 'LG Display',
  LPL: 'LG Philips',
  NEC: 'NEC',
  PHL: 'Philips',
  PNR: 'Planar',
  QDS: 'Quanta',
  RHT: 'Red Hat (QEMU)',
  SAM: 'Samsung',
  SEC: 'Samsung / Seiko Epson',
  SHP: 'Sharp',
  SNY: 'Sony',
  VBX: 'VirtualBox',
  VSC: 'ViewSonic',
  VMW: 'VMware',
}

const keyPattern = /(^|[,_])(IODisplay)?EDID(Override)?$/i

/** What a display says of itself: VESA E-EDID 1.x. */
export function decodeEdid({ key, value }: DecodedProperty): Decoding | null {
  if (value.kind !== 'data') return null
  const { bytes } = value
  const isKey = keyPattern.test(key)
  const hasMagic = magic.every((byte, at) => bytes[at] === byte)
  if (!hasMagic && !isKey) return null
  if (bytes.length === 0) return null
  const problems: string[] = []
  if (!hasMagic) problems.push('It does not begin with the eight bytes 00 ff ff ff ff ff ff 00.')
  if (bytes.length < edidBlock) {
    problems.push(`It is too short: ${plural(bytes.length, 'byte')} of ${edidBlock}.`)
  }
  if (bytes.length % edidBlock !== 0 && bytes.length > edidBlock) {
    problems.push(`Its length is no multiple of ${edidBlock} bytes.`)
  }
  if (value.isLossy) problems.push(lossyNote)
  const fields = [...baseFields(bytes, problems), ...extensionFields(bytes, problems)]
  return {
    decoder: 'edid',
    title: 'Display data (EDID)',
    sureness: hasMagic ? 'certain' : 'likely',
    because: hasMagic ? 'It begins with the header of an EDID.' : 'By its key.',
    summary: summaryOf(bytes),
    fields,
    problems,
  }
}

function summaryOf(bytes: Uint8Array): string {
  if (bytes.length < edidBlock) return ''
  const maker = makerOf(bytes)
  const name = descriptors
    .map(at => descriptorField('', bytes, at))
    .find(field => field.label === 'Name')?.text
  return [makers[maker] ?? maker, name].filter(Boolean).join(' · ')
}

function makerOf(bytes: Uint8Array): string {
  const packed = wordAt(bytes, 8, 2, 'big')
  const letter = (shift: number) => {
    const code = (packed >>> shift) & 0x1f
    return code >= 1 && code <= 26 ? String.fromCharCode(64 + code) : '?'
  }
  return letter(10) + letter(5) + letter(0)
}

const descriptors = [54, 72, 90, 108]

/** Fields of the base block, as far as its bytes go. */
function baseFields(bytes: Uint8Array, problems: string[]): DecodedField[] {
  const fields: DecodedField[] = []
  /** Adds a field where its bytes are there. */
  const add = (at: number, length: number, make: () => DecodedField) => {
    if (at + length <= bytes.length) fields.push({ ...make(), range: bytesAt(at, length) })
  }
  const byte = (at: number) => bytes[at] ?? 0
  add(0, 8, () => fieldOf('Header', 'EDID'))
  add(8, 2, () =>
    fieldOf('Maker', makerOf(bytes), { meaning: makers[makerOf(bytes)] ?? 'not in the table' }),
  )
  add(10, 2, () => fieldOf('Product code', hexText(wordAt(bytes, 10, 2, 'little'), 4)))
  add(12, 4, () => {
    const serial = wordAt(bytes, 12, 4, 'little')
    return fieldOf('Serial number', serial === 0 ? 'none' : String(serial))
  })
  add(16, 2, () => fieldOf('Made', madeText(byte(16), byte(17))))
  add(18, 2, () => fieldOf('Version', `${byte(18)}.${byte(19)}`))
  add(20, 1, () =>
    fieldOf('Input', hexText(byte(20), 2), { meaning: inputWords(byte(20), byte(19)) }),
  )
  add(21, 2, () => fieldOf('Size', sizeWords(byte(21), byte(22))))
  add(23, 1, () =>
    fieldOf('Gamma', byte(23) === 0xff ? 'in an extension' : ((byte(23) + 100) / 100).toFixed(2)),
  )
  add(24, 1, () => fieldOf('Features', hexText(byte(24), 2), { meaning: featureWords(byte(24)) }))
  add(25, 10, () => fieldOf('Colours', 'primaries and white', { meaning: chromaticity(bytes) }))
  add(35, 3, () => {
    const children = establishedTimings(bytes)
    return fieldOf('Established timings', plural(children.length, 'mode'), { children })
  })
  add(38, 16, () => {
    const children = Array.from({ length: 8 }, (_, i) =>
      standardTiming(bytes, 38 + 2 * i, byte(19)),
    )
    const used = children.filter(child => child !== null)
    return fieldOf('Standard timings', plural(used.length, 'mode'), { children: used })
  })
  for (const [i, at] of descriptors.entries()) {
    add(at, 18, () => descriptorField(`Descriptor ${i + 1}`, bytes, at))
  }
  add(126, 1, () => fieldOf('Extensions', String(byte(126))))
  add(127, 1, () => checksumField(bytes, 0, problems))
  return fields
}

function extensionFields(bytes: Uint8Array, problems: string[]): DecodedField[] {
  if (bytes.length < edidBlock) return []
  const told = bytes[126]!
  const held = Math.floor(bytes.length / edidBlock) - 1
  if (told > held) {
    problems.push(
      `It speaks of ${plural(told, 'extension')}; ${held === 0 ? 'none is' : `${held} are`} here.`,
    )
  }
  const fields: DecodedField[] = []
  for (let block = 1; block <= Math.min(held, mostBlocks); block++) {
    const at = block * edidBlock
    const tag = bytes[at]!
    const children: DecodedField[] = [
      fieldOf('Kind', hexText(tag, 2), { meaning: extensionName(tag), range: bytesAt(at, 1) }),
      fieldOf('Revision', String(bytes[at + 1]), { range: bytesAt(at + 1, 1) }),
    ]
    if (tag === ctaExtension) {
      // The byte says where the timings begin; what comes before are blocks of their own.
      const first = bytes[at + 2]!
      for (let d = first; first >= 4 && d + 18 <= edidBlock - 1 && bytes[at + d] !== 0; d += 18) {
        children.push(descriptorField('Timing', bytes, at + d))
      }
    }
    children.push(checksumField(bytes, at, problems))
    fields.push(
      fieldOf(`Extension ${block}`, extensionName(tag), {
        range: bytesAt(at, edidBlock),
        children,
      }),
    )
  }
  return fields
}

const ctaExtension = 0x02
const extensionNames: Readonly<Record<number, string>> = {
  0x02: 'CTA-861 (HDMI and audio)',
  0x10: 'Video timing block',
  0x40: 'Display information',
  0x50: 'Localised strings',
  0x70: 'DisplayID',
  0xf0: 'Map of extensions',
  0xff: 'The maker’s own',
}

function extensionName(tag: number): string {
  return extensionNames[tag] ?? 'kind not known'
}

/** All bytes of a block add up to zero. */
function checksumField(bytes: Uint8Array, block: number, problems: string[]): DecodedField {
  let sum = 0
  for (let i = 0; i < edidBlock - 1; i++) sum += bytes[block + i]!
  const wanted = (256 - (sum & 0xff)) & 0xff
  const found = bytes[block + edidBlock - 1]!
  const isRight = wanted === found
  if (!isRight) {
    const which = block === 0 ? 'The base block' : `Extension ${block / edidBlock}`
    problems.push(
      `${which} has the checksum ${hexText(found, 2)}; its bytes ask for ${hexText(wanted, 2)}.`,
    )
  }
  return fieldOf('Checksum', hexText(found, 2), {
    meaning: isRight ? 'right' : `wrong, ${hexText(wanted, 2)} is right`,
    range: bytesAt(block + edidBlock - 1, 1),
  })
}

function madeText(week: number, year: number): string {
  if (week === 0xff) return `model of ${1990 + year}`
  return week === 0 || week > 54 ? String(1990 + year) : `week ${week} of ${1990 + year}`
}

function sizeWords(width: number, height: number): string {
  if (width === 0 && height === 0) return 'not told'
  if (width === 0 || height === 0) return 'only an aspect ratio'
  return `${width} × ${height} cm`
}

const depths = ['', '6 bits', '8 bits', '10 bits', '12 bits', '14 bits', '16 bits', '']
const interfaces = ['', 'DVI', 'HDMI-a', 'HDMI-b', 'MDDI', 'DisplayPort']

function inputWords(input: number, revision: number): string {
  if ((input & 0x80) === 0) return 'analogue'
  // Before 1.4 the other bits had another meaning.
  if (revision < 4) return 'digital'
  const depth = depths[(input >>> 4) & 7]
  const kind = interfaces[input & 0xf] ?? ''
  return ['digital', depth, kind].filter(Boolean).join(', ')
}

function featureWords(features: number): string {
  const words = [
    features & 0x80 ? 'standby' : '',
    features & 0x40 ? 'suspend' : '',
    features & 0x20 ? 'active off' : '',
    features & 0x04 ? 'sRGB' : '',
    features & 0x02 ? 'preferred timing first' : '',
    features & 0x01 ? 'continuous frequency' : '',
  ].filter(Boolean)
  return words.join(', ') || 'none'
}

/** Ten bits each, the low two of all in the first two bytes, in 1024ths. */
function chromaticity(bytes: Uint8Array): string {
  const low = (index: number) => (bytes[25 + (index >> 2)]! >>> (6 - 2 * (index & 3))) & 3
  const value = (index: number) => ((bytes[27 + index]! << 2) | low(index)) / 1024
  const pair = (name: string, index: number) =>
    `${name} ${value(index).toFixed(3)}, ${value(index + 1).toFixed(3)}`
  return [pair('red', 0), pair('green', 2), pair('blue', 4), pair('white', 6)].join('; ')
}
