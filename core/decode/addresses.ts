import { hexText, lossyNote, sizeText, type ByteOrder } from './bytes.ts'
import type { DecodeContext } from './decode-context.ts'
import {
  bytesAt,
  fieldOf,
  mostFields,
  plural,
  type DecodedField,
  type DecodedProperty,
  type Decoding,
  type Sureness,
} from './decoding.ts'
import {
  assumedOrder,
  cellCounts,
  cellsAt,
  orderSentence,
  type CellCounts,
  type CellForm,
} from './device-tree-cells.ts'

import {
  isPciLowFirst,
  pciAddressAt,
  pciAddressCells,
  pciAddressFields,
  placeOf,
  registerName,
} from './pci-address.ts'

interface Layout {
  readonly counts: CellCounts
  readonly sureness: Sureness
  readonly because: string
}

/** `reg`: addresses and sizes in the parent's cells. */
export function decodeReg(property: DecodedProperty, context: DecodeContext): Decoding | null {
  const { key, way, value } = property
  if (key !== 'reg' || way.length > 0 || value.kind !== 'data' || value.bytes.length === 0) {
    return null
  }
  const order = assumedOrder(context)
  const layout = regLayout(value.bytes, context, order.order)
  if (!layout) return null
  return list('device-tree-reg', 'Addresses (reg)', value, layout, {
    order: order.order,
    because: `${layout.because} ${orderSentence(order)}`,
    isOrderSure: order.isSure,
  })
}

/** `assigned-addresses`: what PCI base addresses were given; three cells and two, always. */
export function decodeAssignedAddresses(
  { key, way, value }: DecodedProperty,
  context: DecodeContext,
): Decoding | null {
  if (key !== 'assigned-addresses' || way.length > 0 || value.kind !== 'data') return null
  const order = assumedOrder(context)
  const layout: Layout = {
    counts: { address: pciAddressCells, size: 2 },
    sureness: 'certain',
    because: 'Its key means PCI addresses: three cells each, and two for the size.',
  }
  return list('pci-assigned-addresses', 'Assigned PCI addresses', value, layout, {
    order: order.order,
    because: `${layout.because} ${orderSentence(order)}`,
    isOrderSure: order.isSure,
  })
}

function regLayout(bytes: Uint8Array, context: DecodeContext, order: ByteOrder): Layout | null {
  const counts = cellCounts(context.parent, order)
  const stride = counts ? 4 * (counts.address + counts.size) : 0
  // A provider further up may be of another bus: where its cells do not fit, they are not this one's.
  if (counts && (context.isParentExact || bytes.length % stride === 0)) {
    const whose = context.isParentExact ? 'the parent' : 'the nearest provider that has them'
    return {
      counts,
      sureness: context.isParentExact ? 'certain' : 'likely',
      because: `#address-cells ${counts.address} and #size-cells ${counts.size} are from ${whose}.`,
    }
  }
  const isPci = context.own('vendor-id') !== undefined && bytes.length % 20 === 0
  if (isPci) {
    return {
      counts: { address: pciAddressCells, size: 2 },
      sureness: 'likely',
      because: 'It is a PCI device’s, and of a length that fits; no #address-cells is known.',
    }
  }
  const guess = [
    { fits: bytes.length === 4, counts: { address: 1, size: 0 } },
    { fits: bytes.length % 16 === 0, counts: { address: 2, size: 2 } },
    { fits: bytes.length % 8 === 0, counts: { address: 1, size: 1 } },
  ].find(({ fits }) => fits)
  if (!guess) return null
  const { address, size } = guess.counts
  return {
    counts: guess.counts,
    sureness: 'possible',
    because: `No #address-cells is known; its length allows ${plural(address, 'cell')} of address and ${size} of size.`,
  }
}

interface OrderUse {
  readonly order: ByteOrder
  readonly because: string
  readonly isOrderSure: boolean
}

function list(
  decoder: string,
  title: string,
  value: { readonly bytes: Uint8Array; readonly isLossy?: boolean },
  { counts, sureness }: Layout,
  { order, because, isOrderSure }: OrderUse,
): Decoding {
  const { bytes } = value
  const stride = 4 * (counts.address + counts.size)
  const { starts, problems, rest } = itemsOf(value, stride)
  const form = formOf(bytes, starts, counts, order)
  const fields = starts.map((at, i) => addressField(String(i), bytes, at, counts, form))
  const first = fields[0]
  const count = Math.floor(bytes.length / stride)
  const more = count > 1 ? `, ${(count - 1).toLocaleString('en-US')} more` : ''
  return {
    decoder,
    title,
    sureness: sureness === 'certain' && !isOrderSure ? 'likely' : sureness,
    because: `${because}${form.isLowFirst && order === 'little' && stride > 8 ? lowFirstNote : ''}`,
    summary: first ? `${first.text}${first.meaning ? ` · ${first.meaning}` : ''}${more}` : '',
    fields: [...fields, ...rest],
    problems,
  }
}

const lowFirstNote = ' Of two cells the low one comes first, as on ARM machines.'

/** How two cells stand: PCI by what its values tell, others as ARM has them, the only ones with such pairs. */
function formOf(
  bytes: Uint8Array,
  starts: readonly number[],
  { address, size }: CellCounts,
  order: ByteOrder,
): CellForm {
  if (order === 'big') return { order, isLowFirst: false }
  if (address !== pciAddressCells) return { order, isLowFirst: true }
  const items = starts.map(at => ({ at, sizeAt: size === 2 ? at + 4 * address : -1 }))
  return { order, isLowFirst: isPciLowFirst(bytes, items, order) }
}

export interface ListItems {
  /** The first byte of each item that is shown. */
  readonly starts: readonly number[]
  readonly problems: readonly string[]
  /** A field for what is left over, or none. */
  readonly rest: readonly DecodedField[]
}

/** Items of one length, as many as are shown, and what does not fit. */
export function itemsOf(
  { bytes, isLossy }: { readonly bytes: Uint8Array; readonly isLossy?: boolean },
  stride: number,
): ListItems {
  const count = Math.floor(bytes.length / stride)
  const starts = Array.from({ length: Math.min(count, mostFields) }, (_, i) => i * stride)
  const over = bytes.length % stride
  const problems: string[] = []
  if (over > 0) {
    const are = over === 1 ? 'is' : 'are'
    problems.push(`${plural(over, 'byte')} at the end ${are} no whole item of ${stride} bytes.`)
  }
  if (count > mostFields) {
    problems.push(`The first ${mostFields} of ${count.toLocaleString('en-US')} items are shown.`)
  }
  if (isLossy) problems.push(lossyNote)
  const rest =
    over > 0
      ? [fieldOf('Rest', plural(over, 'byte'), { range: bytesAt(bytes.length - over, over) })]
      : []
  return { starts, problems, rest }
}

function addressField(
  label: string,
  bytes: Uint8Array,
  at: number,
  counts: CellCounts,
  form: CellForm,
): DecodedField {
  const sizeAt = at + 4 * counts.address
  const size = cellsAt(bytes, sizeAt, counts.size, form)
  const address = addressAt(bytes, at, counts.address, form)
  const sizeWords = counts.size === 0 || size === 0n ? [] : [sizeText(size)]
  return fieldOf(label, hexText(address.offset), {
    meaning: [...address.words, ...sizeWords, ...address.flags].join(', '),
    range: bytesAt(at, 4 * (counts.address + counts.size)),
    children: [...address.fields, ...sizeFields(sizeAt, counts.size, size)],
  })
}

function sizeFields(at: number, cells: number, size: bigint) {
  if (cells === 0) return []
  return [
    fieldOf('Size', hexText(size), { meaning: sizeText(size), range: bytesAt(at, 4 * cells) }),
  ]
}

interface Address {
  readonly offset: bigint
  readonly words: readonly string[]
  readonly flags: readonly string[]
  readonly fields: readonly DecodedField[]
}

function addressAt(
  bytes: Uint8Array,
  at: number,
  cells: number,
  form: CellForm,
  label = 'Address',
): Address {
  if (cells !== pciAddressCells) {
    const offset = cellsAt(bytes, at, cells, form)
    const fields = [fieldOf(label, hexText(offset), { range: bytesAt(at, 4 * cells) })]
    return { offset, words: [], flags: [], fields }
  }
  const found = pciAddressAt(bytes, at, form)
  const name = registerName(found.register)
  return {
    offset: found.offset,
    words: [
      found.space === 'configuration' ? `configuration of ${placeOf(found)}` : found.space,
      ...(name ? [name] : []),
    ],
    flags: found.isPrefetchable ? ['prefetchable'] : [],
    fields: pciAddressFields(bytes, at, form),
  }
}

/** `ranges`: which addresses of a bus are which addresses of its parent. */
export function decodeRanges(
  { key, way, value }: DecodedProperty,
  context: DecodeContext,
): Decoding | null {
  if ((key !== 'ranges' && key !== 'dma-ranges') || way.length > 0 || value.kind !== 'data') {
    return null
  }
  const title = 'Address ranges of the bus'
  const decoder = 'device-tree-ranges'
  if (value.bytes.length === 0) {
    const because = 'By its key; an empty value means that nothing is translated.'
    const summary = 'addresses are the parent’s'
    return { decoder, title, sureness: 'certain', because, summary, fields: [], problems: [] }
  }
  const evidence = assumedOrder(context)
  const { order } = evidence
  const child = cellCounts(context.own, order)
  if (!child) return null
  const known = cellCounts(context.parent, order)?.address
  // Without the parent's: the number of cells with which the length comes out, of those that machines have.
  const { bytes } = value
  const fits = (cells: number) => bytes.length % (4 * (child.address + cells + child.size)) === 0
  const parent = known ?? [child.address, 1, 2, 3].find(fits)
  if (parent === undefined) return null
  const stride = 4 * (child.address + parent + child.size)
  const { starts, problems, rest } = itemsOf(value, stride)
  const isLowFirst = rangesAreLowFirst(bytes, starts, child, parent, order)
  const form: CellForm = { order, isLowFirst }
  const fields = starts.map((at, i) => {
    const parentAt = at + 4 * child.address
    const sizeAt = parentAt + 4 * parent
    const from = addressAt(bytes, at, child.address, form, 'Address on the bus')
    const to = addressAt(bytes, parentAt, parent, form, 'Address of the parent')
    const size = cellsAt(bytes, sizeAt, child.size, form)
    const end = child.size > 0 && size > 0n ? sizeText(size) : ''
    return fieldOf(String(i), `${hexText(from.offset)} → ${hexText(to.offset)}`, {
      meaning: [...from.words, end].filter(word => word !== '').join(', '),
      range: bytesAt(at, stride),
      children: [
        fieldOf('On the bus', hexText(from.offset), {
          range: bytesAt(at, 4 * child.address),
          children: from.fields,
        }),
        fieldOf('Of the parent', hexText(to.offset), {
          range: bytesAt(parentAt, 4 * parent),
          children: to.fields,
        }),
        ...sizeFields(sizeAt, child.size, size),
      ],
    })
  })
  const why =
    known === undefined
      ? `the parent’s #address-cells is not known, and ${plural(parent, 'cell')} would fit`
      : `the parent has ${plural(parent, 'cell')} of address`
  return {
    decoder,
    title,
    sureness:
      known === undefined || !evidence.isSure || !context.isParentExact ? 'likely' : 'certain',
    because: `#address-cells ${child.address} and #size-cells ${child.size} are its own; ${why}. ${orderSentence(evidence)}`,
    summary: `${plural(Math.floor(bytes.length / stride), 'range')}${fields[0] ? `, ${fields[0].text}` : ''}`,
    fields: [...fields, ...rest],
    problems,
  }
}

function rangesAreLowFirst(
  bytes: Uint8Array,
  starts: readonly number[],
  child: CellCounts,
  parent: number,
  order: ByteOrder,
): boolean {
  if (order === 'big') return false
  if (child.address !== pciAddressCells) return true
  const sizeCell = 4 * (child.address + parent)
  const items = starts.map(at => ({ at, sizeAt: child.size === 2 ? at + sizeCell : -1 }))
  return isPciLowFirst(bytes, items, order)
}
