import { emptyBitSet, type BitSet } from '../registry/bit-set.ts'
import { entryById } from '../registry/lookup.ts'
import {
  noString,
  type NodeIndex,
  type PlaneTable,
  type Snapshot,
  type StringIndex,
  type StringTable,
} from '../registry/snapshot.ts'
import { foldedQuery } from './fold-text.ts'
import { runsAtOnce } from './byte-pool.ts'
import { foldedTable, scanTexts, textNeedle, type TextPool } from './text-pool.ts'

/** Which nodes a text is found in by name, location or class; by `name@location`, as a row shows it; by ID. */
export interface NameHits {
  readonly has: (plane: PlaneTable, node: NodeIndex) => boolean
  /** Sets the bits of those nodes in the words `[fromWord, toWord)` of `among`. */
  readonly addWords: (
    plane: PlaneTable,
    among: BitSet,
    found: BitSet,
    fromWord: number,
    toWord: number,
  ) => void
}

const pools = new WeakMap<StringTable, TextPool>()

/** Folds the names of a snapshot, which the first search would do else. */
export function prepareNames({ strings }: Pick<Snapshot, 'strings'>): TextPool {
  let pool = pools.get(strings)
  if (!pool) pools.set(strings, (pool = foldedTable(strings)))
  return pool
}

/** @param folded what `foldedQuery` makes bytes of, not empty */
export function nameHits(snapshot: Snapshot, folded: string): NameHits {
  const pool = prepareNames(snapshot)
  const wanted = foldedQuery(folded)
  const inString = stringsWith(pool, wanted)
  const across = acrossAt(pool, wanted)
  const entry = /^0x[0-9a-f]{1,16}$/.test(folded) ? entryById(snapshot, BigInt(folded)) : -1
  const { className } = snapshot.entries
  const has: NameHits['has'] = (plane, node) => {
    const name = plane.name[node]! + 1
    const location = plane.location[node]! + 1
    const own = plane.entry[node]!
    if (inString[name] === 1 || inString[className[own]! + 1] === 1) return true
    if (inString[location] === 1 || own === entry) return true
    if (across.length === 0 || location === 0) return false
    return across.some(({ ends, begins }) => ends[name] === 1 && begins[location] === 1)
  }
  return {
    has,
    addWords: (plane, among, found, fromWord, toWord) => {
      const isRare = entry !== -1 || across.length > 0
      const { name, location, entry: entryOf } = plane
      for (let at = fromWord; at < toWord; at++) {
        let word = 0
        for (let left = among.words[at]!; left !== 0; left &= left - 1) {
          const bit = left & -left
          const node = (at << 5) + 31 - Math.clz32(bit)
          if (
            inString[name[node]! + 1] === 1 ||
            inString[className[entryOf[node]!]! + 1] === 1 ||
            inString[location[node]! + 1] === 1 ||
            (isRare && has(plane, node))
          ) {
            word |= bit
          }
        }
        found.words[at]! |= word
      }
    },
  }
}

/** Whether a string of the snapshot's table contains a text, whatever the case; none does for `noString`. */
export function containsText(
  snapshot: Pick<Snapshot, 'strings'>,
  text: string,
): (string: StringIndex) => boolean {
  if (text === '') return string => string !== noString
  const flags = stringsWith(prepareNames(snapshot), foldedQuery(text))
  return string => flags[string + 1] === 1
}

function stringsWith(pool: TextPool, wanted: Uint8Array): Uint8Array {
  const needle = textNeedle(wanted)
  const hits = emptyBitSet(pool.length)
  for (let from = 0; from < pool.length; from += runsAtOnce) {
    scanTexts(pool, needle, null, hits, from)
  }
  const flags = new Uint8Array(pool.length + 1)
  for (let at = 0; at < hits.words.length; at++) {
    for (let left = hits.words[at]!; left !== 0; left &= left - 1) {
      flags[(at << 5) + 32 - Math.clz32(left & -left)] = 1
    }
  }
  return flags
}

/** A flag for each string, at its index + 1, for `noString` is -1. */
function flagsOf(pool: TextPool, isSet: (text: number) => boolean): Uint8Array {
  const flags = new Uint8Array(pool.length + 1)
  for (let text = 0; text < pool.length; text++) if (isSet(text)) flags[text + 1] = 1
  return flags
}

interface Across {
  readonly ends: Uint8Array
  readonly begins: Uint8Array
}

/** For each `@` that was typed: names that end as the text begins, locations that begin as it ends. */
function acrossAt(pool: TextPool, wanted: Uint8Array): Across[] {
  const found: Across[] = []
  for (
    let at = wanted.indexOf(64);
    at !== -1 && found.length < 4;
    at = wanted.indexOf(64, at + 1)
  ) {
    const before = wanted.subarray(0, at)
    const after = wanted.subarray(at + 1)
    const ends = flagsOf(pool, text =>
      isAt(pool, text, pool.start[text + 1]! - before.length, before),
    )
    // A name that the dump does not say shows as nothing before the `@`.
    if (before.length === 0) ends[0] = 1
    found.push({ ends, begins: flagsOf(pool, text => isAt(pool, text, pool.start[text]!, after)) })
  }
  return found
}

/** Do `bytes` stand at `from`, all inside the text? */
function isAt(pool: TextPool, text: number, from: number, bytes: Uint8Array): boolean {
  if (from < pool.start[text]! || from + bytes.length > pool.start[text + 1]!) return false
  for (let i = 0; i < bytes.length; i++) if (pool.bytes[from + i] !== bytes[i]) return false
  return true
}
