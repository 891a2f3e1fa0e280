import {
  noString,
  type EntryIndex,
  type PlaneTable,
  type Snapshot,
} from '../../../core/registry/snapshot.ts'

/** A plane drawn by indentation. A name that is drawn twice is one entry with two places. */
export interface DrawnPlane {
  /** With as much as the layout reads: how many entries there are, and the plane. */
  readonly snapshot: Snapshot
  readonly plane: PlaneTable
  readonly names: readonly string[]
  readonly entryNamed: (name: string) => EntryIndex
}

export function planeFromDrawing(drawing: string): DrawnPlane {
  const lines = drawing.split('\n').filter(line => line.trim() !== '')
  const margin = Math.min(...lines.map(line => line.search(/\S/)))
  const depths = lines.map(line => (line.search(/\S/) - margin) / 2)
  const names = [...new Set(lines.map(line => line.trim()))]
  const parents: number[] = []
  const ends = lines.map((_, n) => {
    const after = depths.findIndex((depth, m) => m > n && depth <= depths[n]!)
    return after === -1 ? lines.length : after
  })
  depths.forEach((depth, n) => {
    parents.push(depth === 0 ? -1 : depths.lastIndexOf(depth - 1, n))
  })
  const plane: PlaneTable = {
    plane: 'IOService',
    length: lines.length,
    entry: Int32Array.from(lines, line => names.indexOf(line.trim())),
    sighting: Int32Array.from(lines, line => names.indexOf(line.trim())),
    parent: Int32Array.from(parents),
    end: Int32Array.from(ends),
    depth: Uint16Array.from(depths),
    name: new Int32Array(lines.length).fill(noString),
    location: new Int32Array(lines.length).fill(noString),
  }
  return {
    snapshot: snapshotOf(plane, names.length),
    plane,
    names,
    entryNamed: name => {
      const entry = names.indexOf(name)
      if (entry === -1) throw new Error(`the drawing has no ${name}`)
      return entry
    },
  }
}

export function snapshotOf(plane: PlaneTable, entryCount: number): Snapshot {
  return { planes: [plane], entries: { length: entryCount } } as unknown as Snapshot
}
