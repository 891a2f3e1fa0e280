import { randomUUID } from 'node:crypto'
import { describeFormat } from '../../core/dump/describe-format.ts'
import { FailureError } from '../../core/failure.ts'
import type { TakenCapture } from './capture-guest.ts'
import type { Unpacked } from './gzip-stream.ts'
import type { Parser } from './parse-client.ts'
import { identityOfDump, planeSummaries, serviceCount } from './snapshot-facts.ts'

/** A capture of a dump, without what it was read from. */
export type ReadCapture = Omit<TakenCapture, 'evidence'>

/** Reads a dump in place of a guest, of whatever format its content shows. */
export async function captureStream(
  unpacked: Unpacked,
  { path, label }: { readonly path: string; readonly label: string },
  parser: Parser,
  signal: AbortSignal,
): Promise<ReadCapture> {
  const startedAt = new Date()
  const job = parser.job(signal)
  try {
    job.begin(label, { kind: 'any' })
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
export async function* untilAborted(
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
