import type { PlaneTable } from '../../core/registry/snapshot.ts'

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
