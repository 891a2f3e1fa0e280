import type { TreeRows } from './tree-rows.ts'

/** Where each row stands among its siblings that are shown, counted from 1, and how many they are. */
export interface SiblingPlaces {
  readonly of: (row: number) => { readonly position: number; readonly size: number }
}

const known = new WeakMap<TreeRows, SiblingPlaces>()

/**
 * Made for those rows that somebody asks about: of a hundred thousand rows forty are on screen, and a key of the filter
 * makes all of them anew. A provider's clients are counted at once, for it may have ten thousand.
 */
export function shownSiblingPlaces(rows: TreeRows): SiblingPlaces {
  let places = known.get(rows)
  if (!places) known.set(rows, (places = createPlaces(rows)))
  return places
}

function createPlaces({ plane, nodes, top }: TreeRows): SiblingPlaces {
  const position = new Int32Array(nodes.length)
  /** 0 where nobody has asked yet. */
  const size = new Int32Array(nodes.length)
  /** The first row whose node is at or after this one. */
  const rowFrom = (node: number, from: number): number => {
    let [low, high] = [from, nodes.length]
    // Most subtrees are small: the end is looked for near the start first.
    for (let step = 1; low + step < nodes.length; step *= 2) {
      if (nodes[low + step]! >= node) {
        high = low + step
        break
      }
      low += step
    }
    while (low < high) {
      const middle = (low + high) >>> 1
      if (nodes[middle]! < node) low = middle + 1
      else high = middle
    }
    return low
  }
  const countFrom = (first: number, end: number) => {
    const rows: number[] = []
    for (let row = first; row < nodes.length && nodes[row]! < end;) {
      rows.push(row)
      position[row] = rows.length
      row = rowFrom(plane.end[nodes[row]!]!, row)
    }
    for (const row of rows) size[row] = rows.length
  }
  return {
    of: row => {
      if (size[row] === 0) {
        const node = nodes[row]!
        const parent = plane.parent[node]!
        if (node === top) position[row] = size[row] = 1
        else if (parent < 0) countFrom(0, plane.length)
        else countFrom(rowFrom(parent, 0) + 1, plane.end[parent]!)
      }
      return { position: position[row]!, size: size[row]! }
    },
  }
}
