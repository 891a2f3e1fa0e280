/*
 * As much of a Makefile as names a kext: assignments `NAME = value` (also `:=`, `::=`, `?=`, `+=`), lines that go on
 * after a backslash, comments, and `$(NAME)` of variables that the same file sets. Rules, conditions and functions
 * are passed over; a value in which one is left is not known.
 */

export interface MakeVariable {
  /** Null: it takes more than this file to tell. */
  readonly value: string | null
  /** Of the assignment that counts, from 1. */
  readonly line: number
}

const assignment = /^ *(?:export +|override +)?([A-Za-z_][\w.-]*)[ \t]*(\?|\+|::?)?=[ \t]*(.*)$/
/** Variables that name each other are followed this far. */
const deepest = 16
/** No value that names a kext or its files is longer. */
const longestValue = 64 * 1024
/** Characters that are looked at for all values of one file: each of many could name the same long one. */
const mostLookedAt = 16 * 1024 * 1024

/** The variables that a Makefile sets, by name. */
export function readMakefile(text: string): ReadonlyMap<string, MakeVariable> {
  const written = new Map<string, { value: string; line: number }>()
  for (const { content, line } of logicalLines(text)) {
    if (content.startsWith('\t')) continue
    const found = assignment.exec(withoutComment(content))
    if (found === null) continue
    const [, name, sign, raw] = found
    const value = raw!.trim()
    const before = written.get(name!)
    if (sign === '+' && before !== undefined) {
      if (before.value.length + value.length > longestValue) continue
      written.set(name!, { value: `${before.value} ${value}`.trim(), line: before.line })
    } else if (sign !== '?' || before === undefined) written.set(name!, { value, line })
  }
  const room = { left: mostLookedAt }
  return new Map(
    [...written].map(([name, { value, line }]) => [
      name,
      { value: expanded(value, written, room), line },
    ]),
  )
}

function* logicalLines(text: string): Generator<{ content: string; line: number }> {
  const lines = text.split(/\r?\n/)
  for (let i = 0; i < lines.length; i++) {
    const line = i + 1
    const pieces: string[] = []
    while (lines[i]!.endsWith('\\') && i + 1 < lines.length) pieces.push(lines[i++]!.slice(0, -1))
    pieces.push(lines[i]!)
    yield { content: pieces.join(' '), line }
  }
}

function withoutComment(line: string): string {
  const found = /(?:^|[^\\])#/.exec(line)
  if (found === null) return line
  return line.slice(0, found.index + found[0].length - 1)
}

function expanded(
  value: string,
  variables: ReadonlyMap<string, { readonly value: string }>,
  room: { left: number },
): string | null {
  let text = value
  for (let depth = 0; depth < deepest && text.length <= longestValue; depth++) {
    if (!text.includes('$')) return text
    if (room.left <= 0) return null
    let isKnown = true
    let length = 0
    text = text.replace(/\$(?:\(([\w.-]+)\)|\{([\w.-]+)\}|.?)/g, (whole, round, curly) => {
      const name = (round ?? curly) as string | undefined
      const found = name === undefined ? undefined : variables.get(name)
      length += found?.value.length ?? 0
      if (found === undefined || length > longestValue) isKnown = false
      return isKnown ? found!.value : whole
    })
    room.left -= text.length
    if (!isKnown) return null
  }
  return null
}
