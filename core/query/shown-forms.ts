// Forms in which values are shown, and so in which they are found.

/**
 * How texts are made comparable with `text`: where it is ASCII, ASCII letters alone are made small, as
 * everywhere in search (`containsText`); else every letter is.
 */
export function createFold(text: string): (other: string) => string {
  return isAscii(text)
    ? other => other.replace(/[A-Z]+/g, letters => letters.toLowerCase())
    : other => other.toLowerCase()
}

export function isAscii(text: string): boolean {
  // Upper and lower case of ASCII letters alone are ASCII.
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false
  return true
}

/** The hexadecimal digits of whole bytes in a text, `84 9d` or `<849d>` or `0x849d`; null when it is none. */
export function shownHex(text: string): string | null {
  const digits = text
    .toLowerCase()
    .replace(/^0x/, '')
    .replace(/[\s<>]/g, '')
  return /^([\da-f]{2})+$/.test(digits) ? digits : null
}

/**
 * The texts of data that is text: runs of printable ASCII, each ended by NULs or by the end, as device trees
 * hold them (facts: ioreg, section 5). None for other data, and for a single byte.
 */
export function textRunsOf(bytes: Uint8Array): string[] {
  if (bytes.length < 2) return []
  const runs: string[] = []
  let run = ''
  for (const byte of bytes) {
    if (byte >= 0x20 && byte < 0x7f) run += String.fromCharCode(byte)
    else if (byte === 0) {
      // A NUL at the beginning is the first byte of a number.
      if (run === '' && runs.length === 0) return []
      if (run !== '') runs.push(run)
      run = ''
    } else return []
  }
  if (run !== '') runs.push(run)
  return runs
}
