import { hexText, wordAt, type ByteOrder } from './bytes.ts'
import { cellsAt, type CellForm } from './device-tree-cells.ts'
import { bytesAt, fieldOf, type DecodedField } from './decoding.ts'

/** An address of PCI in the device tree: three cells, as the PCI bus binding to IEEE 1275 defines them. */
export interface PciAddress {
  /** `64-bit memory`, `32-bit memory`, `I/O`, `configuration`. */
  readonly space: string
  /** Mid and low cell as one number. */
  readonly offset: bigint
  readonly bus: number
  readonly device: number
  readonly func: number
  readonly register: number
  readonly isRelocatable: boolean
  readonly isPrefetchable: boolean
  readonly isAliased: boolean
}

export const pciAddressCells = 3

const spaces = ['configuration', 'I/O', '32-bit memory', '64-bit memory'] as const

export function pciAddressAt(bytes: Uint8Array, at: number, form: CellForm): PciAddress {
  const hi = wordAt(bytes, at, 4, form.order)
  return {
    space: spaces[(hi >>> 24) & 3]!,
    offset: cellsAt(bytes, at + 4, 2, form),
    bus: (hi >>> 16) & 0xff,
    device: (hi >>> 11) & 0x1f,
    func: (hi >>> 8) & 7,
    register: hi & 0xff,
    isRelocatable: (hi & 0x8000_0000) === 0,
    isPrefetchable: (hi & 0x4000_0000) !== 0,
    isAliased: (hi & 0x2000_0000) !== 0,
  }
}

/** The bits of the first cell (facts: ioreg, section 6), and the offset. */
export function pciAddressFields(
  bytes: Uint8Array,
  at: number,
  form: CellForm,
): readonly DecodedField[] {
  const found = pciAddressAt(bytes, at, form)
  const hi = wordAt(bytes, at, 4, form.order)
  const flags = [
    found.isRelocatable ? 'relocatable' : 'absolute',
    ...(found.isPrefetchable ? ['prefetchable'] : []),
    ...(found.isAliased ? ['aliased'] : []),
  ]
  return [
    fieldOf('phys.hi', hexText(hi, 8), {
      range: bytesAt(at, 4),
      children: [
        fieldOf('Space', String((hi >>> 24) & 3), { meaning: found.space }),
        fieldOf('Flags', hexText(hi >>> 29), { meaning: flags.join(', ') }),
        fieldOf('Bus, device, function', placeOf(found)),
        fieldOf('Register', hexText(found.register, 2), { meaning: registerName(found.register) }),
      ],
    }),
    fieldOf(form.isLowFirst ? 'phys.lo, phys.mid' : 'phys.mid, phys.lo', hexText(found.offset), {
      range: bytesAt(at + 4, 8),
    }),
  ]
}

/** Where an item of a list stands, and how long its parts are. */
export interface PciItem {
  readonly at: number
  /** Byte of the two cells of its size, or -1. */
  readonly sizeAt: number
}

/**
 * Whether the low cell comes first here. An offset into 32-bit memory or I/O has a high cell of zero, and nearly
 * every size is below 4 GB; where both cells are set or none is, nothing is told, and it is the standard's order.
 */
export function isPciLowFirst(
  bytes: Uint8Array,
  items: readonly PciItem[],
  order: ByteOrder,
): boolean {
  if (order === 'big') return false
  const offsets: number[] = []
  const sizes: number[] = []
  for (const { at, sizeAt } of items) {
    const space = (wordAt(bytes, at, 4, order) >>> 24) & 3
    if (space === 1 || space === 2) offsets.push(at + 4)
    if (sizeAt >= 0) sizes.push(sizeAt)
  }
  return (votes(bytes, offsets, order) || votes(bytes, sizes, order)) > 0
}

/** Above zero: more of these pairs have only their first cell set. */
function votes(bytes: Uint8Array, pairs: readonly number[], order: ByteOrder): number {
  let sum = 0
  for (const at of pairs) {
    const first = wordAt(bytes, at, 4, order) !== 0
    const second = wordAt(bytes, at + 4, 4, order) !== 0
    sum += Number(first && !second) - Number(second && !first)
  }
  return sum
}

/** `00:1f.3`, as PCI tools write it. */
export function placeOf({ bus, device, func }: PciAddress): string {
  const two = (value: number) => value.toString(16).padStart(2, '0')
  return `${two(bus)}:${two(device)}.${func.toString(16)}`
}

const firstBar = 0x10
const lastBar = 0x24
const expansionRom = 0x30

/** What a register of the configuration space is called; null where it is no base address. */
export function registerName(register: number): string | null {
  if (register >= firstBar && register <= lastBar && register % 4 === 0) {
    return `BAR ${(register - firstBar) / 4}`
  }
  return register === expansionRom ? 'expansion ROM' : null
}
