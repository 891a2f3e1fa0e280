// The rows that come out: nodes in the order in which they begin, properties in the order in which they end.
// They lie in pages that never move; `exported` turns one field of all rows into a column.
import { hasProperties } from './entry-flags.ts'
import { allocate, reserve } from './memory.ts'

/** Fields of a node, by offset. Strings are -1 where the dump does not say. */
export const nodeParent = 0
export const nodeName = 4
export const nodeLocation = 8
export const nodeClass = 12
export const nodeChain = 16
export const nodeTextClass = 20
export const nodeState = 24
export const nodeRetainCount = 28
export const nodeId = 32
export const nodeBusyTime = 40
export const nodeBusyCount = 48
/** The how-manieth it was to end; -1 while it is open. */
export const nodeClosed = 52
export const nodeProperties = 56
export const nodeFlags = 60
export const nodeDepth = 62
const nodeBytes: usize = 64

/** Fields of a property, by offset. */
export const propertyOwner = 0
export const propertyKey = 4
export const propertyStart = 8
export const propertyEnd = 12
export const propertyHash = 16
export const propertyType = 24
const propertyBytes: usize = 28

/** A page: the address of the next one, then its rows. */
const rowsInPage: i32 = 2048
const pageHead: usize = 16

export let nodes: i32 = 0
let nodePages: usize = 0
let nodePage: usize = 0
let nextNode: usize = 0
let nodePageEnd: usize = 0

export let properties: i32 = 0
let propertyPages: usize = 0
let propertyPage: usize = 0
let nextProperty: usize = 0
let propertyPageEnd: usize = 0

/** The next node's row, zeroed. */
export function addNode(): usize {
  if (nextNode == nodePageEnd) addNodePage()
  const row = nextNode
  nextNode += nodeBytes
  nodes++
  return row
}

export function addProperty(): usize {
  if (nextProperty == propertyPageEnd) addPropertyPage()
  const row = nextProperty
  nextProperty += propertyBytes
  properties++
  return row
}

function addNodePage(): void {
  nodePage = pageAfter(nodePage, nodeBytes)
  if (!nodePages) nodePages = nodePage
  nextNode = nodePage + pageHead
  nodePageEnd = nextNode + usize(rowsInPage) * nodeBytes
}

function addPropertyPage(): void {
  propertyPage = pageAfter(propertyPage, propertyBytes)
  if (!propertyPages) propertyPages = propertyPage
  nextProperty = propertyPage + pageHead
  propertyPageEnd = nextProperty + usize(rowsInPage) * propertyBytes
}

/** @param last the page before it, or 0 */
function pageAfter(last: usize, rowBytes: usize): usize {
  const page = allocate(pageHead + usize(rowsInPage) * rowBytes)
  if (last) store<usize>(last, page)
  return page
}

/** For each property its place among those of all nodes, grouped by node. */
let places: usize = 0
/** For each node where its properties end among them. */
export let propertyEnds: usize = 0
let column: usize = 0

/**
 * Prepares the columns: a property's place is found once for all of them (a counting sort, for an archive writes
 * a node's properties before and after its children).
 * @returns false when there is no memory for it
 */
export function beginExport(): bool {
  const rows = max(u64(properties), u64(nodes))
  if (!reserve((u64(properties) << 2) + (rows << 3) + (u64(nodes) << 2) + 4096)) return false
  const next = allocate(usize(nodes) << 2)
  places = allocate(usize(properties) << 2)
  column = allocate(usize(rows) << 3)
  let first: u32 = 0
  let page = nodePages
  for (let node = 0; node < nodes; page = load<usize>(page)) {
    const end = min(nodes, node + rowsInPage)
    for (let row = page + pageHead; node < end; node++, row += nodeBytes) {
      store<u32>(next + (usize(node) << 2), first)
      const own = load<u32>(row, nodeProperties)
      if (own > 0) store<u16>(row, load<u16>(row, nodeFlags) | hasProperties, nodeFlags)
      first += own
    }
  }
  page = propertyPages
  let place = places
  for (let property = 0; property < properties; page = load<usize>(page)) {
    const end = min(properties, property + rowsInPage)
    for (let row = page + pageHead; property < end; property++, row += propertyBytes) {
      const owner = next + (usize(load<u32>(row, propertyOwner)) << 2)
      const at = load<u32>(owner)
      store<u32>(owner, at + 1)
      store<u32>(place, at)
      place += 4
    }
  }
  // Each node's next place is behind its last property now.
  propertyEnds = next
  return true
}

/** One field of all nodes, of 2, 4 or 8 bytes, as a column. Valid until the next call. */
export function nodeColumn(field: i32, width: i32): usize {
  return width == 4
    ? nodeItems<u32>(field)
    : width == 8
      ? nodeItems<u64>(field)
      : nodeItems<u16>(field)
}

function nodeItems<T>(field: i32): usize {
  let page = nodePages
  let out = column
  for (let left = nodes; left > 0; left -= rowsInPage, page = load<usize>(page)) {
    const from = page + pageHead + field
    const to = from + usize(min(left, rowsInPage)) * nodeBytes
    for (let row = from; row < to; row += nodeBytes, out += sizeof<T>()) store<T>(out, load<T>(row))
  }
  return column
}

/** One field of all properties, of 1, 4 or 8 bytes, grouped by node. Valid until the next call. */
export function propertyColumn(field: i32, width: i32): usize {
  return width == 4
    ? propertyItems<u32>(field)
    : width == 8
      ? propertyItems<u64>(field)
      : propertyItems<u8>(field)
}

function propertyItems<T>(field: i32): usize {
  let page = propertyPages
  let place = places
  for (let left = properties; left > 0; left -= rowsInPage, page = load<usize>(page)) {
    const from = page + pageHead + field
    const to = from + usize(min(left, rowsInPage)) * propertyBytes
    for (let row = from; row < to; row += propertyBytes, place += 4) {
      store<T>(column + usize(load<u32>(place)) * sizeof<T>(), load<T>(row))
    }
  }
  return column
}

/** The nodes in the order in which they ended; only as many as did. */
export function closedNodes(): usize {
  let page = nodePages
  for (let node = 0; node < nodes; page = load<usize>(page)) {
    const end = min(nodes, node + rowsInPage)
    for (let row = page + pageHead; node < end; node++, row += nodeBytes) {
      const closed = load<i32>(row, nodeClosed)
      if (closed >= 0) store<i32>(column + (usize(closed) << 2), node)
    }
  }
  return column
}

/** For each node itself where it ended and has properties, else -1. */
export function ownersColumn(): usize {
  let page = nodePages
  let out = column
  for (let node = 0; node < nodes; page = load<usize>(page)) {
    const end = min(nodes, node + rowsInPage)
    for (let row = page + pageHead; node < end; node++, row += nodeBytes, out += 4) {
      const isOwner = load<i32>(row, nodeClosed) >= 0 && load<u32>(row, nodeProperties) > 0
      store<i32>(out, isOwner ? node : -1)
    }
  }
  return column
}
