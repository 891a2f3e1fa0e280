import { expect, test } from 'vitest'
import { containsText } from '../../../core/registry/find-text.ts'
import { Random } from '../../helpers/random.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'

/** Strings one after another in one run of bytes, as a snapshot has them. */
function withStrings(texts: readonly string[]): Snapshot {
  const encoded = texts.map(text => new TextEncoder().encode(text))
  const start = new Uint32Array(texts.length + 1)
  encoded.forEach((bytes, n) => (start[n + 1] = start[n]! + bytes.length))
  const bytes = new Uint8Array(start[texts.length]!)
  encoded.forEach((part, n) => bytes.set(part, start[n]))
  return { strings: { length: texts.length, bytes, start } } as unknown as Snapshot
}

function found(texts: readonly string[], wanted: string): string[] {
  const contains = containsText(withStrings(texts), wanted)
  return texts.filter((_, index) => contains(index))
}

test('a text that lies across two strings is in neither', () => {
  expect(found(['IOPCI', 'Device', 'IOPCIDevice'], 'pcidev')).toEqual(['IOPCIDevice'])
  expect(found(['ab', '', 'c', 'abc'], 'bc')).toEqual(['abc'])
})

test('random texts are found where the obvious search finds them', () => {
  const random = new Random(71)
  // Few letters, so that repeats and near misses are common.
  const word = (most: number) =>
    Array.from({ length: random.below(most + 1) }, () => random.pick([...'aAbB@ö'])).join('')
  for (let round = 0; round < 300; round++) {
    const texts = Array.from({ length: 12 }, () => word(9))
    const wanted = word(4)
    const obvious = texts.filter(text => text.toLowerCase().includes(wanted.toLowerCase()))
    expect(found(texts, wanted), `“${wanted}” in ${texts.join(' ')}`).toEqual(obvious)
  }
})
