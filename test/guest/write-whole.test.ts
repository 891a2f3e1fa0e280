import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeWhole } from '../../main/guest/write-whole.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

test('many writers at once leave one whole file of one of them, for its owner only', async () => {
  const folder = join(temporaryFolder(), 'not', 'there')
  const path = join(folder, 'file')
  const texts = Array.from({ length: 20 }, (_, i) => `${i}\n`.repeat(20_000))
  await Promise.all(texts.map(text => writeWhole(path, text)))
  expect(texts).toContain(readFileSync(path, 'utf8'))
  expect(readdirSync(folder)).toEqual(['file'])
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
})

test('what cannot be written is a failure with its path, and leaves no draft', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'file')
  mkdirSync(path)
  await expect(writeWhole(path, 'text')).rejects.toMatchObject({
    failure: { kind: 'file-unwritable', path },
  })
  expect(readdirSync(folder)).toEqual(['file'])
})
