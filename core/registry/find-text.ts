import { emptyBitSet, setBit, type BitSet } from './bit-set.ts'
import { bytesAt, stringAt } from './strings.ts'
import { noString, type PlaneTable, type Snapshot, type StringIndex } from './snapshot.ts'

/**
 * The nodes of a plane whose name, location or class contains a text, whatever the case. An empty text is
 * in all. Each distinct string is looked at once, however many nodes have it.
 */
export function findText(snapshot: Snapshot, plane: PlaneTable, text: string): BitSet {
  const matches = emptyBitSet(plane.length)
  const contains = containsText(snapshot, text)
  const { className } = snapshot.entries
  for (let node = 0; node < plane.length; node++) {
    const isHit =
      text === '' ||
      contains(plane.name[node]!) ||
      contains(className[plane.entry[node]!]!) ||
      contains(plane.location[node]!)
    if (isHit) setBit(matches, node)
  }
  return matches
}

/**
 * Whether a string contains a text, whatever the case: a test that remembers its answers. ASCII is
 * compared as bytes; anything else as lower-case text.
 */
export function containsText(snapshot: Snapshot, text: string): (index: StringIndex) => boolean {
  const { strings } = snapshot
  const answers = new Uint8Array(strings.length)
  const lower = text.toLowerCase()
  const isAscii = [...lower].every(character => character < '\u0080')
  const needle = new TextEncoder().encode(lower)
  const test = (index: StringIndex) =>
    isAscii
      ? hasAscii(bytesAt(strings, index), needle)
      : stringAt(strings, index).toLowerCase().includes(lower)
  return index => {
    if (index === noString) return false
    const known = answers[index]!
    if (known !== unasked) return known === yes
    const answer = test(index)
    answers[index] = answer ? yes : no
    return answer
  }
}

const unasked = 0
const no = 1
const yes = 2

function hasAscii(bytes: Uint8Array, needle: Uint8Array): boolean {
  const last = bytes.length - needle.length
  for (let start = 0; start <= last; start++) {
    let i = 0
    while (i < needle.length && lowerCase(bytes[start + i]!) === needle[i]) i++
    if (i === needle.length) return true
  }
  return false
}

function lowerCase(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte + 32 : byte
}
