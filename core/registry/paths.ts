import { childrenOf, rootsOf } from './lookup.ts'
import { stringAt } from './strings.ts'
import { noString, type NodeIndex, type PlaneTable, type Snapshot } from './snapshot.ts'

/** `name` or `name@location`, as `ioreg` and registry paths write a node; `''` where it is unknown. */
export function nodeLabel(snapshot: Snapshot, plane: PlaneTable, node: NodeIndex): string {
  const name = stringAt(snapshot.strings, plane.name[node]!)
  const location = plane.location[node]!
  return location === noString ? name : `${name}@${stringAt(snapshot.strings, location)}`
}

/**
 * `IOService:/IOResources/IODisplayWrangler`: the kernel's path of a node. The registry root has no name
 * in it; in a dump of matches (`ioreg -r`) the path begins at the match, for what is above is unknown.
 */
export function nodePath(snapshot: Snapshot, plane: PlaneTable, node: NodeIndex): string {
  const labels: string[] = []
  for (let at = node; at >= 0; at = plane.parent[at]!) {
    const isRegistryRoot = plane.parent[at]! < 0 && isRoot(snapshot, plane, at)
    if (!isRegistryRoot) labels.push(nodeLabel(snapshot, plane, at))
  }
  return `${plane.plane}:/${labels.reverse().join('/')}`
}

/**
 * The node that `nodePath` gives this path, or -1. Names may hold `/`, so the path is matched against the
 * names rather than split; of equal siblings the first is found.
 */
export function findPath(snapshot: Snapshot, plane: PlaneTable, path: string): NodeIndex {
  for (const node of nodesAtPath(snapshot, plane, path)) return node
  return -1
}

/** All nodes that `nodePath` gives this path, top to bottom: siblings can have one name and location. */
export function* nodesAtPath(
  snapshot: Snapshot,
  plane: PlaneTable,
  path: string,
): Generator<NodeIndex> {
  const prefix = `${plane.plane}:/`
  if (!path.startsWith(prefix)) return
  const wanted = path.slice(prefix.length)
  const roots = rootsOf(plane)
  const named = roots.filter(root => !isRoot(snapshot, plane, root))
  const registryRoots = roots.filter(root => isRoot(snapshot, plane, root))
  if (wanted === '') {
    yield* registryRoots
    return
  }
  const starts = [...registryRoots.flatMap(root => childrenOf(plane, root)), ...named]
  // Last in, first tried: so reversed, to find the first of equals.
  const open = starts.reverse().map(node => ({ node, rest: wanted }))
  for (let next = open.pop(); next; next = open.pop()) {
    const label = nodeLabel(snapshot, plane, next.node)
    if (next.rest === label) yield next.node
    if (!next.rest.startsWith(`${label}/`)) continue
    const rest = next.rest.slice(label.length + 1)
    for (const child of childrenOf(plane, next.node).reverse()) open.push({ node: child, rest })
  }
}

/** The registry's own root is named `Root` in every plane (facts: ioreg, section 4). */
function isRoot(snapshot: Snapshot, plane: PlaneTable, node: NodeIndex): boolean {
  return stringAt(snapshot.strings, plane.name[node]!) === 'Root'
}
