import { createHmac, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Digest } from '../../../core/redact/pseudonym.ts'
import { writeWhole } from '../../guest/write-whole.ts'

/**
 * What pseudonyms are made with: a key that never leaves this user's settings. With it the same serial number has the
 * same pseudonym in every file he shares; without it nobody can find the number by trying all of them.
 */
export async function redactionDigest(settingsFolder: string): Promise<Digest> {
  const file = join(settingsFolder, 'redaction-key')
  const saved = await readFile(file, 'utf8').catch(() => '')
  const text = /^[0-9a-f]{64}\n$/.test(saved) ? saved : `${randomBytes(32).toString('hex')}\n`
  if (text !== saved) await writeWhole(file, text)
  const key = Buffer.from(text.trim(), 'hex')
  return words => new Uint8Array(createHmac('sha256', key).update(words).digest())
}
