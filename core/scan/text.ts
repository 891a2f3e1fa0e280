// The fast way through `ioreg -l -w0` as the tool prints it (facts: ioreg, sections 3 to 5): from a window of the
// text to rows of nodes and properties. `core/dump/text-reader.ts` says what the lines mean. Only lines are taken
// here of which it would keep nothing but what they say; before any other one the scan stops, and that reader
// reads it, until what comes can be told from the state below again.
import { isEqual, nextNewline, treeEnd } from './bytes.ts'
import { hasId, hasProperties } from './entry-flags.ts'
import { allocate, reserve } from './memory.ts'
import * as strings from './strings.ts'
import * as line from './text-node.ts'
import * as rows from './text-rows.ts'
import { windowBytes } from './text-rows.ts'
import { closedType } from './text-value.ts'
import { valueHash } from './value-hash.ts'

import {
  lastEnd,
  lastKey,
  lastStart,
  textNodeColumn,
  textNodes,
  textProperties,
  textPropertyColumn,
} from './text-rows.ts'

export { lastEnd, lastKey, lastStart }
export { textNodeColumn, textNodes, textProperties, textPropertyColumn }

// The last line that was read. The names and numbers of `TextPlace` in text-scanner.ts.
const atNode = 0
const inBlock = 1
const atBlockEnd = 2
const atSeparator = 3

/** What a separator looks like; anything else: not known yet. */
const wholeSeparator = 1
const trimmedSeparator = 2
const noSeparator = 3

/** Nodes deeper than this are for the other reader. */
const depthLimit: i32 = 1000

const bar: u8 = 0x7c
const blank: u8 = 0x20

/**
 * All that must be told before a scan, and can be told after it: words of 32 bits, as `State` in text-scanner.ts
 * lists them.
 */
export let textState: usize = 0
const statePlace: usize = 0
const stateDepth: usize = 4
const stateBreakLength: usize = 8
const stateSeparator: usize = 12
const stateHasChains: usize = 16
const stateRetainWord: usize = 20
const stateEntry: usize = 24
const stateNextEntry: usize = 28
const stateNextNode: usize = 32
const stateProperties: usize = 36
const statePosition: usize = 40
const stateLines: usize = 44
const stateFirstProperties: usize = 48
const stateOpened: usize = 52
const stateNodesWithoutId: usize = 56
const stateHasLast: usize = 60
const stateBytes: usize = 64

/** The nodes above the next line: for each its index, and then for each where its line begins. */
export let textOpenNodes: usize = 0
export let textOpenStarts: usize = 0
/** What stands before the lines below them: `TreePrefix` in tree-prefix.ts. */
export let textPrefix: usize = 0

/** Where strings are put for `learn`; as long as the window. */
export let textScratch: usize = 0
export let textScratchStarts: usize = 0
/** More strings are not learned at once. */
const mostLearned: usize = 1 << 12

let windowAt: usize = 0
let windowBase: u32 = 0

let place = atNode
let depth = 0
/** Of what stands before the lines of the innermost node's block. */
let blockLength: usize = 0
let separator = 0
let hasChains = 0
let retainWord = 0
let entry = 0
let nextEntry = 0
let nextNode = 0
let properties = 0

/** To be called once, after `begin`. Where the window is; 0 when there is no memory for it. */
export function beginText(): usize {
  if (!reserve(u64(rows.openBytes) + windowBytes * 2 + 131_072)) return 0
  rows.open()
  textState = allocate(stateBytes)
  textOpenNodes = allocate(usize(depthLimit) << 2)
  textOpenStarts = allocate(usize(depthLimit) << 2)
  textPrefix = allocate(usize(depthLimit + 2) << 1)
  windowAt = allocate(windowBytes)
  textScratch = allocate(windowBytes)
  textScratchStarts = allocate((mostLearned + 1) << 2)
  return windowAt
}

/**
 * Knows the next `count` strings of the snapshot, which stand one after the other at `textScratch`. Where each begins
 * and the last ends stands at `textScratchStarts`, counted from anywhere. False when there is no memory for them.
 */
export function learn(count: i32): bool {
  if (!reserveStrings()) return false
  const first = load<u32>(textScratchStarts)
  for (let i = 0; i < count; i++) {
    const start = textScratchStarts + (usize(i) << 2)
    const from = load<u32>(start)
    strings.intern(textScratch + usize(from - first), usize(load<u32>(start, 4) - from))
  }
  return true
}

/** A string takes 24 bytes in tables that double, and a window's strings are no longer than it. */
function reserveStrings(): bool {
  return reserve(strings.growth() + windowBytes * 32)
}

/**
 * Scans what is between `from` and `to` in the window, whose first byte is at `base` in the dump. It begins at a line, and
 * what is known there is in `textState`, `textOpenNodes`, `textOpenStarts` and `textPrefix`; after it what is known at
 * `statePosition`. 0: what stands there has no end yet; 1: it is for the other reader.
 */
export function scanText(from: i32, to: i32, base: u32): i32 {
  if (!reserveStrings()) return 1
  rows.clear()
  readState()
  const isLong = load<u32>(textState, stateBreakLength) == 2
  const end = windowAt + to
  v128.store(end, i8x16.splat(10))
  windowBase = base
  let at = windowAt + from
  let last: usize = 0
  let lines = 0
  let result = 0
  propertyLine = 0
  while (true) {
    const newline = nextNewline(at)
    if (newline >= end) break
    const isReturn = newline > at && load<u8>(newline - 1) == 13
    const lineEnd = isReturn ? newline - 1 : newline
    const isRead =
      isReturn == isLong &&
      (place == inBlock ? readBlockLine(at, lineEnd) : readTreeLine(at, lineEnd))
    if (!isRead) {
      result = 1
      break
    }
    lines++
    last = at
    at = newline + 1
  }
  // The next line can go on with the value of the last.
  const hasLast = lines > 0 && propertyLine == last
  if (hasLast) rows.takeLastProperty()
  store<u32>(textState, u32(at - windowAt) + base, statePosition)
  store<i32>(textState, lines, stateLines)
  store<i32>(textState, hasLast ? 1 : 0, stateHasLast)
  writeState()
  return result
}

function readState(): void {
  place = load<i32>(textState, statePlace)
  depth = load<i32>(textState, stateDepth)
  blockLength = usize(depth + 1) << 1
  separator = load<i32>(textState, stateSeparator)
  hasChains = load<i32>(textState, stateHasChains)
  retainWord = load<i32>(textState, stateRetainWord)
  entry = load<i32>(textState, stateEntry)
  nextEntry = load<i32>(textState, stateNextEntry)
  nextNode = load<i32>(textState, stateNextNode)
  properties = load<i32>(textState, stateProperties)
  store<i32>(textState, 0, stateOpened)
  store<i32>(textState, 0, stateNodesWithoutId)
}

function writeState(): void {
  store<i32>(textState, place, statePlace)
  store<i32>(textState, depth, stateDepth)
  store<i32>(textState, properties, stateProperties)
}

/** A property, or the block's end. */
function readBlockLine(at: usize, lineEnd: usize): bool {
  if (!isEqual(textPrefix, at, blockLength)) return false
  const inner = at + blockLength
  const start = load<u32>(inner)
  if ((start & 0xffffff) == 0x222020) return readProperty(at, inner + 3, lineEnd)
  if ((start & 0xff) != 0x7d || inner + 1 != lineEnd) return false
  place = atBlockEnd
  return true
}

/** Where the last property's line began. */
let propertyLine: usize = 0

/** @param from first byte of the key */
function readProperty(at: usize, from: usize, lineEnd: usize): bool {
  let key = strings.guessTextKey(from, lineEnd)
  const quote = key >= 0 ? from + strings.lengthOf(key) : keyEnd(from, lineEnd)
  if (quote == 0) return false
  const value = quote + 4
  const type = closedType(value, lineEnd)
  if (type == 0) return false
  if (key < 0) key = strings.internKey(from, quote - from)
  const start = windowBase + u32(value - windowAt)
  const end = windowBase + u32(lineEnd - windowAt)
  rows.addProperty(entry, key, start, end, valueHash(value, lineEnd), type)
  properties++
  propertyLine = at
  return true
}

/** The quote that ends a key, the first before ` = `; 0 where there is none. */
function keyEnd(from: usize, lineEnd: usize): usize {
  for (let at = from; at + 4 <= lineEnd; at++) if (load<u32>(at) == 0x203d2022) return at
  return 0
}

/** A node, the beginning of its block, or the line after it. */
function readTreeLine(at: usize, lineEnd: usize): bool {
  const inner = treeEnd(at)
  if (load<u32>(inner) == 0x206f2d2b) {
    const isComplete = place != atBlockEnd || separator == noSeparator
    return isComplete && readNode(at, inner, lineEnd)
  }
  if (place == atNode) return inner + 1 == lineEnd && readOpen(at, inner)
  return place == atBlockEnd && inner >= lineEnd && readSeparator(at, lineEnd)
}

function readOpen(at: usize, inner: usize): bool {
  if (load<u8>(inner) != 0x7b || inner - at != blockLength) return false
  if (!learnPrefix(at, blockLength)) return false
  place = inBlock
  if (rows.textNodes == 0) store<i32>(textState, 1, stateOpened)
  else {
    const flags = rows.textNodeColumn(0) + rows.nodeFlags + (usize(rows.textNodes - 1) << 1)
    store<u16>(flags, load<u16>(flags) | hasProperties)
  }
  return true
}

function readSeparator(at: usize, lineEnd: usize): bool {
  let length = blockLength
  if (separator == trimmedSeparator) {
    while (length > 0 && load<u8>(textPrefix + length - 1) == blank) length--
  } else if (separator != wholeSeparator) return false
  if (lineEnd - at != length || !isEqual(textPrefix, at, length)) return false
  place = atSeparator
  return true
}

/** Does the tree stand at `at` as told before? What was not told is learned. */
function learnPrefix(at: usize, length: usize): bool {
  if (isEqual(textPrefix, at, length)) return true
  for (let i: usize = 0; i < length; i++) {
    const told = load<u8>(textPrefix + i)
    const byte = load<u8>(at + i)
    if (told != 0 ? byte != told : byte != blank && (byte != bar || (i & 1) != 0)) return false
  }
  memory.copy(textPrefix, at, length)
  return true
}

/** Did a line tell that there is a bar in the slot of `level`, or that there is none, and is that false? */
function isBelied(level: i32, hasBar: bool): bool {
  const told = load<u8>(textPrefix + (usize(level) << 1))
  return told != 0 && (told == bar) != hasBar
}

function readNode(at: usize, inner: usize, lineEnd: usize): bool {
  const column = inner - at
  const level = i32(column >> 1)
  // At the first column the next match begins, or another tree.
  if ((column & 1) != 0 || level == 0 || level > depth || level >= depthLimit) return false
  // Whether the bars told the truth, those of the nodes that end here show now.
  if (isBelied(depth, level == depth)) return false
  for (let i = depth - 1; i >= level; i--) if (isBelied(i, i == level)) return false
  const nameStart = inner + 4
  if (!line.readNodeLine(nameStart, lineEnd)) return false
  const isChain = line.className != line.classStart
  const isPlain = !isChain && !isRootClass()
  if ((isChain && hasChains != 1) || (isPlain && hasChains != 0)) return false
  if (line.retainWord != 0 && line.retainWord != retainWord) return false
  if (!learnPrefix(at, column)) return false

  const node = rows.addNode()
  const row = rows.nodeRow(node)
  if (node == 0) store<i32>(textState, properties, stateFirstProperties)
  else store<i32>(row - 4, properties, rows.nodeProperties)
  properties = 0
  const className = strings.intern(line.className, line.classEnd - line.className)
  const chain = isChain
    ? strings.intern(line.classStart, line.classEnd - line.classStart)
    : isPlain
      ? -1
      : className
  let location = -1
  let nameEnd = line.nameEnd
  if (line.locationStart != 0) {
    location = strings.intern(line.locationStart, nameEnd - line.locationStart)
    nameEnd = line.locationStart - 1
  }
  const above = usize(level) << 2
  const start = windowBase + u32(at - windowAt)
  store<i32>(row, strings.intern(nameStart, nameEnd - nameStart), rows.nodeName)
  store<i32>(row, location, rows.nodeLocation)
  store<i32>(row, className, rows.nodeClass)
  store<i32>(row, chain, rows.nodeChain)
  store<i32>(row, load<i32>(textOpenNodes + above - 4), rows.nodeParent)
  store<u32>(row, start, rows.nodeStart)
  store<u32>(row, line.state, rows.nodeState)
  store<u32>(row, line.busyCount, rows.nodeBusyCount)
  store<u32>(row, line.retainCount, rows.nodeRetainCount)
  const short = row - (usize(node) << 1)
  store<u16>(short, level, rows.nodeDepth)
  store<u16>(short, line.flags, rows.nodeFlags)
  const long = row + (usize(node) << 2)
  store<u64>(long, line.id, rows.nodeId)
  store<u64>(long, line.busyTime, rows.nodeBusyTime)
  if ((line.flags & hasId) == 0) {
    store<i32>(textState, load<i32>(textState, stateNodesWithoutId) + 1, stateNodesWithoutId)
  }

  store<i32>(textOpenNodes + above, nextNode++)
  store<u32>(textOpenStarts + above, start)
  // Its own slot, and that of its block, are to be told.
  store<u32>(textPrefix + (usize(level) << 1), 0)
  depth = level + 1
  blockLength = usize(depth + 1) << 1
  entry = nextEntry++
  place = atNode
  return true
}

/** A chain of one has no colon, and only the class that all others come from has such a chain. */
function isRootClass(): bool {
  const at = line.classStart
  return (
    line.classEnd - at == 15 &&
    load<u64>(at) == 0x7473696765524f49 &&
    load<u64>(at, 7) == 0x7972746e45797274
  )
}
