import { randomBytes } from 'node:crypto'
import { link, open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { FailureError } from '../../core/failure.ts'
import type { Otherwise } from '../../core/write-trouble.ts'
import { reasonOfWriting } from './host-folder.ts'

export interface WriteOptions {
  /** Whether a file that is there already may be replaced. */
  readonly overwrite: boolean
  readonly signal: AbortSignal
  /** What to do where the disk does not take it; usually to choose another folder. */
  readonly otherwise?: Otherwise
}

/**
 * Writes a file of the user's whole or not at all: into a neighbour first, safely on the disk, then by its
 * name. What was there before stays until the very last moment, and for good unless `overwrite` is set.
 *
 * @returns the path, and the count of bytes
 * @throws FailureError file-exists, file-unwritable, cancelled; and what `pieces` throws
 */
export async function writeNewFile(
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  { overwrite, signal, otherwise }: WriteOptions,
): Promise<{ readonly path: string; readonly bytes: number }> {
  // A link is followed: what it leads to is replaced, not the link.
  const place = await realpath(path).catch(() => path)
  const there = await stat(place).catch(() => null)
  if (there && !overwrite) throw new FailureError({ kind: 'file-exists', path })
  if (there && !there.isFile()) throw unwritable(path, 'it is no file')
  // Of a length of its own: a name can be as long as the file system lets it.
  const draft = join(dirname(place), `.${randomBytes(6).toString('hex')}.tmp`)
  try {
    const onDisk = diskOf(path, otherwise)
    const bytes = await writeDraft(draft, there && there.mode & 0o777, pieces, { signal, onDisk })
    await moveInto(draft, place, path, { overwrite, onDisk })
    return { path, bytes }
  } finally {
    await rm(draft, { force: true }).catch(() => undefined)
  }
}

async function writeDraft(
  draft: string,
  /** Of the file that will be replaced: who could not read that one shall not read this one. */
  mode: number | null,
  pieces: AsyncIterable<Uint8Array>,
  { signal, onDisk }: { readonly signal: AbortSignal; readonly onDisk: OnDisk },
): Promise<number> {
  const file = await onDisk(() => open(draft, 'wx', mode ?? 0o666))
  try {
    // The process takes bits away from what `open` is told. Some file systems know one mode for all files.
    if (mode !== null) await file.chmod(mode).catch(() => undefined)
    let bytes = 0
    for await (const piece of pieces) {
      if (signal.aborted) throw new FailureError({ kind: 'cancelled' })
      await onDisk(() => writeAll(file, piece))
      bytes += piece.length
    }
    if (signal.aborted) throw new FailureError({ kind: 'cancelled' })
    await onDisk(() => file.sync())
    // Some file systems of a network tell only now that they did not take it.
    await onDisk(() => file.close())
    return bytes
  } catch (error) {
    await file.close().catch(() => undefined)
    throw error
  }
}

/** A write to a disk that fills up may take a part only. */
async function writeAll(file: FileHandle, piece: Uint8Array): Promise<void> {
  for (let at = 0; at < piece.length;) at += (await file.write(piece, at)).bytesWritten
}

async function moveInto(
  draft: string,
  place: string,
  path: string,
  { overwrite, onDisk }: { readonly overwrite: boolean; readonly onDisk: OnDisk },
): Promise<void> {
  if (overwrite) return onDisk(() => rename(draft, place))
  try {
    // Unlike a rename, a link never takes the place of what somebody else has put there meanwhile.
    await link(draft, place)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw new FailureError({ kind: 'file-exists', path })
    // File systems without hard links: FAT, some network drives.
    if (!/^(EPERM|ENOTSUP|EOPNOTSUPP|ENOSYS|EMLINK|EINVAL)$/.test(code ?? '')) {
      return onDisk(() => Promise.reject(error as Error))
    }
    if (await stat(place).catch(() => null)) throw new FailureError({ kind: 'file-exists', path })
    await onDisk(() => rename(draft, place))
  }
}

type OnDisk = <T>(work: () => Promise<T>) => Promise<T>

/** What goes wrong with the disk is told with the name that the user gave. */
function diskOf(path: string, otherwise?: Otherwise): OnDisk {
  return async work => {
    try {
      return await work()
    } catch (error) {
      throw unwritable(path, reasonOfWriting(error, otherwise))
    }
  }
}

function unwritable(path: string, detail: string): FailureError {
  return new FailureError({ kind: 'file-unwritable', path, detail })
}
