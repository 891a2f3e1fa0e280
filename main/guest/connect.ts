import { connect as openSocket } from 'node:net'
import type { Socket } from 'node:net'
import ssh2 from 'ssh2'
import type { AlgorithmList, Client, ConnectConfig, ServerHostKeyAlgorithm } from 'ssh2'
import { FailureError } from '../../core/failure.ts'
import type { Failure } from '../../core/failure.ts'
import { prepareSignIn } from './credentials.ts'
import type { GuestAuth, SignIn } from './credentials.ts'
import { hostKeyFrom } from './host-key.ts'
import type { HostKey, HostKeyTrust } from './host-key.ts'
import { lossDetail, socketFailure } from './socket-failure.ts'
import { GuestSession } from './session.ts'
import { withoutSecrets } from './without-secrets.ts'

/** Where a guest's sshd listens, and as whom to sign in. */
export interface GuestAddress {
  readonly host: string
  readonly port: number
  readonly user: string
}

export interface ConnectOptions {
  readonly trust: HostKeyTrust
  readonly signal?: AbortSignal | undefined
  /** From the first packet to being signed in. Default 15 s. */
  readonly timeoutMs?: number | undefined
  /** One line per step, free of secrets: what the user copies into a bug report. */
  readonly log?: ((line: string) => void) | undefined
  /** A session to a machine that can reach the guest: a jump host. */
  readonly via?: GuestSession | undefined
}

/** What a port said before it said `SSH-`, kept to explain what is there instead of an sshd. */
const heardLimit = 512

/**
 * Connects and signs in. The host key is checked before anything secret is sent: an unknown or changed key
 * ends the attempt with its fingerprint, and whoever asked the user connects again with it added.
 *
 * @throws FailureError connection-refused, host-unreachable, host-not-found, connection-timed-out, not-ssh,
 *   host-key-unknown, host-key-changed, wrong-password, key-refused, auth-method-refused, key-unreadable,
 *   passphrase-needed, wrong-passphrase, agent-unavailable, connection-lost, cancelled
 */
export async function connectGuest(
  address: GuestAddress,
  auth: GuestAuth,
  options: ConnectOptions,
): Promise<GuestSession> {
  const { signal, via } = options
  if (signal?.aborted) throw new FailureError({ kind: 'cancelled' })
  const signIn = await prepareSignIn(address.user, auth)
  const where = `${address.host}:${address.port}`
  const secrets = new Set(signIn.secrets)
  const log = (line: string) => options.log?.(withoutSecrets(line, secrets))
  log(`connecting to ${where} as ${address.user}, by ${auth.method}`)

  // Nagle's algorithm and delayed acknowledgements together make each command 90 ms slower.
  const socket = via
    ? ((await via.openTunnel(address.host, address.port)) as unknown as Socket)
    : openSocket({ host: address.host, port: address.port, noDelay: true })
  const attempt = new Attempt(address, signIn, options, socket, log)
  const client = await attempt.signedIn()
  return new GuestSession(client, {
    address: where,
    user: address.user,
    hostKey: attempt.hostKey!,
    serverSoftware: attempt.serverSoftware,
    loginPassword: auth.method === 'password' ? auth.password : null,
    secrets,
    log,
  })
}

/** One run of the protocol up to “signed in”: gathers what is seen, so that a failure can be named. */
class Attempt {
  hostKey: HostKey | null = null
  serverSoftware = ''
  readonly #address: GuestAddress
  readonly #where: string
  readonly #signIn: SignIn
  readonly #options: ConnectOptions
  readonly #socket: Socket
  readonly #log: (line: string) => void
  readonly #client = new ssh2.Client()
  #heard = ''
  #hasConnected = false
  #isSigningIn = false
  #refusal: Failure | null = null
  #agentTrouble: string | null = null

  constructor(
    address: GuestAddress,
    signIn: SignIn,
    options: ConnectOptions,
    socket: Socket,
    log: (line: string) => void,
  ) {
    this.#address = address
    this.#where = `${address.host}:${address.port}`
    this.#signIn = signIn
    this.#options = options
    this.#socket = socket
    this.#log = log
  }

  async signedIn(): Promise<Client> {
    const client = this.#client
    const timeoutMs = this.#options.timeoutMs ?? 15_000
    const { signal } = this.#options
    let timer: NodeJS.Timeout | undefined
    let cancel: (() => void) | undefined
    try {
      await new Promise<void>((resolve, reject) => {
        const fail = (failure: Failure) => reject(new FailureError(failure))
        timer = setTimeout(() => {
          fail({ kind: 'connection-timed-out', address: this.#where, timeoutMs })
        }, timeoutMs)
        cancel = () => fail({ kind: 'cancelled' })
        signal?.addEventListener('abort', cancel, { once: true })

        client.on('ready', resolve)
        client.on('error', (error: Error & { level?: string; code?: unknown }) => {
          // One key the agent cannot sign with is not the end: ssh2 goes on to the next.
          if (error.level === 'agent') this.#agentTrouble = error.message
          else fail(this.#explain(error))
        })
        client.on('close', () => fail(this.#explain(null)))
        client.on('connect', () => {
          this.#hasConnected = true
          this.#log('the port is open')
        })
        client.on('handshake', negotiated => {
          this.#isSigningIn = true
          this.#log(`agreed on ${negotiated.kex}, ${negotiated.cs.cipher}`)
        })
        client.on('banner', text => this.#log(`the guest's greeting: ${printable(text, 400)}`))
        client.on('change password', () => {
          fail({
            kind: 'auth-method-refused',
            offered: 'signing in only after the password has been changed',
            address: this.#where,
          })
        })
        client.connect(this.#config())
        // ssh2 has paused the socket, so that listening here takes nothing away from it.
        this.#socket.on('data', this.#hear)
      })
      this.#log(`signed in to ${this.serverSoftware}`)
      return client
    } catch (error) {
      client.on('error', () => {}) // What comes after the verdict is only its echo.
      this.#socket.on('error', () => {})
      client.destroy()
      this.#socket.destroy()
      this.#log(error instanceof Error ? error.message : String(error))
      throw error
    } finally {
      clearTimeout(timer)
      if (cancel) signal?.removeEventListener('abort', cancel)
      client.removeAllListeners('ready').removeAllListeners('close')
      this.#socket.off('data', this.#hear)
    }
  }

  #config(): ConnectConfig {
    const { host, port, user } = this.#address
    const { trust } = this.#options
    const types = trust.knownTypes?.(host, port) ?? []
    return {
      sock: this.#socket,
      username: user,
      // Ours, because ssh2's own would call every slow step a failed handshake.
      readyTimeout: 0,
      keepaliveInterval: 5000,
      keepaliveCountMax: 3,
      // Ciphers are never named: Electron's BoringSSL lacks some, and naming one that is missing throws.
      ...(types.length > 0 && { algorithms: { serverHostKey: preferring(types) } }),
      // A trap of ssh2: whatever this returns, other than undefined, is the verdict, and anything but
      // `false` accepts. An async function returns a promise, which accepts every host. So it is a plain
      // function that returns a plain boolean, and no question to the user can be asked from in here.
      hostVerifier: (blob: Buffer): boolean => this.#isTrusted(hostKeyFrom(blob)),
      // The type says it returns nothing; ssh2 takes what it returns as the next method.
      authHandler: (offered, isPartial) => {
        const method = this.#signIn.next(offered, isPartial)
        if (method && method.type !== 'none') this.#log(`offering ${method.type}`)
        return method
      },
    }
  }

  #isTrusted(key: HostKey): boolean {
    const { host, port } = this.#address
    const { trust } = this.#options
    this.hostKey = key
    this.#log(`host key ${key.type} ${key.fingerprint}`)
    trust.offered?.(host, port, key)
    const known = trust.known(host, port)
    if (known.includes(key.fingerprint)) return true
    const seen = { address: this.#where, keyType: key.type, fingerprint: key.fingerprint }
    this.#refusal =
      known.length === 0
        ? { kind: 'host-key-unknown', ...seen }
        : { kind: 'host-key-changed', ...seen, expected: known.join(' or ') }
    return false
  }

  /** Reads along until the server has named itself. */
  readonly #hear = (chunk: Buffer) => {
    this.#heard += chunk.toString('latin1').slice(0, heardLimit - this.#heard.length)
    const ident = /^SSH-[\d.]+-(.*)\r?\n/m.exec(this.#heard)
    if (ident) this.serverSoftware = printable(ident[1]!, 100)
    if (ident || this.#heard.length >= heardLimit) this.#socket.off('data', this.#hear)
  }

  #explain(error: (Error & { level?: string; code?: unknown }) | null): Failure {
    const address = this.#where
    if (this.#refusal) return this.#refusal
    if (error?.level === 'client-authentication') return this.#signInFailure()
    // sshd hangs up by itself after too many keys.
    const isDisconnect = typeof error?.code === 'number'
    if (this.#isSigningIn && isDisconnect && this.#signIn.hasTried()) return this.#signInFailure()
    if (error && !this.#hasConnected) {
      const timeoutMs = this.#options.timeoutMs ?? 15_000
      return socketFailure(error, this.#address.host, address, timeoutMs)
    }
    if (/^SSH-/m.test(this.#heard)) {
      return { kind: 'connection-lost', address, detail: lossDetail(error) }
    }
    const said = printable(this.#heard.split(/\r?\n/, 1)[0] ?? '', 80)
    return {
      kind: 'not-ssh',
      address,
      detail: said ? `it said “${said}”` : 'it closed the connection without a word',
    }
  }

  #signInFailure(): Failure {
    return this.#agentTrouble
      ? { kind: 'agent-unavailable', detail: this.#agentTrouble }
      : this.#signIn.failure(this.#where)
  }
}

/**
 * ssh2's default list with the algorithms of these key types first. Patterns, which ssh2 takes although
 * its types do not say so, skip what this build of the crypto library lacks; a name would throw.
 */
function preferring(types: readonly string[]): AlgorithmList<ServerHostKeyAlgorithm> {
  const names = types.flatMap(type =>
    type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] : [type],
  )
  const patterns = names.map(name => new RegExp(`^${name.replace(/[^\w-]/g, '\\$&')}$`))
  const list = { remove: patterns, prepend: patterns }
  return list as unknown as AlgorithmList<ServerHostKeyAlgorithm>
}

/** The guest's words, fit for a line of ours. */
function printable(text: string, limit: number): string {
  const line = text.replace(/[^\x20-\x7e]+/g, ' ').trim()
  return line.length > limit ? `${line.slice(0, limit)}…` : line
}
