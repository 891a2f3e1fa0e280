import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { describeFormat } from '../../core/dump/describe-format.ts'
import { FailureError } from '../../core/failure.ts'
import { reasonOf } from './host-folder.ts'
import type { TakenCapture } from './capture-guest.ts'
import { unpackGzip } from './gzip-stream.ts'
import type { Parser } from './parse-client.ts'
import { identityOfDump, planeSummaries, serviceCount } from './snapshot-facts.ts'

/** Opens a dump in place of a guest. Nothing of the file's name is believed; its content says what it is. */
export async function captureFile(
  path: string,
  parser: Parser,
  signal: AbortSignal,
): Promise<TakenCapture> {
  const stream = createReadStream(path, { highWaterMark: 1 << 20 })
  try {
    return await captureStream(stream, { path, label: basename(path) }, parser, signal)
  } catch (error) {
    if (error instanceof FailureError) throw error
    throw new FailureError({ kind: 'file-unreadable', path, detail: reasonOf(error) })
  } finally {
    stream.destroy()
  }
}

/** The same for a stream, such as standard input. */
export async function captureStream(
  stream: AsyncIterable<Uint8Array>,
  { path, label }: { readonly path: string; readonly label: string },
  parser: Parser,
  signal: AbortSignal,
): Promise<TakenCapture> {
  const startedAt = new Date()
  const job = parser.job(signal)
  try {
    job.begin(label, { kind: 'any' })
    const unpacked = unpackGzip(untilAborted(stream, signal), label)
    // Whoever opens captures that Kextant saved, which are ZIP files, looks at the first bytes of these pieces
    // (`peekStream`); here they are refused as what they look like.
    for await (const chunk of unpacked.pieces) await job.push(chunk)
    const { format, kexts, encoding } = await job.end()
    const snapshot = await job.seal()
    const { what, lacks } = describeFormat(format, snapshot)
    const wrappings = [
      encoding && `in ${encoding}`,
      ...Array<string>(unpacked.layers).fill('gzipped'),
    ]
    const capture = {
      snapshotId: randomUUID(),
      source: { kind: 'file' as const, path, label },
      format,
      what: [what, ...wrappings].filter(Boolean).join(', '),
      lacks,
      takenAt: startedAt.toISOString(),
      durationMs: Date.now() - startedAt.getTime(),
      identity: identityOfDump(snapshot),
      planes: planeSummaries(snapshot),
      serviceCount: serviceCount(snapshot),
      kexts,
      installed: null,
      classCounts: null,
      kernelLog: null,
      missing: [],
      problems: [...snapshot.problems, ...unpacked.problems],
      commands: [],
    }
    return { capture, snapshot }
  } catch (error) {
    job.drop()
    throw error
  }
}

/** A pipe that nobody writes to gives no next piece at which one could notice that all is called off. */
async function* untilAborted(
  stream: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const pieces = stream[Symbol.asyncIterator]()
  let giveUp: (() => void) | undefined
  const aborted = new Promise<never>((_resolve, reject) => {
    giveUp = () => reject(new FailureError({ kind: 'cancelled' }))
    signal.addEventListener('abort', giveUp, { once: true })
    if (signal.aborted) giveUp()
  })
  aborted.catch(() => undefined)
  try {
    for (;;) {
      const next = await Promise.race([pieces.next(), aborted])
      if (next.done) return
      yield next.value
    }
  } finally {
    if (giveUp) signal.removeEventListener('abort', giveUp)
    // Not waited for: a stream in the middle of a read answers only after it.
    void pieces.return?.()?.catch(() => undefined)
  }
}
