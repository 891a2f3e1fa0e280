import { createHmac, randomBytes } from 'node:crypto'
import { link, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Digest } from '../../../core/redact/pseudonym.ts'
import { FailureError } from '../../../core/failure.ts'
import { writeWhole } from '../../guest/write-whole.ts'
import { reasonOf } from '../host-folder.ts'

/**
 * What pseudonyms are made with: a key that never leaves this user's settings. With it the same serial number has the
 * same pseudonym in every file he shares; without it nobody can find the number by trying all of them.
 *
 * @throws FailureError file-unreadable: a key that is there and cannot be read is not made anew
 */
export async function redactionDigest(settingsFolder: string): Promise<Digest> {
  const file = join(settingsFolder, 'redaction-key')
  const key = Buffer.from((await savedKey(file)) ?? (await makeKey(file)), 'hex')
  return words => new Uint8Array(createHmac('sha256', key).update(words).digest())
}

/** Null where there is none, or a damaged one. */
async function savedKey(file: string): Promise<string | null> {
  try {
    return /^([0-9a-f]{64})\n$/.exec(await readFile(file, 'utf8'))?.[1] ?? null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new FailureError({ kind: 'file-unreadable', path: file, detail: reasonOf(error) })
  }
}

/** Another Kextant may make one at the same time: the first counts for both. */
async function makeKey(file: string): Promise<string> {
  const made = randomBytes(32).toString('hex')
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  await writeWhole(draft, `${made}\n`)
  try {
    // Unlike a rename, a link never takes the place of what is there.
    await link(draft, file)
    return made
  } catch {
    const others = await savedKey(file)
    if (others !== null) return others
    // It is damaged, or this is a file system without hard links.
    await rename(draft, file)
    return made
  } finally {
    await rm(draft, { force: true })
  }
}
