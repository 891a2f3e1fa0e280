/**
 * How a text dump is laid out, as far as its tables do not say: with it and the asides, a dump is written again
 * as it was. What differs from a section's style in single lines is an aside (`core/dump/text-asides.ts`).
 */
export interface TextStyle {
  /** In the order of the text: one for each command's output in it. */
  readonly sections: readonly TextSection[]
}

/** One tree, or the matches of one `ioreg -r`. */
export interface TextSection {
  readonly plane: string
  /** Where it begins: at its heading, if it has one. */
  readonly byteOffset: number
  readonly nodes: number
  readonly lineBreak: '\n' | '\r\n'
  /** What stands before every line, byte for byte as Latin-1: blanks, or `> ` in a letter. */
  readonly margin: string
  /** `Name class: A:B:C`, as other tools print it. */
  readonly isBare: boolean
  /** `-i`: class chains in the place of classes. */
  readonly hasChains: boolean
  /** Before 10.5 the retain count is `retain count N`. */
  readonly retainWord: 'retain' | 'retain count'
  /** What editors left of the line after each block, which the tool ends in blanks. */
  readonly separator: 'whole' | 'trimmed' | 'none'
  /** `-r`: an empty line after each match. */
  readonly endsMatches: boolean
  /** `-b`: what turns bold on and off around each name, as Latin-1. */
  readonly bold: readonly [on: string, off: string] | null
  /** `-x`: the first number is hexadecimal. */
  readonly isHex: boolean
}

/** Is this what JSON holds of a style? */
export function isTextStyle(value: unknown): value is TextStyle {
  const sections = isRecord(value) ? value['sections'] : undefined
  return Array.isArray(sections) && sections.every(isSection)
}

function isSection(value: unknown): value is TextSection {
  if (!isRecord(value)) return false
  const { bold } = value
  return (
    typeof value['plane'] === 'string' &&
    isCount(value['byteOffset']) &&
    isCount(value['nodes']) &&
    (value['lineBreak'] === '\n' || value['lineBreak'] === '\r\n') &&
    typeof value['margin'] === 'string' &&
    (value['retainWord'] === 'retain' || value['retainWord'] === 'retain count') &&
    ['whole', 'trimmed', 'none'].includes(value['separator'] as string) &&
    ['isBare', 'hasChains', 'endsMatches', 'isHex'].every(
      name => typeof value[name] === 'boolean',
    ) &&
    (bold === null ||
      (Array.isArray(bold) && bold.length === 2 && bold.every(text => typeof text === 'string')))
  )
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
