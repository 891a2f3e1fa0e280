import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { TargetInput } from '../../core/contract/guest-requests.ts'
import { createTargetStore, type BuiltInTarget } from '../../main/service/targets.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const imac: TargetInput = {
  id: null,
  label: 'iMac',
  host: 'imac.local',
  port: 22,
  user: 'author',
  method: 'password',
  keyPath: null,
  isReadOnly: false,
  isVirtualMachine: false,
}

const demo: BuiltInTarget = {
  id: 'demo-guest',
  label: 'Demo guest',
  note: 'inside Kextant',
  host: '127.0.0.1',
  user: 'author',
  prepare: async () => ({ port: 2222, secret: 'kernel', hostKeyFingerprint: 'SHA256:x' }),
}

const storeIn = (folder: string, hasSecret = (_id: string) => false) =>
  createTargetStore(folder, [demo], hasSecret)
const fileIn = (folder: string) => join(folder, 'targets.json')

test('a saved target is there for the next start, below the built-in ones', async () => {
  const folder = join(temporaryFolder(), 'new', 'settings')
  const saved = await storeIn(folder).save(imac)
  expect(await storeIn(folder).list()).toEqual([
    expect.objectContaining({ id: 'demo-guest', isBuiltIn: true, hasSecret: true }),
    { ...imac, id: saved.id, hasSecret: false, isBuiltIn: false, note: null },
  ])
})

test('the file says what was typed and nothing else: no secret, no host’s knowledge', async () => {
  const folder = temporaryFolder()
  const { id } = await storeIn(folder, () => true).save({ ...imac, label: '' })
  const written: unknown = JSON.parse(readFileSync(fileIn(folder), 'utf8'))
  expect(written).toEqual({ version: 1, targets: [{ ...imac, label: '', id }] })
})

test('a target of before the mark of virtual machines is one that is not marked', async () => {
  const folder = temporaryFolder()
  const { isVirtualMachine: _, ...old } = imac
  const targets = [{ ...old, id: 'old' }]
  writeFileSync(fileIn(folder), JSON.stringify({ version: 1, targets }))
  expect(await storeIn(folder).find('old')).toMatchObject({ isVirtualMachine: false })
  const { id } = await storeIn(folder).save({ ...imac, isVirtualMachine: true })
  expect(await storeIn(folder).find(id)).toMatchObject({ isVirtualMachine: true })
})

test('only its owner may read it, and a save leaves nothing beside it', async () => {
  const folder = temporaryFolder()
  writeFileSync(fileIn(folder), '{"version":1,"targets":[]}', { mode: 0o644 })
  await storeIn(folder).save(imac)
  expect(readdirSync(folder)).toEqual(['targets.json'])
  expect(statSync(fileIn(folder)).mode & 0o777).toBe(0o600)
})

test.each([
  ['cut off', '{"version":1,"targets":[{"id":"a","label":"iM'],
  ['of another version', '{"version":2,"targets":[]}'],
  ['of another shape', '{"version":1,"targets":[{"id":"a"}]}'],
  ['empty', ''],
  ['with a port that is none', JSON.stringify({ version: 1, targets: [{ ...imac, port: 0 }] })],
])('a file that is %s is set aside, not lost with the next save', async (_what, text) => {
  const folder = temporaryFolder()
  writeFileSync(fileIn(folder), text)
  const store = storeIn(folder)
  expect((await store.list()).map(target => target.id)).toEqual(['demo-guest'])
  await store.save(imac)
  const aside = readdirSync(folder).filter(name => name !== 'targets.json')
  expect(aside).toEqual([expect.stringMatching(/^targets\.json\.unreadable-\d+$/)])
  expect(readFileSync(join(folder, aside[0]!), 'utf8')).toBe(text)
  expect(await storeIn(folder).list()).toHaveLength(2)
})

test('what cannot be read at all is a failure, and not an empty list that a save would write', async () => {
  const folder = temporaryFolder()
  mkdirSync(fileIn(folder))
  const store = storeIn(folder)
  const failure = { failure: { kind: 'file-unreadable', path: fileIn(folder) } }
  await expect(store.list()).rejects.toMatchObject(failure)
  await expect(store.save(imac)).rejects.toMatchObject(failure)
})

test('a save that cannot be written leaves the old file', async ({ skip }) => {
  skip(process.getuid?.() === 0, 'root may write into any folder')
  const folder = temporaryFolder()
  await storeIn(folder).save(imac)
  const before = readFileSync(fileIn(folder), 'utf8')
  chmodSync(folder, 0o500)
  await expect(storeIn(folder).save({ ...imac, label: 'other' })).rejects.toMatchObject({
    failure: { kind: 'file-unwritable', path: fileIn(folder) },
  })
  chmodSync(folder, 0o700)
  expect(readdirSync(folder)).toEqual(['targets.json'])
  expect(readFileSync(fileIn(folder), 'utf8')).toBe(before)
})

test('a built-in target is neither changed nor removed, and an unknown one is not found', async () => {
  const store = storeIn(temporaryFolder())
  const refused = { failure: { kind: 'bad-request' } }
  await expect(store.save({ ...imac, id: 'demo-guest' })).rejects.toMatchObject(refused)
  await expect(store.remove('demo-guest')).rejects.toMatchObject(refused)
  await expect(store.find('nobody')).rejects.toMatchObject(refused)
  expect(await store.find('demo-guest')).toMatchObject({ label: 'Demo guest' })
})

test('an agent needs no secret, and a key needs its path', async () => {
  const store = storeIn(temporaryFolder())
  expect(await store.save({ ...imac, method: 'agent' })).toMatchObject({ hasSecret: true })
  await expect(store.save({ ...imac, method: 'key' })).rejects.toMatchObject({
    failure: { kind: 'bad-request' },
  })
})
