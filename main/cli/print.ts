import type { Writable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { FailureError } from '../../core/failure.ts'

const pieceLength = 1 << 16
/** So that whoever waits sees the first rows while the others are still made. */
const longestWaitMs = 100

/**
 * Writes what a formatter makes, as it makes it: in pieces of some size, no faster than they are taken, and
 * between two pieces Ctrl-C is heard.
 */
export async function print(
  stream: Writable,
  chunks: Iterable<string | Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  let text = ''
  let wroteAt = performance.now()
  const put = async (piece: string | Uint8Array) => {
    if (!stream.write(piece)) await drained(stream, signal)
    await nextTurn()
    if (signal.aborted) throw new FailureError({ kind: 'cancelled' })
    wroteAt = performance.now()
  }
  for (const chunk of chunks) {
    if (typeof chunk === 'string') {
      text += chunk
      if (text.length < pieceLength && performance.now() - wroteAt < longestWaitMs) continue
      await put(text)
      text = ''
    } else {
      if (text !== '') await put(text)
      text = ''
      await put(chunk)
    }
  }
  if (text !== '') await put(text)
}

/** Each text as a line. */
export function* inLines(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`
}

function drained(stream: Writable, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => () => {
      stream.off('drain', taken).off('error', broken).off('close', taken)
      signal.removeEventListener('abort', taken)
      settle()
    }
    const taken = end(resolve)
    const broken = (error: Error) => end(() => reject(error))()
    stream.once('drain', taken).once('error', broken).once('close', taken)
    signal.addEventListener('abort', taken, { once: true })
  })
}
