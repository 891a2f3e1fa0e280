/** One place of a text, as people and as text fields name it. */
export interface TextPlace {
  /** In UTF-16 units from the beginning, as `selectionStart` counts. */
  readonly offset: number
  /** From 1. */
  readonly line: number
  /** In characters, from 1. */
  readonly column: number
}

/** Line and column of an offset; what is beyond the end is the end. */
export function textPlaceAt(text: string, offset: number): TextPlace {
  const before = text.slice(0, offset)
  const lines = before.split(/\r\n|\r|\n/)
  return { offset: before.length, line: lines.length, column: [...lines.at(-1)!].length + 1 }
}
