import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { FailureError } from '../../core/failure.ts'
import { reasonOf } from './host-folder.ts'
import type { TakenCapture } from './capture-guest.ts'
import type { Parser } from './parse-client.ts'
import { identityOfDump, planeSummaries, serviceCount } from './snapshot-facts.ts'

/** Opens a dump in place of a guest. Nothing of the file's name is believed; its content says what it is. */
export async function captureFile(
  path: string,
  parser: Parser,
  signal: AbortSignal,
): Promise<TakenCapture> {
  try {
    // Zero for what is no plain file.
    const { size } = await stat(path)
    const stream = createReadStream(path, { highWaterMark: 1 << 20 })
    try {
      const from = { path, label: basename(path), expectedBytes: size }
      return await captureStream(stream, from, parser, signal)
    } finally {
      stream.destroy()
    }
  } catch (error) {
    if (error instanceof FailureError) throw error
    throw new FailureError({ kind: 'file-unreadable', path, detail: reasonOf(error) })
  }
}

export interface DumpStream {
  readonly path: string
  readonly label: string
  /** How long it will be, where somebody knows. */
  readonly expectedBytes?: number
}

/** The same for a stream, such as standard input. */
export async function captureStream(
  stream: AsyncIterable<Uint8Array>,
  { path, label, expectedBytes }: DumpStream,
  parser: Parser,
  signal: AbortSignal,
): Promise<TakenCapture> {
  const startedAt = new Date()
  const job = parser.job(signal)
  try {
    job.begin(label, { kind: 'any', expectedBytes })
    for await (const chunk of untilAborted(stream, signal)) await job.push(chunk)
    await job.end()
    const snapshot = await job.seal()
    const capture = {
      snapshotId: randomUUID(),
      source: { kind: 'file' as const, path, label },
      format: snapshot.sources.some(source => source.syntax === 'xml')
        ? ('ioreg-archive' as const)
        : ('ioreg-text' as const),
      takenAt: startedAt.toISOString(),
      durationMs: Date.now() - startedAt.getTime(),
      identity: identityOfDump(snapshot),
      planes: planeSummaries(snapshot),
      serviceCount: serviceCount(snapshot),
      kexts: null,
      installed: null,
      classCounts: null,
      kernelLog: null,
      missing: [],
      problems: snapshot.problems,
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
