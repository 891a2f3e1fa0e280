import {
  EntryFlag,
  ServiceState,
  type EntryIndex,
  type NodeIndex,
  type Snapshot,
} from '../registry/snapshot.ts'
import { nodeLabel } from '../registry/paths.ts'
import { stringAt } from '../registry/strings.ts'
import { ByteChunks } from './byte-chunks.ts'
import { LossTally, type WriteLosses } from './write-losses.ts'
import { classAt, nextNode, partOf, type PartOptions, type WrittenPart } from './written-part.ts'
import { controlPicture } from './xml-text.ts'

export interface DotWriteOptions extends PartOptions {
  /** Top to bottom when absent, as providers stand above their clients; left to right suits long names. */
  readonly direction?: 'TB' | 'LR'
}

/** A longer label is no label, and some versions of Graphviz refuse strings of more than 16 kB. */
const labelLimit = 200

/**
 * A plane, or a part of it, for Graphviz: one node for each *entry*, so that an entry with several providers has
 * several edges. Nodes are named by registry entry ID, so two dumps of one boot name them alike.
 *
 * Properties are not shown. Colour says what is unusual only: grey and dashed is terminated, grey is not registered, amber is busy.
 * @returns what a graph cannot say
 */
export function* writeDot(
  snapshot: Snapshot,
  options: DotWriteOptions = {},
): Generator<Uint8Array, WriteLosses> {
  const part = partOf(snapshot, options)
  const out = new ByteChunks()
  const losses = new LossTally(snapshot)
  out.text(`digraph ${dotString(part?.plane.plane ?? '')} {\n`)
  out.text(`  rankdir=${options.direction ?? 'TB'}\n`)
  out.text('  node [shape=box, style=rounded, fontname="Helvetica", fontsize=10]\n')
  out.text('  edge [color="#808080", arrowsize=0.6]\n')
  if (part) {
    yield* writeNodes(snapshot, part, out, losses)
    yield* writeEdges(snapshot, part, out)
  }
  out.text('}\n')
  yield* out.rest()
  if (part) losses.noteOtherPlanes(part.plane)
  return losses.list()
}

function* writeNodes(
  snapshot: Snapshot,
  part: WrittenPart,
  out: ByteChunks,
  losses: LossTally,
): Generator<Uint8Array, void> {
  const { entries, strings } = snapshot
  const { plane } = part
  const isSeen = new Uint8Array(entries.length)
  for (let node = part.first; node < part.end; node = nextNode(part, node)) {
    const entry = plane.entry[node]!
    if (isSeen[entry] === 1) continue
    isSeen[entry] = 1
    losses.at(plane, node)
    const name = shortened(nodeLabel(snapshot, plane, node), losses)
    const className = shortened(stringAt(strings, classAt(snapshot, plane, node)), losses)
    const lines = [name, className].filter(line => line !== '').map(dotLabel)
    const label = `label="${lines.join('\\n')}"`
    out.text(`  ${nodeId(snapshot, entry)} [${[label, ...looksOf(snapshot, entry)].join(', ')}]\n`)
    if (out.hasFull) yield* out.full()
  }
}

function* writeEdges(
  snapshot: Snapshot,
  part: WrittenPart,
  out: ByteChunks,
): Generator<Uint8Array, void> {
  const { plane } = part
  const { length } = snapshot.entries
  // An entry with several providers has its subtree below each: the same edges again.
  const seen = new Set<number>()
  for (let node = part.first; node < part.end; node = nextNode(part, node)) {
    const parent: NodeIndex = plane.parent[node]!
    if (parent < part.first) continue
    const provider = plane.entry[parent]!
    const client = plane.entry[node]!
    const edge = provider * length + client
    if (seen.has(edge)) continue
    seen.add(edge)
    out.text(`  ${nodeId(snapshot, provider)} -> ${nodeId(snapshot, client)}\n`)
    if (out.hasFull) yield* out.full()
  }
}

function nodeId({ entries }: Snapshot, entry: EntryIndex): string {
  const hasId = (entries.flags[entry]! & EntryFlag.hasId) !== 0
  return hasId ? `"0x${entries.id[entry]!.toString(16)}"` : `"entry ${entry}"`
}

function looksOf({ entries }: Snapshot, entry: EntryIndex): string[] {
  const flags = entries.flags[entry]!
  if ((flags & EntryFlag.isService) === 0) return []
  const state = entries.state[entry]!
  if ((state & ServiceState.inactive) !== 0) {
    return ['style="rounded,dashed"', 'color="#909090"', 'fontcolor="#909090"']
  }
  const isBusy = (flags & EntryFlag.hasBusyCount) !== 0 && entries.busyCount[entry]! > 0
  if (isBusy) return ['color="#b36b00"']
  const isRegistered = (state & ServiceState.registered) !== 0
  return isRegistered ? [] : ['color="#909090"']
}

function shortened(text: string, losses: LossTally): string {
  if (text.length <= labelLimit) return text
  losses.note(`names of more than ${labelLimit} characters are cut`)
  // Half a surrogate pair is no character.
  const last = text.charCodeAt(labelLimit - 1)
  const end = last >= 0xd800 && last < 0xdc00 ? labelLimit - 1 : labelLimit
  return `${text.slice(0, end)}…`
}

/** A string in quotes, in which nothing has a meaning of its own. */
export function dotString(text: string): string {
  return `"${withPictures(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

/**
 * Inside the quotes of a label: a backslash would begin an escape (`\N` is the node's name, `\l` a line), and an
 * ampersand an HTML entity, which labels have too.
 */
export function dotLabel(text: string): string {
  return dotString(text.replaceAll('&', '&amp;')).slice(1, -1)
}

/** Control characters as pictures: a NUL would end the file for a program in C, a line break the label's line. */
function withPictures(text: string): string {
  let shown = ''
  for (const character of text) {
    const code = character.charCodeAt(0)
    shown += code < 32 ? controlPicture(code) : character
  }
  return shown
}
