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
