import { nodePath } from '../registry/paths.ts'
import type { NodeIndex, PlaneTable, Snapshot } from '../registry/snapshot.ts'

/** Something the snapshot holds and the written format cannot say, or says in another way. */
export interface WriteLoss {
  /** A sentence without its full stop: what it is and what was written instead. */
  readonly what: string
  readonly count: number
  /** Path of the first node that has it. */
  readonly firstPath: string
}

/** What every writer returns when it is done: nothing is left out silently. */
export type WriteLosses = readonly WriteLoss[]

/** Counts losses by cause; each is told once, at its first place. */
export class LossTally {
  private readonly snapshot: Snapshot
  private readonly causes = new Map<string, { count: number; readonly firstPath: string }>()
  private plane: PlaneTable | null = null
  private node: NodeIndex = 0

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot
  }

  /** Where the writer is: losses from now on are of this node. */
  at(plane: PlaneTable, node: NodeIndex): void {
    this.plane = plane
    this.node = node
  }

  note(what: string, count = 1): void {
    const known = this.causes.get(what)
    if (known) {
      known.count += count
      return
    }
    const { plane, node } = this
    const isPlace = plane !== null && node < plane.length
    const firstPath = isPlace ? nodePath(this.snapshot, plane, node) : ''
    this.causes.set(what, { count, firstPath })
  }

  list(): WriteLosses {
    return [...this.causes].map(([what, { count, firstPath }]) => ({ what, count, firstPath }))
  }

  /** What no format but Kextant's own carries. */
  noteAsides(): void {
    const { planes, asides } = this.snapshot
    if (asides.length === 0) return
    this.at(planes[asides.plane[0]!]!, asides.node[0]!)
    this.note('pieces of the dump that are no entry and no value are left out', asides.length)
  }

  /** @param written the plane that is written, by a format of one plane */
  noteOtherPlanes(written: PlaneTable): void {
    for (const plane of this.snapshot.planes) {
      if (plane === written || plane.length === 0) continue
      this.at(plane, 0)
      this.note('nodes of other planes are left out', plane.length)
    }
  }
}
