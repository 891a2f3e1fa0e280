import { Option, type Command } from 'commander'
import { askOf } from '../ask.ts'
import { exitCodeHelp, exitCodes, type ExitCode } from '../exit-codes.ts'
import { addCommonOptions, sourceHelp } from '../options.ts'
import type { SignIn } from '../open-source.ts'
import { freePath } from '../output-options.ts'
import { run, sayProblems, type Running } from '../run.ts'
import {
  secretCategories,
  secretCategoryNames,
  type SecretCategory,
} from '../../../core/redact/secret-rules.ts'
import type { RedactionPreview } from '../../../core/contract/share-types.ts'
import { printable, printableInLine } from '../../app/printable.ts'
import { showProgress } from '../progress.ts'
import { sayWritten } from '../written.ts'

interface RedactOptions extends SignIn {
  readonly output?: string
  readonly list?: boolean
  readonly only?: readonly SecretCategory[]
  readonly keep?: readonly string[]
  readonly force?: boolean
  readonly json?: boolean
}

const categoryHelp = secretCategoryNames.map(
  name => `  ${name.padEnd(9)} ${secretCategories[name]}`,
)

export function define(command: Command): void {
  command
    .argument('<source>', sourceHelp)
    .option('-o, --output <file>', 'the .kextant to write')
    .option('--list', 'list what would be replaced, and write nothing')
    .addOption(
      new Option('--only <categories...>', 'replace these only').choices(secretCategoryNames),
    )
    .option('--keep <values...>', 'values that stay as they are, as --list shows them')
    .option('--force', 'replace a file that is there already')
    .option('--json', 'the list, or the report, as JSON')
  addCommonOptions(command, { hasJson: false })
    .addHelpText(
      'after',
      `
Everything that tells of one machine or person is replaced by a pseudonym of the same length; the same value has
the same pseudonym in every file that you share. Categories:
${categoryHelp.join('\n')}

Examples:
  kextant redact machine.kextant --list
  kextant redact dump.txt -o share.kextant --only serials uuids hardware

Exit codes: 0 written or listed; ${exitCodeHelp}`,
    )
    .action((source: string, options: RedactOptions) => {
      if (options.list !== true && options.output === undefined) {
        return command.error('error: say where to write by -o FILE.kextant, or look by --list')
      }
      if (options.output?.toLowerCase().endsWith('.kextant') === false) {
        return command.error('error: a redacted capture is saved as a file that ends in .kextant')
      }
      return run('redact', running => redact(running, source, options))
    })
}

async function redact(running: Running, source: string, options: RedactOptions): Promise<ExitCode> {
  const isListing = options.list === true
  const path = isListing ? '' : await freePath(options.output!, options.force, running.say)
  if (path === null) return exitCodes.unreadable
  const { capture } = await running.open(source, options)
  sayProblems(capture, running)
  const ask = askOf(running.app, running.signal)
  const { snapshotId } = capture
  const choice = { snapshotId, categories: [...(options.only ?? secretCategoryNames)], keep: [] }
  const preview = await shown(running, () => ask('redaction.preview', choice))
  for (const sentence of preview.notLookedInto) running.say(sentence)
  if (preview.isCut) running.say('It holds more secrets than can be replaced: it cannot be shared.')
  const kept = new Set(options.keep ?? [])
  const keep = preview.values.filter(({ original }) => kept.has(original)).map(({ id }) => id)
  const originals = new Set(preview.values.map(({ original }) => original))
  for (const value of kept) {
    if (!originals.has(value)) running.say(`“${value}” is none of the values; --list shows them.`)
  }
  if (isListing) {
    const values = preview.values.filter(({ id }) => !keep.includes(id))
    await running.print(
      options.json
        ? [printable(JSON.stringify({ ...preview, values }, null, 2))]
        : listLines(values),
    )
    return exitCodes.ok
  }
  const overwrite = options.force ?? false
  const file = await shown(running, () =>
    ask('redaction.save', { ...choice, keep, path, overwrite }),
  )
  running.say(`${preview.values.length - keep.length} values are replaced; --list shows them.`)
  sayWritten(file, { format: 'kextant', losses: [] }, options)
  return exitCodes.ok
}

/** Work with its progress in the terminal. */
async function shown<T>({ app }: Running, work: () => Promise<T>): Promise<T> {
  const clear = showProgress(app, process.stderr)
  try {
    return await work()
  } finally {
    clear()
  }
}

function* listLines(values: RedactionPreview['values']): Generator<string> {
  for (const category of secretCategoryNames) {
    const those = values.filter(value => value.category === category)
    if (those.length === 0) continue
    yield `${secretCategories[category]} (${those.length})`
    for (const { original, pseudonym, count, places } of those) {
      const where = printableInLine(places.join(', '))
      yield `  ${printableInLine(original)}  →  ${printableInLine(pseudonym)}   ${count}×, ${where}`
    }
  }
  if (values.length === 0) yield 'Nothing was found that tells of one machine or person.'
}
