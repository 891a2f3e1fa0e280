import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { watchFolders } from '../../../main/service/project/watch-folders.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const soon = { timeout: 10_000, interval: 20 }

test('what changes while a slow look is under way is looked at after it, and so is what changes later', async () => {
  const folder = temporaryFolder()
  let begun = 0
  let ended = 0
  const watch = watchFolders(async () => {
    begun++
    // Longer than changes are waited for to come to an end.
    await sleep(400)
    ended++
  })
  onTestFinished(() => watch.close())
  watch.follow([folder])
  const change = () => writeFileSync(join(folder, 'file'), `${begun}`)
  for (let round = 0; round < 3; round++) {
    change()
    const before = begun
    await vi.waitFor(() => expect(begun).toBeGreaterThan(before), soon)
    change()
    await sleep(200)
    change()
    const during = begun
    await vi.waitFor(() => expect(begun).toBeGreaterThan(during), soon)
    await vi.waitFor(() => expect(ended).toBe(begun), soon)
    await sleep(1100)
  }
}, 60_000)
