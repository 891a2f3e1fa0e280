// The fast way through `ioreg -a` XML as CoreFoundation writes it (facts: ioreg, section 7): from windows of
// the dump's bytes to rows of nodes and properties. `core/dump/archive-reader.ts` says what the rows mean, and
// reads whatever is written in another way: at such a place the scan stops, between two elements,
// and what it knows then is all that the other reader needs to go on.
import { nextLess } from './bytes.ts'
import { containerEnd, isCut, isOdd } from './container.ts'
import { allocate, reserve, slack } from './memory.ts'
import * as rows from './rows.ts'
import * as strings from './strings.ts'
import * as texts from './texts.ts'
import { valueHash } from './value-hash.ts'
import { bytes, count, index, starts } from './strings.ts'
import {
  beginExport,
  closedNodes,
  nodeColumn,
  nodes,
  ownersColumn,
  properties,
  propertyColumn,
  propertyEnds,
} from './rows.ts'
import {
  beginText,
  lastEnd,
  lastKey,
  lastStart,
  learn,
  scanText,
  textNodeColumn,
  textNodes,
  textOpenNodes,
  textOpenStarts,
  textPrefix,
  textProperties,
  textPropertyColumn,
  textScratch,
  textState,
} from './text.ts'
import { findTwins, twins } from './twins.ts'

export { bytes, count, index, starts }
export { beginExport, closedNodes, nodeColumn, nodes, ownersColumn }
export { beginText, learn, scanText, textNodeColumn, textPropertyColumn }
export { textNodes, textOpenNodes, textOpenStarts, textPrefix, textProperties, textScratch, textState }
export { lastEnd, lastKey, lastStart }
export { findTwins, properties, propertyColumn, propertyEnds, twins }

// What comes next. The names and numbers of `State` in archive-reader.ts.
const outside = 0
const atKey = 1
const atValue = 2
const inNodes = 3

/** What `scan` returns. */
const needsMore = 0
const metOdd = 1

export let state: i32 = outside
/** Where the scan stands: every byte before is done with. Counted from the window's start. */
export let position: i32 = 0
/** The key whose value comes next, where `state` is `atValue`. */
export let key: i32 = -1
export let documents: i32 = 0
export let synthetics: i32 = 0
export let namedClasses: i32 = 0
export let classesUnlikeNames: i32 = 0
export let nodesWithoutId: i32 = 0
let closed: i32 = 0

/** Nodes may be so deep (`nodeDepthLimit` in archive-reader.ts). */
const depthLimit = 4096
/** The open brackets: for each the row of a node and its index, or 0 and -1 for an array of nodes. */
let stack: usize = 0
/** How many brackets are open. */
export let depth: i32 = 0
let nodeDepth = 0
/** The innermost node, or 0. */
let node: usize = 0
let nodeIndex = -1

/** Which keys are ioreg's own (`Role` in archive-entry-keys.ts), by string. */
export let roles: usize = 0
let roleCount: i32 = 0

const roleChildren: u8 = 1
const roleName: u8 = 2
const roleLocation: u8 = 3
const roleId: u8 = 4
const roleClass: u8 = 5
const roleChain: u8 = 6
const roleRetainCount: u8 = 7
const roleState: u8 = 8
const roleBusyCount: u8 = 9
const roleBusyTime: u8 = 10

// Bits of `EntryFlag` in snapshot.ts; the last is the one of entry-draft.ts for a state that an archive told.
const hasId: u16 = 1 << 0
const isService: u16 = (1 << 1) | (1 << 15)
const hasBusyCount: u16 = 1 << 2
const hasBusyTime: u16 = 1 << 3
const hasRetainCount: u16 = 1 << 4

// `ValueType` in snapshot.ts.
const typeString: u8 = 1
const typeInteger: u8 = 2
const typeReal: u8 = 3
const typeBoolean: u8 = 4
const typeData: u8 = 5
const typeDate: u8 = 6
const typeArray: u8 = 7
const typeDictionary: u8 = 9

// Tags as words, first letter in the lowest byte, and how much of a word they fill.
const five: u64 = 0xffffffffff
const six: u64 = 0xffffffffffff
const seven: u64 = 0xffffffffffffff
const keyTag: u64 = 0x3e79656b3c // <key>
const keyEnd: u64 = 0x3e79656b2f3c // </key>
const stringTag: u64 = 0x3e676e697274733c // <string>
const stringEnd: u64 = 0x676e697274732f3c // </string
const emptyString: u64 = 0x2f676e697274733c // <string/
const integerTag: u64 = 0x72656765746e693c // <integer
const integerEnd: u64 = 0x65676574_6e692f3c // </intege
const dataTag: u64 = 0x3e617461643c // <data>
const dataEnd: u64 = 0x3e617461642f3c // </data>
const emptyData: u64 = 0x3e2f617461643c // <data/>
const dateTag: u64 = 0x3e657461643c // <date>
const dateEnd: u64 = 0x3e657461642f3c // </date>
const realTag: u64 = 0x3e6c6165723c // <real>
const realEnd: u64 = 0x3e6c6165722f3c // </real>
const trueTag: u64 = 0x3e2f657572743c // <true/>
const falseTag: u64 = 0x3e2f65736c61663c // <false/>
const dictTag: u64 = 0x3e746369643c // <dict>
const dictEnd: u64 = 0x3e746369642f3c // </dict>
const emptyDict: u64 = 0x3e2f746369643c // <dict/>
const arrayTag: u64 = 0x3e79617272613c // <array>
const arrayEnd: u64 = 0x3e79617272612f3c // </array>
const emptyArray: u64 = 0x3e2f79617272613c // <array/>

/** A tag is looked at when so much is there of what follows its `<`. */
const lookahead: usize = 16

let windowAt: usize = 0
let windowBytes: u32 = 0

/**
 * Where to put the next `bytes` bytes, or 0 when there is no memory for them and all that they can become: a node
 * takes 7 bytes at least, `<dict/>`, and becomes 64; a property takes 18 and becomes 28; a string takes 1 and
 * becomes 24 in tables that double.
 */
export function window(bytes: u32): usize {
  const isWider = bytes > windowBytes
  const size = isWider ? max<u32>(bytes, windowBytes * 2) : windowBytes
  if (!reserve(u64(size) * 64 + (u64(strings.count) << 6) + (1 << 20))) return 0
  if (isWider) {
    windowAt = allocate(size)
    texts.setPlain(allocate(size))
    windowBytes = size
  }
  return windowAt
}

/**
 * To be called once, first. The strings that the snapshot has already are copied to `bytes` and `starts` then, the
 * roles of the first `keys` of them to `roles`, and `index` is called. False when there is no memory for them.
 */
export function begin(
  stringCount: i32,
  stringBytes: i32,
  keys: i32,
  seedLow: i32,
  seedHigh: i32,
): bool {
  const tables = (u64(stringCount) << 6) + (u64(stringBytes) << 1) + u64(keys)
  if (!reserve(tables + (1 << 20))) return false
  stack = allocate((2 * depthLimit + 2) * 8)
  roles = allocate(keys)
  roleCount = keys
  strings.open(stringCount, stringBytes, seedLow, seedHigh)
  return true
}

/**
 * Scans the first `length` bytes of the window, which are at `base` in the dump. `needsMore`: up to `position` all is
 * done, and what stands there is cut. `metOdd`: what stands there is for the other reader.
 */
export function scan(length: i32, base: u32): i32 {
  const start = windowAt
  const end = start + length
  // So that looking for `<` ends.
  v128.store(end, i8x16.splat(0x3c))
  v128.store(end + 16, i8x16.splat(0x3c))
  let at = start
  let result = needsMore
  while (true) {
    at = nextLess(at)
    if (at + lookahead > end) break
    const tag = load<u64>(at)
    if (state == atKey) {
      if ((tag & five) == keyTag) {
        let after = keyAfter(at + 5, end)
        if (after <= isOdd) {
          if (after == isOdd) result = metOdd
          break
        }
        state = atValue
        at = nextLess(after)
        if (at + lookahead > end) break
      } else if ((tag & seven) == dictEnd) {
        closeTop()
        at += 7
        continue
      } else {
        result = metOdd
        break
      }
    }
    if (state == atValue) {
      const after = value(at, end, base + u32(at - start))
      if (after <= isOdd) {
        if (after == isOdd) result = metOdd
        break
      }
      at = after
      continue
    }
    const after = around(at, end)
    if (after <= isOdd) {
      if (after == isOdd) result = metOdd
      break
    }
    at = after
  }
  position = i32(min(at, end) - start)
  return result
}

/** Takes the key whose characters start at `from`. Returns where its end tag ends. */
function keyAfter(from: usize, end: usize): usize {
  const guess = strings.guessKey(from, end)
  if (guess >= 0) {
    key = guess
    return from + strings.lengthOf(guess) + 6
  }
  return newKeyAfter(from, end)
}

function newKeyAfter(from: usize, end: usize): usize {
  const to = nextLess(from)
  if (to + lookahead > end) return isCut
  if ((load<u64>(to) & six) != keyEnd) return isOdd
  // A key with references is not guessed the next time: its bytes are not what the XML writes.
  const found = texts.hasReference(from, to)
    ? texts.internText(from, to)
    : strings.internKey(from, to - from)
  if (found < 0) return isOdd
  key = found
  return to + 6
}

/** Reads the value whose tag stands at `at`, `place` in the dump. Returns its end. */
function value(at: usize, end: usize, place: u32): usize {
  if (key < roleCount) {
    const role = load<u8>(roles + key)
    if (role != 0) return syntheticAfter(role, at, end)
  }
  const tag = load<u64>(at)
  let after: usize = 0
  let type: u8 = 0
  if (tag == stringTag) {
    const to = nextLess(at + 8)
    if (to + lookahead > end) return isCut
    if (load<u64>(to) != stringEnd || load<u8>(to, 8) != 0x3e) return isOdd
    after = to + 9
    type = typeString
  } else if (tag == integerTag) {
    const to = nextLess(at + 8)
    if (to + lookahead > end) return isCut
    if (load<u8>(at, 8) != 0x3e) return isOdd
    if (load<u64>(to) != integerEnd || load<u16>(to, 8) != 0x3e72) return isOdd
    after = to + 10
    type = typeInteger
  } else if ((tag & six) == dataTag) {
    const to = nextLess(at + 6)
    if (to + lookahead > end) return isCut
    if ((load<u64>(to) & seven) != dataEnd) return isOdd
    after = to + 7
    type = typeData
  } else if ((tag & seven) == trueTag) {
    after = at + 7
    type = typeBoolean
  } else if (tag == falseTag) {
    after = at + 8
    type = typeBoolean
  } else if ((tag & six) == dictTag) {
    after = containerEnd(at + 6, end)
    type = typeDictionary
  } else if ((tag & seven) == arrayTag) {
    after = containerEnd(at + 7, end)
    type = typeArray
  } else if ((tag & seven) == emptyDict) {
    after = at + 7
    type = typeDictionary
  } else if (tag == emptyArray) {
    after = at + 8
    type = typeArray
  } else {
    after = rareAfter(tag, at, end)
    type = rareType
  }
  if (after <= isOdd) return after

  const row = rows.addProperty()
  store<i32>(row, nodeIndex, rows.propertyOwner)
  store<i32>(row, key, rows.propertyKey)
  store<u32>(row, place, rows.propertyStart)
  store<u32>(row, place + u32(after - at), rows.propertyEnd)
  store<u8>(row, type, rows.propertyType)
  store<u64>(row, valueHash(at, after), rows.propertyHash)
  store<u32>(node, load<u32>(node, rows.nodeProperties) + 1, rows.nodeProperties)
  state = atKey
  return after
}

let rareType: u8 = 0

/** Values that are seen now and then. */
function rareAfter(tag: u64, at: usize, end: usize): usize {
  if (tag == emptyString && load<u8>(at, 8) == 0x3e) {
    rareType = typeString
    return at + 9
  }
  if ((tag & seven) == emptyData) {
    rareType = typeData
    return at + 7
  }
  const isDate = (tag & six) == dateTag
  if (!isDate && (tag & six) != realTag) return isOdd
  const to = nextLess(at + 6)
  if (to + lookahead > end) return isCut
  if ((load<u64>(to) & seven) != (isDate ? dateEnd : realEnd)) return isOdd
  rareType = isDate ? typeDate : typeReal
  return to + 7
}

/** Reads the value of one of ioreg's own keys into its node; or begins the clients. */
function syntheticAfter(role: u8, at: usize, end: usize): usize {
  const tag = load<u64>(at)
  if (role == roleChildren) return childrenAfter(tag, at)
  if (role == roleChain) return chainAfter(tag, at, end)
  if (role <= roleClass && role != roleId) {
    if (tag != stringTag) return isOdd
    const to = nextLess(at + 8)
    if (to + lookahead > end) return isCut
    if (load<u64>(to) != stringEnd || load<u8>(to, 8) != 0x3e) return isOdd
    const string = texts.internText(at + 8, to)
    if (string < 0) return isOdd
    const field =
      role == roleName ? rows.nodeName : role == roleLocation ? rows.nodeLocation : rows.nodeClass
    store<i32>(node + field, string)
    took()
    return to + 9
  }
  if (tag != integerTag || load<u8>(at, 8) != 0x3e) return isOdd
  const to = nextLess(at + 9)
  if (to + lookahead > end) return isCut
  if (load<u64>(to) != integerEnd || load<u16>(to, 8) != 0x3e72) return isOdd
  if (!texts.readInteger(at + 9, to)) return isOdd
  takeInteger(role, texts.integer)
  took()
  return to + 10
}

function took(): void {
  synthetics++
  state = atKey
}

function takeInteger(role: u8, integer: u64): void {
  let flag: u16 = 0
  if (role == roleId) {
    store<u64>(node, integer, rows.nodeId)
    flag = hasId
  } else if (role == roleBusyTime) {
    store<u64>(node, integer, rows.nodeBusyTime)
    flag = hasBusyTime
  } else if (role == roleState) {
    store<u32>(node, u32(integer), rows.nodeState)
    flag = isService
  } else if (role == roleBusyCount) {
    store<u32>(node, u32(integer), rows.nodeBusyCount)
    flag = hasBusyCount
  } else {
    store<u32>(node, u32(integer), rows.nodeRetainCount)
    flag = hasRetainCount
  }
  store<u16>(node, load<u16>(node, rows.nodeFlags) | flag, rows.nodeFlags)
}

function childrenAfter(tag: u64, at: usize): usize {
  if ((tag & seven) == arrayTag) {
    push(0, -1)
    state = inNodes
    return at + 7
  }
  // `-t` writes the one child of each level alone (facts: ioreg, section 7).
  if ((tag & six) == dictTag) return openNode() ? at + 6 : isOdd
  if (tag == emptyArray) {
    state = atKey
    return at + 8
  }
  return isOdd
}

function chainAfter(tag: u64, at: usize, end: usize): usize {
  if ((tag & seven) != arrayTag) return isOdd
  const after = containerEnd(at + 7, end)
  if (after <= isOdd) return after
  if (load<u64>(after - 8) != arrayEnd) return isOdd
  if (!texts.readChain(at + 7, after - 8)) return isOdd
  store<i32>(node, texts.chain, rows.nodeChain)
  store<i32>(node, texts.lastOfChain, rows.nodeTextClass)
  took()
  return after
}

/** A tag outside of all nodes, or in an array of them. */
function around(at: usize, end: usize): usize {
  const tag = load<u64>(at)
  if ((tag & six) == dictTag) {
    if (!openNode()) return isOdd
    if (depth == 1) documents++
    return at + 6
  }
  if (state == inNodes) {
    if (tag == arrayEnd) {
      closeTop()
      return at + 8
    }
    if ((tag & seven) != emptyDict || !openNode()) return isOdd
    closeTop()
    return at + 7
  }
  if ((tag & seven) == arrayTag) {
    push(0, -1)
    state = inNodes
    documents++
    return at + 7
  }
  return prologAfter(tag, at, end)
}

const plistTag: u64 = 0x7473696c703c // <plist
const plistEnd: u64 = 0x3e7473696c702f3c // </plist>
const xmlTag: u64 = 0x6c6d783f3c // <?xml
const doctypeTag: u64 = 0x50595443_4f44213c // <!DOCTYP

/** `<?xml …>`, `<!DOCTYPE …>`, `<plist …>`, `</plist>`: to the first `>`, which is all they mean. */
function prologAfter(tag: u64, at: usize, end: usize): usize {
  if (tag == plistEnd) return at + 8
  const isPlist = (tag & six) == plistTag
  if (!isPlist && (tag & five) != xmlTag && tag != doctypeTag) return isOdd
  if (isPlist && load<u8>(at, 6) != 0x3e && load<u8>(at, 6) > 32) return isOdd
  for (let to = at + 2; to < end; to++) {
    const byte = load<u8>(to)
    if (byte == 0x3e) return to + 1
    if (byte == 0x3c) return isOdd
  }
  return isCut
}

/** Begins a node inside the innermost one. False when it would be too deep. */
function openNode(): bool {
  if (nodeDepth >= depthLimit) return false
  const row = rows.addNode()
  store<i32>(row, nodeIndex, rows.nodeParent)
  store<u16>(row, nodeDepth, rows.nodeDepth)
  store<i32>(row, -1, rows.nodeName)
  store<i32>(row, -1, rows.nodeLocation)
  store<i32>(row, -1, rows.nodeClass)
  store<i32>(row, -1, rows.nodeChain)
  store<i32>(row, -1, rows.nodeTextClass)
  store<i32>(row, -1, rows.nodeClosed)
  nodeDepth++
  node = row
  nodeIndex = rows.nodes - 1
  push(row, nodeIndex)
  state = atKey
  return true
}

function push(row: usize, index: i32): void {
  const top = stack + (usize(depth++) << 3)
  store<u32>(top, u32(row))
  store<i32>(top, index, 4)
}

/** Index of the node of the bracket at `level`, from the outermost; -1 for an array of nodes. */
export function openAt(level: i32): i32 {
  return load<i32>(stack + (usize(level) << 3), 4)
}

/** Closes the innermost node or array of nodes. */
function closeTop(): void {
  depth--
  const row = usize(load<u32>(stack + (usize(depth) << 3)))
  if (row) closeNode(row)
  if (depth == 0) state = outside
  else state = load<u32>(stack + (usize(depth - 1) << 3)) == 0 ? inNodes : atKey
}

function closeNode(row: usize): void {
  store<i32>(row, closed++, rows.nodeClosed)
  const className = load<i32>(row, rows.nodeClass)
  if (className >= 0) {
    namedClasses++
    if (className != load<i32>(row, rows.nodeName)) classesUnlikeNames++
  }
  if ((load<u16>(row, rows.nodeFlags) & hasId) == 0) nodesWithoutId++
  nodeDepth--
  node = 0
  nodeIndex = -1
  for (let level = depth - 1; level >= 0 && node == 0; level--) {
    node = usize(load<u32>(stack + (usize(level) << 3)))
    nodeIndex = openAt(level)
  }
}
