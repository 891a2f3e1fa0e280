import { resolve } from 'node:path'
import type { Capture } from '../../core/contract/types.ts'
import { FailureError } from '../../core/failure.ts'
import type { App } from '../app/create-app.ts'
import type { UnsavedAddress } from '../service/unsaved-address.ts'
import { readGuestUrl } from './guest-address.ts'

/** How to sign in to a guest that is named by its address. */
export interface SignIn {
  readonly identity?: string
  readonly agent?: boolean
  readonly trust?: string
}

/** What a command may do there, beside looking. */
export type Intent = Pick<UnsavedAddress, 'mayChangeGuest' | 'isVirtualMachine'>

const onlyLooks: Intent = { mayChangeGuest: false, isVirtualMachine: false }

/** Captures a SOURCE: a dump file, `-`, `demo`, `ssh://user@host:port`, or `session:SESSION/N`. */
export async function openSource(
  app: App,
  command: string,
  source: string,
  signIn: SignIn,
  signal: AbortSignal,
  intent: Intent = onlyLooks,
): Promise<Capture> {
  if (source === 'demo') return app.openDemo(signal)
  if (source.startsWith('ssh://')) return openGuest(app, command, source, signIn, signal, intent)
  if (source.startsWith('session:')) {
    const { openKept } = await import('./kept-sessions.ts')
    return openKept(app, source, signal)
  }
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
  intent: Intent,
): Promise<Capture> {
  const { user, host, port } = readGuestUrl(source, command)
  const method = options.agent ? 'agent' : options.identity ? 'key' : 'password'
  const secret =
    method === 'password'
      ? (process.env['KEXTANT_PASSWORD'] ?? (await passwordFor(command, `${user}@${host}`, signal)))
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
      ...intent,
    },
    signal,
  )
}

async function passwordFor(command: string, account: string, signal: AbortSignal): Promise<string> {
  if (!process.stdin.isTTY) {
    const detail = 'a password is needed; set KEXTANT_PASSWORD, or run this in a terminal'
    throw new FailureError({ kind: 'bad-request', request: command, detail })
  }
  const { askSecret } = await import('./ask-user.ts')
  return askSecret(`Password for ${account}: `, signal)
}
