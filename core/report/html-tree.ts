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
import { html } from './html-text.ts'

export interface HtmlTreeOptions {
  readonly hasProperties: boolean
  /** Characters that the tree may take. */
  readonly room: number
}

/** Characters of a value, a key or a name that are shown; the rest is for the capture itself. */
const valueLimit = 2000
/** Open when the page is opened. */
const openToDepth = 3

/** A plane as nested `details`. In depth-first order, so nothing is built up: what is open is a stack of ends. */
export function* htmlTree(
  snapshot: Snapshot,
  plane: PlaneTable,
  { hasProperties, room }: HtmlTreeOptions,
): Generator<string> {
  const open: NodeIndex[] = []
  let written = 0
  let node = 0
  for (; node < plane.length && written < room; node++) {
    let piece = ''
    for (; open.length > 0 && open.at(-1)! <= node; open.pop()) piece += '</div></details>\n'
    piece += nodeHtml(snapshot, plane, node)
    written += piece.length
    yield piece
    if (hasProperties) {
      for (const part of propertiesHtml(snapshot, plane.sighting[node]!, room - written)) {
        written += part.length
        yield part
      }
    }
    if (plane.end[node]! > node + 1) open.push(plane.end[node]!)
    else yield '</div></details>\n'
  }
  yield '</div></details>\n'.repeat(open.length)
  if (node < plane.length) {
    yield leftOut(plane.length - node, 'nodes')
  }
}

function nodeHtml(snapshot: Snapshot, plane: PlaneTable, node: NodeIndex): string {
  const { entries, strings } = snapshot
  const entry = plane.entry[node]!
  const row = plane.sighting[node]!
  const className = entries.className[entry]!
  const flags = entries.flags[row]!
  const isGone = (flags & EntryFlag.isTerminated) !== 0
  const state =
    (flags & EntryFlag.isService) === 0
      ? ''
      : describeState({ flags, state: entries.state[row]! }).words.join(', ')
  const id =
    (entries.flags[entry]! & EntryFlag.hasId) === 0 ? '' : `0x${entries.id[entry]!.toString(16)}`
  const parts = [
    `<details${plane.depth[node]! < openToDepth ? ' open' : ''}><summary><b${isGone ? ' class="gone"' : ''}>${html(cut(nodeLabel(snapshot, plane, node)))}</b>`,
    className === noString ? '' : ` <code>${html(cut(stringAt(strings, className)))}</code>`,
    isGone ? ' <span class="state">terminated</span>' : '',
    state === '' || isGone ? '' : ` <span class="state">${state}</span>`,
    id === '' ? '' : ` <span class="id">${id}</span>`,
    '</summary><div>',
  ]
  return parts.join('')
}

/** One entry may have more of them than there is room for. */
function* propertiesHtml(snapshot: Snapshot, row: number, room: number): Generator<string> {
  const { entries, properties, strings } = snapshot
  const first = entries.firstProperty[row]!
  const end = entries.firstProperty[row + 1]!
  if (first === end) return
  yield `<details class="properties"><summary>${end - first} ${end - first === 1 ? 'property' : 'properties'}</summary><table>`
  let written = 0
  let property = first
  for (; property < end && written < room; property++) {
    const key = html(cut(stringAt(strings, properties.key[property]!)))
    const value = html(showValue(readValue(snapshot, property), valueLimit))
    const line = `<tr><th>${key}</th><td>${value}</td></tr>`
    written += line.length
    yield line
  }
  const left = end - property
  yield left === 0 ? '</table></details>' : `</table>${leftOut(left, 'properties')}</details>`
}

function leftOut(count: number, what: string): string {
  return `<p class="note">${count} ${what} are left out: the report would be too large. Save the capture to have all of it.</p>\n`
}

function cut(text: string): string {
  return text.length > valueLimit ? `${text.slice(0, valueLimit)}…` : text
}
