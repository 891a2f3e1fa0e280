// eslint-disable-next-line no-control-regex -- these are what is looked for
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g

/**
 * Text of a guest or a file as a terminal may have it: control characters, which could move the cursor, set
 * the title or fill the clipboard, are shown as what they are. Line ends and tabs stay.
 */
export function printable(text: string): string {
  return text.replace(controls, escaped)
}

/** The same as part of one line: a guest's line end must not begin a row of its own. */
export function printableInLine(text: string): string {
  return printable(text).replace(/[\t\n]/g, character => (character === '\t' ? '\\t' : '\\n'))
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
