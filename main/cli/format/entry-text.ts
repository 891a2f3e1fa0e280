import { nodesOf } from '../../../core/registry/lookup.ts'
import { nodeLabel, nodePath } from '../../../core/registry/paths.ts'
import {
  EntryFlag,
  noString,
  type EntryIndex,
  type NodeIndex,
  type PlaneTable,
  type Snapshot,
} from '../../../core/registry/snapshot.ts'
import { stringAt } from '../../../core/registry/strings.ts'
import { describeState } from '../../../core/verify/state-words.ts'
import { printableInLine } from '../../app/printable.ts'
import type { Hue, Look } from '../look.ts'

// Small parts of what is said of an entry, ready for a terminal.

/** A path has as many parts as its node is deep, and a hostile dump can be deep everywhere. */
export const deepestPath = 512

export const unnamed = '(no name)'

export function labelText(snapshot: Snapshot, plane: PlaneTable, node: NodeIndex): string {
  return printableInLine(nodeLabel(snapshot, plane, node)) || unnamed
}

/** `IOService:/PCI0@0/XHC1@14`; far down only its end, after `…`. */
export function pathText(snapshot: Snapshot, plane: PlaneTable, node: NodeIndex): string {
  return printableInLine(shownPath(snapshot, plane, node))
}

function shownPath(snapshot: Snapshot, plane: PlaneTable, node: NodeIndex): string {
  if (plane.depth[node]! <= deepestPath) return nodePath(snapshot, plane, node)
  const labels: string[] = []
  for (let at = node; labels.length < 8; at = plane.parent[at]!) {
    labels.push(nodeLabel(snapshot, plane, at))
  }
  return `${plane.plane}:/…/${labels.reverse().join('/')}`
}

/** The class, or `(class unknown)`. */
export function classText(snapshot: Snapshot, entry: EntryIndex): string {
  const name = snapshot.entries.className[entry]!
  return name === noString
    ? '(class unknown)'
    : printableInLine(stringAt(snapshot.strings, name)) || '(class unknown)'
}

/** `0x1000002a3`; null where the dump tells no IDs. */
export function idOf({ entries }: Snapshot, entry: EntryIndex): string | null {
  const hasId = (entries.flags[entry]! & EntryFlag.hasId) !== 0
  return hasId ? `0x${entries.id[entry]!.toString(16)}` : null
}

/** The first place of an entry, in this plane where it has one there. */
export function placeOf(
  snapshot: Snapshot,
  entry: EntryIndex,
  plane?: PlaneTable,
): { readonly plane: PlaneTable; readonly node: NodeIndex } | null {
  for (const candidate of plane ? [plane, ...snapshot.planes] : snapshot.planes) {
    const node = nodesOf(snapshot, candidate, entry)[0]
    if (node !== undefined) return { plane: candidate, node }
  }
  return null
}

const hues: Readonly<Record<string, Hue>> = { '●': 'green', '◐': 'yellow', '✕': 'red', '○': 'dim' }

/** The state in one character and a blank; what is no service has neither, but for columns to keep in line. */
export function markText({ entries }: Snapshot, row: number, look: Look): string {
  const { mark } = describeState({ flags: entries.flags[row]!, state: entries.state[row]! })
  if (mark === '') return look.isScreen ? '  ' : ''
  return `${look.paint(hues[mark] ?? 'dim', mark)} `
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`
}
