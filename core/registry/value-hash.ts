/**
 * A hash of 64 bits over a value's bytes, made while they are parsed: two snapshots are compared by it, and only
 * values that differ are looked at. Four lanes of 32 bits, each over every fourth word, so that a scanner can
 * keep four multiplications under way; the last words are filled up with zeros, and the length counts.
 *
 * Whoever could choose two values with one hash could hide a change from a diff; so equal hashes count as
 * equal only where the lengths are too, and a diff can be asked to compare bytes (`core/diff`).
 */
export function valueHash(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: Uint32Array,
  at: number,
): void {
  let a: number = laneA
  let b: number = laneB
  let c: number = laneC
  let d: number = laneD
  let i = start
  for (; i + 16 <= end; i += 16) {
    a = mixed(a, wordAt(bytes, i))
    b = mixed(b, wordAt(bytes, i + 4))
    c = mixed(c, wordAt(bytes, i + 8))
    d = mixed(d, wordAt(bytes, i + 12))
  }
  if (i < end) a = mixed(a, lastWord(bytes, i, end))
  if (i + 4 < end) b = mixed(b, lastWord(bytes, i + 4, end))
  if (i + 8 < end) c = mixed(c, lastWord(bytes, i + 8, end))
  if (i + 12 < end) d = mixed(d, lastWord(bytes, i + 12, end))
  const length = end - start
  into[at] = final(mixed(mixed(a, c), length))
  into[at + 1] = final(mixed(mixed(b, d), length))
}

const laneA = 0x9e37_79b9
const laneB = 0x85eb_ca6b
const laneC = 0xc2b2_ae35
const laneD = 0x27d4_eb2f

/** One step of a lane: as in MurmurHash3, whose constants these are. */
function mixed(lane: number, word: number): number {
  const scrambled = Math.imul(word, 0xcc9e_2d51)
  const turned = Math.imul((scrambled << 15) | (scrambled >>> 17), 0x1b87_3593)
  const next = lane ^ turned
  return (Math.imul((next << 13) | (next >>> 19), 5) + 0xe654_6b64) | 0
}

function final(word: number): number {
  let hash = word ^ (word >>> 16)
  hash = Math.imul(hash, 0x85eb_ca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2_ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
}

/** Four bytes from `at`, zeros from `end` on. */
function lastWord(bytes: Uint8Array, at: number, end: number): number {
  let word = 0
  for (let i = Math.min(end, at + 4) - 1; i >= at; i--) word = (word << 8) | bytes[i]!
  return word
}
