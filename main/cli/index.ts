import { Command, CommanderError } from 'commander'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { FailureError } from '../../core/failure.ts'
import { captureInfo, captureSummary } from '../app/summary.ts'
import { openSource, type SourceOptions } from './open-source.ts'

// The command line: the same service as the window, bound to a terminal.

/** As in sysexits.h, and in the tools of the guest. */
const exitCodes = { ok: 0, unreadable: 2, usage: 64 } as const

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
  .option('--trust <fingerprint>', 'accept the host key with this SHA-256 fingerprint, once')
  .addHelpText(
    'after',
    `
The password for an ssh:// source is asked for in the terminal, or taken from the environment
variable KEXTANT_PASSWORD. Exit codes: 0 read, 2 unreadable or unreachable, 64 usage.`,
  )
  .action(async (source: string, options: SourceOptions & { json?: boolean }) => {
    const controller = new AbortController()
    const cancel = () => controller.abort()
    process.once('SIGINT', cancel)
    try {
      const capture = await openSource(source, options, controller.signal)
      const text = options.json
        ? JSON.stringify(captureInfo(capture), null, 2)
        : captureSummary(capture)
      process.stdout.write(`${text}\n`)
    } finally {
      process.off('SIGINT', cancel)
    }
  })

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `kextant … | head` closes the pipe: that is no failure.
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
  } else if (error instanceof FailureError) {
    process.stderr.write(`kextant: ${error.message}\n`)
    process.exitCode = error.failure.kind === 'bad-request' ? exitCodes.usage : exitCodes.unreadable
  } else throw error
}
