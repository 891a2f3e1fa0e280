import type { BuildMessage, BuildRun } from '../../../core/project/project.ts'

export interface BuildLine {
  readonly text: string
  /** Index of the message that this line is; null for all other lines. */
  readonly message: number | null
}

/** One element with a longer text is slow to draw; the whole line is copied. */
export const longestLine = 2000

/** The output as lines, each with the message it is. An end of line at the very end begins no new one. */
export function buildLines({ output, messages }: BuildRun): readonly BuildLine[] {
  if (output === '') return []
  const of = new Map(messages.map(({ outputLine }, index) => [outputLine, index]))
  const lines = output.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.map((text, n) => ({
    text: text.endsWith('\r') ? text.slice(0, -1) : text,
    message: of.get(n) ?? null,
  }))
}

/** In characters, as a tab is drawn: how wide the widest line is. */
export function widestLine(lines: readonly BuildLine[]): number {
  let widest = 0
  for (const { text } of lines) {
    const width = Math.min(text.length, longestLine) + tabRoom(text)
    if (width > widest) widest = width
  }
  return widest
}

function tabRoom(text: string): number {
  let count = 0
  for (
    let at = text.indexOf('\t');
    at !== -1 && at < longestLine;
    at = text.indexOf('\t', at + 1)
  ) {
    count += 7
  }
  return count
}

export interface MarkedLine {
  readonly number: number
  readonly text: string
  readonly isAsked: boolean
  /** What was said of this line; the one that was asked for first. */
  readonly messages: readonly BuildMessage[]
}

/** A source excerpt with what the build has said of its lines. */
export function markedLines(
  excerpt: { readonly firstLine: number; readonly lines: readonly string[]; readonly line: number },
  messages: readonly BuildMessage[],
  asked: BuildMessage,
): readonly MarkedLine[] {
  const ofFile = messages.filter(
    message => message !== asked && message.file === asked.file && message.severity !== 'note',
  )
  return excerpt.lines.map((text, n) => {
    const number = excerpt.firstLine + n
    const isAsked = number === excerpt.line
    const others = ofFile.filter(({ line }) => line === number)
    return { number, text, isAsked, messages: isAsked ? [asked, ...others] : others }
  })
}

/** Blanks up to a column, with the line's own tabs, so that a mark stands below its character. */
export function blanksTo(text: string, column: number): string {
  return text.slice(0, Math.max(0, column - 1)).replace(/[^\t]/g, ' ')
}
