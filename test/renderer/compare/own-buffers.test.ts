import { expect, test } from 'vitest'
import { withOwnBuffers } from '../../../renderer/compare/own-buffers.ts'

test('a view into a larger buffer is sent alone, and what owns its buffer is not copied', () => {
  const blob = new Uint8Array(1000).fill(7)
  const view = blob.subarray(8, 12)
  const own = Int32Array.of(1, 2, 3)
  const told = {
    kind: 'compared',
    at: new Map([[1, 2]]),
    parts: [{ view, own }, { own }],
    none: null,
  }
  const { message, buffers } = withOwnBuffers(told)
  const there = structuredClone(message, { transfer: buffers })
  expect(there).toEqual({
    kind: 'compared',
    at: new Map([[1, 2]]),
    parts: [
      { view: Uint8Array.of(7, 7, 7, 7), own: Int32Array.of(1, 2, 3) },
      { own: Int32Array.of(1, 2, 3) },
    ],
    none: null,
  })
  expect(there.parts[0]!.view!.buffer.byteLength).toBe(4)
  expect(own.length).toBe(0)
  expect(blob.length).toBe(1000)
})

test('two columns of one buffer are two buffers on the other side', () => {
  const buffer = new ArrayBuffer(8)
  const [one, other] = [new Uint8Array(buffer), new Int32Array(buffer)]
  one.fill(1)
  const { message, buffers } = withOwnBuffers([one, other])
  expect(structuredClone(message, { transfer: buffers })).toEqual([
    new Uint8Array(8).fill(1),
    Int32Array.of(0x01010101, 0x01010101),
  ])
})
