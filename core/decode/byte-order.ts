import type { PropertyValue } from '../registry/property-value.ts'
import { wordAt, type ByteOrder } from './bytes.ts'
import type { DecodeContext } from './decode-context.ts'

export interface OrderEvidence {
  readonly order: ByteOrder
  /** What tells it, as the rest of a sentence: `because …`. */
  readonly because: string
}

/**
 * The order of a small number in four bytes: the one in which it is small. Null where both fit or none does.
 * @param limit the largest value it can have
 */
export function orderOfSmall(bytes: Uint8Array, limit: number): ByteOrder | null {
  if (bytes.length !== 4) return null
  const isLittle = wordAt(bytes, 0, 4, 'little') <= limit
  const isBig = wordAt(bytes, 0, 4, 'big') <= limit
  if (isLittle === isBig) return null
  return isLittle ? 'little' : 'big'
}

const cellKeys = ['#address-cells', '#size-cells', '#interrupt-cells'] as const
/** IDs of PCI have 16 bits in a cell of 32. */
const idKeys = ['vendor-id', 'device-id', 'subsystem-vendor-id', 'subsystem-id'] as const
const mostCells = 16

/**
 * In which order cells of the device tree stand here: PowerPC machines write them big-endian, x86 and ARM
 * little-endian. Null where nothing tells.
 */
export function cellOrder(context: DecodeContext): OrderEvidence | null {
  const found =
    firstOrder(cellKeys, context.own, mostCells) ??
    firstOrder(idKeys, context.own, 0xffff) ??
    firstOrder(cellKeys, context.parent, mostCells)
  if (found) return found
  if (context.machineOrder === null) return null
  return { order: context.machineOrder, because: 'other entries of this capture are written so' }
}

function firstOrder(
  keys: readonly string[],
  read: (key: string) => PropertyValue | undefined,
  limit: number,
): OrderEvidence | null {
  for (const key of keys) {
    const value = read(key)
    const order = value?.kind === 'data' ? orderOfSmall(value.bytes, limit) : null
    if (order) return { order, because: `${key} is written so` }
  }
  return null
}

export function orderWord(order: ByteOrder): string {
  return order === 'little' ? 'little-endian' : 'big-endian'
}
