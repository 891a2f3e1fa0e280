import { emptyBitSet, setBit, type BitSet } from '../../core/registry/bit-set.ts'
import {
  EntryFlag,
  noString,
  type PlaneTable,
  type Snapshot,
  type StringTable,
} from '../../core/registry/snapshot.ts'
import { textAt } from './columns.ts'

const lowered = new WeakMap<StringTable, (string | undefined)[]>()

/**
 * The nodes whose name, `name@location` or class contains the text, whatever its case, or whose registry
 * entry ID it is. Names repeat, so each distinct string is looked at once.
 */
export function findText(snapshot: Snapshot, plane: PlaneTable, text: string): BitSet {
  const wanted = text.trim().toLowerCase()
  const found = emptyBitSet(plane.length)
  if (wanted === '') return found
  const { entries, strings } = snapshot
  const at = wanted.indexOf('@')
  const id = /^0x[0-9a-f]{1,16}$/.test(wanted) ? BigInt(wanted) : null
  /** 0 not looked at, 1 contains it, 2 does not. */
  const seen = new Uint8Array(strings.length)

  let cache = lowered.get(strings)
  if (!cache) lowered.set(strings, (cache = []))
  const lower = (index: number) =>
    index === noString ? '' : (cache[index] ??= (textAt(strings, index) ?? '').toLowerCase())
  const contains = (index: number): boolean => {
    if (index === noString) return false
    if (seen[index] === 0) seen[index] = lower(index).includes(wanted) ? 1 : 2
    return seen[index] === 1
  }
  for (let n = 0; n < plane.length; n++) {
    const entry = plane.entry[n]!
    const isFound =
      contains(plane.name[n]!) ||
      contains(entries.className[entry]!) ||
      (at !== -1 && `${lower(plane.name[n]!)}@${lower(plane.location[n]!)}`.includes(wanted)) ||
      (id !== null && (entries.flags[entry]! & EntryFlag.hasId) !== 0 && entries.id[entry] === id)
    if (isFound) setBit(found, n)
  }
  return found
}
