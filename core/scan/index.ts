// The fast way through `ioreg -a` XML as CoreFoundation writes it (facts: ioreg, section 7): from windows of
// the dump's bytes to rows of nodes and properties. `core/dump/archive-reader.ts` says what the rows mean, and
// reads whatever is written in another way, and what follows the first document: at such a place the scan
// stops, between two elements, and what it knows then is all that the other reader needs to go on.
import {
  atKey,
  atValue,
  classesUnlikeNames,
  closeTop,
  depth,
  inNodes,
  namedClasses,
  node,
  nodeIndex,
  nodesWithoutId,
  openAt,
  openBrackets,
  openNode,
  openNodes,
  outside,
} from './brackets.ts'
import { nextLess } from './bytes.ts'
import { containerEnd } from './container.ts'
import { allocate, reserve } from './memory.ts'
import * as rows from './rows.ts'
import * as strings from './strings.ts'
import { ownValueAfter, roleChildren } from './own-keys.ts'
import {
  arrayEnd,
  arrayTag,
  dataEnd,
  dataTag,
  dateEnd,
  dateTag,
  dictEnd,
  dictTag,
  doctypeTag,
  emptyArray,
  emptyData,
  emptyDict,
  emptyString,
  falseTag,
  five,
  integerEnd,
  integerTag,
  isCut,
  isOdd,
  keyEnd,
  keyTag,
  lookahead,
  plistEnd,
  plistTag,
  realEnd,
  realTag,
  seven,
  six,
  stringEnd,
  stringTag,
  trueTag,
  xmlTag,
} from './tags.ts'
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
  textScratchStarts,
  textState,
} from './text.ts'
import { findTwins, twins } from './twins.ts'

export { bytes, count, index, starts }
export { beginExport, closedNodes, nodeColumn, nodes, ownersColumn }
export { classesUnlikeNames, depth, namedClasses, nodesWithoutId, openAt }
export { beginText, learn, scanText, textNodeColumn, textPropertyColumn }
export {
  textNodes,
  textOpenNodes,
  textOpenStarts,
  textPrefix,
  textProperties,
  textScratch,
  textScratchStarts,
  textState,
}
export { lastEnd, lastKey, lastStart }
export { findTwins, properties, propertyColumn, propertyEnds, twins }

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

/** Which keys are ioreg's own (`Role` in archive-entry-keys.ts), by string. */
export let roles: usize = 0
let roleCount: i32 = 0

// `ValueType` in snapshot.ts.
const typeString: u8 = 1
const typeInteger: u8 = 2
const typeReal: u8 = 3
const typeBoolean: u8 = 4
const typeData: u8 = 5
const typeDate: u8 = 6
const typeArray: u8 = 7
const typeDictionary: u8 = 9

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
  if (!reserve(u64(size) * 64 + strings.growth() + (1 << 19))) return 0
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
  if (!reserve(tables + (1 << 19))) return false
  openBrackets()
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
        state = closeTop()
        at += 7
        if (state == outside) {
          result = metOdd
          break
        }
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
    if (state == outside && documents > 0) {
      result = metOdd
      break
    }
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
    if (role == roleChildren) return childrenAfter(load<u64>(at), at)
    if (role != 0) {
      const after = ownValueAfter(role, at, end)
      if (after > isOdd) {
        synthetics++
        state = atKey
      }
      return after
    }
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

function childrenAfter(tag: u64, at: usize): usize {
  if ((tag & seven) == arrayTag) {
    openNodes()
    state = inNodes
    return at + 7
  }
  // `-t` writes the one child of each level alone (facts: ioreg, section 7).
  if ((tag & six) == dictTag) return nodeAfter(at)
  if (tag == emptyArray) {
    state = atKey
    return at + 8
  }
  return isOdd
}

function nodeAfter(at: usize): usize {
  if (!openNode()) return isOdd
  state = atKey
  return at + 6
}

/** A tag outside of all nodes, or in an array of them. */
function around(at: usize, end: usize): usize {
  const tag = load<u64>(at)
  if ((tag & six) == dictTag) {
    if (depth == 0) documents++
    return nodeAfter(at)
  }
  if (state == inNodes) {
    if (tag == arrayEnd) {
      state = closeTop()
      return at + 8
    }
    if ((tag & seven) != emptyDict || !openNode()) return isOdd
    state = closeTop()
    return at + 7
  }
  if ((tag & seven) == arrayTag) {
    openNodes()
    state = inNodes
    documents++
    return at + 7
  }
  return prologAfter(tag, at, end)
}

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
