import { wordsOf } from '../registry/entry-id-index.ts'
import { idIndexOf } from '../registry/lookup.ts'
import { EntryFlag, type Snapshot } from '../registry/snapshot.ts'

/** For each entry of `before` the entry of `after` with its registry entry ID, or -1. */
export function partnersById(before: Snapshot, after: Snapshot): Int32Array {
  const { flags, length } = before.entries
  const partners = new Int32Array(length).fill(-1)
  const words = wordsOf(before.entries.id)
  const afterWords = wordsOf(after.entries.id)
  const index = idIndexOf(after.entries)
  // Two dumps of one boot list nearly the same entries in the same order, so the next one is tried first.
  let guess = 0
  for (let entry = 0; entry < length; entry++) {
    if ((flags[entry]! & EntryFlag.hasId) === 0) continue
    const low = words[2 * entry]!
    const high = words[2 * entry + 1]!
    const isNext =
      guess < after.entries.length &&
      afterWords[2 * guess] === low &&
      afterWords[2 * guess + 1] === high &&
      (after.entries.flags[guess]! & EntryFlag.hasId) !== 0
    const found = isNext ? guess : index.find(afterWords, low, high)
    if (found < 0) continue
    partners[entry] = found
    guess = found + 1
  }
  return partners
}

/** 1 for each entry without a registry entry ID; null when there is none. */
export function lackingIds({ entries }: Snapshot): Uint8Array | null {
  let lacking: Uint8Array | null = null
  for (let entry = 0; entry < entries.length; entry++) {
    if ((entries.flags[entry]! & EntryFlag.hasId) !== 0) continue
    lacking ??= new Uint8Array(entries.length)
    lacking[entry] = 1
  }
  return lacking
}
