import { readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { FolderListing } from '../../core/contract/types.ts'
import { FailureError } from '../../core/failure.ts'
import { writeTrouble, type Otherwise } from '../../core/write-trouble.ts'

/** As a user types it: `~` is the home folder, and what begins with neither is in the working folder. */
export function absolutePath(path: string): string {
  return resolve(path.replace(/^~(?=$|[/\\])/, homedir()))
}

/** One folder of the host's disk: folders, kexts, files; hidden ones left out. */
export async function listHostFolder(path: string | null): Promise<FolderListing> {
  const folder = absolutePath(path ?? '~')
  try {
    const found = await readdir(folder, { withFileTypes: true })
    const shown = found.filter(item => !item.name.startsWith('.'))
    const items = await Promise.all(
      shown.map(async item => {
        const path = join(folder, item.name)
        // A link to a folder is one to look into; a link that leads nowhere is shown as a file.
        const isFolder =
          item.isDirectory() || (item.isSymbolicLink() && (await leadsToFolder(path)))
        const kind = !isFolder ? 'file' : item.name.endsWith('.kext') ? 'kext' : 'folder'
        return { name: item.name, path, kind } as const
      }),
    )
    const rank = { kext: 0, folder: 1, file: 2 }
    items.sort((a, b) => rank[a.kind] - rank[b.kind] || a.name.localeCompare(b.name))
    const parent = dirname(folder)
    return { path: folder, parent: parent === folder ? null : parent, items }
  } catch (error) {
    throw new FailureError({ kind: 'file-unreadable', path: folder, detail: reasonOf(error) })
  }
}

async function leadsToFolder(path: string): Promise<boolean> {
  return stat(path).then(
    status => status.isDirectory(),
    () => false,
  )
}

/** The errors people meet, in words; anything else by its code. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  switch (code) {
    case 'ENOENT':
      return 'there is no such file or folder'
    case 'EACCES':
    case 'EPERM':
      return 'access is not permitted'
    case 'ENOTDIR':
      return 'it is not a folder'
    case 'EISDIR':
      return 'it is a folder'
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full'
    case 'EIO':
      return 'the disk reports an error (EIO)'
    case 'EROFS':
      return 'the disk is read-only'
    case 'ELOOP':
      return 'its links lead in a circle'
    case 'ENAMETOOLONG':
      return 'its name is too long'
    default:
      return code ?? (error instanceof Error ? error.message : String(error))
  }
}

/** The same of what could not be written, with what to do about it. */
export function reasonOfWriting(
  error: unknown,
  otherwise: Otherwise = 'choose another folder',
): string {
  const { code } = error as NodeJS.ErrnoException
  return writeTrouble(code, otherwise) ?? reasonOf(error)
}
