// The brackets that are open: nodes, and arrays of nodes.
import { hasId } from './entry-flags.ts'
import { allocate } from './memory.ts'
import * as rows from './rows.ts'

// What comes next. The names and numbers of `State` in archive-state.ts.
export const outside = 0
export const atKey = 1
export const atValue = 2
export const inNodes = 3

/** Nodes may be so deep (`nodeDepthLimit` in archive-nodes.ts). */
const depthLimit = 4096
/** The open brackets: for each the row of a node and its index, or 0 and -1 for an array of nodes. */
let stack: usize = 0
/** How many brackets are open. */
export let depth: i32 = 0
let nodeDepth = 0
/** The innermost node, or 0. */
export let node: usize = 0
export let nodeIndex = -1
let closed: i32 = 0

// What `ArchiveEntryKeys` asks of the nodes that were closed.
export let namedClasses: i32 = 0
export let classesUnlikeNames: i32 = 0
export let nodesWithoutId: i32 = 0

export function openBrackets(): void {
  stack = allocate((2 * depthLimit + 2) * 8)
}

/** Begins a node inside the innermost one. False when it would be too deep. */
export function openNode(): bool {
  if (nodeDepth >= depthLimit) return false
  const row = rows.addNode()
  store<i32>(row, nodeIndex, rows.nodeParent)
  store<u16>(row, nodeDepth, rows.nodeDepth)
  store<i32>(row, -1, rows.nodeName)
  store<i32>(row, -1, rows.nodeLocation)
  store<i32>(row, -1, rows.nodeClass)
  store<i32>(row, -1, rows.nodeChain)
  store<i32>(row, -1, rows.nodeTextClass)
  store<i32>(row, -1, rows.nodeClosed)
  nodeDepth++
  node = row
  nodeIndex = rows.nodes - 1
  push(row, nodeIndex)
  return true
}

/** Begins an array of nodes. */
export function openNodes(): void {
  push(0, -1)
}

function push(row: usize, index: i32): void {
  const top = stack + (usize(depth++) << 3)
  store<u32>(top, u32(row))
  store<i32>(top, index, 4)
}

/** Index of the node of the bracket at `level`, from the outermost; -1 for an array of nodes. */
export function openAt(level: i32): i32 {
  return load<i32>(stack + (usize(level) << 3), 4)
}

/** Closes the innermost node or array of nodes. Returns what comes next. */
export function closeTop(): i32 {
  depth--
  const row = usize(load<u32>(stack + (usize(depth) << 3)))
  if (row) closeNode(row)
  if (depth == 0) return outside
  return load<u32>(stack + (usize(depth - 1) << 3)) == 0 ? inNodes : atKey
}

function closeNode(row: usize): void {
  store<i32>(row, closed++, rows.nodeClosed)
  const className = load<i32>(row, rows.nodeClass)
  if (className >= 0) {
    namedClasses++
    if (className != load<i32>(row, rows.nodeName)) classesUnlikeNames++
  }
  if ((load<u16>(row, rows.nodeFlags) & hasId) == 0) nodesWithoutId++
  nodeDepth--
  node = 0
  nodeIndex = -1
  for (let level = depth - 1; level >= 0 && node == 0; level--) {
    node = usize(load<u32>(stack + (usize(level) << 3)))
    nodeIndex = openAt(level)
  }
}
