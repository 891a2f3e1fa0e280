import { randomBytes } from 'node:crypto'
import { link, lstat, mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { FailureError } from '../../core/failure.ts'
import { reasonOfWriting } from './host-folder.ts'

export interface NewFile {
  /** A plain file name. */
  readonly name: string
  readonly text: string
}

/**
 * Writes files into a folder: all of them or none, and over nothing that is there. They are written beside it
 * first; a folder that is not there then appears with all of them at once, and in one that is there each takes
 * its name only where the name is free.
 *
 * @param folder absolute
 * @returns the paths of the files
 * @throws FailureError file-exists with the first path that is taken, file-unwritable
 */
export async function writeNewFolder(
  folder: string,
  files: readonly NewFile[],
): Promise<readonly string[]> {
  for (const { name } of files) {
    if (basename(name) !== name || name === '') throw new Error(`“${name}” is no file name`)
  }
  const there = await lstat(folder).catch(() => null)
  if (!there) await writeFolder(folder, files)
  else if (await isFolderAt(folder)) await addFiles(folder, files)
  else throw new FailureError({ kind: 'file-exists', path: folder })
  return files.map(({ name }) => join(folder, name))
}

async function writeFolder(folder: string, files: readonly NewFile[]): Promise<void> {
  const parent = dirname(folder)
  const made: string[] = []
  try {
    await onDisk(folder, () => makeFolders(parent, made))
    const draft = await stage(parent, files)
    try {
      await rename(draft, folder)
    } catch (error) {
      await rm(draft, { recursive: true, force: true }).catch(() => undefined)
      const { code = '' } = error as NodeJS.ErrnoException
      // Somebody else has made the folder meanwhile.
      if (
        /^(EEXIST|ENOTEMPTY|ENOTDIR|EPERM)$/.test(code) &&
        (await lstat(folder).catch(() => null))
      ) {
        throw new FailureError({ kind: 'file-exists', path: folder })
      }
      throw unwritable(folder, error)
    }
  } catch (error) {
    await removeEmpty(made)
    throw error
  }
}

/**
 * Node's own way to make parents tries for ever where a folder that is there takes none, as in /proc.
 *
 * @param made grows by each that was not there
 */
async function makeFolders(folder: string, made: string[]): Promise<void> {
  if (await isFolderAt(folder)) return
  if (dirname(folder) !== folder) await makeFolders(dirname(folder), made)
  try {
    await mkdir(folder)
    made.push(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    // Somebody else has made it meanwhile, or it is a file.
    await readdir(folder)
  }
}

/** Takes back the folders that were made on the way, unless somebody put something there. */
async function removeEmpty(made: readonly string[]): Promise<void> {
  for (const folder of made.toReversed()) await rmdir(folder).catch(() => undefined)
}

async function addFiles(folder: string, files: readonly NewFile[]): Promise<void> {
  for (const { name } of files) {
    const path = join(folder, name)
    if (await lstat(path).catch(() => null)) throw new FailureError({ kind: 'file-exists', path })
  }
  const draft = await stage(folder, files)
  const placed: string[] = []
  try {
    for (const { name } of files) {
      const path = join(folder, name)
      await place(join(draft, name), path)
      placed.push(path)
    }
  } catch (error) {
    for (const path of placed) await rm(path, { force: true }).catch(() => undefined)
    throw error
  } finally {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined)
  }
}

/** Gives a file its name; unlike a rename, a link never takes the place of another. */
async function place(draft: string, path: string): Promise<void> {
  try {
    await link(draft, path)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw new FailureError({ kind: 'file-exists', path })
    // File systems without hard links: FAT, some network drives.
    if (!/^(EPERM|ENOTSUP|EOPNOTSUPP|ENOSYS|EMLINK|EINVAL)$/.test(code))
      throw unwritable(path, error)
    if (await lstat(path).catch(() => null)) throw new FailureError({ kind: 'file-exists', path })
    await onDisk(path, () => rename(draft, path))
  }
}

/** All files in a hidden folder of their own, safely on the disk. */
async function stage(parent: string, files: readonly NewFile[]): Promise<string> {
  const draft = join(parent, `.${randomBytes(6).toString('hex')}.tmp`)
  await onDisk(parent, () => mkdir(draft))
  try {
    for (const { name, text } of files) {
      const path = join(draft, name)
      await onDisk(path, async () => {
        const file = await open(path, 'wx')
        try {
          await file.writeFile(text)
          await file.sync()
        } finally {
          await file.close()
        }
      })
    }
    return draft
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined)
    throw error
  }
}

/** Also where a link leads to one. */
async function isFolderAt(path: string): Promise<boolean> {
  return stat(path).then(
    status => status.isDirectory(),
    () => false,
  )
}

async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw unwritable(path, error)
  }
}

function unwritable(path: string, error: unknown): FailureError {
  return new FailureError({ kind: 'file-unwritable', path, detail: reasonOfWriting(error) })
}
