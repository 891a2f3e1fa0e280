import { createReadStream, type ReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { FailureError } from '../../core/failure.ts'
import { placeOf } from '../../core/kextant/output-kinds.ts'
import { captureStream, untilAborted } from './capture-file.ts'
import type { TakenCapture } from './capture-guest.ts'
import type { Evidence } from './evidence.ts'
import { unpackGzip } from './gzip-stream.ts'
import { reasonOf } from './host-folder.ts'
import { Original } from './original.ts'
import type { Parser } from './parse-client.ts'
import { peekStream } from './peek-stream.ts'

export interface StreamPlace {
  /** What the capture says it comes from. */
  readonly path: string
  readonly label: string
  /** The path leads to a file that can be read again; else the stream is all there is. */
  readonly isFile: boolean
}

/**
 * Opens a dump or a saved capture in place of a guest. Nothing of the file's name is believed; its content says
 * what it is.
 */
export async function openFile(
  path: string,
  parser: Parser,
  signal: AbortSignal,
): Promise<TakenCapture> {
  let stream: ReadStream | undefined
  try {
    const isFile = (await stat(path)).isFile()
    stream = createReadStream(path, { highWaterMark: 1 << 20 })
    return await openStream(stream, { path, label: basename(path), isFile }, parser, signal)
  } catch (error) {
    if (error instanceof FailureError) throw error
    throw new FailureError({ kind: 'file-unreadable', path, detail: reasonOf(error) })
  } finally {
    stream?.destroy()
  }
}

/** The same for a stream, such as standard input. */
export async function openStream(
  stream: AsyncIterable<Uint8Array>,
  place: StreamPlace,
  parser: Parser,
  signal: AbortSignal,
): Promise<TakenCapture> {
  const { path, label, isFile } = place
  const original = new Original(isFile ? path : null)
  const unpacked = unpackGzip(original.watch(untilAborted(stream, signal)), label)
  const { head, pieces } = await peekStream(unpacked.pieces, 4)
  if (isZip(head)) {
    // Only some captures are opened, so what reads them is loaded then.
    const { openKextant } = await import('./open-kextant.ts')
    // A ZIP is read from its end, so what came by a pipe or in a wrapping has to be there whole.
    const bytes = isFile && unpacked.layers === 0 ? null : await collect(pieces, label)
    return openKextant({ path, label, bytes }, parser, signal)
  }
  const dump = { pieces, layers: unpacked.layers, problems: unpacked.problems }
  const read = await captureStream(dump, { path, label }, parser, signal)
  const { takenAt, durationMs, identity, format } = read.capture
  const evidence: Evidence = {
    record: {
      source: { kind: 'file', label, format },
      ...{ takenAt, durationMs, identity },
      ...{ commands: [], missing: [], problems: [] },
    },
    outputs: [
      {
        path: placeOf('dump', label, []),
        kind: 'dump',
        content: original.content(read.snapshot),
      },
    ],
  }
  return { ...read, evidence }
}

/** `PK\3\4`, or `PK\5\6` of a ZIP without files. */
function isZip([p, k, third, fourth]: Uint8Array): boolean {
  if (p !== 0x50 || k !== 0x4b) return false
  return (third === 3 && fourth === 4) || (third === 5 && fourth === 6)
}

/** Captures shrink to a tenth when they are saved: this is one of gigabytes. */
const zipLimitBytes = 512_000_000

async function collect(stream: AsyncIterable<Uint8Array>, source: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of stream) {
    length += piece.length
    if (length > zipLimitBytes) {
      throw new FailureError({ kind: 'dump-too-large', source, limitBytes: zipLimitBytes })
    }
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}
