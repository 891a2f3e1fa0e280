const values = new Int8Array(256).fill(-1)
for (let i = 0; i < 64; i++) {
  const digit = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  values[digit.charCodeAt(i)] = i
}

/**
 * The bytes that base64 stands for, or null where it is none. White space is skipped, for CoreFoundation
 * breaks and indents it; padding may be missing, as people trim it.
 */
export function decodeBase64(text: Uint8Array): Uint8Array | null {
  const out = new Uint8Array(base64Room(text.length))
  const length = decodeBase64Into(out, text, 0, text.length)
  return length < 0 ? null : out.slice(0, length)
}

/** Bytes that so many characters of base64 can stand for at most. */
export function base64Room(characters: number): number {
  return Math.ceil((characters * 3) / 4)
}

/** The same of `text[from … to - 1]` into `out`, which has `base64Room`; how many bytes, -1 where it is none. */
export function decodeBase64Into(
  out: Uint8Array,
  text: Uint8Array,
  from: number,
  to: number,
): number {
  let length = 0
  let bits = 0
  let bitCount = 0
  let digits = 0
  let padding = 0
  for (let i = from; i < to; i++) {
    const byte = text[i]!
    if (byte <= 32) continue
    if (byte === 61) {
      padding++
      continue
    }
    const value = values[byte]!
    if (value < 0 || padding > 0) return -1
    digits++
    bits = ((bits << 6) | value) & 0xffff
    bitCount += 6
    if (bitCount >= 8) {
      bitCount -= 8
      out[length++] = (bits >> bitCount) & 255
    }
  }
  // One digit alone is no byte; padding, where there is any, completes a group of four.
  if (digits % 4 === 1 || padding > 2 || (padding > 0 && (digits + padding) % 4 !== 0)) return -1
  return length
}

const digits = new TextEncoder().encode(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
)
const pad = 61

/** Base64 as ASCII bytes, padded, without line breaks. */
export function encodeBase64(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4)
  let length = 0
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at
    const second = left > 1 ? bytes[at + 1]! : 0
    const third = left > 2 ? bytes[at + 2]! : 0
    const bits = (bytes[at]! << 16) | (second << 8) | third
    out[length++] = digits[bits >> 18]!
    out[length++] = digits[(bits >> 12) & 63]!
    out[length++] = left > 1 ? digits[(bits >> 6) & 63]! : pad
    out[length++] = left > 2 ? digits[bits & 63]! : pad
  }
  return out
}
