// The strings of the snapshot, as in `core/registry/string-interner.ts`: equal bytes get one index, in order of
// first appearance. It begins as a copy of the snapshot's, so that an index means the same in both.
import { allocate, grown } from './memory.ts'
import { isEqual } from './bytes.ts'
import { keyEnd, six } from './tags.ts'

let seed: u64 = 0
let seedBetween: u64 = 0

export let count: i32 = 0
export let bytes: usize = 0
let bytesRoom: usize = 0
/** `count + 1` offsets into `bytes`. */
export let starts: usize = 0
let hashes: usize = 0
/** For each key the key that came after it the last time, and one; none is 0. Only such as XML writes without `&`. */
let follower: usize = 0
let room: i32 = 0
let slots: usize = 0
let slotMask: u32 = 0
let lastKey: i32 = 0

/** Room for the strings that are there already; `bytes` and `starts` are to be filled, then `index` called. */
export function open(strings: i32, stringBytes: i32, seedLow: i32, seedHigh: i32): void {
  seed = (u64(u32(seedHigh)) << 32) | u64(u32(seedLow))
  seedBetween = rotl<u64>(seed * 0x9e3779b97f4a7c15, 27) | 1
  count = strings
  bytesRoom = max<usize>(usize(stringBytes) * 2, 1 << 16)
  bytes = allocate(bytesRoom)
  room = max(strings * 2, 1 << 11)
  starts = allocate(usize(room + 1) << 2)
  hashes = allocate(usize(room) << 2)
  follower = allocate(usize(room) << 2)
  makeSlots()
}

/** What the tables can ask for when they double, all at once. */
export function growth(): u64 {
  return (u64(count) << 6) + (u64(bytesRoom) << 1)
}

export function index(): void {
  for (let i = 0; i < count; i++) {
    store<u32>(hashes + (usize(i) << 2), hashOf(startOf(i), lengthOf(i)))
  }
  fillSlots()
}

function startOf(string: i32): usize {
  return bytes + load<u32>(starts + (usize(string) << 2))
}

export function lengthOf(string: i32): usize {
  const start = starts + (usize(string) << 2)
  return load<u32>(start, 4) - load<u32>(start)
}

/** The key that followed the last key the last time, if it is what stands at `from`, with its end tag; else -1. */
export function guessKey(from: usize, end: usize): i32 {
  const guess = load<i32>(follower + (usize(lastKey) << 2)) - 1
  if (guess < 0) return -1
  const length = lengthOf(guess)
  if (from + length + 8 > end) return -1
  if ((load<u64>(from + length) & six) != keyEnd) return -1
  if (!isEqual(startOf(guess), from, length)) return -1
  lastKey = guess
  return guess
}

/** The same where a text's line from its key's first byte to `end` is at `from`: `Key" = …`. */
export function guessTextKey(from: usize, end: usize): i32 {
  const guess = load<i32>(follower + (usize(lastKey) << 2)) - 1
  if (guess < 0) return -1
  const length = lengthOf(guess)
  if (from + length + 4 > end || load<u32>(from + length) != 0x203d2022) return -1
  if (!isEqual(startOf(guess), from, length)) return -1
  lastKey = guess
  return guess
}

/** The key of these bytes, after a guess that was wrong. */
export function internKey(from: usize, length: usize): i32 {
  const key = intern(from, length)
  store<i32>(follower + (usize(lastKey) << 2), key + 1)
  lastKey = key
  return key
}

export function intern(from: usize, length: usize): i32 {
  const hash = hashOf(from, length)
  let slot = hash & slotMask
  while (true) {
    const found = load<i32>(slots + (usize(slot) << 2)) - 1
    if (found < 0) return append(from, length, hash, slot)
    if (load<u32>(hashes + (usize(found) << 2)) == hash && lengthOf(found) == length) {
      if (isEqual(startOf(found), from, length)) return found
    }
    slot = (slot + 1) & slotMask
  }
}

/**
 * Two multiplications for each word, so that what a guest can choose (the bytes) does not tell which strings
 * collide without what it cannot know (the seed).
 */
function mixed(hash: u64, word: u64): u64 {
  hash = (hash ^ word) * 0xff51afd7ed558ccd
  hash = (hash ^ (hash >> 32)) * 0xc4ceb9fe1a85ec53
  return (hash ^ (hash >> 29)) + seedBetween
}

function hashOf(from: usize, length: usize): u32 {
  let hash = seed ^ u64(length)
  for (; length >= 8; length -= 8, from += 8) hash = mixed(hash, load<u64>(from))
  if (length > 0) hash = mixed(hash, load<u64>(from) & (((<u64>1) << (u64(length) << 3)) - 1))
  return u32(hash >> 32) ^ u32(hash)
}

/** A number as a hash, with the same seed. */
export function seeded(word: u64): u32 {
  const hash = mixed(seed, word)
  return u32(hash >> 32) ^ u32(hash)
}

function append(from: usize, length: usize, hash: u32, slot: u32): i32 {
  const string = count++
  const at = load<u32>(starts + (usize(string) << 2))
  const end = at + u32(length)
  if (usize(end) > bytesRoom) {
    const wider = max<usize>(bytesRoom * 2, usize(end))
    bytes = grown(bytes, at, wider)
    bytesRoom = wider
  }
  memory.copy(bytes + at, from, length)
  if (count >= room) growTables()
  store<u32>(starts + (usize(count) << 2), end)
  store<u32>(hashes + (usize(string) << 2), hash)
  store<i32>(slots + (usize(slot) << 2), string + 1)
  if (u32(count) * 2 > slotMask) (makeSlots(), fillSlots())
  return string
}

function growTables(): void {
  const before = usize(room) << 2
  room *= 2
  starts = grown(starts, before + 4, usize(room + 1) << 2)
  hashes = grown(hashes, before, usize(room) << 2)
  follower = grown(follower, before, usize(room) << 2)
}

/** At least four slots for each string; a slot holds the string's index and one. */
function makeSlots(): void {
  let wanted: u32 = 1 << 12
  while (wanted < u32(count) * 4) wanted *= 2
  slots = allocate(usize(wanted) << 2)
  slotMask = wanted - 1
}

function fillSlots(): void {
  for (let i = 0; i < count; i++) {
    let slot = load<u32>(hashes + (usize(i) << 2)) & slotMask
    while (load<i32>(slots + (usize(slot) << 2)) != 0) slot = (slot + 1) & slotMask
    store<i32>(slots + (usize(slot) << 2), i + 1)
  }
}
