import { ValueType, type Snapshot, type StringTable } from '../registry/snapshot.ts'
import { stringAt } from '../registry/strings.ts'
import { valueHash } from '../registry/value-hash.ts'

const seen = new WeakSet<Snapshot>()
const known = new WeakMap<Snapshot, Uint32Array>()

/**
 * The hashes of two snapshots that are compared; null where both are compared for the first time. To make them costs
 * about what one comparison without them does, so they pay from the second on: a watched registry is
 * compared with the look before it and with the one after.
 */
export function blockHashesOf(
  one: Snapshot,
  two: Snapshot,
): { readonly one: Uint32Array; readonly two: Uint32Array } | null {
  const isFirst = !seen.has(one) && !seen.has(two)
  seen.add(one).add(two)
  return isFirst ? null : { one: blockHashes(one), two: blockHashes(two) }
}

/**
 * A hash of 64 bits for the property block of each entry, two words: where two are equal, nobody need look at
 * their properties. Kept as long as the snapshot lives.
 */
export function blockHashes(snapshot: Snapshot): Uint32Array {
  let hashes = known.get(snapshot)
  if (!hashes) known.set(snapshot, (hashes = hashesOf(snapshot, nothing, false)))
  return hashes
}

/**
 * The same of what tells which entry it is, wherever it stands: not the values of `noisyKeys`, and not those that
 * an archive writes over several lines, whose bytes tell how deep the entry is. Zero where nothing is left.
 */
export function tellingHashes(snapshot: Snapshot, noisyKeys: ReadonlySet<string>): Uint32Array {
  return hashesOf(snapshot, noisyKeys, true)
}

const nothing: ReadonlySet<string> = new Set()

const isIndented = Uint8Array.from({ length: 256 }, (_, type) =>
  Number(
    type === ValueType.data ||
      type === ValueType.array ||
      type === ValueType.set ||
      type === ValueType.dictionary,
  ),
)

/**
 * The sum of each value's hash times an odd number made of its key: the order does not count, for that of text is
 * the kernel's (facts: ioreg, section 5), and which key has which value does.
 */
function hashesOf(
  { entries, properties, sources, strings }: Snapshot,
  noisyKeys: ReadonlySet<string>,
  leavesIndentedOut: boolean,
): Uint32Array {
  const { firstProperty } = entries
  const { key, hash, source, type } = properties
  const hashes = new Uint32Array(2 * entries.length)
  const isXml = Uint8Array.from(sources, ({ syntax }) => Number(syntax === 'xml'))
  // By string: 0 for one that was not looked at yet, or is noise.
  const factors = new Int32Array(strings.length)
  const isNoise = new Uint8Array(strings.length)
  for (let entry = 0; entry < entries.length; entry++) {
    let low = 0
    let high = 0
    const end = firstProperty[entry + 1]!
    for (let property = firstProperty[entry]!; property < end; property++) {
      const name = key[property]!
      let factor = factors[name]!
      if (factor === 0) {
        if (isNoise[name] === 1) continue
        isNoise[name] = Number(noisyKeys.has(stringAt(strings, name)))
        if (isNoise[name] === 1) continue
        factor = factors[name] = factorOf(strings, name)
      }
      if (leavesIndentedOut && isIndented[type[property]!] && isXml[source[property]!]) continue
      low = (low + Math.imul(hash[2 * property]!, factor)) | 0
      high = (high + Math.imul(hash[2 * property + 1]!, factor)) | 0
    }
    hashes[2 * entry] = low
    hashes[2 * entry + 1] = high
  }
  return hashes
}

const words = new Uint32Array(2)

/** The same for equal strings of any snapshot, and odd, so that no value's hash is lost in a product. */
function factorOf({ bytes, start }: StringTable, string: number): number {
  valueHash(bytes, start[string]!, start[string + 1]!, words, 0)
  return words[0]! | 1
}
