/**
 * Characters as the content of an XML element. `&`, `<` and `>` are escaped as CoreFoundation does; a carriage
 * return becomes a reference, for XML readers turn a bare one into a line feed. What XML 1.0 cannot hold at all
 * (most control characters, U+FFFE, U+FFFF) is replaced by its picture, `␀` for NUL, or by U+FFFD.
 */
export function escapeXml(text: string): { readonly text: string; readonly isExact: boolean } {
  let escaped = ''
  let isExact = true
  let from = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code >= 64 && code < 0xfffe) continue
    const replacement = replacementOf(code)
    if (replacement === null) continue
    if (!isReference(replacement)) isExact = false
    escaped += text.slice(from, at) + replacement
    from = at + 1
  }
  return { text: from === 0 ? text : escaped + text.slice(from), isExact }
}

function isReference(replacement: string): boolean {
  return replacement.startsWith('&')
}

function replacementOf(code: number): string | null {
  switch (code) {
    case 38:
      return '&amp;'
    case 60:
      return '&lt;'
    case 62:
      return '&gt;'
    case 13:
      return '&#13;'
    case 9:
    case 10:
      return null
    default:
      return code < 32 ? controlPicture(code) : code >= 0xfffe ? '\ufffd' : null
  }
}

/** `␀` for NUL and so on: what shows a control character (0 to 31) where it cannot stand itself. */
export function controlPicture(code: number): string {
  return String.fromCharCode(0x2400 + code)
}
