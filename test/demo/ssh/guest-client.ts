import { createHash } from 'node:crypto'
import { connect as connectSocket } from 'node:net'
import { Client, type ClientChannel, type ConnectConfig, type SFTPWrapper } from 'ssh2'
import type { DemoGuest } from '../../../main/demo/demo-guest.ts'

export interface Outcome {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

/** Signs in over a real socket. `config` replaces what it names; the host key must be the guest's. */
export async function signIn(guest: DemoGuest, config: ConnectConfig = {}): Promise<Client> {
  const client = new Client()
  const sock = connectSocket({ host: guest.host, port: guest.port, noDelay: true })
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve).once('error', reject)
    client.connect({
      sock,
      username: guest.user,
      password: guest.password,
      hostVerifier: (key: Buffer) => {
        const digest = createHash('sha256').update(key).digest('base64').replace(/=+$/, '')
        return `SHA256:${digest}` === guest.hostKeyFingerprint
      },
      ...config,
    })
  })
  client.on('error', () => {})
  return client
}

export function openExec(client: Client, command: string, pty = false): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command, pty ? { pty: true } : {}, (error, channel) => {
      if (error) reject(error)
      else resolve(channel)
    })
  })
}

/** Runs a command to its end, with `input` on its stdin. */
export function run(
  client: Client,
  command: string,
  input: string | Buffer = '',
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    // Collected in the callback itself: a quick command's exit arrives in the same turn.
    client.exec(command, (error, channel) => {
      if (error) reject(error)
      else resolve(collect(channel, input))
    })
  })
}

export function collect(channel: ClientChannel, input: string | Buffer = ''): Promise<Outcome> {
  return new Promise(resolve => {
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
    let code: number | null = null
    let signal: string | null = null
    channel.on('data', (chunk: Buffer) => stdout.push(chunk))
    channel.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    channel.on('exit', (ended: number | null, name?: string) => {
      code = ended
      signal = name ?? null
    })
    channel.on('close', () => {
      const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString('utf8')
      resolve({ code, signal, stdout: text(stdout), stderr: text(stderr) })
    })
    channel.end(input)
  })
}

export function openSftp(client: Client): Promise<SFTPWrapper> {
  return new Promise((resolve, reject) => {
    client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp)))
  })
}

/** Calls a method of ssh2 that ends in a callback. */
export function done<T = void>(
  call: (callback: (error?: Error | null, value?: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value as T)))
  })
}
