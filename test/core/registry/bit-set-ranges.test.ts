import { expect, test } from 'vitest'
import {
  bitsBetween,
  emptyBitSet,
  hasBit,
  setBit,
  setBitsBetween,
} from '../../../core/registry/bit-set.ts'
import { Random } from '../../helpers/random.ts'

test('ranges of bits are as bit by bit, at the ends of words too', () => {
  const random = new Random(3)
  for (let round = 0; round < 400; round++) {
    const length = 1 + random.below(140)
    const bits = emptyBitSet(length)
    for (let n = 0; n < length; n++) if (random.chance(0.5)) setBit(bits, n)
    const from = random.below(length + 1)
    const to = from + random.below(length - from + 1)
    const all = Array.from({ length }, (_, n) => n)
    const between = bitsBetween(bits, from, to)
    expect(all.map(n => hasBit(between, n))).toEqual(
      all.map(n => n >= from && n < to && hasBit(bits, n)),
    )
    const isSet = random.chance(0.5)
    const expected = all.map(n => (n >= from && n < to ? isSet : hasBit(bits, n)))
    setBitsBetween(bits, from, to, isSet)
    expect(all.map(n => hasBit(bits, n))).toEqual(expected)
    // Nothing is set beyond the end, where counting would find it.
    expect(hasBit({ ...bits, length: bits.words.length * 32 }, length)).toBe(false)
  }
})
