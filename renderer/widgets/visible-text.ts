/**
 * Text of a guest as it may be shown: a control or direction-changing character would vanish or turn
 * the line around, so each appears as a picture of itself (U+2400 block) or as its code.
 */
export function visibleText(text: string): string {
  return text.replace(hidden, character => {
    const code = character.codePointAt(0)!
    if (code < 0x20) return String.fromCharCode(0x2400 + code)
    if (code === 0x7f) return '␡'
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`
  })
}

// C0, DEL, C1, zero-width and bidirectional controls, line and paragraph separators, BOM.
const hidden =
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g
