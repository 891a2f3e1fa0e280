import { resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { Capture } from '../../core/contract/types.ts'
import { FailureError } from '../../core/failure.ts'
import type { App } from '../app/create-app.ts'
import { readGuestUrl } from './guest-address.ts'

/** How to sign in to a guest that is named by its address. */
export interface SignIn {
  readonly identity?: string
  readonly agent?: boolean
  readonly trust?: string
}

/** Captures a SOURCE: a dump file, `-`, `demo`, or `ssh://user@host:port`. */
export async function openSource(
  app: App,
  command: string,
  source: string,
  signIn: SignIn,
  signal: AbortSignal,
): Promise<Capture> {
  if (source === 'demo') return app.openDemo(signal)
  if (source.startsWith('ssh://')) return openGuest(app, command, source, signIn, signal)
  if (source !== '-') return app.handlers['capture.open']({ path: resolve(source) }, signal)
  try {
    return await app.openDump(process.stdin, 'standard input', signal)
  } finally {
    // A pipe that somebody still holds open would keep this process.
    process.stdin.destroy()
  }
}

async function openGuest(
  app: App,
  command: string,
  source: string,
  options: SignIn,
  signal: AbortSignal,
): Promise<Capture> {
  const { user, host, port } = readGuestUrl(source, command)
  const method = options.agent ? 'agent' : options.identity ? 'key' : 'password'
  const secret =
    method === 'password'
      ? (process.env['KEXTANT_PASSWORD'] ??
        (await askSecret(command, `Password for ${user}@${host}: `, signal)))
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

async function askSecret(command: string, question: string, signal: AbortSignal): Promise<string> {
  if (!process.stdin.isTTY) {
    const detail = 'a password is needed; set KEXTANT_PASSWORD, or run this in a terminal'
    throw new FailureError({ kind: 'bad-request', request: command, detail })
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
