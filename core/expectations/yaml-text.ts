/*
 * Scalars as a file of expectations holds them, so that reading them gives the same again. A plain word where it can
 * be nothing else; single quotes where everything in it can be seen; else double quotes with escapes, so that nothing
 * a guest wrote hides or moves text in somebody's editor.
 */

/** What the reader would take for a boolean. */
const reserved = /^(?:true|false|yes|no|on|off|null|none)$/i
const unseen = /[\p{C}\p{Zl}\p{Zp}\ufffd]/u

/** A string: a value, a name, a key. */
export function yamlString(text: string): string {
  if (/^[A-Za-z_][\w.-]*(?: [\w.-]+)*$/.test(text) && text.length < 100 && !reserved.test(text))
    return text
  if (text !== '' && !unseen.test(text)) return `'${text.replaceAll("'", "''")}'`
  return `"${[...text].map(escaped).join('')}"`
}

function escaped(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`
  if (!unseen.test(character)) return character
  const code = character.codePointAt(0)!
  return code > 0xffff
    ? `\\U${code.toString(16).padStart(8, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`
}

/** A text for a comment, on one line. */
export function yamlComment(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd').replaceAll('\ufffd', '?')
}
