import { emptyBitSet, setBit, type BitSet } from './bit-set.ts'
import { stringAt } from './strings.ts'
import {
  noString,
  type PlaneTable,
  type Snapshot,
  type StringIndex,
  type StringTable,
} from './snapshot.ts'

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
 * Whether a string contains a text, whatever the case. All strings are searched at once, as one run of
 * bytes: 100 000 names take a few milliseconds, so a filter can answer every key.
 */
export function containsText(snapshot: Snapshot, text: string): (index: StringIndex) => boolean {
  const lower = text.toLowerCase()
  const isAscii = [...lower].every(character => character < '\u0080')
  const { strings } = snapshot
  const answers = isAscii ? stringsWith(strings, lower) : stringsWithAnyText(strings, lower)
  return index => index !== noString && answers[index] === 1
}

const lowered = new WeakMap<StringTable, Uint8Array>()

/** All strings with ASCII letters made small; made when a text is looked for first. */
function loweredBytes(table: StringTable): Uint8Array {
  let known = lowered.get(table)
  if (!known) {
    known = table.bytes.slice(0, table.start[table.length])
    for (let i = 0; i < known.length; i++) {
      const byte = known[i]!
      if (byte >= 65 && byte <= 90) known[i] = byte + 32
    }
    lowered.set(table, known)
  }
  return known
}

/** 1 for each string that contains a text of ASCII. */
function stringsWith(table: StringTable, lower: string): Uint8Array {
  const answers = new Uint8Array(table.length)
  const needle = new TextEncoder().encode(lower)
  if (needle.length === 0) return answers.fill(1)
  const bytes = loweredBytes(table)
  const last = needle.length - 1
  // How far to move on after a byte that ends a try in vain (Boyer, Moore and Horspool).
  const skip = new Uint16Array(256).fill(Math.min(needle.length, 0xffff))
  for (let i = 0; i < last; i++) skip[needle[i]!] = Math.min(last - i, 0xffff)
  let index = 0
  for (let at = last; at < bytes.length;) {
    const byte = bytes[at]!
    let i = last
    if (byte === needle[last]) {
      i--
      while (i >= 0 && bytes[at - last + i] === needle[i]) i--
    }
    if (i >= 0) {
      at += skip[byte]!
      continue
    }
    while (table.start[index + 1]! <= at) index++
    if (table.start[index]! <= at - last) {
      answers[index] = 1
      at = table.start[index + 1]! + last
    } // Else it lies across two strings.
    else at++
  }
  return answers
}

function stringsWithAnyText(table: StringTable, lower: string): Uint8Array {
  const answers = new Uint8Array(table.length)
  for (let index = 0; index < table.length; index++) {
    if (stringAt(table, index).toLowerCase().includes(lower)) answers[index] = 1
  }
  return answers
}
