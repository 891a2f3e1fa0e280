import { showValue } from '../diff/show-value.ts'
import { nodeLabel } from '../registry/paths.ts'
import { readValue } from '../registry/read-value.ts'
import {
  EntryFlag,
  noString,
  type NodeIndex,
  type PlaneTable,
  type Snapshot,
} from '../registry/snapshot.ts'
import { stringAt } from '../registry/strings.ts'
import { describeState } from '../verify/state-words.ts'
import { groupedNumber, html } from './html-text.ts'

export interface HtmlTreeOptions {
  readonly hasProperties: boolean
  /** Characters that the tree may take. */
  readonly room: number
  /** Hears how many of its nodes are written, now and then. */
  readonly progress?: ((nodes: number) => void) | undefined
}

/** Characters of a value, a key or a name that are shown; the rest is for the capture itself. */
const valueLimit = 2000
/** Open when the page is opened. */
const openToDepth = 3
/** A node takes about so many characters, without its properties. */
export const usualNode = 160

/**
 * A plane as nested `details`. In depth-first order, so nothing is built up: what is open is a stack of ends. Nodes go
 * before properties: those are left out where all nodes would not have room otherwise.
 */
export function* htmlTree(
  snapshot: Snapshot,
  plane: PlaneTable,
  { hasProperties, room, progress }: HtmlTreeOptions,
): Generator<string> {
  const { firstProperty } = snapshot.entries
  const open: NodeIndex[] = []
  let written = 0
  let ofNodes = 0
  let withoutProperties = 0
  let node = 0
  for (; node < plane.length && written < room; node++) {
    if (node % 512 === 0) progress?.(node)
    let piece = ''
    for (; open.length > 0 && open.at(-1)! <= node; open.pop()) piece += closing
    const row = plane.sighting[node]!
    const count = hasProperties ? firstProperty[row + 1]! - firstProperty[row]! : 0
    const perNode = node < 100 ? usualNode : Math.max(usualNode, ofNodes / node)
    const left = room - written - 1.1 * perNode * (plane.length - node)
    const isShown = count > 0 && left > 0
    if (count > 0 && !isShown) withoutProperties++
    const hasClients = plane.end[node]! > node + 1
    const isLeaf = !hasClients && !isShown
    piece += nodeHtml(snapshot, plane, node, isLeaf)
    written += piece.length
    ofNodes += piece.length
    yield piece
    if (isShown) {
      for (const part of propertiesHtml(snapshot, row, left)) {
        written += part.length
        yield part
      }
    }
    if (hasClients) open.push(plane.end[node]!)
    else if (!isLeaf) {
      written += closing.length
      yield closing
    }
  }
  yield closing.repeat(open.length)
  if (node < plane.length) yield leftOut(plane.length - node, 'node')
  if (withoutProperties > 0) {
    yield `<p class="note">The properties of ${entriesText(withoutProperties)} are left out: the report would be too large. Save the capture to have all of them.</p>\n`
  }
}

const closing = '</div></details>\n'

function nodeHtml(snapshot: Snapshot, plane: PlaneTable, node: NodeIndex, isLeaf: boolean): string {
  const { entries, strings } = snapshot
  const entry = plane.entry[node]!
  const row = plane.sighting[node]!
  const className = entries.className[entry]!
  const flags = entries.flags[row]!
  const isGone = (flags & EntryFlag.isTerminated) !== 0
  const state = isGone ? 'terminated' : stateText(flags, entries.state[row]!)
  const id =
    (entries.flags[entry]! & EntryFlag.hasId) === 0 ? '' : `0x${entries.id[entry]!.toString(16)}`
  const parts = [
    `<b${isGone ? ' class="gone"' : ''}>${html(cut(nodeLabel(snapshot, plane, node)))}</b>`,
    className === noString ? '' : ` <code>${html(cut(stringAt(strings, className)))}</code>`,
    state === '' ? '' : ` <i>${state}</i>`,
    id === '' ? '' : ` <u>${id}</u>`,
  ]
  const line = parts.join('')
  if (isLeaf) return `<p>${line}</p>\n`
  const isOpen = plane.depth[node]! < openToDepth
  return `<details${isOpen ? ' open' : ''}><summary>${line}</summary><div>`
}

/** Nothing for what nearly all services are, which is said once for all of them. */
export const usualState = 'registered, matched, active'

function stateText(flags: number, state: number): string {
  if ((flags & EntryFlag.isService) === 0) return ''
  const text = describeState({ flags, state }).words.join(', ')
  return text === usualState ? '' : text
}

/** One entry may have more of them than there is room for. */
function* propertiesHtml(snapshot: Snapshot, row: number, room: number): Generator<string> {
  const { entries, properties, strings } = snapshot
  const first = entries.firstProperty[row]!
  const end = entries.firstProperty[row + 1]!
  yield `<details class="properties"><summary>${end - first} ${end - first === 1 ? 'property' : 'properties'}</summary><dl>`
  let written = 0
  let property = first
  for (; property < end && written < room; property++) {
    const key = html(cut(stringAt(strings, properties.key[property]!)))
    const value = html(showValue(readValue(snapshot, property), valueLimit))
    const line = `<dt>${key}<dd>${value}\n`
    written += line.length
    yield line
  }
  const left = end - property
  yield left === 0 ? '</dl></details>' : `</dl>${leftOut(left, 'property')}</details>`
}

const many = { node: 'nodes', property: 'properties' } as const

function leftOut(count: number, what: keyof typeof many): string {
  const those = `${groupedNumber(count)} ${count === 1 ? what : many[what]} ${count === 1 ? 'is' : 'are'}`
  return `<p class="note">${those} left out: the report would be too large. Save the capture to have all of it.</p>\n`
}

function entriesText(count: number): string {
  return `${groupedNumber(count)} ${count === 1 ? 'node' : 'nodes'}`
}

function cut(text: string): string {
  return text.length > valueLimit ? `${text.slice(0, valueLimit)}…` : text
}
