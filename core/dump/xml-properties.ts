import { hasMarkup, indexOfText, startsWith, unescaped } from '../registry/xml-characters.ts'
import type { StringInterner } from '../registry/string-interner.ts'
import type { StringIndex, ValueTypeTag } from '../registry/snapshot.ts'
import {
  nextLess,
  Tag,
  tagAt,
  tagEnd,
  tagLength,
  valueTypeOf,
  type TagCode,
} from './archive-tags.ts'

/** One property of a dictionary: its key, and its value's element `[start, end)`. */
export type TakeProperty = (
  key: StringIndex,
  type: ValueTypeTag,
  start: number,
  end: number,
) => void

/**
 * The pairs of the one dictionary that `[from, to)` holds as a complete XML property list:
 *
 *   [ "<?xml …?>" ] [ "<!DOCTYPE …>" ] "<plist …>" "<dict>" (<key>…</key> value)* "</dict>" "</plist>"
 *
 * Returns -1, or the place that is not as it should be; what came before it was taken. For whole
 * lists inside another file; dumps are read by `ArchiveReader`, which also takes them in pieces.
 */
export function scanXmlProperties(
  bytes: Uint8Array,
  from: number,
  to: number,
  strings: StringInterner,
  take: TakeProperty,
): number {
  let at = skipBetween(bytes, from, to)
  if (isElement(bytes, at, to, Tag.plist)) {
    const end = endOfTag(bytes, at, at + 6, to)
    at = end < 0 ? at : skipBetween(bytes, end, to)
  }
  if (!isElement(bytes, at, to, Tag.dict)) return at
  const open = endOfTag(bytes, at, at + 5, to)
  if (open < 0) return at
  if (bytes[open - 2] === slash) return -1
  at = skipBetween(bytes, open, to)
  while (at < to) {
    const isEnd = bytes[at] === 60 && bytes[at + 1] === slash
    if (isEnd) return tagAt(bytes, at + 2) === Tag.dict ? -1 : at
    if (!isElement(bytes, at, to, Tag.key)) return at
    const keyStart = endOfTag(bytes, at, at + 4, to)
    if (keyStart < 0) return at
    let key: StringIndex
    let keyEnd = keyStart
    if (bytes[keyStart - 2] === slash) key = internKey(strings, bytes, keyStart, keyStart)
    else {
      const close = indexOfText(bytes, '</key', keyStart, to)
      keyEnd = close < 0 ? -1 : endOfTag(bytes, close, close + 5, to)
      if (keyEnd < 0) return at
      key = internKey(strings, bytes, keyStart, close)
    }
    const start = skipBetween(bytes, keyEnd, to)
    const end = endOfValue(bytes, start, to)
    if (end < 0) return start
    take(key, valueTypeOf(tagAt(bytes, start + 1)), start, end)
    at = skipBetween(bytes, end, to)
  }
  return to
}

const slash = 47
const greater = 62

function isElement(bytes: Uint8Array, at: number, to: number, tag: TagCode): boolean {
  return at < to && bytes[at] === 60 && tagAt(bytes, at + 1) === tag
}

function internKey(
  strings: StringInterner,
  bytes: Uint8Array,
  from: number,
  to: number,
): StringIndex {
  if (!hasMarkup(bytes, from, to)) return strings.internKey(bytes, from, to)
  const plain = unescaped(bytes, from, to)
  return strings.internKey(plain, 0, plain.length)
}

/**
 * One past the element at `at`, or -1 when it is none, or something in it is not closed as it was opened: a value is
 * copied as it stands, and would bring that into the list that it is copied to.
 */
function endOfValue(bytes: Uint8Array, at: number, to: number): number {
  if (at >= to || bytes[at] !== 60) return -1
  const containers: TagCode[] = []
  for (let next = at; next >= 0 && next < to;) {
    const skipped = skipMarkup(bytes, next, to)
    if (skipped !== next) {
      next = nextLess(bytes, skipped)
      continue
    }
    const isClosing = bytes[next + 1] === slash
    const nameStart = isClosing ? next + 2 : next + 1
    const tag = tagAt(bytes, nameStart)
    if (tag === Tag.none || tag === Tag.plist) return -1
    if (tag === Tag.key && containers.at(-1) !== Tag.dict) return -1
    let end = endOfTag(bytes, next, nameStart + tagLength[tag]!, to)
    if (end < 0) return -1
    if (isClosing) {
      if (containers.pop() !== tag) return -1
    } else if (bytes[end - 2] !== slash) {
      if (tag === Tag.array || tag === Tag.dict) containers.push(tag)
      else end = endOfPlainValue(bytes, tag, end, to)
      if (end < 0) return -1
    }
    if (containers.length === 0) return end
    next = nextLess(bytes, end)
  }
  return -1
}

/**
 * The same for a key, or a value that holds no other, from behind its opening tag. Its closing tag is the next tag: one
 * further on belongs to another value, and what lies between would be copied with this one as a piece of no tree.
 */
function endOfPlainValue(bytes: Uint8Array, tag: TagCode, from: number, to: number): number {
  let close = nextLess(bytes, from)
  while (close >= 0 && close < to) {
    const next = skipMarkup(bytes, close, to)
    if (next === close) break
    close = nextLess(bytes, next)
  }
  if (close < 0 || close >= to || bytes[close + 1] !== slash) return -1
  if (tagAt(bytes, close + 2) !== tag) return -1
  return endOfTag(bytes, close, close + 2 + tagLength[tag]!, to)
}

function endOfTag(bytes: Uint8Array, at: number, guess: number, to: number): number {
  const end = tagEnd(bytes, at, guess)
  return end > to || bytes[end - 1] !== greater ? -1 : end
}

/** Past blanks, comments, the declaration and the DOCTYPE; `to` where nothing else follows. */
function skipBetween(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  for (;;) {
    while (at < to && bytes[at]! <= 32) at++
    if (at >= to) return to
    const next = skipMarkup(bytes, at, to)
    if (next === at) return at
    at = next
  }
}

/** Past `<!…>` or `<?…>` at `at`; `at` where there is none. */
function skipMarkup(bytes: Uint8Array, at: number, to: number): number {
  const second = bytes[at + 1]
  if (bytes[at] !== 60 || (second !== 33 && second !== 63)) return at
  const end = startsWith(bytes, at, to, '<!--')
    ? indexOfText(bytes, '-->', at + 4, to) + 3
    : startsWith(bytes, at, to, '<![CDATA[')
      ? indexOfText(bytes, ']]>', at + 9, to) + 3
      : indexOfText(bytes, '>', at + 2, to) + 1
  return end < at + 2 ? to : end
}
