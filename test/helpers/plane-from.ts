import { clearBit, fullBitSet, type BitSet } from '../../core/registry/bit-set.ts'
import { nodeLabel } from '../../core/registry/paths.ts'
import { SnapshotBuilder } from '../../core/registry/snapshot-builder.ts'
import type { NodeIndex, PlaneTable, Snapshot } from '../../core/registry/snapshot.ts'
import { createTextReader } from '../../core/dump/text-reader.ts'

const snapshots = new WeakMap<PlaneTable, Snapshot>()

/**
 * The plane of a drawing: a name on each line, two blanks for each level, `@location` where there is one.
 *   Root
 *     PCI0@0
 */
export function planeFrom(drawing: string): PlaneTable {
  return snapshotFrom(drawing).planes[0]!
}

/** The same with its tables. Classes may be drawn too: `PCI0  <class IOPCIDevice, id 0x2>`. */
export function snapshotFrom(drawing: string): Snapshot {
  const lines = drawing.split('\n').filter(line => line.trim() !== '')
  const margin = Math.min(...lines.map(line => line.length - line.trimStart().length))
  const text = lines
    .map(line => {
      const shown = line.slice(margin).trimEnd()
      const name = shown.trimStart()
      const rest = name.includes('  <class ') ? name : `${name}  <class IOService>`
      return `${' '.repeat(shown.length - name.length)}+-o ${rest}\n`
    })
    .join('')
  const builder = new SnapshotBuilder()
  const reader = createTextReader(builder, { plane: 'IOService', label: 'drawing' })
  reader.push(new TextEncoder().encode(text))
  reader.finish()
  const snapshot = builder.seal()
  snapshots.set(snapshot.planes[0]!, snapshot)
  return snapshot
}

/** The nodes as a drawing again, each at its depth. */
export function draw(plane: PlaneTable, nodes: Int32Array): string[] {
  return [...nodes].map(node => '  '.repeat(plane.depth[node]!) + labelIn(plane, node))
}

/** The first node with this label. */
export function nodeNamed(plane: PlaneTable, label: string): NodeIndex {
  for (let node = 0; node < plane.length; node++) if (labelIn(plane, node) === label) return node
  throw new Error(`the drawing has no ${label}`)
}

export function allOpenBut(plane: PlaneTable, ...labels: string[]): BitSet {
  const open = fullBitSet(plane.length)
  for (const label of labels) clearBit(open, nodeNamed(plane, label))
  return open
}

function labelIn(plane: PlaneTable, node: NodeIndex): string {
  const snapshot = snapshots.get(plane)
  if (!snapshot) throw new Error('this plane was not made by planeFrom')
  return nodeLabel(snapshot, plane, node)
}
