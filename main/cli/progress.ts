import type { WriteStream } from 'node:tty'
import { printableInLine } from '../app/printable.ts'
import type { App } from '../app/create-app.ts'
import type { ShareStep } from '../../core/contract/share-types.ts'

const clearLine = '\r\u001b[K'

const sharing: Readonly<Record<ShareStep, string>> = {
  looking: 'looking for what tells of the machine',
  replacing: 'replacing it',
  packing: 'packing the capture',
  reading: 'reading it again as it will be shared',
  writing: 'writing the report',
}

/** The steps of a capture, or of sharing one, in one line that changes, where somebody looks on. Returns what clears it. */
export function showProgress(
  app: Pick<App, 'subscribe'>,
  stream: Pick<WriteStream, 'isTTY' | 'write'>,
): () => void {
  if (!stream.isTTY) return () => undefined
  const stop = app.subscribe(({ name, payload }) => {
    if (name === 'share.progress') {
      const percent = Math.floor(100 * Math.min(1, payload.done))
      stream.write(`${clearLine}${sharing[payload.step]}, ${percent} %`)
      return
    }
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
