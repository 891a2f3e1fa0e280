import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'ssh2'
import { FailureError } from '../../core/failure.ts'
import type { Failure } from '../../core/failure.ts'
import { ChannelSlots } from './channel-slots.ts'
import type { CommandResult, GuestCommand } from './command.ts'
import { endOf, isChannelTrouble, judged, refused, resultOf } from './command-outcome.ts'
import { exec } from './exec-channel.ts'
import type { HostKey } from './host-key.ts'
import { quoteCommand } from './quote.ts'
import { SharedSftp } from './shared-sftp.ts'
import type { SftpLease } from './shared-sftp.ts'
import { lossDetail } from './socket-failure.ts'
import { runAsRoot } from './sudo.ts'

/** What is known of a connection once it stands. */
export interface SessionInfo {
  /** `host:port`. */
  readonly address: string
  readonly user: string
  readonly hostKey: HostKey
  /** As the server names itself: `OpenSSH_7.6`. */
  readonly serverSoftware: string
}

interface SessionParts extends SessionInfo {
  readonly loginPassword: string | null
  /** Shared with the log, which blots them out; grows when a sudo password is given. */
  readonly secrets: Set<string>
  readonly log: (line: string) => void
}

const channelLimit = 6
const defaultTimeoutMs = 60_000
/** Output is read as lines and texts, which take many times its size; what may be larger is streamed. */
const defaultStdoutLimitBytes = 16 * 1024 * 1024
const retryDelayMs = 150

/**
 * One signed-in connection to a guest: runs programs there, hands out SFTP, and says when it is gone.
 * Made by `connectGuest`; ended by `close`, by the guest, or by 20 seconds without an answer.
 */
export class GuestSession {
  readonly info: SessionInfo
  /** Where the guest's tools lie, when that was looked up: see commands/probe-tools.ts. */
  readonly toolPaths = new Map<string, string>()
  readonly #client: Client
  readonly #parts: SessionParts
  readonly #slots = new ChannelSlots(channelLimit)
  readonly #underWay = new Set<AbortController>()
  readonly #closeListeners = new Set<(failure: Failure) => void>()
  readonly #sftp: SharedSftp
  #sudoPassword: string | null
  #rootCheck: Promise<boolean> | null = null
  #end: Failure | null = null
  #lastError: Error | null = null

  constructor(client: Client, parts: SessionParts) {
    const { address, user, hostKey, serverSoftware } = parts
    this.info = { address, user, hostKey, serverSoftware }
    this.#client = client
    this.#parts = parts
    this.#sudoPassword = parts.loginPassword
    this.#sftp = new SharedSftp(client)
    client.removeAllListeners('error')
    client.on('error', (error: Error) => {
      this.#lastError = error
    })
    client.on('close', () => {
      this.#finish({ kind: 'connection-lost', address, detail: lossDetail(this.#lastError) })
    })
  }

  get isOpen(): boolean {
    return this.#end === null
  }

  /**
   * Runs one program and waits for its end. At most six channels are open at once, others wait their turn.
   *
   * @throws FailureError command-missing, command-failed (an exit code not in `okExitCodes`),
   *   command-timed-out, cancelled, connection-lost, not-connected, sudo-password-needed, sudo-refused,
   *   dump-too-large; and whatever `onStdout` throws
   */
  async run(command: GuestCommand): Promise<CommandResult> {
    const stop = new AbortController()
    const cancel = () => stop.abort(new FailureError({ kind: 'cancelled' }))
    if (command.signal?.aborted) cancel()
    command.signal?.addEventListener('abort', cancel, { once: true })
    this.#underWay.add(stop)
    try {
      stop.signal.throwIfAborted()
      const attempt = (argv: readonly string[], given: Partial<GuestCommand> = {}) =>
        this.#attempt({ ...command, ...given, argv }, stop)
      const result =
        command.asRoot && !(await this.#isRoot())
          ? await runAsRoot(command, this.#sudoPassword, attempt)
          : await attempt(command.argv)
      return judged(command, result)
    } finally {
      this.#underWay.delete(stop)
      command.signal?.removeEventListener('abort', cancel)
    }
  }

  /** What sudo asks for. Until it is set, the password of the login is tried, when there is one. */
  setSudoPassword(password: string): void {
    this.#sudoPassword = password
    this.#parts.secrets.add(password)
  }

  /** The SFTP channel, shared by all who hold a lease and closed after the last has released it. */
  sftp(): Promise<SftpLease> {
    if (this.#end) return Promise.reject(new FailureError(this.#end))
    return this.#sftp.lease()
  }

  /** A connection from the guest to `host:port`: how a jump host reaches the machine behind it. */
  openTunnel(host: string, port: number): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      const address = `${host}:${port}`
      this.#client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
        if (!error) resolve(channel)
        else {
          const detail = `${this.info.address} cannot open a connection to it (${error.message})`
          reject(new FailureError({ kind: 'host-unreachable', address, detail }))
        }
      })
    })
  }

  /**
   * Calls `listener` once, when the session has ended: with connection-lost when it broke off, with
   * not-connected when `close` ended it. Returns what takes the listener away.
   */
  onClose(listener: (failure: Failure) => void): () => void {
    if (this.#end) {
      const failure = this.#end
      queueMicrotask(() => listener(failure))
    } else this.#closeListeners.add(listener)
    return () => this.#closeListeners.delete(listener)
  }

  /** Ends the session; commands under way fail with not-connected. */
  close(): void {
    this.#finish({ kind: 'not-connected' })
    this.#client.end()
    // A guest that has stopped answering would keep a half-closed socket for ever.
    setTimeout(() => this.#client.destroy(), 2000).unref()
  }

  #finish(failure: Failure): void {
    if (this.#end) return
    this.#end = failure
    this.#parts.log(failure.kind === 'connection-lost' ? `lost: ${failure.detail}` : 'closed')
    for (const stop of this.#underWay) stop.abort(new FailureError(failure))
    this.#sftp.end()
    const listeners = [...this.#closeListeners]
    this.#closeListeners.clear()
    for (const listener of listeners) listener(failure)
  }

  /**
   * One command line, from the wait for a channel to the end of the program, whatever its exit code. A
   * refused channel is asked for once more.
   */
  async #attempt(command: GuestCommand, stop: AbortController): Promise<CommandResult> {
    const line = quoteCommand(command.argv)
    const { log } = this.#parts
    try {
      let result = await this.#exec(command, line, stop)
      if (result === 'channel refused') {
        // sshd counts channels that are still closing, so a refusal can be a matter of milliseconds.
        await sleep(retryDelayMs)
        result = await this.#exec(command, line, stop)
      }
      if (result === 'channel refused') throw refused(line, 'too many channels are open')
      log(
        `${command.name}: ${endOf(result)}, ${result.bytes} bytes, ${Math.round(result.durationMs)} ms`,
      )
      return result
    } catch (error) {
      log(`${command.name}: ${error instanceof Error ? error.message : String(error)}`)
      throw error
    }
  }

  async #exec(
    command: GuestCommand,
    line: string,
    stop: AbortController,
  ): Promise<CommandResult | 'channel refused'> {
    if (this.#end) throw new FailureError(this.#end)
    const free = await this.#slots.take(stop.signal)
    const { timeoutMs = defaultTimeoutMs } = command
    const input = {
      stdin: command.stdin ?? command.stdinStream ?? null,
      onStdout: command.onStdout ?? null,
      onStderr: command.onStderr ?? null,
      limitBytes: command.stdoutLimitBytes ?? defaultStdoutLimitBytes,
    }
    const startMs = performance.now()
    const timer = setTimeout(() => {
      stop.abort(new FailureError({ kind: 'command-timed-out', command: line, timeoutMs }))
    }, timeoutMs)
    let startedMs = 0
    const onStarted = () => {
      startedMs = performance.now() - startMs
      this.#parts.log(`${command.name}: ${line}`)
    }
    try {
      const outcome = await exec(this.#client, line, input, stop.signal, onStarted, free)
      return resultOf(outcome, line, performance.now() - startMs, startedMs)
    } catch (error) {
      if (error instanceof FailureError || !isChannelTrouble(error)) throw error
      if (/channel open failure/i.test(error.message)) return 'channel refused'
      // The close event, which says why, comes after the calls that it fails.
      await sleep(0)
      if (this.#end) throw new FailureError(this.#end)
      throw refused(line, error.message)
    } finally {
      clearTimeout(timer)
    }
  }

  /** Whether the login itself is root, asked once: an account of another name may have uid 0. */
  #isRoot(): Promise<boolean> {
    this.#rootCheck ??= this.run({
      name: 'id',
      argv: ['/usr/bin/id', '-u'],
      okExitCodes: 'any',
      timeoutMs: 15_000,
    }).then(
      result => new TextDecoder().decode(result.stdout).trim() === '0',
      (error: unknown) => {
        if (error instanceof FailureError && error.failure.kind === 'command-missing') {
          return this.info.user === 'root'
        }
        this.#rootCheck = null
        throw error
      },
    )
    return this.#rootCheck
  }
}
