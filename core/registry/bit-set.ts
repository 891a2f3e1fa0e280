/** One bit for each index in `[0, length)`: which nodes are open, which match. 100 000 nodes are 12 kB. */
export interface BitSet {
  readonly length: number
  readonly words: Uint32Array
}

/** All bits clear. */
export function emptyBitSet(length: number): BitSet {
  return { length, words: new Uint32Array((length + 31) >>> 5) }
}

/** All bits set. */
export function fullBitSet(length: number): BitSet {
  const bits = emptyBitSet(length)
  bits.words.fill(0xffff_ffff)
  const rest = length & 31
  if (rest !== 0) bits.words[bits.words.length - 1] = (1 << rest) - 1
  return bits
}

/** False for an index outside the set. */
export function hasBit(bits: BitSet, index: number): boolean {
  if (index < 0 || index >= bits.length) return false
  return (bits.words[index >>> 5]! & (1 << (index & 31))) !== 0
}

/** Changes `bits`; an index outside the set is ignored. */
export function setBit(bits: BitSet, index: number): void {
  if (index < 0 || index >= bits.length) return
  bits.words[index >>> 5]! |= 1 << (index & 31)
}

/** Changes `bits`; an index outside the set is ignored. */
export function clearBit(bits: BitSet, index: number): void {
  if (index < 0 || index >= bits.length) return
  bits.words[index >>> 5]! &= ~(1 << (index & 31))
}

/** A copy in which one bit differs: what a reducer wants. */
export function withBit(bits: BitSet, index: number, isSet: boolean): BitSet {
  const copy = { length: bits.length, words: bits.words.slice() }
  if (isSet) setBit(copy, index)
  else clearBit(copy, index)
  return copy
}

/** A copy with the bits of `[from, to)` alone. */
export function bitsBetween(bits: BitSet, from: number, to: number): BitSet {
  const copy = { length: bits.length, words: new Uint32Array(bits.words.length) }
  // Whole words at once; those at the ends are cut.
  copy.words.set(bits.words.subarray(from >>> 5, (to + 31) >>> 5), from >>> 5)
  for (let index = from & ~31; index < from; index++) clearBit(copy, index)
  for (let index = to; (index & 31) !== 0; index++) clearBit(copy, index)
  return copy
}

/** Changes `bits`: those of `[from, to)` are all set, or all clear. */
export function setBitsBetween(bits: BitSet, from: number, to: number, isSet: boolean): void {
  for (let index = from; index < to;) {
    if ((index & 31) === 0 && index + 32 <= to) {
      bits.words[index >>> 5] = isSet ? 0xffff_ffff : 0
      index += 32
    } else {
      if (isSet) setBit(bits, index)
      else clearBit(bits, index)
      index++
    }
  }
}

export function countBits(bits: BitSet): number {
  let count = 0
  for (let word of bits.words) {
    word -= (word >>> 1) & 0x5555_5555
    word = (word & 0x3333_3333) + ((word >>> 2) & 0x3333_3333)
    count += Math.imul((word + (word >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
  }
  return count
}

/** The smallest set index that is at least `from`, or -1. */
export function nextBit(bits: BitSet, from: number): number {
  for (let index = Math.max(0, from); index < bits.length;) {
    const word = bits.words[index >>> 5]! >>> (index & 31)
    if (word !== 0) return index + (31 - Math.clz32(word & -word))
    index = (index | 31) + 1
  }
  return -1
}
