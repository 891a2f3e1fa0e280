// The keys that `ioreg -a` itself adds to a node (facts: ioreg, section 7).
import { node } from './brackets.ts'
import { nextLess } from './bytes.ts'
import { containerEnd } from './container.ts'
import * as flags from './entry-flags.ts'
import * as rows from './rows.ts'
import {
  arrayEnd,
  arrayTag,
  integerEnd,
  integerTag,
  isCut,
  isOdd,
  lookahead,
  seven,
  stringEnd,
  stringTag,
} from './tags.ts'
import * as texts from './texts.ts'

// `Role` in archive-entry-keys.ts.
export const roleChildren: u8 = 1
const roleName: u8 = 2
const roleLocation: u8 = 3
const roleId: u8 = 4
const roleClass: u8 = 5
const roleChain: u8 = 6
const roleRetainCount: u8 = 7
const roleState: u8 = 8
const roleBusyCount: u8 = 9
const roleBusyTime: u8 = 10

/** Reads the value of one of ioreg's own keys into its node. Returns the end of it. */
export function ownValueAfter(role: u8, at: usize, end: usize): usize {
  const tag = load<u64>(at)
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
    return to + 9
  }
  if (tag != integerTag || load<u8>(at, 8) != 0x3e) return isOdd
  const to = nextLess(at + 9)
  if (to + lookahead > end) return isCut
  if (load<u64>(to) != integerEnd || load<u16>(to, 8) != 0x3e72) return isOdd
  if (!texts.readInteger(at + 9, to)) return isOdd
  const isLong = role == roleId || role == roleBusyTime
  // 32 bits, unsigned or with their sign: archive-entry-keys.ts.
  if (!isLong && i64(texts.integer) != i64(i32(texts.integer)) && texts.integer >> 32 != 0) {
    return isOdd
  }
  takeInteger(role, texts.integer)
  return to + 10
}

function takeInteger(role: u8, integer: u64): void {
  let flag: u16 = 0
  if (role == roleId) {
    store<u64>(node, integer, rows.nodeId)
    flag = flags.hasId
  } else if (role == roleBusyTime) {
    store<u64>(node, integer, rows.nodeBusyTime)
    flag = flags.hasBusyTime
  } else if (role == roleState) {
    store<u32>(node, u32(integer), rows.nodeState)
    flag = flags.isService | flags.hasArchiveState
  } else if (role == roleBusyCount) {
    store<u32>(node, u32(integer), rows.nodeBusyCount)
    flag = flags.hasBusyCount
  } else {
    store<u32>(node, u32(integer), rows.nodeRetainCount)
    flag = flags.hasRetainCount
  }
  store<u16>(node, load<u16>(node, rows.nodeFlags) | flag, rows.nodeFlags)
}

function chainAfter(tag: u64, at: usize, end: usize): usize {
  if ((tag & seven) != arrayTag) return isOdd
  const after = containerEnd(at + 7, end)
  if (after <= isOdd) return after
  if (load<u64>(after - 8) != arrayEnd) return isOdd
  if (!texts.readChain(at + 7, after - 8)) return isOdd
  store<i32>(node, texts.chain, rows.nodeChain)
  store<i32>(node, texts.lastOfChain, rows.nodeTextClass)
  return after
}
