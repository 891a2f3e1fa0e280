/**
 * MacRoman, in which `ioreg` before macOS 13 prints strings (facts: ioreg, section 1): bytes below 128 are
 * ASCII, the others these characters.
 */
const upperHalf =
  'ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u00a0ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\uf8ffÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ'

const byteOf = new Map([...upperHalf].map((character, i) => [character, 128 + i]))

export function decodeMacRoman(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte < 128 ? String.fromCharCode(byte) : upperHalf[byte - 128]!
  return text
}

/** Null where a character has no byte. */
export function encodeMacRoman(text: string): Uint8Array | null {
  const bytes = new Uint8Array(text.length)
  let length = 0
  for (const character of text) {
    const code = character.codePointAt(0)!
    const byte = code < 128 ? code : byteOf.get(character)
    if (byte === undefined) return null
    bytes[length++] = byte
  }
  return bytes.subarray(0, length)
}
