import { createHash, type Hash } from 'node:crypto'
import { PassThrough, Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import {
  manifestName,
  manifestVersion,
  type Manifest,
  type OutputFile,
} from '../../core/kextant/manifest.ts'
import type { TakenCapture } from './capture-guest.ts'
import { piecesOf, type Output } from './evidence.ts'
import { writeNewFile, type WriteOptions } from './write-new-file.ts'

export interface SaveOptions extends WriteOptions {
  /** Of this Kextant, for the manifest. */
  readonly version: string
  /** Bytes of the outputs that are packed so far. */
  readonly progress?: (bytes: number) => void
}

/**
 * Saves a capture as a `.kextant`: a ZIP of what it was read from, bit for bit, and a manifest. The same
 * capture gives the same bytes whenever it is saved.
 *
 * @throws FailureError file-exists, file-unwritable, file-unreadable (a dump that has changed since), cancelled
 */
export async function saveKextant(
  taken: TakenCapture,
  path: string,
  options: SaveOptions,
): Promise<{ readonly path: string; readonly bytes: number }> {
  const zip = new ZipFile()
  // Through a stream of Node's own kind, which can be told of a failure and then ends with it.
  const out = (zip.outputStream as Readable).pipe(new PassThrough())
  zip.on('error', (error: Error) => out.destroy(error))
  // Whoever reads it is told; when the file cannot even be begun, nobody reads it.
  out.on('error', () => undefined)
  const ended = new AbortController()
  const packing = pack(zip, taken, { ...options, signal: ended.signal }).catch((error: Error) => {
    out.destroy(error)
  })
  try {
    return await writeNewFile(path, out, options)
  } finally {
    ended.abort()
    await packing
  }
}

async function pack(
  zip: ZipFile,
  { snapshot, evidence, capture }: TakenCapture,
  { version, progress, signal }: SaveOptions,
): Promise<void> {
  const mtime = new Date(capture.takenAt)
  // As any file of the user's; a plain 0o600 would surprise whoever unpacks it for a colleague.
  const entry = { mtime, mode: 0o100644 }
  const files: OutputFile[] = []
  let total = 0
  for (const output of evidence.outputs) {
    const digest = { hash: createHash('sha256'), bytes: 0 }
    const seen = watched(piecesOf(output.content, snapshot), digest, bytes => {
      progress?.((total += bytes))
    })
    const stream = Readable.from(seen, { objectMode: false })
    zip.addReadStream(stream, output.path, entry)
    try {
      await finished(stream, { signal, writable: false })
    } finally {
      stream.destroy()
    }
    files.push(fileOf(output, digest))
  }
  const manifest: Manifest = {
    formatVersion: manifestVersion,
    kextant: version,
    ...evidence.record,
    files,
  }
  const text = `${JSON.stringify(manifest, null, 2)}\n`
  zip.addBuffer(Buffer.from(text), manifestName, entry)
  zip.end()
}

async function* watched(
  pieces: AsyncIterable<Uint8Array>,
  digest: { hash: Hash; bytes: number },
  look: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    digest.hash.update(piece)
    digest.bytes += piece.length
    look(piece.length)
    yield piece
  }
}

function fileOf(
  { path, kind, plane }: Output,
  { hash, bytes }: { hash: Hash; bytes: number },
): OutputFile {
  const about = { path, kind, ...(plane !== undefined && { plane }) }
  return { ...about, bytes, sha256: hash.digest('hex') }
}
