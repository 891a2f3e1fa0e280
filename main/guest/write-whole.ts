import { randomBytes } from 'node:crypto'
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { FailureError } from '../../core/failure.ts'
import { writeTrouble } from '../../core/write-trouble.ts'

/**
 * Writes a file of this user's settings whole or not at all: into a neighbour first, then over the old
 * one. Nobody ever reads half a file, and nobody else may read it.
 *
 * @throws FailureError file-unwritable
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' })
    // Exactly this, whatever the umask has made of the mode above.
    await chmod(draft, 0o600)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {})
    const { code } = error as NodeJS.ErrnoException
    const reason = error instanceof Error ? error.message : String(error)
    const detail = writeTrouble(code, 'set KEXTANT_SETTINGS to a folder on another disk') ?? reason
    throw new FailureError({ kind: 'file-unwritable', path, detail })
  }
}
