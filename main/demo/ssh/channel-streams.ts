import type { ServerChannel } from 'ssh2'
import { Input, orStopped, stopped, type Sink } from '../shell/streams.ts'

/** What the client sends. Read on demand, so that an idle program holds the client's window shut. */
export function channelInput(channel: ServerChannel, signal: AbortSignal): Input {
  let hasEnded = false
  let wake = () => {}
  const woken = () => wake()
  channel.on('readable', woken)
  for (const event of ['end', 'close', 'error']) {
    channel.on(event, () => {
      hasEnded = true
      wake()
    })
  }
  signal.addEventListener('abort', woken, { once: true })
  return new Input(async () => {
    for (;;) {
      if (signal.aborted) throw stopped(signal)
      const chunk = channel.read() as Buffer | null
      if (chunk !== null) return chunk
      if (hasEnded) return null
      await new Promise<void>(resolve => (wake = resolve))
    }
  })
}

export interface ChannelSinks {
  readonly stdout: Sink
  readonly stderr: Sink
}

export interface ChannelSinkOptions {
  /** A terminal has one stream, and its lines end in CR LF. */
  readonly isTerminal: boolean
  /** Told before bytes of stdout leave; returns how many of them may. */
  readonly allow?: (byteCount: number) => number
}

/** Writes that resolve when the client has made room for every byte. */
export function channelSinks(
  channel: ServerChannel,
  signal: AbortSignal,
  { isTerminal, allow }: ChannelSinkOptions,
): ChannelSinks {
  // One write at a time: ssh2 keeps one place for what waits for the window, for both streams.
  let last: Promise<void> = Promise.resolve()
  const send = (chunk: string | Uint8Array, isError: boolean): Promise<void> => {
    const run = async () => {
      let bytes = bytesOf(chunk, isTerminal)
      if (allow !== undefined && !isError) bytes = bytes.subarray(0, allow(bytes.length))
      if (bytes.length === 0) return
      const stream = isError && !isTerminal ? channel.stderr : channel
      // What ssh2 1.17 once held back for stdout it would send again when stderr has to wait.
      if (stream !== channel) Object.assign(channel, { _chunk: undefined, _chunkcb: undefined })
      const written = new Promise<void>((resolve, reject) => {
        stream.write(bytes, error => (error == null ? resolve() : reject(stopped(signal))))
      })
      await orStopped(written, signal)
    }
    const mine = last.then(run)
    last = mine.catch(() => {})
    return mine
  }
  return { stdout: chunk => send(chunk, false), stderr: chunk => send(chunk, true) }
}

function bytesOf(chunk: string | Uint8Array, isTerminal: boolean): Buffer {
  const bytes =
    typeof chunk === 'string'
      ? Buffer.from(chunk)
      : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  if (!isTerminal || !bytes.includes(10)) return bytes
  return Buffer.from(bytes.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1')
}
