import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { listHostFolder } from '../../main/service/host-folder.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

test('kexts come first, then folders, then files; hidden ones do not come', async () => {
  const folder = temporaryFolder()
  for (const name of ['b', 'A.kext', 'a.folder', '.git']) mkdirSync(join(folder, name))
  for (const name of ['dump.txt', 'Ä', '.DS_Store', 'not-a-folder.kext']) {
    writeFileSync(join(folder, name), '')
  }
  const { items, path, parent } = await listHostFolder(folder)
  expect(items.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'kext A.kext',
    'folder a.folder',
    'folder b',
    'file Ä',
    'file dump.txt',
    'file not-a-folder.kext',
  ])
  expect(path).toBe(folder)
  expect(parent).toBe(dirname(folder))
  expect(items[0]!.path).toBe(join(folder, 'A.kext'))
})

test('the home folder is where one starts, and what ~ means', async () => {
  expect((await listHostFolder(null)).path).toBe(homedir())
  expect((await listHostFolder('~')).path).toBe(homedir())
  expect((await listHostFolder('/')).parent).toBeNull()
})

test('a link that leads nowhere is listed and does no harm', async () => {
  const folder = temporaryFolder()
  symlinkSync('/nothing/here', join(folder, 'broken'))
  expect((await listHostFolder(folder)).items).toMatchObject([{ name: 'broken', kind: 'file' }])
})

test.each([
  ['is not there', 'nothing', 'there is no such file or folder'],
  ['is a file', 'file', 'it is not a folder'],
])('a folder that %s is refused in words', async (_what, name, detail) => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'file'), '')
  const path = join(folder, name)
  await expect(listHostFolder(path)).rejects.toMatchObject({
    failure: { kind: 'file-unreadable', path, detail },
  })
})
