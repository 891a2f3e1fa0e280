import { appended, ascending, growColumn } from './grow-column.ts'
import { noString, type EntryIndex, type NodeIndex, type StringIndex } from './snapshot.ts'

/** What `PlaneDraft.addAll` takes: one item of each for each node, in depth-first order. */
export interface NodeColumns {
  /** -1 for a root. */
  readonly parent: Int32Array<ArrayBuffer>
  readonly depth: Uint16Array<ArrayBuffer>
  readonly name: Int32Array<ArrayBuffer>
  readonly location: Int32Array<ArrayBuffer>
}

/** One plane while its dump is read: nodes in depth-first order, as every dump writes them. */
export class PlaneDraft {
  plane: string
  length = 0
  entry = new Int32Array(256)
  parent = new Int32Array(256)
  depth = new Uint16Array(256)
  name = new Int32Array(256)
  location = new Int32Array(256)

  constructor(plane: string) {
    this.plane = plane
  }

  /** A node below `parent` (-1: a root). Its name may be told later. */
  add(parent: NodeIndex, entry: EntryIndex): NodeIndex {
    const node = this.length++
    if (node >= this.entry.length) this.grow()
    this.entry[node] = entry
    this.parent[node] = parent
    this.depth[node] = parent < 0 ? 0 : this.depth[parent]! + 1
    this.name[node] = noString
    this.location[node] = noString
    return node
  }

  /**
   * The same for the columns of many nodes, which become the plane's own. Parents count from the first of
   * them; their entries are as many from `firstEntry` on.
   */
  addAll(nodes: NodeColumns, firstEntry: EntryIndex): void {
    const first = this.length
    if (first > 0) {
      for (let node = 0; node < nodes.parent.length; node++) {
        if (nodes.parent[node]! >= 0) nodes.parent[node]! += first
      }
    }
    this.append(nodes, firstEntry)
  }

  /** The same where parents count from the plane's first. */
  append(nodes: NodeColumns, firstEntry: EntryIndex): void {
    const first = this.length
    const count = nodes.parent.length
    const entry = ascending(firstEntry, count)
    this.entry = appended(this.entry, first, entry)
    this.parent = appended(this.parent, first, nodes.parent)
    this.depth = appended(this.depth, first, nodes.depth)
    this.name = appended(this.name, first, nodes.name)
    this.location = appended(this.location, first, nodes.location)
    this.length += count
  }

  setName(node: NodeIndex, name: StringIndex, location: StringIndex): void {
    this.name[node] = name
    this.location[node] = location
  }

  /** Room for so many in all: what is written once need not be copied. */
  reserve(count: number): void {
    if (count > this.entry.length) this.grow(count)
  }

  private grow(needed = this.length): void {
    this.entry = growColumn(this.entry, needed)
    this.parent = growColumn(this.parent, needed)
    this.depth = growColumn(this.depth, needed)
    this.name = growColumn(this.name, needed)
    this.location = growColumn(this.location, needed)
  }
}

/** `PlaneTable.end` from `PlaneTable.parent`: last node first, so each subtree is complete in time. */
export function subtreeEnds(parent: Int32Array): Int32Array {
  const end = new Int32Array(parent.length)
  for (let node = parent.length - 1; node >= 0; node--) {
    if (end[node] === 0) end[node] = node + 1
    const above = parent[node]!
    if (above >= 0 && end[above]! < end[node]!) end[above] = end[node]!
  }
  return end
}
