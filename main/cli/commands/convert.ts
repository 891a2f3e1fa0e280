import { Option, type Command } from 'commander'
import { createReadStream, rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { choosePlane } from '../choose-plane.ts'
import { exitCodeHelp, exitCodes, type ExitCode } from '../exit-codes.ts'
import { addCommonOptions, addPlaneOption, sourceHelp } from '../options.ts'
import type { SignIn } from '../open-source.ts'
import {
  addOutputOptions,
  columnList,
  formatOf,
  freePath,
  type OutputChoice,
} from '../output-options.ts'
import { print } from '../print.ts'
import { run, sayProblems, type Running } from '../run.ts'
import type { WriteLosses } from '../../../core/write/write-losses.ts'
import type { WriteOptions } from '../../../core/write/writers.ts'
import { outputFormats, writerOf, type OutputFormat } from '../output-formats.ts'
import { sayLosses, sayWritten } from '../written.ts'

interface ConvertOptions extends OutputChoice, SignIn {
  readonly force?: boolean
}

export function define(command: Command): void {
  command.argument('<source>', sourceHelp)
  addOutputOptions(command)
    .addOption(
      new Option(
        '--to <format>',
        'the format; by the extension of the file when not given',
      ).choices(outputFormats),
    )
    .option('--era <version>', 'as ioreg of this system writes, such as 10.13 (text)')
    .option(
      '--columns <names>',
      'columns: id, path, class … or keys of properties (csv)',
      columnList,
    )
  addPlaneOption(command, 'the plane (xml, text, csv, dot; default: IOService)')
  addCommonOptions(command, { hasJson: false })
    .addHelpText(
      'after',
      `
-o - writes to standard output, and needs --to. A file is written whole or not at all.
What the format cannot say is told on standard error, and with --json in the report.

Examples:
  kextant convert dump.txt -o dump.kextant
  kextant convert machine.kextant -o machine.txt --era 10.13
  kextant convert dump.xml -o - --to csv --columns id,path,class,IOMatchCategory
  kextant convert demo -o - --to dot -p IOPower | dot -Tsvg -o power.svg

Exit codes: 0 written; 1 no such plane; ${exitCodeHelp}`,
    )
    .action((source: string, options: ConvertOptions) => {
      const choice = formatOf(options)
      if (!choice.ok) return command.error(`error: ${choice.reason}`)
      return run('convert', running => convert(running, source, options, choice.format))
    })
}

async function convert(
  running: Running,
  source: string,
  options: ConvertOptions,
  format: OutputFormat,
): Promise<ExitCode> {
  const isStandard = options.output === '-'
  const path = isStandard ? '' : await freePath(options.output, options.force, running.say)
  if (path === null) return exitCodes.unreadable
  const { capture, snapshot } = await running.open(source, options)
  const plane =
    options.plane === undefined ? null : choosePlane(snapshot, options.plane, running.say)
  if (options.plane !== undefined && !plane) return exitCodes.none
  sayProblems(capture, running)
  const { signal } = running
  const target = { overwrite: options.force ?? false, signal }
  if (format === 'kextant') {
    const save = (file: string) => running.app.saveCapture(capture.snapshotId, file, target)
    if (isStandard) await throughFile(save, signal)
    else sayWritten(await save(path), { format, losses: [] }, options)
    return exitCodes.ok
  }
  const { era, columns } = options
  const wanted: WriteOptions = {
    ...(plane && { plane: plane.plane }),
    ...(era !== undefined && { era }),
    ...(columns !== undefined && { columns }),
  }
  const written = keepingEnd((await writerOf(format)).write(snapshot, wanted))
  if (isStandard) await print(process.stdout, written.pieces, signal)
  else {
    const { writeNewFile } = await import('../../service/write-new-file.ts')
    const file = await writeNewFile(path, inTurns(written.pieces), target)
    sayWritten(file, { format, losses: written.losses() }, options)
  }
  sayLosses(written.losses(), running)
  return exitCodes.ok
}

/** The pieces of a writer, and what it returned once they are all taken. */
function keepingEnd(writer: Generator<Uint8Array, WriteLosses>): {
  readonly pieces: Iterable<Uint8Array>
  readonly losses: () => WriteLosses
} {
  let losses: WriteLosses = []
  function* pieces(): Generator<Uint8Array> {
    losses = yield* writer
  }
  return { pieces: pieces(), losses: () => losses }
}

async function* inTurns(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* pieces
}

/** A ZIP is written to a file: one that is to go to standard output goes there after it. */
async function throughFile(
  save: (path: string) => Promise<unknown>,
  signal: AbortSignal,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kextant-'))
  const clear = () => rmSync(folder, { recursive: true, force: true })
  // A reader that goes away ends the process at once.
  process.once('exit', clear)
  try {
    const path = join(folder, 'capture.kextant')
    await save(path)
    await pipeline(createReadStream(path), process.stdout, { end: false, signal })
  } finally {
    process.off('exit', clear)
    clear()
  }
}
