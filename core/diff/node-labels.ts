import { stringAt } from '../registry/strings.ts'
import { noString, type PlaneTable, type Snapshot, type StringIndex } from '../registry/snapshot.ts'
import type { CommonStrings } from './common-strings.ts'

/** What the nodes of a plane are called, in numbers that both snapshots share. */
export interface NodeLabels {
  readonly name: Int32Array
  readonly location: Int32Array
}

/**
 * Names and locations of nodes, so that text and archives agree: text prints `name@location`, and a name
 * that holds an `@` itself reads as a name with a location there. So such a name is always taken apart at
 * its last `@`, as the reader of text does.
 */
export class LabelNumbers {
  private readonly snapshots: readonly [before: Snapshot, after: Snapshot]
  private readonly common: CommonStrings
  private readonly parts = new Map<string, number>()
  private readonly known = new Map<PlaneTable, NodeLabels>()
  private count: number

  constructor(before: Snapshot, after: Snapshot, common: CommonStrings) {
    this.snapshots = [before, after]
    this.common = common
    this.count = common.count
  }

  of(side: 'before' | 'after', plane: PlaneTable): NodeLabels {
    let labels = this.known.get(plane)
    if (!labels) this.known.set(plane, (labels = this.make(side, plane)))
    return labels
  }

  private make(side: 'before' | 'after', plane: PlaneTable): NodeLabels {
    const snapshot = this.snapshots[side === 'before' ? 0 : 1]
    const { ofBefore } = this.common
    const number = (index: StringIndex) =>
      index === noString || side === 'after' ? index : ofBefore[index]!
    const split = this.splitNames(snapshot)
    const name = new Int32Array(plane.length)
    const location = new Int32Array(plane.length)
    for (let node = 0; node < plane.length; node++) {
      name[node] = number(plane.name[node]!)
      location[node] = number(plane.location[node]!)
      const parts = location[node] === noString ? split.get(plane.name[node]!) : undefined
      if (parts) [name[node], location[node]] = parts
    }
    return { name, location }
  }

  /** The two parts of every string of a snapshot that holds an `@`. */
  private splitNames({ strings }: Snapshot): ReadonlyMap<StringIndex, readonly [number, number]> {
    const split = new Map<StringIndex, readonly [number, number]>()
    for (let at = strings.bytes.indexOf(atSign); at >= 0;) {
      const index = stringAround(strings.start, at)
      const text = stringAt(strings, index)
      // Neither the first character nor the last, as `locationMark` in the reader of text has it.
      const last = text.lastIndexOf('@', text.length - 2)
      if (last > 0) {
        split.set(index, [this.numberOf(text.slice(0, last)), this.numberOf(text.slice(last + 1))])
      }
      at = strings.bytes.indexOf(atSign, strings.start[index + 1])
    }
    return split
  }

  private numberOf(text: string): number {
    let number = this.parts.get(text)
    if (number !== undefined) return number
    number = this.common.find(text)
    if (number === noString) number = this.count++
    this.parts.set(text, number)
    return number
  }
}

const atSign = 64

/** The string that the byte at `at` belongs to. */
function stringAround(start: Uint32Array, at: number): StringIndex {
  let low = 0
  let high = start.length - 1
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (start[middle]! <= at) low = middle
    else high = middle
  }
  return low
}
