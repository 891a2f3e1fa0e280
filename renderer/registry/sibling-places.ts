import type { PlaneTable } from '../../core/registry/snapshot.ts'
import type { TreeRows } from './tree-rows.ts'

/** Where each node stands among its siblings, counted from 1, and how many they are. */
export interface SiblingPlaces {
  readonly position: Int32Array
  readonly size: Int32Array
}

const known = new WeakMap<PlaneTable, SiblingPlaces>()

/** Made once for a plane: a provider may have ten thousand clients, and each row wants its number. */
export function siblingPlaces(plane: PlaneTable): SiblingPlaces {
  const before = known.get(plane)
  if (before) return before
  const position = new Int32Array(plane.length)
  const size = new Int32Array(plane.length)
  /** How many clients each node has; the last item counts the roots. */
  const clients = new Int32Array(plane.length + 1)
  const home = (node: number) => (plane.parent[node]! < 0 ? plane.length : plane.parent[node]!)
  for (let node = 0; node < plane.length; node++) position[node] = ++clients[home(node)]!
  for (let node = 0; node < plane.length; node++) size[node] = clients[home(node)]!
  const places = { position, size }
  known.set(plane, places)
  return places
}

const knownOfRows = new WeakMap<TreeRows, SiblingPlaces>()

/** The same by row, counting only siblings that are shown: some of a filtered tree are not. */
export function shownSiblingPlaces(rows: TreeRows): SiblingPlaces {
  const before = knownOfRows.get(rows)
  if (before) return before
  const { plane, nodes, matches, top } = rows
  const position = new Int32Array(nodes.length)
  const size = new Int32Array(nodes.length)
  if (!matches) {
    // A provider that is open shows all its clients.
    const all = siblingPlaces(plane)
    for (let row = 0; row < nodes.length; row++) {
      const node = nodes[row]!
      position[row] = node === top ? 1 : all.position[node]!
      size[row] = node === top ? 1 : all.size[node]!
    }
  } else {
    const clients = new Int32Array(plane.length + 1)
    const home = (node: number) =>
      node === top || plane.parent[node]! < 0 ? plane.length : plane.parent[node]!
    for (let row = 0; row < nodes.length; row++) position[row] = ++clients[home(nodes[row]!)]!
    for (let row = 0; row < nodes.length; row++) size[row] = clients[home(nodes[row]!)]!
  }
  const places = { position, size }
  knownOfRows.set(rows, places)
  return places
}
