import { putUtf8, startsWith, unescaped, indexOfText } from '../registry/xml-characters.ts'

/**
 * Dumps that went through a web page or a word processor before they were saved. They are decoded whole
 * into plain text, which then becomes the source that values point into.
 */
export type Markup = 'none' | 'html' | 'rtf'

/**
 * What one line shows about the text: RTF by its first bytes, HTML by the entities of its first node line.
 * `null` where the line says nothing yet.
 */
export function markupOf(bytes: Uint8Array, start: number, end: number): Markup | null {
  if (start === 0 && startsWith(bytes, 0, end, '{\\rtf')) return 'rtf'
  if (indexOfText(bytes, '+-o ', start, end) < 0) return null
  const isEscaped = indexOfText(bytes, '&lt;class ', start, end) >= 0
  const isPlain = indexOfText(bytes, '  <class ', start, end) >= 0
  return isEscaped && !isPlain ? 'html' : 'none'
}

export function decodeMarkup(bytes: Uint8Array, markup: 'html' | 'rtf'): Uint8Array {
  return markup === 'rtf' ? decodeRtf(bytes) : decodeHtml(bytes)
}

/** Entities only. A bare `<` is a character of the dump here, not markup: so line by line, by ampersands. */
function decodeHtml(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length;) {
    const next = bytes.indexOf(38, at)
    const plainEnd = next < 0 ? bytes.length : next
    out.set(bytes.subarray(at, plainEnd), length)
    length += plainEnd - at
    if (next < 0) break
    const end = bytes.subarray(next, next + 12).indexOf(59)
    const referenceEnd = end < 0 ? next + 1 : next + end + 1
    if (startsWith(bytes, next, referenceEnd, '&nbsp;')) out[length++] = 32
    else {
      const decoded = unescaped(bytes, next, referenceEnd)
      out.set(decoded, length)
      length += decoded.length
    }
    at = referenceEnd
  }
  return out.slice(0, length)
}

/** Groups whose text is not the document's. */
const hiddenGroups = /^(fonttbl|colortbl|stylesheet|info|pict|expandedcolortbl|listtable|\*)$/

/** Characters 0x80–0x9f of Windows code page 1252, which RTF writes as `\'hh`. 0 where there is none. */
const codePage1252 = [
  0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152,
  0, 0x017d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161,
  0x203a, 0x0153, 0, 0x017e, 0x0178,
]

/**
 * RTF as TextEdit writes it: `\{`, `\}` and `\\` are characters, a backslash at the end of a line breaks
 * the line, other line breaks are nothing, words like `\fs24` are formatting.
 */
function decodeRtf(bytes: Uint8Array): Uint8Array {
  // `\u8364?` is the densest form: 7 bytes become 3.
  const out = new Uint8Array(bytes.length + 4)
  let length = 0
  let depth = 0
  /** Depth of the outermost group that is not text, or 0. */
  let hidden = 0
  const put = (codePoint: number) => {
    if (hidden === 0) length = putUtf8(out, length, codePoint)
  }
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at]!
    if (byte === 123) {
      depth++
      at++
    } else if (byte === 125) {
      if (hidden === depth) hidden = 0
      depth--
      at++
    } else if (byte === 92) {
      const word = controlAt(bytes, at)
      at = word.end
      if (word.codePoint !== null) put(word.codePoint)
      else if (hidden === 0 && hiddenGroups.test(word.name)) hidden = depth
    } else {
      if (byte !== 10 && byte !== 13 && hidden === 0) out[length++] = byte
      at++
    }
  }
  return out.slice(0, length)
}

interface Control {
  readonly name: string
  readonly codePoint: number | null
  readonly end: number
}

/** The control word or symbol whose backslash is at `at`. */
function controlAt(bytes: Uint8Array, at: number): Control {
  const next = bytes[at + 1]
  if (next === undefined) return { name: '', codePoint: null, end: at + 1 }
  const isLetter = (byte: number | undefined) =>
    byte !== undefined && (byte | 32) >= 97 && (byte | 32) <= 122
  if (!isLetter(next)) {
    if (next === 10) return { name: '', codePoint: 10, end: at + 2 }
    if (next === 13) return { name: '', codePoint: 10, end: bytes[at + 2] === 10 ? at + 3 : at + 2 }
    if (next === 39) {
      const code = parseInt(String.fromCharCode(bytes[at + 2] ?? 48, bytes[at + 3] ?? 48), 16)
      const isMapped = code >= 0x80 && code < 0xa0
      return {
        name: '',
        codePoint: Number.isNaN(code) ? 63 : isMapped ? codePage1252[code - 0x80]! || 63 : code,
        end: at + 4,
      }
    }
    if (next === 126) return { name: '', codePoint: 32, end: at + 2 }
    if (next === 42) return { name: '*', codePoint: null, end: at + 2 }
    return { name: '', codePoint: next, end: at + 2 }
  }
  let end = at + 1
  while (isLetter(bytes[end])) end++
  const name = String.fromCharCode(...bytes.subarray(at + 1, Math.min(end, at + 33)))
  const numberStart = end
  if (bytes[end] === 45) end++
  while (bytes[end] !== undefined && bytes[end]! >= 48 && bytes[end]! <= 57) end++
  const number = Number(
    String.fromCharCode(...bytes.subarray(numberStart, Math.min(end, numberStart + 8))),
  )
  if (bytes[end] === 32) end++
  if (name === 'par' || name === 'line') return { name, codePoint: 10, end }
  if (name === 'tab') return { name, codePoint: 9, end }
  if (name === 'u') {
    const codePoint = number < 0 ? number + 0x10000 : number
    // One character follows for readers without Unicode.
    const isValid = codePoint >= 0 && codePoint <= 0xffff && (codePoint & 0xf800) !== 0xd800
    return { name, codePoint: isValid ? codePoint : 0xfffd, end: Math.min(end + 1, bytes.length) }
  }
  return { name, codePoint: null, end }
}
