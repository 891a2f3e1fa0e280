import type { PropertyValue } from '../registry/property-value.ts'
import { itemsOf } from './addresses.ts'
import { hexText, integerOf, wordAt, type ByteOrder } from './bytes.ts'
import type { DecodeContext } from './decode-context.ts'
import {
  bytesAt,
  fieldOf,
  mostFields,
  plural,
  type DecodedField,
  type DecodedProperty,
  type Decoding,
} from './decoding.ts'
import { assumedOrder, orderSentence } from './device-tree-cells.ts'

/** `interrupts` of the device tree: specifiers of as many cells as the controller says. */
export function decodeInterrupts(
  { key, way, value }: DecodedProperty,
  context: DecodeContext,
): Decoding | null {
  if (key !== 'interrupts' || way.length > 0) return null
  if (value.kind !== 'data' || value.bytes.length === 0) return null
  const evidence = assumedOrder(context)
  const { order } = evidence
  const parent = context.own('interrupt-parent')
  const controller = parent?.kind === 'data' ? context.phandle(parent.bytes) : null
  const told =
    integerOf(controller?.interruptCells, order) ??
    integerOf(context.parent('#interrupt-cells'), order)
  const isTold = told !== null && told >= 1n && told <= 4n
  const cells = isTold ? Number(told) : 1
  const { starts, problems, rest } = itemsOf(value, 4 * cells)
  const fields = starts.map((at, i) => specifier(String(i), value.bytes, at, cells, order))
  const whose = controller
    ? `#interrupt-cells of ${controller.name}`
    : '#interrupt-cells of the parent'
  return {
    decoder: 'device-tree-interrupts',
    title: 'Interrupts',
    sureness: isTold && evidence.isSure ? 'certain' : 'possible',
    because: isTold
      ? `${whose} is ${cells}. ${orderSentence(evidence)}`
      : `No #interrupt-cells is known, so each cell is shown by itself. ${orderSentence(evidence)}`,
    summary: fields
      .map(field => field.text)
      .slice(0, 4)
      .join(', '),
    fields: [...fields, ...rest],
    problems,
  }
}

/** `IOInterruptSpecifiers`, beside the controllers that they are for: one of each for every interrupt. */
export function decodeInterruptSpecifiers(
  { key, way, value }: DecodedProperty,
  context: DecodeContext,
): Decoding | null {
  if (way.length > 0 || value.kind !== 'array') return null
  if (key !== 'IOInterruptSpecifiers' && key !== 'IOInterruptControllers') return null
  const isSpecifiers = key === 'IOInterruptSpecifiers'
  const other = context.own(isSpecifiers ? 'IOInterruptControllers' : 'IOInterruptSpecifiers')
  const others = other?.kind === 'array' ? other.items : []
  const { order, because } = assumedOrder(context)
  const fields: DecodedField[] = []
  for (const [i, item] of value.items.slice(0, mostFields).entries()) {
    const controller = isSpecifiers ? others[i] : item
    const specifierValue = isSpecifiers ? item : others[i]
    fields.push(interruptField(i, controller, specifierValue, order))
  }
  const problems: string[] = []
  if (other?.kind === 'array' && others.length !== value.items.length) {
    problems.push(
      `There ${value.items.length === 1 ? 'is' : 'are'} ${value.items.length} here and ${others.length} at ${isSpecifiers ? 'IOInterruptControllers' : 'IOInterruptSpecifiers'}; they go in pairs.`,
    )
  }
  if (value.items.length > mostFields) {
    problems.push(`The first ${mostFields} of ${plural(value.items.length, 'item')} are shown.`)
  }
  const summary = fields
    .slice(0, 3)
    .map(field => (isSpecifiers ? field.text : (field.meaning ?? field.text)))
    .join('; ')
  const more = fields.length > 3 ? `, ${fields.length - 3} more` : ''
  return {
    decoder: 'interrupt-specifiers',
    title: 'Interrupts and their controllers',
    sureness: 'certain',
    because: `By its key: the controllers and the specifiers go in pairs. Cells are read ${order}-endian, for ${because}.`,
    summary: summary + more,
    fields,
    problems,
  }
}

function interruptField(
  index: number,
  controller: PropertyValue | undefined,
  item: PropertyValue | undefined,
  order: ByteOrder,
): DecodedField {
  const name = controller?.kind === 'string' ? controller.text : 'controller not known'
  if (item?.kind !== 'data') return fieldOf(String(index), 'no specifier', { meaning: name })
  // The bytes are those of an item, not of the value, so no ranges are told.
  const { text, meaning, children } = specifier('', item.bytes, 0, item.bytes.length / 4, order)
  const plain = children?.map(({ range: _, ...field }) => field)
  return fieldOf(String(index), text, {
    meaning: meaning ? `${name}, ${meaning}` : name,
    ...(plain ? { children: plain } : {}),
  })
}

/** A specifier's first cell is the vector; what `ioreg -f` says of the second is told too (facts: ioreg, section 6). */
function specifier(
  label: string,
  bytes: Uint8Array,
  at: number,
  cells: number,
  order: ByteOrder,
): DecodedField {
  if (bytes.length < at + 4) return fieldOf(label, plural(bytes.length - at, 'byte'))
  const words = Array.from({ length: Math.min(4, Math.floor(cells)) }, (_, i) =>
    wordAt(bytes, at + 4 * i, 4, order),
  )
  const [vector = 0, sense] = words
  const children = words.map((word, i) =>
    fieldOf(i === 0 ? 'Vector' : i === 1 ? 'Sense' : `Cell ${i}`, hexText(word), {
      meaning: i === 0 ? String(word) : i === 1 ? senseWord(word) : null,
      range: bytesAt(at + 4 * i, 4),
    }),
  )
  return fieldOf(label, hexText(vector), {
    meaning: sense === undefined ? null : senseWord(sense),
    range: bytesAt(at, 4 * words.length),
    children,
  })
}

/** Bit 0 of IOKit's interrupt type is "level". */
function senseWord(sense: number): string {
  return (sense & 1) === 0 ? 'edge' : 'level'
}
