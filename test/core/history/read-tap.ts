import { parse } from 'yaml'

export interface TapCheck {
  readonly number: number
  readonly isOk: boolean
  readonly description: string
  /** The reason after `# TODO`. */
  readonly todo: string | null
  /** What stands between `---` and `...`. */
  readonly block: unknown
}

/** Reads TAP version 14 by its specification, and throws at the first line that does not fit. */
export function readTap(lines: readonly string[]): {
  readonly plan: number
  readonly checks: readonly TapCheck[]
} {
  if (lines[0] !== 'TAP version 14') throw new Error('there is no version')
  let plan: number | null = null
  const checks: TapCheck[] = []
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i]!
    const planned = /^1\.\.(\d+)(?: #.*)?$/.exec(line)
    if (planned) {
      if (plan !== null) throw new Error('there are two plans')
      plan = Number(planned[1])
      continue
    }
    if (line.startsWith('#')) continue
    const check = /^(not )?ok (\d+) - (.*)$/.exec(line)
    if (!check) throw new Error(`this is no line of TAP: ${line}`)
    const [description, directive] = splitDirective(check[3]!)
    const todo = directive === null ? null : /^TODO (.*)$/i.exec(directive)
    if (directive !== null && !todo) throw new Error(`this is no directive: ${directive}`)
    const block: string[] = []
    if (lines[i + 1] === '  ---') {
      for (i += 2; lines[i] !== '  ...'; i++) {
        if (!lines[i]?.startsWith('  ')) throw new Error('a block is not closed')
        block.push(lines[i]!.slice(2))
      }
    }
    checks.push({
      number: Number(check[2]),
      isOk: check[1] === undefined,
      description,
      todo: todo?.[1] ?? null,
      block: block.length === 0 ? null : parse(block.join('\n')),
    })
  }
  if (plan === null) throw new Error('there is no plan')
  return { plan, checks }
}

/** A `#` that is not escaped begins a directive; a backslash escapes it and itself. */
function splitDirective(text: string): readonly [description: string, directive: string | null] {
  let description = ''
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\' && '\\#'.includes(text[at + 1] ?? 'x')) description += text[++at]
    else if (text[at] === '#') return [description.trimEnd(), text.slice(at + 1).trim()]
    else description += text[at]
  }
  return [description, null]
}
