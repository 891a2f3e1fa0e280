import { hexOf } from '../registry/byte-text.ts'
import { bytesAt, fieldOf, type DecodedProperty, type Decoding } from './decoding.ts'
import { lossyNote } from './bytes.ts'

const keys: ReadonlySet<string> = new Set([
  'IOMACAddress',
  'local-mac-address',
  'mac-address',
  'mac-address-wifi0',
  'mac-address-bluetooth0',
  'mac-address-ethernet0',
  'wireless-mac-address',
])

/** Prefixes that virtual machines take, and Apple's own; the IEEE's whole list has tens of thousands. */
const makers: Readonly<Record<string, string>> = {
  '00:03:93': 'Apple',
  '00:05:69': 'VMware',
  '00:0c:29': 'VMware',
  '00:15:5d': 'Microsoft Hyper-V',
  '00:16:3e': 'Xen',
  '00:1c:14': 'VMware',
  '00:1c:42': 'Parallels',
  '00:50:56': 'VMware',
  '08:00:27': 'VirtualBox',
  '52:54:00': 'QEMU / KVM',
}

/** A hardware address of six bytes, or of eight as FireWire has them. */
export function decodeMacAddress({ key, value }: DecodedProperty): Decoding | null {
  if (!keys.has(key) || value.kind !== 'data') return null
  const { bytes } = value
  const problems: string[] = []
  if (bytes.length !== 6 && bytes.length !== 8) {
    problems.push(`It has ${bytes.length} bytes; a hardware address has 6, on FireWire 8.`)
  }
  if (value.isLossy) problems.push(lossyNote)
  if (bytes.length < 3) return null
  const shown = bytes.subarray(0, 8)
  const first = bytes[0]!
  const prefix = hexOf(bytes.subarray(0, 3), ':')
  const isLocal = (first & 2) !== 0
  if ((first & 1) !== 0)
    problems.push('Its group bit is set: no single interface has such an address.')
  if (shown.every(byte => byte === 0)) problems.push('It is zero: no address was given.')
  const text = hexOf(shown, ':')
  return {
    decoder: 'mac-address',
    title: 'Hardware address',
    sureness: 'certain',
    because: 'By its key.',
    summary: makers[prefix] ? `${text} · ${makers[prefix]}` : text,
    fields: [
      fieldOf('Address', text, { range: bytesAt(0, shown.length) }),
      fieldOf('Maker’s prefix', prefix, {
        meaning:
          makers[prefix] ?? (isLocal ? 'chosen locally, not by a maker' : 'not in the table'),
        range: bytesAt(0, 3),
      }),
      fieldOf('Given by', isLocal ? 'the administrator' : 'the maker', {
        meaning: isLocal ? 'bit 1 of the first byte is set' : 'bit 1 of the first byte is clear',
        range: bytesAt(0, 1),
      }),
      fieldOf('For', (first & 1) === 0 ? 'one interface' : 'a group', {
        meaning:
          (first & 1) === 0 ? 'bit 0 of the first byte is clear' : 'bit 0 of the first byte is set',
        range: bytesAt(0, 1),
      }),
    ],
    problems,
  }
}
