const blank = 32
const bar = 124

/**
 * What stands before the lines of a tree (facts: ioreg, section 4): two columns, a *slot*, for each level. Slot `i` holds
 * a bar when the open node at depth `i` has further siblings. That is known only later, so the first line
 * under a node tells, and what it told can be checked when the node is closed:
 *
 *   +-o A                 slots of B's line: A
 *     | {                 slots of A's block: A, and whether A has clients
 *     | }
 *     |
 *     +-o B               slots of B's line: A
 */
export class TreePrefix {
  /** Two bytes for each slot; 0 where no line has told yet. */
  private expected = new Uint8Array(128)

  /** A node was opened at `depth`: its own slot, and that of its block, are to be told. */
  open(depth: number): void {
    const end = 2 * depth + 4
    while (end > this.expected.length) this.grow()
    this.expected.fill(0, end - 4, end)
  }

  /** What is told of `slots` slots, for who goes on from here; 0 where nothing is. */
  copyInto(target: Uint8Array, slots: number): void {
    target.set(this.expected.subarray(0, 2 * slots))
  }

  copyFrom(source: Uint8Array, slots: number): void {
    while (2 * slots > this.expected.length) this.grow()
    this.expected.set(source.subarray(0, 2 * slots))
  }

  /** Do `slots` slots stand at `from`, as told before? What was not told is learned. */
  matches(bytes: Uint8Array, from: number, slots: number): boolean {
    const { expected } = this
    const length = 2 * slots
    for (let i = 0; i < length; i++) {
      if (bytes[from + i] !== expected[i]) return this.learn(bytes, from, i, length)
    }
    return true
  }

  /** The last `shown` of `slots` slots stand at `from`: those before them are blank, for they were lost. */
  tell(bytes: Uint8Array, from: number, shown: number, slots: number): void {
    for (let i = 0; i < 2 * slots; i++) {
      if (this.expected[i] !== 0) continue
      const isBar = i % 2 === 0 && bytes[from + i - 2 * (slots - shown)] === bar
      this.expected[i] = isBar && i >= 2 * (slots - shown) ? bar : blank
    }
  }

  /** Was slot `i` told to hold a bar? Null: no line told. */
  hasBar(slot: number): boolean | null {
    const byte = this.expected[2 * slot]!
    return byte === 0 ? null : byte === bar
  }

  /** Has the line of `slots` slots from `from` to `to` lost nothing but blanks at its end? */
  isTrimmed(bytes: Uint8Array, from: number, to: number, slots: number): boolean {
    let length = 2 * slots
    while (length > 0 && this.expected[length - 1] === blank) length--
    if (to - from !== length) return false
    for (let i = 0; i < length; i++) if (bytes[from + i] !== this.expected[i]) return false
    return true
  }

  private learn(bytes: Uint8Array, from: number, first: number, length: number): boolean {
    const { expected } = this
    for (let i = first; i < length; i++) {
      const byte = bytes[from + i]
      if (expected[i] !== 0) {
        if (byte !== expected[i]) return false
      } else if (i % 2 === 0 ? byte !== blank && byte !== bar : byte !== blank) return false
    }
    for (let i = first; i < length; i++) expected[i] = bytes[from + i]!
    return true
  }

  private grow(): void {
    const longer = new Uint8Array(2 * this.expected.length)
    longer.set(this.expected)
    this.expected = longer
  }
}
