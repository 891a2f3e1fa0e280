import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultPreferences } from '../../core/contract/preferences.ts'
import { createPreferenceStore } from '../../main/service/preferences.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const bookmarks = [{ id: 'b', name: 'The disk', entryId: '0x100000116', path: null }]

test('a section that does not read is as at first, and the others are kept', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'preferences.json')
  writeFileSync(file, JSON.stringify({ version: 1, bookmarks, colourRules: [{ colour: 'plaid' }] }))
  expect(await createPreferenceStore(folder).get()).toEqual({ ...defaultPreferences, bookmarks })
})

test('a section of a newer version outlives a change of another', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'preferences.json')
  writeFileSync(file, JSON.stringify({ version: 1, fromTheFuture: { kept: true } }))
  await createPreferenceStore(folder).save({ section: 'bookmarks', value: bookmarks })
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    fromTheFuture: { kept: true },
    bookmarks,
  })
})

test('a file that is no JSON is put aside, not written over', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'preferences.json')
  writeFileSync(file, '{"bookmarks": [')
  expect(await createPreferenceStore(folder).get()).toEqual(defaultPreferences)
  expect(existsSync(file)).toBe(false)
  expect(readFileSync(`${file}.unreadable`, 'utf8')).toBe('{"bookmarks": [')
})

test('what is saved at the last moment is on the disk when the host has ended', async () => {
  const folder = temporaryFolder()
  const store = createPreferenceStore(folder)
  void store.save({ section: 'bookmarks', value: bookmarks })
  void store.save({ section: 'panels', value: { sizes: { log: 200 }, open: {} } })
  await store.settled()
  expect(JSON.parse(readFileSync(join(folder, 'preferences.json'), 'utf8'))).toMatchObject({
    bookmarks,
    panels: { sizes: { log: 200 } },
  })
})
