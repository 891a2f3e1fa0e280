import type { PropertyValue } from '../../../core/registry/property-value.ts'
import type { Entry } from '../kernel/registry.ts'
import type { IoregOptions } from './ioreg-options.ts'
import { textRuns } from './ioreg-text.ts'

const spaces = ['Config', 'I/O', 'Mem', '64-bit'] as const

/**
 * `-f`: some device-tree properties laid out by their meaning, other data as text, short hexadecimal or a
 * hex dump (facts: ioreg, section 6). What needs cell counts (`ranges`, `interrupt-map`) is dumped.
 * @returns the text after `"key" = ` with its newline, or null for a value that prints as ever.
 */
export function smartLines(
  entry: Entry,
  key: string,
  value: PropertyValue,
  options: IoregOptions,
  depth: number,
  prefix: string,
): string | null {
  if (value.kind !== 'data') return null
  const isAddressList =
    key === 'assigned-addresses' ||
    (key === 'reg' && (entry.providers('IODeviceTree')[0]?.name.startsWith('pci') ?? false))
  if (isAddressList) return addressLines(value.bytes, prefix)
  if (!options.hex) {
    const runs = textRuns(trimZeros(value.bytes))
    if (runs) {
      const quoted = runs.map(run => `"${Buffer.from(run).toString('latin1')}"`)
      return `<${quoted.join(',')}>\n`
    }
  }
  if (value.bytes.length <= 8) return `<${Buffer.from(value.bytes).toString('hex')}>\n`
  return hexDump(value.bytes, options.width, depth, prefix)
}

/** Zero padding at the end is tolerated here. */
function trimZeros(bytes: Uint8Array): Uint8Array {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end -= 1
  return bytes.subarray(0, end)
}

/** Five big-endian words an address. */
function addressLines(bytes: Uint8Array, prefix: string): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let lines = '\n'
  for (let i = 0; (i + 1) * 20 <= bytes.length; i++) {
    const word = (n: number): number => view.getUint32(i * 20 + n * 4, false)
    const hex = (n: number): string => word(n).toString(16).padStart(8, '0')
    const high = word(0)
    const flags = [
      high & 0x8000_0000 ? 'abs' : 'rel',
      ...(high & 0x4000_0000 ? ['prefetch'] : []),
      ...(high & 0x2000_0000 ? ['alias'] : []),
    ]
    lines +=
      `${prefix}    ${String(i).padStart(2, '0')}: phys.hi: ${hex(0)} phys.mid: ${hex(1)} phys.lo: ${hex(2)}\n` +
      `${prefix}        size.hi: ${hex(3)} size.lo: ${hex(4)}\n` +
      `${prefix}        bus: ${(high >>> 16) & 0xff} dev: ${(high >>> 11) & 0x1f} func: ${(high >>> 8) & 7} reg: ${high & 0xff}\n` +
      `${prefix}        type: ${spaces[(high >>> 24) & 3]} flags: ${flags.join(', ')}\n`
  }
  return lines
}

function hexDump(bytes: Uint8Array, width: number, depth: number, prefix: string): string {
  const fitting = Math.trunc((width - 20 - 2 * depth) / 4)
  const perRow = width === 0 ? 32 : Math.max(1, Math.min(32, fitting))
  let lines = '\n'
  for (let at = 0; at < bytes.length; at += perRow) {
    const row = bytes.subarray(at, at + perRow)
    const pairs = Array.from(row, b => b.toString(16).toUpperCase().padStart(2, '0')).join(' ')
    const shown = Array.from(row, b => (b >= 0x20 && b <= 0x7e ? String.fromCharCode(b) : '.'))
    const offset = at.toString(16).toUpperCase().padStart(8, '0')
    lines += `${prefix}    ${offset}: ${pairs.padEnd(perRow * 3 - 1)} ${shown.join('')}\n`
  }
  return lines
}
