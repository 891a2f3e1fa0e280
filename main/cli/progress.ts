import type { WriteStream } from 'node:tty'
import { printableInLine } from '../app/printable.ts'
import type { App } from '../app/create-app.ts'

const clearLine = '\r\u001b[K'

/** The steps of a capture in one line that changes, where somebody looks on. Returns what clears it. */
export function showProgress(
  app: Pick<App, 'subscribe'>,
  stream: Pick<WriteStream, 'isTTY' | 'write'>,
): () => void {
  if (!stream.isTTY) return () => undefined
  const stop = app.subscribe(({ name, payload }) => {
    if (name !== 'capture.progress') return
    const { step, done, total, bytes } = payload
    const size = bytes > 0 ? `, ${(bytes / 1_000_000).toFixed(1)} MB` : ''
    stream.write(`${clearLine}${printableInLine(step)} (${done} of ${total}${size})`)
  })
  return () => {
    stop()
    stream.write(clearLine)
  }
}
