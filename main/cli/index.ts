import { Command, CommanderError } from 'commander'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { FailureError } from '../../core/failure.ts'
import { printable } from '../app/printable.ts'
import { captureInfo, captureSummary } from '../app/summary.ts'
import { reportBug } from '../service/host-log.ts'
import { openSource, type SourceOptions } from './open-source.ts'

// The command line: the same service as the window, bound to a terminal.

/** As in sysexits.h, and in the tools of the guest; 130 is what a shell says after Ctrl-C. */
const exitCodes = { ok: 0, unreadable: 2, usage: 64, bug: 70, cancelled: 130 } as const

const projectFolder = resolve(import.meta.dirname, '../..')
const manifest = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as {
  version: string
}

const program = new Command('kextant')
  .description('An IOKit registry explorer for people who write kernel extensions')
  .version(manifest.version)
  .showHelpAfterError('(see kextant --help)')
  .exitOverride()

program
  .command('info')
  .description('what a dump or a guest holds: format, planes, services, kexts, personalities')
  .argument('<source>', 'a dump file, - for standard input, demo, or ssh://user@host:port')
  .option('--json', 'print JSON')
  .option('-i, --identity <file>', 'sign in with this private key')
  .option('--agent', 'sign in with the keys of the SSH agent')
  .option('--trust <fingerprint>', 'accept the host key with this SHA-256 fingerprint, and keep it')
  .addHelpText(
    'after',
    `
The password for an ssh:// source is asked for in the terminal, or taken from the environment
variable KEXTANT_PASSWORD. Exit codes: 0 read, 2 unreadable or unreachable, 64 usage, 70 a bug of
Kextant, 130 cancelled.`,
  )
  .action(async (source: string, options: SourceOptions & { json?: boolean }) => {
    const controller = new AbortController()
    const cancel = () => controller.abort()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, cancel)
    try {
      const capture = await openSource(source, options, controller.signal)
      const text = options.json
        ? JSON.stringify(captureInfo(capture), null, 2)
        : captureSummary(capture)
      // A guest's words must not steer the terminal; in JSON this is an escape and keeps its meaning.
      process.stdout.write(`${printable(text)}\n`)
    } finally {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, cancel)
    }
  })

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // `kextant … | head` closes the pipe: that is no failure.
    process.exit(error.code === 'EPIPE' ? (process.exitCode ?? exitCodes.ok) : exitCodes.bug)
  })
}

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
  } else if (error instanceof FailureError) {
    process.stderr.write(`kextant: ${printable(error.message)}\n`)
    process.exitCode = exitCodeOf(error)
  } else {
    reportBug(error, 'the command line')
    process.exitCode = exitCodes.bug
  }
}

function exitCodeOf({ failure: { kind } }: FailureError): number {
  if (kind === 'cancelled') return exitCodes.cancelled
  return kind === 'bad-request' ? exitCodes.usage : exitCodes.unreadable
}
