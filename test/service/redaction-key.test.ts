import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { redactionDigest } from '../../main/service/redact/redaction-key.ts'
import { failureOf } from '../guest/failure-of.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const pseudonymIn = async (folder: string) =>
  Buffer.from((await redactionDigest(folder))('C02QX3ABG8WL')).toString('hex')

test('all who need a key for the first time at once have one and the same', async () => {
  const folder = join(temporaryFolder(), 'settings')
  const made = await Promise.all(Array.from({ length: 8 }, () => pseudonymIn(folder)))
  expect(new Set(made).size).toBe(1)
  expect(await pseudonymIn(folder)).toBe(made[0])
  expect(readdirSync(folder)).toEqual(['redaction-key'])
  expect(statSync(join(folder, 'redaction-key')).mode & 0o777).toBe(0o600)
})

test('a damaged key is made anew, one that cannot be read is not', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'redaction-key'), 'no key')
  await pseudonymIn(folder)
  expect(readFileSync(join(folder, 'redaction-key'), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/)
  const other = temporaryFolder()
  mkdirSync(join(other, 'redaction-key'))
  expect(await failureOf(pseudonymIn(other))).toMatchObject({ kind: 'file-unreadable' })
})
