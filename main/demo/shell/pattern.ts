/**
 * Shell patterns: `*`, `?`, `[a-z]`, `[!x]` and `\c`. Matching takes time proportional to pattern times
 * text at worst, since a star only ever backtracks to the latest one.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  let p = 0
  let t = 0
  let starAt = -1
  let starText = 0
  while (t < text.length) {
    const step = p < pattern.length ? matchOne(pattern, p, text[t]!) : 0
    if (pattern[p] === '*') {
      starAt = p++
      starText = t
    } else if (step > 0) {
      p += step
      t++
    } else if (starAt >= 0) {
      p = starAt + 1
      t = ++starText
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

/** Puts a backslash before what would be special in a pattern. */
export function escapePattern(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&')
}

/** Whether a text holds anything special that is not escaped. */
export function isPattern(text: string): boolean {
  return /[*?[]/.test(text.replace(/\\./g, ''))
}

export function unescapePattern(text: string): string {
  return text.replace(/\\(.)/gs, '$1')
}

/** How many characters of the pattern match this one character; 0 when it does not. */
function matchOne(pattern: string, at: number, character: string): number {
  switch (pattern[at]) {
    case '?':
      return 1
    case '*':
      return 0
    case '\\':
      return pattern[at + 1] === character ? 2 : 0
    case '[': {
      const isNegated = pattern[at + 1] === '!' || pattern[at + 1] === '^'
      const first = at + (isNegated ? 2 : 1)
      const end = pattern.indexOf(']', first + 1)
      if (end < 0) return character === '[' ? 1 : 0
      let isIn = false
      for (let i = first; i < end; i++) {
        const low = pattern[i]!
        if (pattern[i + 1] === '-' && i + 2 < end) {
          isIn ||= low <= character && character <= pattern[i + 2]!
          i += 2
        } else isIn ||= low === character
      }
      return isIn !== isNegated ? end - at + 1 : 0
    }
    default:
      return pattern[at] === character ? 1 : 0
  }
}
