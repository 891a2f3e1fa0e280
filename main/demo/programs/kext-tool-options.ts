import type { Process } from '../program.ts'
import { getopt } from './getopt.ts'

/** The options of a kext tool, read and ready to be asked. */
export interface KextToolOptions {
  readonly flags: ReadonlySet<string>
  /** Every argument given to one of these options, in order. */
  readonly valuesOf: (...letters: readonly string[]) => readonly string[]
  readonly operands: readonly string[]
  /** Prints on standard error, unless `-q`. */
  readonly say: (text: string) => Promise<void>
}

/** @returns the exit code where there is nothing left to do: help was wanted, or an option is wrong. */
export async function readKextToolOptions(
  process: Process,
  tool: string,
  spec: string,
  usage: string,
): Promise<KextToolOptions | number> {
  const { flags, all, operands, error } = getopt(takeVerbosity(process.argv.slice(1)), spec)
  if (flags.has('h')) {
    await process.stderr(usage)
    return 0
  }
  if (error !== null) {
    await process.stderr(`${tool}: ${error}\n${usage}`)
    return 64
  }
  return {
    flags,
    operands,
    valuesOf: (...letters) =>
      all.filter(([option]) => letters.includes(option)).map(([, value]) => value),
    say: async text => {
      if (!flags.has('q')) await process.stderr(text)
    },
  }
}

/** `-v` may be followed by a number, which is its own argument. */
function takeVerbosity(args: readonly string[]): readonly string[] {
  return args.filter(
    (arg, i) => !(/^-[a-z]*v$/i.test(args[i - 1] ?? '') && /^(?:[0-6]|0x[0-9a-f]+)$/i.test(arg)),
  )
}
