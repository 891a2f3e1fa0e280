/**
 * The mode that `chmod MODE` makes of `before`: octal, or symbolic clauses such as `u+rw,go-w,a=rX`.
 * Null when the text is no mode. Without a "who", the umask 022 holds back as POSIX says.
 */
export function changedMode(text: string, before: number, isDirectory: boolean): number | null {
  if (/^[0-7]{1,4}$/.test(text)) return Number.parseInt(text, 8)
  let mode = before
  for (const clause of text.split(',')) {
    const parsed = /^([ugoa]*)((?:[-+=][rwxXstugo]*)+)$/.exec(clause)
    if (parsed === null) return null
    const [, who, actions] = parsed
    const isAll = who === '' || who!.includes('a')
    const classes = isAll ? 'ugo' : who!
    const mask = who === '' ? ~0o022 : ~0
    for (const [, sign, letters] of actions!.matchAll(/([-+=])([rwxXstugo]*)/g)) {
      for (const one of new Set(classes)) {
        const shift = { u: 6, g: 3, o: 0 }[one] ?? 0
        let bits = bitsOf(letters!, mode, isDirectory) << shift
        if (letters!.includes('s') && one !== 'o') bits |= one === 'u' ? 0o4000 : 0o2000
        if (letters!.includes('t') && (isAll || one === 'o')) bits |= 0o1000
        bits &= mask
        if (sign === '-') mode &= ~bits
        else if (sign === '+') mode |= bits
        else mode = (mode & ~(7 << shift)) | bits
      }
    }
  }
  return mode & 0o7777
}

function bitsOf(letters: string, mode: number, isDirectory: boolean): number {
  let bits = 0
  for (const letter of letters) {
    if (letter === 'r') bits |= 4
    if (letter === 'w') bits |= 2
    if (letter === 'x') bits |= 1
    // Search for directories, and execution only where somebody already may.
    if (letter === 'X' && (isDirectory || (mode & 0o111) !== 0)) bits |= 1
    if (letter === 'u') bits |= (mode >> 6) & 7
    if (letter === 'g') bits |= (mode >> 3) & 7
    if (letter === 'o') bits |= mode & 7
  }
  return bits
}
