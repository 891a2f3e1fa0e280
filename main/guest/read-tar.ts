import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import type { Extract } from 'tar-stream'
import { FailureError } from '../../core/failure.ts'

export interface ArchivedFile {
  /** Full path in the guest. */
  readonly path: string
  readonly size: number
  /** The path of the entry that has the content, when this one is a link to it. */
  readonly linkedPath: string | null
  readonly read: () => Promise<Uint8Array>
}

/**
 * Goes through the files of a tar that the guest made; `visit` may read one, and what it does not read is skipped.
 *
 * @param source what the archive is, for the failure
 * @throws FailureError dump-malformed (not an archive); and whatever `visit` throws
 */
export async function readTar(
  tar: readonly Uint8Array[],
  source: string,
  visit: (file: ArchivedFile) => Promise<void>,
): Promise<void> {
  const archive = extract()
  // A broken archive is told by the loop that reads it.
  Readable.from(tar)
    .on('error', () => undefined)
    .pipe(archive)
  try {
    await unpack(archive, visit)
  } catch (error) {
    if (!(error instanceof Error) || !isTarError(error)) throw error
    const byteOffset = tar.reduce((sum, piece) => sum + piece.length, 0)
    const expected = 'a tar archive'
    throw new FailureError({ kind: 'dump-malformed', source, byteOffset, expected })
  } finally {
    archive.destroy()
  }
}

async function unpack(
  archive: Extract,
  visit: (file: ArchivedFile) => Promise<void>,
): Promise<void> {
  for await (const entry of archive) {
    const { name, size = 0, type, linkname } = entry.header
    if (type === 'file' || type === 'link') {
      const linkedPath = type === 'link' ? fullPath(linkname ?? '') : null
      await visit({ path: fullPath(name), size, linkedPath, read: () => buffer(entry) })
    }
    entry.resume()
  }
}

/** tar takes the leading slash away. */
function fullPath(name: string): string {
  return name.startsWith('/') ? name : `/${name}`
}

/** tar-stream has no type of its own for these; all else that is thrown here is a bug or the caller's. */
function isTarError(error: Error): boolean {
  return /^(Invalid (tar )?header|Header exceeds|Unexpected end of data)/i.test(error.message)
}
