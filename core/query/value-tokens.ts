/**
 * Keys and leaves of a value as places in its source, found without decoding it. The two scanners know the
 * plain forms only, which are nearly all there are: at anything else they give up, and the value is decoded.
 */
export const TokenKind = {
  /** A key or a string. */
  text: 0,
  /** The same, of XML, with references to replace. */
  escapedText: 1,
  /** Canonical decimal digits: no zero in front, no `+`. */
  decimal: 2,
  /** `0x` and hexadecimal digits. */
  hexadecimal: 3,
  yes: 4,
  no: 5,
  base64: 6,
  /** An even number of hexadecimal digits. */
  hexData: 7,
  /** `"a","b"`, with its quotes. */
  quotedData: 8,
} as const

/** Filled again for each value: nothing is allocated for one that is no longer than those before. */
export class TokenList {
  /** Three numbers a token: kind, from, to. */
  items = new Int32Array(256)
  length = 0

  push(kind: number, from: number, to: number): void {
    const at = this.length
    if (at + 3 > this.items.length) {
      const wider = new Int32Array(this.items.length * 2)
      wider.set(this.items)
      this.items = wider
    }
    this.items[at] = kind
    this.items[at + 1] = from
    this.items[at + 2] = to
    this.length = at + 3
  }
}

/** Is `[from, to)` a number as `String()` prints it? `-0` is not. */
export function isCanonicalDecimal(bytes: Uint8Array, from: number, to: number): boolean {
  const first = bytes[from] === 45 ? from + 1 : from
  if (first >= to || to - first > 64) return false
  if (bytes[first] === 48) return to - from === 1
  for (let i = first; i < to; i++) {
    const byte = bytes[i]!
    if (byte < 48 || byte > 57) return false
  }
  return true
}
