import { grouped } from './number-words.ts'
import { childrenOf, nodesOfEntry, rootsOf } from '../../core/registry/lookup.ts'
import { nodeLabel } from '../../core/registry/paths.ts'
import type { NodeIndex, PlaneTable, Snapshot } from '../../core/registry/snapshot.ts'
import { entryId } from '../registry/columns.ts'
import { bySize, type MapId, type MapTree } from './registry-map-tree.ts'

/**
 * One plane as it is. An entry with several providers counts where it stands first, so that every entry counts once; at
 * its other places it and what is below have no area.
 */
export function mapByPlane(snapshot: Snapshot, plane: PlaneTable, sizes: Float64Array): MapTree {
  const { first, node: places } = nodesOfEntry(snapshot, plane)
  // Sums up to each node: nodes are in depth-first order, so a subtree is a difference.
  const valueBefore = new Float64Array(plane.length + 1)
  const entriesBefore = new Int32Array(plane.length + 1)
  for (let node = 0; node < plane.length; node++) {
    const entry = plane.entry[node]!
    const counts = places[first[entry]!] === node
    valueBefore[node + 1] = valueBefore[node]! + (counts ? sizes[entry]! : 0)
    entriesBefore[node + 1] = entriesBefore[node]! + (counts ? 1 : 0)
  }
  // One place above the roots, for a dump of several matches has several.
  const all = plane.length
  const endOf = (id: MapId) => (id === all ? plane.length : plane.end[id]!)
  const startOf = (id: MapId) => (id === all ? 0 : id)
  const valueOf = (id: MapId) => valueBefore[endOf(id)]! - valueBefore[startOf(id)]!
  const entriesIn = (id: MapId) => entriesBefore[endOf(id)]! - entriesBefore[startOf(id)]!
  const roots = rootsOf(plane)
  const sorted = new Map<MapId, readonly NodeIndex[]>()
  const notHere = snapshot.entries.length - entriesBefore[plane.length]!
  return {
    root: roots.length === 1 ? roots[0]! : all,
    entryCount: entriesBefore[plane.length]!,
    leftOut:
      notHere === 0
        ? ''
        : `${grouped(notHere)} ${notHere === 1 ? 'entry is' : 'entries are'} not attached in this plane.`,
    childrenOf: id => {
      let children = sorted.get(id)
      if (!children) {
        children = bySize(id === all ? roots.slice() : childrenOf(plane, id), valueOf)
        sorted.set(id, children)
      }
      return children
    },
    valueOf,
    entriesIn,
    labelOf: id => (id === all ? plane.plane : nodeLabel(snapshot, plane, id)),
    keyOf: id =>
      id === all ? '' : (entryId(snapshot, plane.entry[id]!) ?? nodeLabel(snapshot, plane, id)),
    kindOf: id => (id === all ? 'all' : 'entry'),
    entryOf: id => (id === all ? -1 : plane.entry[id]!),
    kextOf: () => null,
    wayTo: entry => {
      const way: MapId[] = []
      if (first[entry] === first[entry + 1]) return way
      for (let at = places[first[entry]!]!; at >= 0; at = plane.parent[at]!) way.push(at)
      if (roots.length !== 1) way.push(all)
      return way.reverse()
    },
    eachEntry: (id, visit) => {
      for (let node = startOf(id); node < endOf(id); node++) {
        const entry = plane.entry[node]!
        if (places[first[entry]!] === node) visit(entry)
      }
    },
  }
}
