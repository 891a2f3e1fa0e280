import { FailureError } from '../failure.ts'
import { planeNamed } from '../registry/lookup.ts'
import {
  noString,
  type NodeIndex,
  type PlaneTable,
  type Snapshot,
  type StringIndex,
} from '../registry/snapshot.ts'

/** Which part of a snapshot a format of one plane writes. */
export interface PartOptions {
  /** IOService when absent and there, else the first plane. */
  readonly plane?: string
  /** Only this node and what is below it. */
  readonly under?: NodeIndex
  /** Levels that are written, the top one counted; all when absent. */
  readonly depthLimit?: number
}

/** Nodes `[first, end)` of a plane, as deep as `lastDepth`. */
export interface WrittenPart {
  readonly plane: PlaneTable
  readonly first: NodeIndex
  readonly end: NodeIndex
  readonly firstDepth: number
  readonly lastDepth: number
}

/**
 * The part that the options name; null for a snapshot without planes.
 * @throws FailureError bad-request for a plane or node that the snapshot does not have
 */
export function partOf(snapshot: Snapshot, options: PartOptions): WrittenPart | null {
  const plane = planeOf(snapshot, options.plane)
  if (!plane) return null
  const { under, depthLimit } = options
  if (under !== undefined && (under < 0 || under >= plane.length)) {
    throw new FailureError({
      kind: 'bad-request',
      request: 'write',
      detail: `the plane ${plane.plane} has no node ${under}`,
    })
  }
  const firstDepth = under === undefined ? 0 : plane.depth[under]!
  return {
    plane,
    first: under ?? 0,
    end: under === undefined ? plane.length : plane.end[under]!,
    firstDepth,
    lastDepth: depthLimit === undefined ? Infinity : firstDepth + depthLimit - 1,
  }
}

function planeOf(snapshot: Snapshot, name: string | undefined): PlaneTable | undefined {
  if (name === undefined) return planeNamed(snapshot, 'IOService') ?? snapshot.planes[0]
  const plane = planeNamed(snapshot, name)
  if (plane) return plane
  const known = snapshot.planes.map(({ plane }) => plane).join(', ') || 'none'
  throw new FailureError({
    kind: 'bad-request',
    request: 'write',
    detail: `there is no plane ${name} in it; its planes: ${known}`,
  })
}

/** The node after `node` in the part: its first client, or, at the deepest level, what follows its subtree. */
export function nextNode(part: WrittenPart, node: NodeIndex): NodeIndex {
  return part.plane.depth[node]! < part.lastDepth ? node + 1 : part.plane.end[node]!
}

/** The class a place shows, or the one another dump knows of the entry: a class never changes. */
export function classAt(snapshot: Snapshot, plane: PlaneTable, node: NodeIndex): StringIndex {
  const { className } = snapshot.entries
  const shown = className[plane.sighting[node]!]!
  return shown === noString ? className[plane.entry[node]!]! : shown
}

/** Likewise the chain of its superclasses. */
export function classChainAt(snapshot: Snapshot, plane: PlaneTable, node: NodeIndex): StringIndex {
  const { classChain } = snapshot.entries
  const shown = classChain[plane.sighting[node]!]!
  return shown === noString ? classChain[plane.entry[node]!]! : shown
}
