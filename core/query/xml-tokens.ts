import { valueDepthLimit } from '../registry/value-parts.ts'
import { isCanonicalDecimal, TokenKind, type TokenList } from './value-tokens.ts'

const less = 60
const greater = 62
const slash = 47
const ampersand = 38

/** For each open container whether it is a dictionary. One for all calls: none begins inside another. */
const isDictionary = new Uint8Array(valueDepthLimit)

/**
 * The tokens of one element of a property list, as `readXmlValue` would read it. False where that takes
 * more than this knows: tags with attributes or blanks, comments, CDATA, dates, anything broken.
 */
export function xmlTokens(
  bytes: Uint8Array,
  start: number,
  end: number,
  tokens: TokenList,
): boolean {
  let depth = 0
  let inDictionary = false
  let hasKey = false
  let at = start
  for (;;) {
    while (at < end && bytes[at]! <= 32) at++
    if (at + 4 > end || bytes[at] !== less) return false
    const name = bytes[at + 1]!
    if (name === slash) {
      const length = inDictionary ? 7 : 8
      if (depth === 0 || hasKey) return false
      if (!isTag(bytes, at, end, inDictionary ? closeDict : closeArray)) return false
      at += length
      depth--
      inDictionary = depth > 0 && isDictionary[depth - 1] === 1
    } else if (name === 107) {
      // <key>
      if (!inDictionary || hasKey || !isTag(bytes, at, end, openKey)) return false
      const to = textTo(bytes, at + 5, end, tokens)
      if (to < 0 || !isTag(bytes, to, end, closeKey)) return false
      at = to + 6
      hasKey = true
      continue
    } else {
      // A value: where there is a key for it, and none where there should be none.
      if (inDictionary !== hasKey) return false
      const opened = openTag(bytes, at, end)
      if (opened > 0) {
        if (depth === valueDepthLimit) return false
        inDictionary = opened === 6
        isDictionary[depth++] = inDictionary ? 1 : 0
        hasKey = false
        at += opened
        continue
      }
      at = leaf(bytes, at, end, name, tokens)
      if (at < 0) return false
    }
    // A value has ended.
    hasKey = false
    if (depth === 0) break
  }
  while (at < end && bytes[at]! <= 32) at++
  return at === end
}

/** Length of `<dict>` or `<array>`, 0 for anything else. */
function openTag(bytes: Uint8Array, at: number, end: number): number {
  const name = bytes[at + 1]
  if (name === 100 && isTag(bytes, at, end, openDict)) return 6
  return name === 97 && isTag(bytes, at, end, openArray) ? 7 : 0
}

/** Where the element ends, -1 for one that is not known here. */
function leaf(bytes: Uint8Array, at: number, end: number, name: number, tokens: TokenList): number {
  switch (name) {
    case 115: {
      // <string>
      if (isTag(bytes, at, end, emptyString)) return at + emptyString.length
      if (!isTag(bytes, at, end, openString)) return -1
      const to = textTo(bytes, at + 8, end, tokens)
      return to < 0 ? -1 : after(bytes, to, end, closeString)
    }
    case 105: {
      // <integer>
      if (!isTag(bytes, at, end, openInteger)) return -1
      const to = contentTo(bytes, at + 9, end)
      if (!isCanonicalDecimal(bytes, at + 9, to)) return -1
      tokens.push(TokenKind.decimal, at + 9, to)
      return after(bytes, to, end, closeInteger)
    }
    case 116: // <true/>
      if (!isTag(bytes, at, end, yes)) return -1
      tokens.push(TokenKind.yes, at, at)
      return at + yes.length
    case 102: // <false/>
      if (!isTag(bytes, at, end, no)) return -1
      tokens.push(TokenKind.no, at, at)
      return at + no.length
    case 100: {
      // <data>, <dict/>
      if (isTag(bytes, at, end, emptyDict)) return at + emptyDict.length
      if (!isTag(bytes, at, end, openData)) return -1
      const to = contentTo(bytes, at + 6, end)
      tokens.push(TokenKind.base64, at + 6, to)
      return after(bytes, to, end, closeData)
    }
    case 97: // <array/>
      return isTag(bytes, at, end, emptyArray) ? at + emptyArray.length : -1
    default:
      return -1
  }
}

/** Pushes the text from `from` to the next tag; where that begins, or -1. */
function textTo(bytes: Uint8Array, from: number, end: number, tokens: TokenList): number {
  let at = from
  let kind: number = TokenKind.text
  for (; at < end; at++) {
    const byte = bytes[at]!
    if (byte === less) break
    if (byte === ampersand) kind = TokenKind.escapedText
  }
  if (at >= end) return -1
  tokens.push(kind, from, at)
  return at
}

function contentTo(bytes: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end && bytes[at] !== less) at++
  return at
}

function after(bytes: Uint8Array, at: number, end: number, tag: Uint8Array): number {
  return isTag(bytes, at, end, tag) ? at + tag.length : -1
}

/** Does `tag` stand at `at`? Its first byte is known to be `<`. */
function isTag(bytes: Uint8Array, at: number, end: number, tag: Uint8Array): boolean {
  const { length } = tag
  if (at + length > end || bytes[at + length - 1] !== greater) return false
  for (let i = 1; i < length - 1; i++) if (bytes[at + i] !== tag[i]) return false
  return true
}

const tag = (text: string) => new TextEncoder().encode(text)
const openKey = tag('<key>')
const closeKey = tag('</key>')
const openDict = tag('<dict>')
const closeDict = tag('</dict>')
const emptyDict = tag('<dict/>')
const openArray = tag('<array>')
const closeArray = tag('</array>')
const emptyArray = tag('<array/>')
const openString = tag('<string>')
const closeString = tag('</string>')
const emptyString = tag('<string/>')
const openInteger = tag('<integer>')
const closeInteger = tag('</integer>')
const openData = tag('<data>')
const closeData = tag('</data>')
const yes = tag('<true/>')
const no = tag('<false/>')
