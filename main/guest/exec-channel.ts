import type { Readable } from 'node:stream'
import type { Client, ClientChannel } from 'ssh2'
import { FailureError } from '../../core/failure.ts'

export interface ExecOutcome {
  readonly exitCode: number | null
  readonly signal: string | null
  readonly stdout: Uint8Array | null
  readonly stderr: string
  readonly bytes: number
}

export interface ExecInput {
  readonly stdin: Uint8Array | Readable | null
  readonly onStdout: ((chunk: Uint8Array) => void | Promise<void>) | null
  readonly onStderr: ((chunk: Uint8Array) => void) | null
  /** Of output that is collected. */
  readonly limitBytes: number
}

const stderrLimit = 64 * 1024
/** A guest that does not confirm the closing of a channel within this time is taken not to. */
const closingGraceMs = 3000

/**
 * Runs one command line to its end. When `signal` aborts, the program is told to stop and the signal's
 * reason is thrown, without waiting for the server. A channel that cannot be opened is an Error of ssh2's.
 *
 * @param onStarted the server has taken the command
 * @param onFreed the server has let go of the channel, maybe long after the caller has given up
 */
export function exec(
  client: Client,
  line: string,
  input: ExecInput,
  signal: AbortSignal,
  onStarted: () => void,
  onFreed: () => void,
): Promise<ExecOutcome> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason as Error)
    if (signal.aborted) {
      onFreed()
      giveUp()
      return
    }
    signal.addEventListener('abort', giveUp, { once: true })
    // All that follows the server's “yes” may lie in the same packet, and is emitted before a promise could
    // be awaited: so the listeners are attached in here.
    const opened = (error: Error | undefined, channel: ClientChannel | undefined) => {
      signal.removeEventListener('abort', giveUp)
      if (error || !channel) {
        onFreed()
        reject(error ?? new Error('no channel'))
        return
      }
      channel.once('close', onFreed)
      onStarted()
      follow(channel, input, signal, onFreed).then(resolve, reject)
    }
    try {
      client.exec(line, opened)
    } catch (error) {
      opened(error as Error, undefined)
    }
  })
}

function follow(
  channel: ClientChannel,
  input: ExecInput,
  signal: AbortSignal,
  onFreed: () => void,
): Promise<ExecOutcome> {
  const { onStdout, onStderr, limitBytes } = input
  return new Promise((resolve, reject) => {
    let isOver = false
    let bytes = 0
    let exitCode: number | null = null
    let exitSignal: string | null = null
    const collected = new Collected()
    const errors = new BoundedText(stderrLimit)
    // The end is reached when the server has closed the channel, both outputs are read, and the consumer
    // has taken the last piece, whichever comes last.
    let stillOpen = 2
    let isConsuming = false

    const stop = (reason: unknown) => {
      if (isOver) return
      isOver = true
      signal.removeEventListener('abort', onAbort)
      close(channel, onFreed)
      reject(reason instanceof Error ? reason : new Error(String(reason)))
    }
    const onAbort = () => stop(signal.reason)
    const finishWhenDone = () => {
      if (isOver || stillOpen > 0 || isConsuming) return
      isOver = true
      signal.removeEventListener('abort', onAbort)
      const stdout = onStdout ? null : collected.bytes()
      resolve({ exitCode, signal: exitSignal, stdout, stderr: errors.text(), bytes })
    }
    const onePartEnded = () => {
      stillOpen--
      finishWhenDone()
    }
    const take = (chunk: Uint8Array) => {
      if (isOver) return
      bytes += chunk.length
      if (!onStdout) {
        if (bytes > limitBytes) {
          stop(new FailureError({ kind: 'dump-too-large', source: 'the output', limitBytes }))
        } else collected.add(chunk)
        return
      }
      try {
        const pending = onStdout(chunk)
        if (!pending) return
        isConsuming = true
        channel.pause()
        pending.then(() => {
          isConsuming = false
          channel.resume()
          finishWhenDone()
        }, stop)
      } catch (error) {
        stop(error)
      }
    }

    signal.addEventListener('abort', onAbort, { once: true })
    channel.on('error', stop)
    channel.stderr.on('error', stop)
    channel.on('exit', (code: number | null, name?: string) => {
      exitCode = code
      exitSignal = name ?? null
    })
    channel.on('data', take)
    channel.stderr.on('data', (chunk: Uint8Array) => {
      if (isOver) return
      errors.add(chunk)
      onStderr?.(chunk)
    })
    channel.once('close', onePartEnded)
    channel.stderr.once('end', onePartEnded)
    if (signal.aborted) onAbort()
    else if (input.stdin === null || input.stdin instanceof Uint8Array) {
      channel.end(input.stdin ?? undefined)
    } else {
      input.stdin.on('error', stop)
      input.stdin.pipe(channel)
    }
  })
}

/** Asks the program to end (servers since OpenSSH 7.9 pass the signal on) and closes the channel. */
function close(channel: ClientChannel, onFreed: () => void): void {
  channel.on('error', () => {})
  channel.stderr.on('error', () => {})
  // A paused channel never reports its end: let what is left run into the void.
  channel.removeAllListeners('data')
  channel.resume()
  channel.stderr.resume()
  sendSignal(channel, 'TERM')
  channel.close()
  setTimeout(onFreed, closingGraceMs).unref()
}

/**
 * `channel.signal` does nothing once our side has sent its end of input, which is at the start of nearly
 * every command; SSH itself allows a signal then (RFC 4254, section 6.9), and so does ssh2's protocol layer.
 */
function sendSignal(channel: ClientChannel, name: string): void {
  const { outgoing, _client } = channel as unknown as {
    readonly outgoing?: { readonly id: number; readonly state: string }
    readonly _client?: { readonly _protocol?: { signal?(id: number, name: string): void } }
  }
  if (outgoing?.state === 'open' || outgoing?.state === 'eof') {
    _client?._protocol?.signal?.(outgoing.id, name)
  }
}

/** One buffer that grows: a guest may send its bytes one by one, and an object for each is many times their size. */
class Collected {
  #buffer = Buffer.alloc(0)
  #length = 0

  add(chunk: Uint8Array): void {
    const length = this.#length + chunk.length
    if (length > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, 2 * this.#buffer.length, 4096))
      this.#buffer.copy(larger, 0, 0, this.#length)
      this.#buffer = larger
    }
    this.#buffer.set(chunk, this.#length)
    this.#length = length
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length)
  }
}

/** The beginning of a text of unknown length. */
class BoundedText {
  readonly #limit: number
  readonly #chunks: Uint8Array[] = []
  #kept = 0
  #dropped = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  add(chunk: Uint8Array): void {
    const part = chunk.subarray(0, this.#limit - this.#kept)
    this.#dropped += chunk.length - part.length
    if (part.length === 0) return
    this.#kept += part.length
    this.#chunks.push(part)
  }

  text(): string {
    const text = new TextDecoder().decode(Buffer.concat(this.#chunks))
    return this.#dropped > 0 ? `${text}\n… (${this.#dropped} bytes more)` : text
  }
}
