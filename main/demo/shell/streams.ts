/**
 * The plumbing between processes. An `Input` is shared by all who read from the same descriptor, one
 * after the other: what `head -1` leaves, the next command gets. A `Sink` resolves when there is room.
 */
export type Sink = (chunk: string | Uint8Array) => Promise<void>

/** What a writer gets when nobody reads any more; its process ends as by SIGPIPE. */
export class BrokenPipeError extends Error {
  constructor() {
    super('Broken pipe')
    this.name = 'BrokenPipeError'
  }
}

/** Thrown through a process that was told to stop. `signalName` without SIG. */
export class StoppedError extends Error {
  readonly signalName: string
  constructor(signalName: string) {
    super(`stopped by ${signalName}`)
    this.name = 'StoppedError'
    this.signalName = signalName
  }
}

export class Input implements AsyncIterable<Uint8Array> {
  readonly #next: () => Promise<Uint8Array | null>
  readonly #close: () => void
  readonly #unread: Uint8Array[] = []

  constructor(next: () => Promise<Uint8Array | null>, close: () => void = () => {}) {
    this.#next = next
    this.#close = close
  }

  /** The next bytes, or null at the end. */
  next(): Promise<Uint8Array | null> {
    const chunk = this.#unread.pop()
    return chunk === undefined ? this.#next() : Promise.resolve(chunk)
  }

  /** Puts back what was read too far. */
  unread(chunk: Uint8Array): void {
    if (chunk.length > 0) this.#unread.push(chunk)
  }

  /** The next line without its newline, or null at the end; at most `limit` bytes of it. */
  async line(limit = 1_000_000): Promise<string | null> {
    const parts: Uint8Array[] = []
    let length = 0
    while (length < limit) {
      const chunk = await this.next()
      if (chunk === null) {
        if (parts.length === 0) return null
        break
      }
      const newline = chunk.indexOf(10)
      if (newline >= 0) {
        this.unread(chunk.subarray(newline + 1))
        parts.push(chunk.subarray(0, newline))
        break
      }
      parts.push(chunk)
      length += chunk.length
    }
    return new TextDecoder().decode(Buffer.concat(parts))
  }

  /** Nobody will read on: a writer at the other end gets a `BrokenPipeError`. */
  close(): void {
    this.#close()
  }

  /** Leaving a loop early leaves the rest for the next reader. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const chunk = await this.next()
      if (chunk === null) return
      yield chunk
    }
  }
}

export const emptyInput = new Input(() => Promise.resolve(null))

export function inputFrom(bytes: Uint8Array): Input {
  let rest: Uint8Array | null = bytes.length === 0 ? null : bytes
  return new Input(() => {
    const chunk = rest
    rest = null
    return Promise.resolve(chunk)
  })
}

/** The shared `Input` behind a process's stdin, or one made around it. */
export function inputOf(stdin: AsyncIterable<Uint8Array>): Input {
  if (stdin instanceof Input) return stdin
  const iterator: AsyncIterator<Uint8Array, unknown> = stdin[Symbol.asyncIterator]()
  return new Input(async () => {
    const next = await iterator.next()
    return next.done === true ? null : next.value
  })
}

export interface Pipe {
  readonly input: Input
  readonly sink: Sink
  /** The writer is done. */
  readonly end: () => void
}

const pipeRoomBytes = 256 * 1024

/** A pipe with limited room: a fast writer waits for a slow reader. */
export function createPipe(signal: AbortSignal): Pipe {
  let chunks: Uint8Array[] = []
  let waitingBytes = 0
  let hasEnded = false
  let isClosed = false
  let wake: (() => void)[] = []
  const changed = () => {
    const woken = wake
    wake = []
    for (const resolve of woken) resolve()
  }
  const change = () => new Promise<void>(resolve => wake.push(resolve))
  signal.addEventListener('abort', changed, { once: true })
  const detach = () => signal.removeEventListener('abort', changed)

  const input = new Input(
    async () => {
      for (;;) {
        if (signal.aborted) throw stopped(signal)
        if (chunks.length > 0) {
          const taken = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
          chunks = []
          waitingBytes = 0
          changed()
          return taken
        }
        if (hasEnded) return null
        await change()
      }
    },
    () => {
      isClosed = true
      chunks = []
      detach()
      changed()
    },
  )
  const sink: Sink = async chunk => {
    if (signal.aborted) throw stopped(signal)
    if (isClosed) throw new BrokenPipeError()
    const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk
    if (bytes.length === 0) return
    chunks.push(bytes)
    waitingBytes += bytes.length
    changed()
    while (waitingBytes > pipeRoomBytes && !isClosed && !signal.aborted) await change()
  }
  const end = () => {
    hasEnded = true
    changed()
  }
  return { input, sink, end }
}

/** Why `signal` was aborted, as the error to throw. */
export function stopped(signal: AbortSignal): StoppedError {
  return signal.reason instanceof StoppedError ? signal.reason : new StoppedError('HUP')
}

/** Rejects as soon as `signal` is aborted, though `work` may not notice. */
export async function orStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let undo = () => {}
  const stop = new Promise<never>((_, reject) => {
    const listener = () => reject(stopped(signal))
    if (signal.aborted) listener()
    else signal.addEventListener('abort', listener, { once: true })
    undo = () => signal.removeEventListener('abort', listener)
  })
  try {
    return await Promise.race([work, stop])
  } finally {
    undo()
    // Whatever loses the race may still fail; nobody waits for it any more.
    work.catch(() => {})
  }
}
