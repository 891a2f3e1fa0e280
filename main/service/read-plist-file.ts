import { readFile, stat } from 'node:fs/promises'
import { FailureError } from '../../core/failure.ts'
import { plistLimitBytes } from '../plist/read-plist.ts'
import { reasonOf } from './host-folder.ts'

/**
 * The bytes of an Info.plist. What is no file (a pipe would be waited for, a device read without end) and what is
 * larger than any Info.plist is refused before it is opened.
 *
 * @returns null where there is nothing by the name
 * @throws FailureError file-unreadable, dump-too-large
 */
export async function findPlistFile(path: string): Promise<Uint8Array | null> {
  try {
    const status = await stat(path)
    if (!status.isFile()) {
      const detail = status.isDirectory() ? 'it is a folder' : 'it is not a file'
      throw new FailureError({ kind: 'file-unreadable', path, detail })
    }
    if (status.size > plistLimitBytes) {
      throw new FailureError({
        kind: 'dump-too-large',
        source: path,
        limitBytes: plistLimitBytes,
      })
    }
    return await readFile(path)
  } catch (error) {
    if (error instanceof FailureError) throw error
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw new FailureError({ kind: 'file-unreadable', path, detail: reasonOf(error) })
  }
}

/** The same of one that is there. */
export async function readPlistFile(path: string): Promise<Uint8Array> {
  const bytes = await findPlistFile(path)
  if (bytes !== null) return bytes
  const detail = 'there is no such file or folder'
  throw new FailureError({ kind: 'file-unreadable', path, detail })
}
