import {
  noString,
  type Snapshot,
  type StringIndex,
  type StringTable,
} from '../registry/snapshot.ts'
import { commonStrings } from './common-strings.ts'

/** The strings of `after`, and behind them those that only gone entries have. */
export class MergedStrings {
  private readonly before: StringTable
  private readonly after: StringTable
  private readonly ofBefore: Int32Array
  private readonly numberOf: Int32Array
  private readonly more: StringIndex[] = []

  constructor(before: Snapshot, after: Snapshot) {
    this.before = before.strings
    this.after = after.strings
    const common = commonStrings(before.strings, after.strings)
    this.ofBefore = common.ofBefore
    this.numberOf = new Int32Array(common.count - after.strings.length).fill(-1)
  }

  readonly number = (index: StringIndex): StringIndex => {
    if (index === noString) return noString
    const common = this.ofBefore[index]!
    const extra = common - this.after.length
    if (extra < 0) return common
    const known = this.numberOf[extra]!
    if (known >= 0) return known
    return (this.numberOf[extra] = this.after.length + this.more.push(index) - 1)
  }

  seal(): StringTable {
    const { before, after, more } = this
    if (more.length === 0) return after
    const start = new Uint32Array(after.length + more.length + 1)
    start.set(after.start)
    let end = after.start[after.length]!
    more.forEach((index, i) => {
      end += before.start[index + 1]! - before.start[index]!
      start[after.length + i + 1] = end
    })
    const bytes = new Uint8Array(end)
    bytes.set(after.bytes.subarray(0, after.start[after.length]))
    more.forEach((index, i) =>
      bytes.set(
        before.bytes.subarray(before.start[index], before.start[index + 1]),
        start[after.length + i],
      ),
    )
    return { length: after.length + more.length, bytes, start }
  }
}
