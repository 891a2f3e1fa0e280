import { getopt } from './getopt.ts'

export interface IoregOptions {
  readonly archive: boolean
  readonly bold: boolean
  readonly className: string | null
  /** 0: no limit. */
  readonly depth: number
  readonly format: boolean
  readonly inheritance: boolean
  readonly key: string | null
  readonly list: boolean
  readonly name: string | null
  readonly plane: string
  readonly subtree: boolean
  readonly trace: boolean
  /** 0: unlimited, as for any output that is not a terminal. */
  readonly width: number
  readonly hex: boolean
}

/** @returns the options, or what to print on stderr before exiting with 1. */
export function parseIoregOptions(
  argv: readonly string[],
  hasArchive: boolean,
): IoregOptions | string {
  const letters = hasArchive ? 'abc:d:fik:ln:p:rsStw:x' : 'bc:d:fik:ln:p:rsStw:x'
  const { flags, values, error } = getopt(argv.slice(1), letters)
  if (error !== null) return `ioreg: ${error}\n${usage(hasArchive)}`
  return {
    archive: flags.has('a'),
    bold: flags.has('b'),
    className: values.get('c') ?? null,
    depth: numberArgument(values.get('d')),
    format: flags.has('f'),
    inheritance: flags.has('i'),
    key: values.get('k') ?? null,
    list: flags.has('l'),
    name: values.get('n') ?? null,
    plane: values.get('p') ?? 'IOService',
    subtree: flags.has('r'),
    trace: flags.has('t'),
    width: numberArgument(values.get('w')),
    hex: flags.has('x'),
  }
}

/** atoi(3): a leading number, else 0. */
function numberArgument(text: string | undefined): number {
  const number = Number.parseInt(text ?? '0', 10)
  return Number.isFinite(number) && number > 0 ? number : 0
}

function usage(hasArchive: boolean): string {
  return (
    `usage: ioreg [-${hasArchive ? 'a' : ''}bfilrtx] [-c class] [-d depth] [-k key] [-n name] [-p plane] [-w width]\n` +
    'where options are:\n' +
    (hasArchive ? '\t-a archive output\n' : '') +
    '\t-b show object name in bold\n' +
    '\t-c list properties of objects with the given class\n' +
    '\t-d limit tree to the given depth\n' +
    '\t-f enable smart formatting\n' +
    '\t-i show object inheritance\n' +
    '\t-k list properties of objects with the given key\n' +
    '\t-l list properties of all objects\n' +
    '\t-n list properties of objects with the given name\n' +
    '\t-p traverse registry over the given plane (IOService is default)\n' +
    '\t-r show subtrees rooted by the given criteria\n' +
    '\t-t show location of each subtree\n' +
    '\t-w clip output to the given line width (0 is unlimited)\n' +
    '\t-x show data and numbers as hexadecimal\n'
  )
}
