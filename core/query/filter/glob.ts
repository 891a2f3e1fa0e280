/**
 * Whether a text is as a pattern says in which `*` stands for any characters, none included; whatever the case. Takes
 * time in proportion to the product of both lengths at most.
 */
export function createGlob(pattern: string): (text: string) => boolean {
  const parts = pattern.toLowerCase().split('*')
  if (parts.length === 1) return text => text.toLowerCase() === parts[0]
  const first = parts[0]!
  const last = parts.at(-1)!
  const middle = parts.slice(1, -1).filter(part => part !== '')
  return text => {
    const folded = text.toLowerCase()
    if (folded.length < first.length + last.length) return false
    if (!folded.startsWith(first) || !folded.endsWith(last)) return false
    // The earliest place of each part leaves most for the next.
    let at = first.length
    for (const part of middle) {
      const found = folded.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
    }
    return at <= folded.length - last.length
  }
}
