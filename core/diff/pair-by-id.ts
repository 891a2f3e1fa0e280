import { EntryIdIndex, wordsOf } from '../registry/entry-id-index.ts'
import { EntryFlag, type Snapshot } from '../registry/snapshot.ts'
import { align } from './align.ts'

/** For each entry of `before` the entry of `after` with its registry entry ID, or -1. */
export function partnersById(before: Snapshot, after: Snapshot): Int32Array {
  const { flags, length } = before.entries
  const afterFlags = after.entries.flags
  const words = wordsOf(before.entries.id)
  const afterWords = wordsOf(after.entries.id)
  const partners = new Int32Array(length)
  const isTaken = align(
    partners,
    after.entries.length,
    (i, j) =>
      words[2 * i] === afterWords[2 * j] &&
      words[2 * i + 1] === afterWords[2 * j + 1] &&
      (flags[i]! & afterFlags[j]! & EntryFlag.hasId) !== 0,
  )
  const rest = new EntryIdIndex()
  for (let entry = 0; entry < after.entries.length; entry++) {
    if (!isTaken[entry] && (afterFlags[entry]! & EntryFlag.hasId) !== 0) rest.add(afterWords, entry)
  }
  for (let entry = 0; entry < length; entry++) {
    if (partners[entry]! >= 0 || (flags[entry]! & EntryFlag.hasId) === 0) continue
    partners[entry] = rest.find(afterWords, words[2 * entry]!, words[2 * entry + 1]!)
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
