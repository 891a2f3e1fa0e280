import { expect, test } from 'vitest'
import {
  clearBit,
  countBits,
  emptyBitSet,
  fullBitSet,
  hasBit,
  nextBit,
  setBit,
  withBit,
} from '../../../core/registry/bit-set.ts'
import { Random } from '../../helpers/random.ts'

test.each([0, 1, 31, 32, 33, 100])('a set of %i bits behaves as a Set of numbers', length => {
  const random = new Random(length)
  const bits = emptyBitSet(length)
  const numbers = new Set<number>()
  for (let i = 0; i < 300; i++) {
    const index = random.below(length + 10) - 5
    const isInside = index >= 0 && index < length
    if (random.chance(0.6)) {
      setBit(bits, index)
      if (isInside) numbers.add(index)
    } else {
      clearBit(bits, index)
      numbers.delete(index)
    }
    expect(hasBit(bits, index)).toBe(numbers.has(index))
  }
  expect(countBits(bits)).toBe(numbers.size)
  const listed: number[] = []
  for (let at = nextBit(bits, 0); at >= 0; at = nextBit(bits, at + 1)) listed.push(at)
  expect(listed).toEqual([...numbers].sort((a, b) => a - b))
})

test.each([0, 1, 32, 63])('a full set of %i bits has no bits beyond', length => {
  expect(countBits(fullBitSet(length))).toBe(length)
  expect(hasBit(fullBitSet(length), length)).toBe(false)
})

test('a copy with another bit leaves the set as it was', () => {
  const bits = emptyBitSet(40)
  expect(hasBit(withBit(bits, 35, true), 35)).toBe(true)
  expect(countBits(bits)).toBe(0)
  expect(countBits(withBit(fullBitSet(40), 35, false))).toBe(39)
})
