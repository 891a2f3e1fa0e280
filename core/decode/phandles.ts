import { cellOrder, orderWord } from './byte-order.ts'
import { hexText, wordAt } from './bytes.ts'
import type { DecodeContext } from './decode-context.ts'
import { bytesAt, fieldOf, type DecodedProperty, type Decoding } from './decoding.ts'

/** `AAPL,phandle`, and properties that hold the phandle of another entry. */
export function decodePhandle(
  { key, way, value }: DecodedProperty,
  context: DecodeContext,
): Decoding | null {
  const isOwn = key === 'AAPL,phandle' || key === 'phandle'
  if ((!isOwn && key !== 'interrupt-parent') || way.length > 0) return null
  if (value.kind !== 'data' || value.bytes.length !== 4) return null
  const evidence = cellOrder(context)
  const order = evidence?.order ?? 'little'
  const number = hexText(wordAt(value.bytes, 0, 4, order))
  const target = isOwn ? null : context.phandle(value.bytes)
  const meaning = isOwn ? 'other entries name this one by it' : target?.name
  return {
    decoder: 'phandle',
    title: isOwn ? 'Handle of the device tree' : 'Handle of another entry',
    sureness: 'certain',
    because: `By its key; ${orderWord(order)}${evidence ? `, for ${evidence.because}` : ' is assumed'}.`,
    summary: target ? `${number} · ${target.name}` : number,
    fields: [fieldOf('Handle', number, { meaning, range: bytesAt(0, 4), entryId: target?.id })],
    problems:
      isOwn || target ? [] : ['No entry of this capture has this handle as its AAPL,phandle.'],
  }
}

const cellWords: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '#address-cells': 'cells of four bytes in an address on this bus',
    '#size-cells': 'cells of four bytes in a size on this bus',
    '#interrupt-cells': 'cells of four bytes in a specifier of this interrupt controller',
  }),
)

/** `#address-cells` and its like. */
export function decodeCellCount({ key, way, value }: DecodedProperty): Decoding | null {
  const meaning = way.length === 0 ? cellWords.get(key) : undefined
  if (meaning === undefined || value.kind !== 'data' || value.bytes.length !== 4) return null
  const little = wordAt(value.bytes, 0, 4, 'little')
  const big = wordAt(value.bytes, 0, 4, 'big')
  const order = big < little ? 'big' : 'little'
  const count = Math.min(little, big)
  return {
    decoder: 'cell-count',
    title: 'Cell count',
    sureness: 'certain',
    because: `By its key; ${orderWord(order)}, as it is the smaller of both.`,
    summary: String(count),
    fields: [fieldOf('Count', String(count), { meaning, range: bytesAt(0, 4) })],
    problems: count > 8 ? ['No bus has so many.'] : [],
  }
}
