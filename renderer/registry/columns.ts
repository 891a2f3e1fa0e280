import {
  EntryFlag,
  noString,
  type EntryIndex,
  type NodeIndex,
  type PlaneTable,
  type Snapshot,
  type StringIndex,
  type StringTable,
} from '../../core/registry/snapshot.ts'

const decoded = new WeakMap<StringTable, (string | undefined)[]>()
const decoder = new TextDecoder()

/** A string of the table, decoded once; null where the dump does not say. */
export function textAt(strings: StringTable, index: StringIndex): string | null {
  if (index === noString) return null
  let cache = decoded.get(strings)
  if (!cache) decoded.set(strings, (cache = []))
  return (cache[index] ??= decoder.decode(
    strings.bytes.subarray(strings.start[index], strings.start[index + 1]),
  ))
}

/** `name`, or `name@location`, as the node is called in this plane. */
export function nodeLabel(snapshot: Snapshot, plane: PlaneTable, node: NodeIndex): string {
  const name = textAt(snapshot.strings, plane.name[node]!) ?? '?'
  const location = textAt(snapshot.strings, plane.location[node]!)
  return location === null ? name : `${name}@${location}`
}

/** `IOService:/IOResources/…`. The root of a whole plane is the `/` itself. */
export function nodePath(snapshot: Snapshot, plane: PlaneTable, node: NodeIndex): string {
  const parts: string[] = []
  for (let n = node; n !== -1; n = plane.parent[n]!) {
    if (plane.parent[n] === -1 && isWholePlane(plane)) break
    parts.push(nodeLabel(snapshot, plane, n))
  }
  return `${plane.plane}:/${parts.reverse().join('/')}`
}

function isWholePlane(plane: PlaneTable): boolean {
  return plane.length > 0 && plane.end[0] === plane.length
}

/** The node that `nodePath` gives this text for; the first, when siblings are called the same. */
export function findPath(snapshot: Snapshot, plane: PlaneTable, path: string): NodeIndex | null {
  const prefix = `${plane.plane}:/`
  if (!path.startsWith(prefix)) return null
  let from = 0
  let to = plane.length
  let found: NodeIndex | null = null
  let rest = path.slice(prefix.length)
  if (isWholePlane(plane)) {
    if (rest === '') return 0
    from = 1
  }
  while (rest !== '') {
    let next: NodeIndex | null = null
    for (let n = from; n < to; n = plane.end[n]!) {
      // Names may hold slashes, so labels are compared with the text, not the text split.
      const label = nodeLabel(snapshot, plane, n)
      if (rest === label || rest.startsWith(`${label}/`)) {
        next = n
        rest = rest.slice(label.length + 1)
        break
      }
    }
    if (next === null) return null
    found = next
    from = next + 1
    to = plane.end[next]!
  }
  return found
}

/** `0x…`, or null where the dump has none. */
export function entryId(snapshot: Snapshot, entry: EntryIndex): string | null {
  const { entries } = snapshot
  return entries.flags[entry]! & EntryFlag.hasId ? `0x${entries.id[entry]!.toString(16)}` : null
}

const byId = new WeakMap<Snapshot, Map<bigint, EntryIndex>>()

export function entryById(snapshot: Snapshot, id: string): EntryIndex | null {
  let index = byId.get(snapshot)
  if (!index) {
    index = new Map()
    const { entries } = snapshot
    for (let e = 0; e < entries.length; e++) {
      if (entries.flags[e]! & EntryFlag.hasId) index.set(entries.id[e]!, e)
    }
    byId.set(snapshot, index)
  }
  return index.get(BigInt(id)) ?? null
}
