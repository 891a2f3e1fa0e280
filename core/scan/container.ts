// Over a dictionary or array that is a value: most of a dump, and nothing in it matters but where it ends.

import {
  arrayEnd,
  arrayTag,
  dictEnd,
  dictTag,
  emptyArray,
  emptyDict,
  isCut,
  isOdd,
  seven,
  six,
} from './tags.ts'

/**
 * One past the end tag of a container whose content starts at `from`. `isCut` when it is not there before
 * `end`, less the room that a tag needs; `isOdd` where a tag is not written as CoreFoundation writes it, or a
 * comment or CDATA section begins.
 *
 * Sixteen bytes at a time: a `<` is looked at only when what follows can open or close a container, be one
 * of the odd things, or be another `<`, since tags of real elements have more than three letters.
 */
export function containerEnd(from: usize, end: usize): usize {
  const limit = end - 16
  let depth = 1
  let before: u32 = 0
  for (let at = from; at <= limit; at += 16) {
    const isLess = i8x16.eq(v128.load(at), i8x16.splat(0x3c))
    const less = u32(i8x16.bitmask(isLess))
    if (less == 0) {
      before = 0
      continue
    }
    const near = (less << 16) | before
    before = less
    if ((near & ((near >> 1) | (near >> 2) | (near >> 3))) != 0) return isOdd

    const second = v128.load(at, 1)
    const third = v128.load(at, 2)
    const fourth = v128.load(at, 3)
    const i = i8x16.splat(0x69)
    const a = i8x16.splat(0x61)
    const opens = v128.or(
      i8x16.eq(second, a),
      v128.and(i8x16.eq(second, i8x16.splat(0x64)), i8x16.eq(third, i)),
    )
    const closes = v128.and(
      i8x16.eq(second, i8x16.splat(0x2f)),
      v128.or(
        i8x16.eq(third, a),
        v128.and(i8x16.eq(third, i8x16.splat(0x64)), i8x16.eq(fourth, i)),
      ),
    )
    const markup = v128.or(i8x16.eq(second, i8x16.splat(0x21)), i8x16.eq(second, i8x16.splat(0x3f)))
    const matters = v128.or(v128.or(opens, closes), markup)
    let mask = u32(i8x16.bitmask(v128.and(isLess, matters)))
    while (mask != 0) {
      const tagAt = at + ctz(mask)
      if (tagAt > limit) return isCut
      mask &= mask - 1
      const tag = load<u64>(tagAt)
      if ((tag & seven) == dictEnd) {
        if (--depth == 0) return tagAt + 7
      } else if (tag == arrayEnd) {
        if (--depth == 0) return tagAt + 8
      } else if ((tag & six) == dictTag || (tag & seven) == arrayTag) depth++
      else if ((tag & seven) != emptyDict && tag != emptyArray) return isOdd
    }
  }
  return isCut
}
