import { createReadStream } from 'node:fs'
import { crc32 } from 'node:zlib'
import type { CaptureRecord } from '../../core/kextant/manifest.ts'
import { FailureError } from '../../core/failure.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import { reasonOf } from './host-folder.ts'

/**
 * What a capture was read from, bit for bit, so that it can be saved. Nothing is held twice: a dump that
 * the snapshot's values point into is there already; the small outputs are kept beside it; a file whose
 * bytes were decoded before they were read (RTF, UTF-16, gzip) is read again from its place.
 */
export interface Evidence {
  readonly record: CaptureRecord
  /** In the order in which they are read. */
  readonly outputs: readonly Output[]
}

export interface Output {
  /** Its place in a `.kextant`. */
  readonly path: string
  /** One of `outputKinds`, or what a newer Kextant has put into the file. */
  readonly kind: string
  readonly plane?: string
  readonly content: Content
}

export type Content =
  | { readonly where: 'memory'; readonly pieces: readonly Uint8Array[] }
  /** -> Snapshot.sources */
  | { readonly where: 'snapshot'; readonly source: number }
  | { readonly where: 'disk'; readonly path: string; readonly mark: BytesMark }

/** Enough to tell whether bytes are the same as before, or were changed by accident. */
export interface BytesMark {
  readonly length: number
  readonly crc32: number
}

/** The mark of bytes that go by in pieces. */
export class RunningMark implements BytesMark {
  length = 0
  crc32 = 0

  add(piece: Uint8Array): void {
    this.length += piece.length
    this.crc32 = crc32(piece, this.crc32)
  }
}

export const hasMark = (bytes: Uint8Array, mark: BytesMark): boolean =>
  bytes.length === mark.length && crc32(bytes) === mark.crc32

/** The source whose bytes are those that were read; -1 when they were decoded on the way. */
export function sourceWith({ sources }: Snapshot, mark: BytesMark): number {
  return sources.findIndex(source => hasMark(source.bytes, mark))
}

const pieceBytes = 1 << 20

/** The bytes of an output in pieces of at most a megabyte, or as the disk gives them. */
export async function* piecesOf(content: Content, snapshot: Snapshot): AsyncGenerator<Uint8Array> {
  switch (content.where) {
    case 'memory':
      for (const piece of content.pieces) yield* cut(piece)
      return
    case 'snapshot':
      yield* cut(snapshot.sources[content.source]!.bytes)
      return
    case 'disk':
      yield* reread(content.path, content.mark)
      return
  }
}

function* cut(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
}

async function* reread(path: string, mark: BytesMark): AsyncGenerator<Uint8Array> {
  const changed = () =>
    new FailureError({
      kind: 'file-unreadable',
      path,
      detail:
        'it is not as it was when it was opened, and a capture is saved with the bytes that it was read from; open it again first',
    })
  const now = new RunningMark()
  try {
    for await (const piece of createReadStream(path, { highWaterMark: pieceBytes })) {
      now.add(piece as Uint8Array)
      if (now.length > mark.length) throw changed()
      yield piece as Uint8Array
    }
  } catch (error) {
    if (error instanceof FailureError) throw error
    throw new FailureError({ kind: 'file-unreadable', path, detail: reasonOf(error) })
  }
  if (now.length !== mark.length || now.crc32 !== mark.crc32) throw changed()
}
