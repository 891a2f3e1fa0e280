// `core/registry/value-hash.ts` again, its four lanes in one register. Equal bytes give equal hashes in both.

function mixedLanes(lanes: v128, words: v128): v128 {
  const scrambled = i32x4.mul(words, i32x4.splat(0xcc9e2d51))
  const turned = v128.or(i32x4.shl(scrambled, 15), i32x4.shr_u(scrambled, 17))
  const next = v128.xor(lanes, i32x4.mul(turned, i32x4.splat(0x1b873593)))
  const rotated = v128.or(i32x4.shl(next, 13), i32x4.shr_u(next, 19))
  // Times five by shifting: a multiplication would hold up the next step.
  const fivefold = i32x4.add(i32x4.shl(rotated, 2), rotated)
  return i32x4.add(fivefold, i32x4.splat(0xe6546b64))
}

function mixed(lane: u32, word: u32): u32 {
  const turned = rotl<u32>(word * 0xcc9e2d51, 15) * 0x1b873593
  return rotl<u32>(lane ^ turned, 13) * 5 + 0xe6546b64
}

function final(word: u32): u32 {
  let hash = word ^ (word >> 16)
  hash *= 0x85ebca6b
  hash ^= hash >> 13
  hash *= 0xc2b2ae35
  return hash ^ (hash >> 16)
}

/** The hash of `[start, end)`: the low word and the high word. Reads up to 16 bytes beyond. */
export function valueHash(start: usize, end: usize): u64 {
  let lanes = i32x4(0x9e3779b9, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f)
  let at = start
  for (; at + 16 <= end; at += 16) lanes = mixedLanes(lanes, v128.load(at))
  const rest = i32(end - at)
  if (rest > 0) {
    const isByte = i8x16.lt_u(
      i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
      i8x16.splat(i8(rest)),
    )
    const isLane = i32x4.lt_s(i32x4(0, 4, 8, 12), i32x4.splat(rest))
    const last = mixedLanes(lanes, v128.and(v128.load(at), isByte))
    lanes = v128.bitselect(last, lanes, isLane)
  }
  const length = u32(end - start)
  const a: u32 = i32x4.extract_lane(lanes, 0)
  const b: u32 = i32x4.extract_lane(lanes, 1)
  const c: u32 = i32x4.extract_lane(lanes, 2)
  const d: u32 = i32x4.extract_lane(lanes, 3)
  const low = final(mixed(mixed(a, c), length))
  const high = final(mixed(mixed(b, d), length))
  return u64(low) | (u64(high) << 32)
}
