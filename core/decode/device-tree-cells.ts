import type { PropertyValue } from '../registry/property-value.ts'
import { cellOrder, orderWord, type OrderEvidence } from './byte-order.ts'
import { integerOf, wordAt, type ByteOrder } from './bytes.ts'
import type { DecodeContext } from './decode-context.ts'

/** How many cells of four bytes an address, and how many a size has. */
export interface CellCounts {
  readonly address: number
  readonly size: number
}

/** A guest may write any number there; more than four cells no bus has. */
const mostCells = 4

/** `#address-cells` and `#size-cells`, or null where one is missing or absurd. */
export function cellCounts(
  read: (key: string) => PropertyValue | undefined,
  order: ByteOrder,
): CellCounts | null {
  const address = integerOf(read('#address-cells'), order)
  const size = integerOf(read('#size-cells'), order)
  if (address === null || size === null) return null
  if (address < 1n || address > BigInt(mostCells) || size < 0n || size > BigInt(mostCells)) {
    return null
  }
  return { address: Number(address), size: Number(size) }
}

/** How numbers stand in the cells of a property. */
export interface CellForm {
  readonly order: ByteOrder
  /**
   * Of a number of several cells the low one comes first. IEEE 1275 has the high one first, and so have PowerPC and
   * x86; ARM machines write two cells as one little-endian number of 64 bits.
   */
  readonly isLowFirst: boolean
}

/** A number of several cells. */
export function cellsAt(bytes: Uint8Array, at: number, cells: number, form: CellForm): bigint {
  let value = 0n
  for (let i = 0; i < cells; i++) {
    const cell = form.isLowFirst ? cells - 1 - i : i
    value = (value << 32n) | BigInt(wordAt(bytes, at + 4 * cell, 4, form.order))
  }
  return value
}

export interface AssumedOrder extends OrderEvidence {
  readonly isSure: boolean
}

/** The order of cells here, and why; little-endian where nothing tells. */
export function assumedOrder(context: DecodeContext): AssumedOrder {
  const evidence = cellOrder(context)
  if (evidence) return { ...evidence, isSure: true }
  return { order: 'little', because: 'nothing tells, and most machines are', isSure: false }
}

export function orderSentence({ order, because }: OrderEvidence): string {
  return `Cells are ${orderWord(order)}, for ${because}.`
}
