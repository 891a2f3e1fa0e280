import type { Command } from 'commander'
import { extname, resolve } from 'node:path'
import { stat } from 'node:fs/promises'
import { textFormats, type TextFormat } from './wiring.ts'

export const outputFormats = ['kextant', ...textFormats] as const
export type OutputFormat = 'kextant' | TextFormat

/** What was asked for, as it came from the command line. */
export interface OutputChoice {
  readonly output: string
  readonly to?: OutputFormat
  readonly era?: string
  readonly plane?: string
  readonly columns?: readonly string[]
  readonly json?: boolean
}

const extensions: Readonly<Record<string, OutputFormat>> = {
  '.kextant': 'kextant',
  '.xml': 'xml',
  '.plist': 'xml',
  '.txt': 'text',
  '.json': 'json',
  '.csv': 'csv',
  '.dot': 'dot',
  '.gv': 'dot',
}

/** Which formats an option means something for. */
const meantFor = {
  era: ['text', 'xml'],
  plane: ['xml', 'text', 'csv', 'dot'],
  columns: ['csv'],
} as const satisfies Record<string, readonly OutputFormat[]>

/** The format, named or by the file's extension; or what is wrong with the choice, in a sentence. */
export function formatOf(
  choice: OutputChoice,
):
  | { readonly ok: true; readonly format: OutputFormat }
  | { readonly ok: false; readonly reason: string } {
  const refused = (reason: string) => ({ ok: false as const, reason })
  const isStandard = choice.output === '-'
  const extension = isStandard ? '' : extname(choice.output).toLowerCase()
  const format = choice.to ?? extensions[extension]
  if (format === undefined) {
    const what = isStandard ? 'standard output has no extension' : `“${choice.output}”`
    const known = `${outputFormats.join(', ')}`
    return refused(`${what} does not tell the format: name it by --to (${known})`)
  }
  for (const [option, formats] of Object.entries(meantFor)) {
    const isGiven = choice[option as keyof typeof meantFor] !== undefined
    if (isGiven && !(formats as readonly OutputFormat[]).includes(format)) {
      return refused(`--${option} is for ${formats.join(', ')}, and not for ${format}`)
    }
  }
  if (choice.era !== undefined && !/^\d{1,2}(\.\d{1,2})?$/.test(choice.era)) {
    return refused(`--era wants a version of the system, such as 10.13, and not “${choice.era}”`)
  }
  if (isStandard && choice.json) return refused('--json reports on a file, and -o - makes none')
  return { ok: true, format }
}

export function addOutputOptions(command: Command): Command {
  return command
    .requiredOption('-o, --output <file>', 'the file to write')
    .option('--force', 'replace a file that is there already')
    .option('--json', 'report as JSON what was written')
}

/** Names of columns, from one list with commas or several. */
export function columnList(text: string, before: readonly string[] | undefined): string[] {
  const names = text
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
  return [...(before ?? []), ...names]
}

/** Where to write; null, and said why, where a file is there that must not be replaced. */
export async function freePath(
  output: string,
  force: boolean | undefined,
  say: (sentence: string) => void,
): Promise<string | null> {
  const path = resolve(output)
  const isThere = await stat(path).then(
    () => true,
    () => false,
  )
  if (!isThere || force) return path
  say(`${output} is there already, and was left as it is; --force replaces it.`)
  return null
}
