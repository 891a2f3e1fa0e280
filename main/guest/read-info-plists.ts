import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import type { Extract } from 'tar-stream'
import { FailureError } from '../../core/failure.ts'

/** The Info.plist of one kext of the guest. */
export interface InfoPlistFile {
  /** Full path in the guest, `…/Foo.kext/Contents/Info.plist`. */
  readonly path: string
  readonly bytes: Uint8Array
}

export interface InfoPlistsReport {
  readonly fileCount: number
  /** Files left out and why, in sentences. */
  readonly problems: readonly string[]
}

const fileLimitBytes = 4 * 1024 * 1024
const totalLimitBytes = 512 * 1024 * 1024
const fileLimit = 20_000

/**
 * Reads the tar of `archiveInfoPlists` and gives its files to `onFile` one by one, in the order of the
 * guest's folders.
 *
 * @throws FailureError dump-malformed (not an archive), dump-too-large; and whatever `onFile` throws
 */
export async function readInfoPlists(
  tar: readonly Uint8Array[],
  onFile: (file: InfoPlistFile) => void,
): Promise<InfoPlistsReport> {
  const problems: string[] = []
  let fileCount = 0
  let totalBytes = 0
  const read = new Map<string, Uint8Array>()
  const archive = extract()
  // A broken archive is told by the loop that reads it.
  Readable.from(tar)
    .on('error', () => undefined)
    .pipe(archive)
  try {
    await unpack(archive, async entry => {
      if (!isInfoPlistOfKext(entry.path)) return
      if (entry.size > fileLimitBytes) {
        const limit = `${fileLimitBytes / 1024 / 1024} MB`
        problems.push(`${entry.path} is larger than ${limit} and was left out.`)
        return
      }
      // The same file by another way, through a symlinked folder or a hard link.
      const bytes = entry.linkedPath === null ? await entry.read() : read.get(entry.linkedPath)
      if (!bytes) return
      totalBytes += bytes.length
      if (++fileCount > fileLimit || totalBytes > totalLimitBytes) {
        const source = 'the guest’s Info.plist files'
        throw new FailureError({ kind: 'dump-too-large', source, limitBytes: totalLimitBytes })
      }
      read.set(entry.path, bytes)
      onFile({ path: entry.path, bytes })
    })
  } catch (error) {
    if (!(error instanceof Error) || !isTarError(error)) throw error
    throw notAnArchive(tar.reduce((sum, piece) => sum + piece.length, 0))
  } finally {
    archive.destroy()
  }
  return { fileCount, problems }
}

interface ArchivedFile {
  readonly path: string
  readonly size: number
  /** The path of the entry that has the content, when this one is a link to it. */
  readonly linkedPath: string | null
  readonly read: () => Promise<Uint8Array>
}

/** Goes through the entries; `visit` may read one, and what it does not read is skipped. */
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

/** `*.kext/Contents/Info.plist`, or `*.kext/Info.plist` in a flat bundle; nothing else that is called so. */
function isInfoPlistOfKext(path: string): boolean {
  return /\.kext(\/Contents)?\/Info\.plist$/.test(path) && !path.split('/').includes('..')
}

function notAnArchive(byteOffset: number): FailureError {
  const source = 'the guest’s archive of Info.plist files'
  return new FailureError({ kind: 'dump-malformed', source, byteOffset, expected: 'a tar archive' })
}

/** tar-stream has no type of its own for these; all else that is thrown here is a bug or the caller's. */
function isTarError(error: Error): boolean {
  return /^(Invalid (tar )?header|Header exceeds|Unexpected end of data)/i.test(error.message)
}
