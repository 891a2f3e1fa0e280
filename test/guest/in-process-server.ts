import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { Server, utils } from 'ssh2'
import type { AuthContext, Connection, ServerChannel } from 'ssh2'
import { fingerprintOf } from '../../main/guest/host-key.ts'
import type { HostKeyTrust } from '../../main/guest/host-key.ts'
import { newKeyPair } from './new-key-pair.ts'

export interface Exec {
  readonly line: string
  readonly channel: ServerChannel
}

export interface ServerOptions {
  /** Private key in OpenSSH format; a fresh Ed25519 key without it. */
  readonly hostKey?: string
  /** Methods named to a client that is refused. */
  readonly methods?: AuthContext['method'][]
  /** Whether this attempt to sign in is good. Default: password “right”. */
  readonly accepts?: (attempt: AuthContext) => boolean
  readonly prompts?: readonly { readonly prompt: string; readonly echo: boolean }[]
  readonly onExec?: (exec: Exec) => void
  /** Refuses this many channels before it opens one. */
  readonly refusedChannels?: number
}

export interface TestServer {
  readonly port: number
  readonly fingerprint: string
  /** Every attempt to sign in as `method` or `method:secret`. */
  readonly attempts: string[]
  readonly openChannels: () => number
  readonly mostChannels: () => number
  /** Cuts every connection without a word. */
  readonly cut: () => void
  readonly close: () => Promise<void>
}

export function newHostKey(): string {
  return newKeyPair().private
}

/** A real SSH server in this process, for exchanges that sshd cannot be made to have. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const hostKey = options.hostKey ?? newHostKey()
  const parsed = utils.parseKey(hostKey)
  if (parsed instanceof Error) throw parsed
  const attempts: string[] = []
  const sockets = new Set<Socket>()
  let channels = 0
  let most = 0
  let refusals = options.refusedChannels ?? 0

  const serve = (connection: Connection) => {
    connection.on('error', () => {})
    connection.on('authentication', attempt => authenticate(attempt, options, attempts))
    connection.on('session', (accept, reject) => {
      if (refusals-- > 0) {
        reject()
        return
      }
      const session = accept()
      session.on('exec', (acceptExec, _reject, info) => {
        const channel = acceptExec()
        most = Math.max(most, ++channels)
        channel.on('close', () => channels--)
        channel.on('error', () => {})
        if (options.onExec) options.onExec({ line: info.command, channel })
        else answer(channel, '', 0)
        // ssh2 reports the end of a channel only once its input has been read.
        if (channel.listenerCount('data') === 0) channel.resume()
      })
    })
  }
  const server = new Server({ hostKeys: [hostKey] }, serve)
  const listener = createServer({ noDelay: true }, socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    server.injectSocket(socket)
  })
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (listener.address() as AddressInfo).port,
    fingerprint: fingerprintOf(parsed.getPublicSSH()),
    attempts,
    openChannels: () => channels,
    mostChannels: () => most,
    cut,
    close: () =>
      new Promise(resolve => {
        listener.close(() => resolve())
        cut()
      }),
  }
}

/** Prints `text` and ends the command. */
export function answer(channel: ServerChannel, text: string, exitCode: number, stderr = ''): void {
  if (stderr) channel.stderr.write(stderr)
  channel.write(text)
  channel.exit(exitCode)
  channel.end()
}

export function trusting(...fingerprints: string[]): HostKeyTrust {
  return { known: () => fingerprints }
}

function authenticate(attempt: AuthContext, options: ServerOptions, attempts: string[]): void {
  const accepts = options.accepts ?? (one => one.method === 'password' && one.password === 'right')
  const methods = options.methods ?? ['password', 'publickey']
  if (attempt.method === 'keyboard-interactive') {
    const prompts = options.prompts ?? [{ prompt: 'Password: ', echo: false }]
    attempt.prompt([...prompts], answers => {
      attempts.push(`keyboard-interactive:${answers.join('|')}`)
      if (accepts(attempt) || answers[0] === 'right') attempt.accept()
      else attempt.reject(methods)
    })
    return
  }
  attempts.push(attempt.method === 'password' ? `password:${attempt.password}` : attempt.method)
  if (accepts(attempt)) attempt.accept()
  else attempt.reject(methods)
}
