// What one scan of a text's window found, as columns: little enough to stay in the processor's cache until the
// reader has appended them to the snapshot's. Each window begins with none.
import { allocate } from './memory.ts'

/** So much of a text is scanned at once. A longer line is for the other reader. */
export const windowBytes: u32 = 1 << 18

/** The shortest line of a node, `  +-o N  <class C>`, takes 19 bytes; that of a property, `      "" = `, 12. */
const mostNodes: usize = 1 << 14
const mostProperties: usize = 1 << 15
const nodeColumnBytes = mostNodes * 8
const propertyColumnBytes = mostProperties * 8

/** Columns of nodes by number: the names are those of `core/dump/text-scanner.ts`. */
export const nodeParent: usize = 0 * nodeColumnBytes
export const nodeDepth: usize = 1 * nodeColumnBytes
export const nodeName: usize = 2 * nodeColumnBytes
export const nodeLocation: usize = 3 * nodeColumnBytes
export const nodeStart: usize = 4 * nodeColumnBytes
export const nodeClass: usize = 5 * nodeColumnBytes
export const nodeChain: usize = 6 * nodeColumnBytes
export const nodeFlags: usize = 7 * nodeColumnBytes
export const nodeState: usize = 8 * nodeColumnBytes
export const nodeId: usize = 9 * nodeColumnBytes
export const nodeBusyCount: usize = 10 * nodeColumnBytes
export const nodeBusyTime: usize = 11 * nodeColumnBytes
export const nodeRetainCount: usize = 12 * nodeColumnBytes
/** How many properties the node's block has; of the last node not told yet. */
export const nodeProperties: usize = 13 * nodeColumnBytes
const nodeColumns: usize = 14

export const propertyOwner: usize = 0 * propertyColumnBytes
export const propertyKey: usize = 1 * propertyColumnBytes
export const propertyStart: usize = 2 * propertyColumnBytes
export const propertyEnd: usize = 3 * propertyColumnBytes
export const propertyHash: usize = 4 * propertyColumnBytes
export const propertyType: usize = 5 * propertyColumnBytes
const propertyColumns: usize = 6

export let textNodes: i32 = 0
export let textProperties: i32 = 0
let nodes: usize = 0
let properties: usize = 0

export function open(): void {
  nodes = allocate(nodeColumns * nodeColumnBytes)
  properties = allocate(propertyColumns * propertyColumnBytes)
}

/** Bytes that `open` allocates. */
export const openBytes: usize =
  nodeColumns * nodeColumnBytes + propertyColumns * propertyColumnBytes

export function clear(): void {
  textNodes = 0
  textProperties = 0
}

/** Where a column of nodes begins. */
export function textNodeColumn(column: i32): usize {
  return nodes + usize(column) * nodeColumnBytes
}

/** Where a column of properties begins. */
export function textPropertyColumn(column: i32): usize {
  return properties + usize(column) * propertyColumnBytes
}

/** Where the node's items of four bytes are, but for the offset of their column; twice that for eight. */
export function nodeRow(node: i32): usize {
  return nodes + (usize(node) << 2)
}

export function addNode(): i32 {
  return textNodes++
}

export function addProperty(owner: i32, key: i32, start: u32, end: u32, hash: u64, type: u8): void {
  const index = usize(textProperties++)
  const row = properties + (index << 2)
  store<i32>(row, owner, propertyOwner)
  store<i32>(row, key, propertyKey)
  store<u32>(row, start, propertyStart)
  store<u32>(row, end, propertyEnd)
  store<u64>(properties + (index << 3), hash, propertyHash)
  store<u8>(properties + index, type, propertyType)
}

/** The last property is not complete: its key, and where its value is. */
export let lastKey: i32 = -1
export let lastStart: u32 = 0
export let lastEnd: u32 = 0

export function takeLastProperty(): void {
  const row = properties + (usize(--textProperties) << 2)
  lastKey = load<i32>(row, propertyKey)
  lastStart = load<u32>(row, propertyStart)
  lastEnd = load<u32>(row, propertyEnd)
}
