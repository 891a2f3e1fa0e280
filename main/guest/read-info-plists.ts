import { FailureError } from '../../core/failure.ts'
import { readTar } from './read-tar.ts'

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
  await readTar(tar, 'the guest’s archive of Info.plist files', async entry => {
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
  return { fileCount, problems }
}

/** `*.kext/Contents/Info.plist`, or `*.kext/Info.plist` in a flat bundle; nothing else that is called so. */
function isInfoPlistOfKext(path: string): boolean {
  return /\.kext(\/Contents)?\/Info\.plist$/.test(path) && !path.split('/').includes('..')
}
