import { expect, test } from 'vitest'
import { valueHash } from '../../../core/registry/value-hash.ts'
import { Random } from '../../helpers/random.ts'

function hashOf(bytes: Uint8Array, start = 0, end = bytes.length): string {
  const into = new Uint32Array(2)
  valueHash(bytes, start, end, into, 0)
  return [...into].map(word => word.toString(16).padStart(8, '0')).join('')
}

test('equal bytes have one hash, wherever they lie', () => {
  const random = new Random(5)
  for (let length = 0; length < 80; length++) {
    const value = Uint8Array.from({ length }, () => random.below(256))
    const around = new Uint8Array(length + 9).fill(0xaa)
    around.set(value, 5)
    expect(hashOf(around, 5, 5 + length)).toBe(hashOf(value))
  }
})

test('one byte more, less or other is another hash, and no bit of it stands still', () => {
  const value = new TextEncoder().encode('<string>com.apple.driver.AppleSMC</string>')
  const seen = new Set([hashOf(value)])
  let ones = 0n
  let zeros = 0n
  for (let at = 0; at < value.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const other = value.slice()
      other[at]! ^= 1 << bit
      const hash = hashOf(other)
      seen.add(hash)
      ones |= BigInt(`0x${hash}`)
      zeros |= ~BigInt(`0x${hash}`)
    }
    seen.add(hashOf(value, 0, at))
  }
  expect(seen.size).toBe(1 + value.length * 9)
  expect(BigInt.asUintN(64, ones & zeros)).toBe(2n ** 64n - 1n)
})

test('zeros at the end count', () => {
  const hashes = Array.from({ length: 40 }, (_, length) => hashOf(new Uint8Array(length)))
  expect(new Set(hashes).size).toBe(40)
})
