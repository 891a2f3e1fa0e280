import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeNewFile } from '../../main/service/write-new-file.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

const { signal } = new AbortController()

test('a name as long as the file system allows is written', async () => {
  const folder = temporaryFolder()
  const name = `${'n'.repeat(251)}.txt`
  const path = join(folder, name)
  await writeNewFile(path, pieces('a', 'bc'), { overwrite: false, signal })
  await writeNewFile(path, pieces('d', 'ef'), { overwrite: true, signal })
  expect(readFileSync(path, 'utf8')).toBe('def')
  expect(readdirSync(folder)).toEqual([name])
})

test.each([
  ['its owner alone reads', 0o600],
  ['a group reads', 0o640],
  ['everybody writes', 0o666],
  ['is a program', 0o755],
])('a file that %s stays so when it is overwritten, and while it is', async (_who, mode) => {
  const folder = temporaryFolder()
  const path = join(folder, 'dump.txt')
  writeFileSync(path, 'old')
  chmodSync(path, mode)
  const seen: number[] = []
  async function* watched(): AsyncGenerator<Uint8Array> {
    yield* pieces('new')
    for (const name of readdirSync(folder)) seen.push(statSync(join(folder, name)).mode & 0o777)
  }
  await writeNewFile(path, watched(), { overwrite: true, signal })
  expect(readFileSync(path, 'utf8')).toBe('new')
  expect([...seen, statSync(path).mode & 0o777]).toEqual([mode, mode, mode])
})

test('a file that fails half-way leaves the old one and no draft', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'dump.txt')
  writeFileSync(path, 'old')
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield* pieces('new')
    throw new Error('the guest is gone')
  }
  await expect(writeNewFile(path, broken(), { overwrite: true, signal })).rejects.toThrow('gone')
  expect(readdirSync(folder)).toEqual(['dump.txt'])
  expect(readFileSync(path, 'utf8')).toBe('old')
})
