/**
 * Data as `ioreg -f` prints it (facts: ioreg, section 6): rows below the property, after the tree's bars:
 *
 *   00000000: 4C 4C 2F 41 10 00 LL/A..
 *   00000006: 41                A
 *
 * Each row ends in as many characters as it has bytes, a dot for those that are no ASCII text.
 */

/** Where the offset of the first row begins, or -1: the value, which begins with a line break, is none. */
export function hexDumpStart(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && isBetweenRows(bytes[at]!)) at++
  return isOffset(bytes, at, end) ? at : -1
}

/** The bytes that all rows show, or null where one cannot be read. */
export function readHexDump(bytes: Uint8Array, start: number, end: number): Uint8Array | null {
  const out = new Uint8Array(Math.floor((end - start) / 4))
  let length = 0
  for (let row = hexDumpStart(bytes, start, end); row >= 0;) {
    const newline = bytes.indexOf(10, row)
    let rowEnd = newline < 0 || newline > end ? end : newline
    if (bytes[rowEnd - 1] === 13) rowEnd--
    if (offsetAt(bytes, row) !== length) return null
    const count = bytesInRow(bytes, row + 10, rowEnd)
    if (count === 0) return null
    for (let i = 0; i < count; i++) out[length++] = pairAt(bytes, row + 10 + 3 * i)
    let next = rowEnd
    while (next < end && isBetweenRows(bytes[next]!)) next++
    if (next === end) return out.slice(0, length)
    row = isOffset(bytes, next, end) ? next : -1
  }
  return null
}

const mostInRow = 32

/** A row's text may look like more pairs: as many as the row's last characters say again. */
function bytesInRow(bytes: Uint8Array, from: number, to: number): number {
  let most = 0
  while (most < mostInRow && isPair(bytes, from + 3 * most, to)) most++
  for (let count = most; count > 0; count--) {
    if (to - count >= from + 3 * count && isText(bytes, from, to - count, count)) return count
  }
  return 0
}

function isText(bytes: Uint8Array, from: number, text: number, count: number): boolean {
  for (let i = 0; i < count; i++) {
    const byte = pairAt(bytes, from + 3 * i)
    if (bytes[text + i] !== (byte >= 0x20 && byte <= 0x7e ? byte : 0x2e)) return false
  }
  return true
}

function isOffset(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + 10 > end || bytes[at + 8] !== 58 || bytes[at + 9] !== 32) return false
  for (let i = 0; i < 8; i++) if (digitOf(bytes[at + i]!) < 0) return false
  return true
}

function offsetAt(bytes: Uint8Array, at: number): number {
  let offset = 0
  for (let i = 0; i < 8; i++) offset = offset * 16 + digitOf(bytes[at + i]!)
  return offset
}

function isPair(bytes: Uint8Array, at: number, to: number): boolean {
  return (
    at + 3 <= to && digitOf(bytes[at]!) >= 0 && digitOf(bytes[at + 1]!) >= 0 && bytes[at + 2] === 32
  )
}

function pairAt(bytes: Uint8Array, at: number): number {
  return digitOf(bytes[at]!) * 16 + digitOf(bytes[at + 1]!)
}

/** Upper case, as the tool prints them. */
function digitOf(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  return byte >= 65 && byte <= 70 ? byte - 55 : -1
}

function isBetweenRows(byte: number): boolean {
  return byte === 10 || byte === 13 || byte === 32 || byte === 124
}
