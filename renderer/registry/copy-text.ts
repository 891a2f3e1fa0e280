import { partOfSnapshot } from '../../core/registry/part-of-snapshot.ts'
import { nodeLabel, nodePath } from '../../core/registry/paths.ts'
import type { NodeIndex, PlaneTable, Snapshot } from '../../core/registry/snapshot.ts'
import { writers } from '../../core/write/writers.ts'

export const copyForms = {
  path: { title: 'Path', what: 'paths' },
  json: { title: 'JSON', what: 'JSON' },
  plist: { title: 'Property list', what: 'a property list' },
  text: { title: 'ioreg text', what: 'ioreg text' },
} as const
export type CopyForm = keyof typeof copyForms

/** A clipboard is no file: what is larger is saved. */
export const mostCopied = 8 << 20
/** To write more of them would hold the window up for longer than a key may. */
const mostEntries = 20_000

export type Copied =
  | { readonly kind: 'text'; readonly text: string; readonly count: number }
  /** A sentence: why not, and what to do. */
  | { readonly kind: 'refused'; readonly why: string }

/**
 * Entries as text for the clipboard: their paths, or all that is known of them as core's writers write it.
 * @param nodes of `plane`, rising, each once
 * @param withBelow everything below them is taken along
 */
export function copyText(
  snapshot: Snapshot,
  plane: PlaneTable,
  nodes: Int32Array,
  form: CopyForm,
  withBelow: boolean,
): Copied {
  const taken = withBelow ? withAllBelow(plane, nodes) : nodes
  if (taken.length === 0) return { kind: 'refused', why: 'Nothing is selected.' }
  if (taken.length > mostEntries) return tooMany(taken.length, form)
  const pieces =
    form === 'path' ? paths(snapshot, plane, taken) : written(snapshot, plane, taken, form)
  const decoder = new TextDecoder()
  let text = ''
  for (const piece of pieces) {
    text += typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true })
    if (text.length > mostCopied) return tooMany(taken.length, form)
  }
  return { kind: 'text', text: text + decoder.decode(), count: taken.length }
}

function tooMany(count: number, form: CopyForm): Copied {
  const entries = `${count.toLocaleString('en-US')} ${count === 1 ? 'entry' : 'entries'}`
  return {
    kind: 'refused',
    why: `${entries} as ${copyForms[form].what} are too much for the clipboard, which gets 20,000 entries and 8 MB at most. Select fewer, or save the capture.`,
  }
}

function* paths(snapshot: Snapshot, plane: PlaneTable, nodes: Int32Array): Generator<string, void> {
  /** Of providers: ten thousand clients share the way to them. */
  const known = new Map<NodeIndex, string>()
  for (const [index, node] of nodes.entries()) {
    yield `${index > 0 ? '\n' : ''}${pathBelow(snapshot, plane, node, known)}`
  }
}

/** As `nodePath` gives it. */
function pathBelow(
  snapshot: Snapshot,
  plane: PlaneTable,
  node: NodeIndex,
  known: Map<NodeIndex, string>,
): string {
  const provider = plane.parent[node]!
  if (provider === -1) return nodePath(snapshot, plane, node)
  let above = known.get(provider)
  if (above === undefined) known.set(provider, (above = nodePath(snapshot, plane, provider)))
  const isAtRoot = above === `${plane.plane}:/`
  return `${above}${isAtRoot ? '' : '/'}${nodeLabel(snapshot, plane, node)}`
}

const writerOf = { json: writers.json, plist: writers.xml, text: writers.text } as const

function written(
  snapshot: Snapshot,
  plane: PlaneTable,
  nodes: Int32Array,
  form: Exclude<CopyForm, 'path'>,
): Generator<Uint8Array, unknown> {
  return writerOf[form].write(partOfSnapshot(snapshot, plane, nodes), { asides: false })
}

/** Nodes and all below them, rising, each once. */
export function withAllBelow(plane: PlaneTable, nodes: ArrayLike<NodeIndex>): Int32Array {
  let count = 0
  for (let i = 0, to = 0; i < nodes.length; i++) {
    if (nodes[i]! < to) continue
    to = plane.end[nodes[i]!]!
    count += to - nodes[i]!
  }
  const all = new Int32Array(count)
  let at = 0
  for (let i = 0, to = 0; i < nodes.length; i++) {
    if (nodes[i]! < to) continue
    to = plane.end[nodes[i]!]!
    for (let node = nodes[i]!; node < to; node++) all[at++] = node
  }
  return all
}
