import { hasBit, type BitSet } from '../../core/registry/bit-set.ts'
import { nodesOfEntry } from '../../core/registry/lookup.ts'
import {
  noString,
  type EntryIndex,
  type NodeIndex,
  type PlaneTable,
  type Snapshot,
} from '../../core/registry/snapshot.ts'
import { textAt } from '../registry/columns.ts'
import { stateBrief } from '../registry/service-state.ts'

export interface LookChoices {
  readonly open: BitSet
  readonly stepOver?: (entry: EntryIndex) => boolean
  /** What else must be the same of those that look alike. */
  readonly alikeBy?: (entry: EntryIndex) => string
}

/** With more below it than this a node looks like no other. */
const mostBelow = 24

/**
 * What a node of a tree looks like, as a text that is the same for two that cannot be told apart: one class, one state, names
 * that differ in digits only, and what is shown below them is alike as well, place by place.
 */
export class NodeLooks {
  readonly #snapshot: Snapshot
  readonly #plane: PlaneTable
  readonly #choices: LookChoices
  /** Where the nodes of each entry begin. */
  readonly #first: Uint32Array
  /** Names and states repeat: each is put into words once. */
  readonly #names = new Map<number, string>()
  readonly #states = new Map<number, string>()

  constructor(snapshot: Snapshot, plane: PlaneTable, choices: LookChoices) {
    this.#snapshot = snapshot
    this.#plane = plane
    this.#choices = choices
    this.#first = nodesOfEntry(snapshot, plane).first
  }

  /** Without what is below it; null for one that stands at several places. */
  ofItself(node: NodeIndex): string | null {
    return this.#ownLook(node)
  }

  /** null for one that stands at several places, here or below, or shows much below it. */
  withBelow(node: NodeIndex): string | null {
    const { open, stepOver } = this.#choices
    const { end, entry } = this.#plane
    const own = this.#ownLook(node)
    if (own === null || end[node] === node + 1 || !hasBit(open, node)) return own
    // In depth-first order, with the depth of each: that is a shape.
    const looks = [own]
    const ends = [end[node]!]
    for (let below = node + 1; below < end[node]!;) {
      while (ends.at(-1)! <= below) ends.pop()
      if (stepOver?.(entry[below]!)) {
        below++
        continue
      }
      if (looks.length > mostBelow) return null
      const look = this.#ownLook(below)
      if (look === null) return null
      looks.push(`${ends.length} ${look}`)
      const isOpen = hasBit(open, below)
      if (isOpen) ends.push(end[below]!)
      below = isOpen ? below + 1 : end[below]!
    }
    return looks.join('\n')
  }

  /** The same without its name, of one of a known class that has nothing below it; null for all others. */
  ofBare(node: NodeIndex): string | null {
    const { end, entry } = this.#plane
    if (end[node] !== node + 1) return null
    if (this.#snapshot.entries.className[entry[node]!] === noString) return null
    const look = this.#ownLook(node)
    if (look === null) return null
    const [className, state, , more] = look.split('\t')
    return [className, state, more].join('\t')
  }

  #ownLook(node: NodeIndex): string | null {
    const [snapshot, plane] = [this.#snapshot, this.#plane]
    const { entries } = snapshot
    const entry = plane.entry[node]!
    if (this.#first[entry + 1]! - this.#first[entry]! > 1) return null
    const name = plane.name[node]!
    let kind = this.#names.get(name)
    if (kind === undefined) {
      kind = kindOfName(textAt(snapshot.strings, name) ?? '')
      this.#names.set(name, kind)
    }
    const bits = entries.flags[entry]! * 0x1_0000_0000 + entries.state[entry]!
    let state = this.#states.get(bits)
    if (state === undefined) {
      state = stateBrief(entries, entry)?.word ?? ''
      this.#states.set(bits, state)
    }
    const more = this.#choices.alikeBy?.(entry) ?? ''
    return `${entries.className[entry]}\t${state}\t${kind}\t${more}`
  }
}

/** Names count with digits, those of ACPI also with a last letter: `CPU0`, `LNKA`. */
export function kindOfName(name: string): string {
  return name.replace(/\d+/g, '#').replace(/^([A-Z]{3})[A-Z]$/, '$1#')
}
