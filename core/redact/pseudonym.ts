/** Random-looking bytes for a text: always the same for the same text and key, and never the text again. */
export type Digest = (text: string) => Uint8Array

/**
 * What stands for a text: a digit for a digit, a letter for a letter of its case (hexadecimal ones where all are), and
 * everything between them as it was. It takes as many bytes as the text in UTF-8, and as many units in UTF-16.
 */
export function textPseudonym(text: string, digest: Digest): string {
  const stream = byteStream(text, digest)
  const isHex = /^[\da-f:. -]*$/i.test(text)
  let made = ''
  for (const character of text) {
    const code = character.codePointAt(0)!
    if (code >= 48 && code <= 57) made += String.fromCharCode(48 + (stream() % 10))
    else if (code >= 65 && code <= 90)
      made += String.fromCharCode(65 + (stream() % (isHex ? 6 : 26)))
    else if (code >= 97 && code <= 122) {
      made += String.fromCharCode(97 + (stream() % (isHex ? 6 : 26)))
    } else if (code < 0x80) made += character
    else if (code < 0x800) made += 'é'
    else if (code < 0x1_0000) made += '字'
    else made += '🜁'
  }
  return made
}

/** Of the same length. The first byte of six is that of an address that nobody was given (IEEE 802, local bit). */
export function bytesPseudonym(bytes: Uint8Array, digest: Digest): Uint8Array {
  const stream = byteStream(`bytes:${[...bytes].join(',')}`, digest)
  const made = bytes.map(() => stream())
  if (made.length === 6) made[0] = (made[0]! & 0xfc) | 0x02
  return made
}

/** With as many decimal digits, and in as many bytes: 20 of them are below 2^64, 19 below 2^63. */
export function integerPseudonym(value: bigint, digest: Digest): bigint {
  const text = (value < 0n ? -value : value).toString()
  const stream = byteStream(`integer:${text}`, digest)
  const isShort = value >= -0xffff_ffffn && value <= 0xffff_ffffn
  const leads =
    text.length === 20 ? 1 : text.length === 19 ? 8 : text.length === 10 && isShort ? 3 : 9
  let digits = String(1 + (stream() % leads))
  while (digits.length < text.length)
    digits += stream() % (digits.length === 1 && text.length === 20 ? 8 : 10)
  return BigInt(digits) * (value < 0n ? -1n : 1n)
}

function byteStream(text: string, digest: Digest): () => number {
  let block = digest(`0:${text}`)
  let count = 0
  let at = 0
  return () => {
    if (at === block.length) {
      block = digest(`${++count}:${text}`)
      at = 0
    }
    return block[at++]!
  }
}
