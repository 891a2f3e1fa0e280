import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { Capture } from '../../core/contract/types.ts'
import { FailureError } from '../../core/failure.ts'
import { createApp, type App } from '../app/create-app.ts'
import { settingsFolder } from '../app/settings-folder.ts'
import { readGuestUrl } from './guest-address.ts'

export interface SourceOptions {
  readonly identity?: string
  readonly agent?: boolean
  readonly trust?: string
}

/** Captures a SOURCE: a dump file, `-`, `demo`, or `ssh://user@host:port`. Nothing stays open after. */
export async function openSource(
  source: string,
  options: SourceOptions,
  signal: AbortSignal,
): Promise<Capture> {
  const projectFolder = resolve(import.meta.dirname, '../..')
  const app = createApp({
    host: 'cli',
    version: '',
    mayChangeGuest: false,
    settingsFolder: settingsFolder(),
    samplesFolder: join(projectFolder, 'assets', 'kexts'),
    parseWorker: new URL('../service/parse-worker.ts', import.meta.url),
  })
  try {
    if (source === 'demo') return await app.openDemo(signal)
    if (source.startsWith('ssh://')) return await openGuest(app, source, options, signal)
    if (source === '-') return await app.openDump(process.stdin, 'standard input', signal)
    return await app.handlers['capture.open']({ path: resolve(source) }, signal)
  } finally {
    // A pipe that somebody still holds open would keep this process.
    if (source === '-') process.stdin.destroy()
    await app.stop()
  }
}

async function openGuest(
  app: App,
  source: string,
  options: SourceOptions,
  signal: AbortSignal,
): Promise<Capture> {
  const { user, host, port } = readGuestUrl(source)
  const method = options.agent ? 'agent' : options.identity ? 'key' : 'password'
  const secret =
    method === 'password'
      ? (process.env['KEXTANT_PASSWORD'] ??
        (await askSecret(`Password for ${user}@${host}: `, signal)))
      : (process.env['KEXTANT_PASSPHRASE'] ?? null)
  return app.openAddress(
    {
      host,
      port,
      user,
      method,
      keyPath: options.identity ? resolve(options.identity) : null,
      secret,
      trustFingerprint: options.trust ?? null,
    },
    signal,
  )
}

async function askSecret(question: string, signal: AbortSignal): Promise<string> {
  if (!process.stdin.isTTY) {
    const detail = 'a password is needed; set KEXTANT_PASSWORD, or run this in a terminal'
    throw new FailureError({ kind: 'bad-request', request: 'info', detail })
  }
  process.stderr.write(question)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true })
  // In a terminal without echo, Ctrl-C and Ctrl-D come as keys and not as a signal.
  const given = new AbortController()
  const giveUp = () => given.abort()
  lines.once('SIGINT', giveUp).once('close', giveUp)
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    return await lines.question('', { signal: given.signal })
  } catch {
    throw new FailureError({ kind: 'cancelled' })
  } finally {
    signal.removeEventListener('abort', giveUp)
    lines.close()
    process.stderr.write('\n')
  }
}
