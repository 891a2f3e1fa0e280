export interface ParsedOptions {
  readonly flags: ReadonlySet<string>
  /** The last argument of each option that takes one. */
  readonly values: ReadonlyMap<string, string>
  /** Every argument of repeatable options, in order. */
  readonly all: readonly (readonly [option: string, value: string])[]
  readonly operands: readonly string[]
  /** What getopt(3) prints on stderr, without the program's name; parsing stopped there. */
  readonly error: string | null
}

/**
 * getopt(3) as in BSD: letters may be bundled, a letter followed by `:` in `spec` takes an argument, `--`
 * or the first operand ends the options.
 */
export function getopt(args: readonly string[], spec: string): ParsedOptions {
  const flags = new Set<string>()
  const values = new Map<string, string>()
  const all: [string, string][] = []
  let at = 0
  const done = (error: string | null): ParsedOptions => ({
    flags,
    values,
    all,
    operands: args.slice(at),
    error,
  })
  for (; at < args.length; at++) {
    const word = args[at]!
    if (word === '--') {
      at += 1
      break
    }
    if (!word.startsWith('-') || word === '-') break
    for (let i = 1; i < word.length; i++) {
      const option = word[i]!
      const place = option === ':' ? -1 : spec.indexOf(option)
      if (place < 0) return done(`illegal option -- ${option}`)
      if (spec[place + 1] !== ':') {
        flags.add(option)
        continue
      }
      let value: string | undefined = word.slice(i + 1)
      if (value === '') value = args[++at]
      if (value === undefined) return done(`option requires an argument -- ${option}`)
      flags.add(option)
      values.set(option, value)
      all.push([option, value])
      break
    }
  }
  return done(null)
}
