import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ActionRecord } from '../../core/contract/types.ts'
import { loopOf, samplesFolder, startAppWithDemo, unloadOf } from '../helpers/app-with-demo.ts'
import { newKeyPair } from '../guest/new-key-pair.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

// What was done stays, and can be found, run again and handed on.

const bundlePath = join(samplesFolder, 'MyKext.kext')
const bundleIdentifier = 'io.darwinos.contrib.MyKext'

test('actions on several targets are known after a restart, and one is run again', async () => {
  const app = await startAppWithDemo()
  await app.connect({ label: 'One' })
  const first = await app.act(loopOf(bundlePath))
  const targetId = await app.connect({ label: 'Two' })
  const second = await app.act(unloadOf(bundleIdentifier))
  await app.restart()

  const history = await app.ask('action.history', {})
  expect(history.map(({ title, targetLabel }) => [title, targetLabel])).toEqual([
    [second.title, 'Two'],
    [first.title, 'One'],
  ])
  expect(history[1]).toMatchObject({
    status: 'done',
    conclusion: 'holds',
    headline: first.report!.headline,
  })
  const record = await app.ask('action.record', { actionId: first.id })
  expect(record).toEqual(first)
  expect(await app.ask('action.search', { text: 'hello from KERNEL space' })).toEqual([first.id])
  expect(await app.ask('action.search', { text: 'kextunload' })).toEqual([second.id, first.id])

  await app.ask('guest.connect', { targetId, secret: app.guest.password, trustFingerprint: null })
  const again = await app.act(record.request)
  expect(again).toMatchObject({ conclusion: 'holds', request: record.request, title: first.title })
  expect(again.id).not.toBe(first.id)
})

test('an export is whole, takes the place of nothing unasked, and its script is one that sh reads', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  const { id: one } = await app.act(loopOf(bundlePath))
  const { id: two } = await app.act(unloadOf(bundleIdentifier))
  const folder = temporaryFolder()
  const save = (format: 'sh' | 'json' | 'junit' | 'tap', overwrite = false) =>
    app.ask('action.export', {
      actionIds: [two, one],
      format,
      path: join(folder, `actions.${format === 'junit' ? 'xml' : format}`),
      overwrite,
    })

  const { path } = await save('sh')
  execFileSync('/bin/sh', ['-n', path])
  const script = readFileSync(path, 'utf8')
  expect(script).toMatch(/^sudo \/sbin\/kextload \/Library\/Extensions\/MyKext\.kext$/m)
  expect(script.indexOf('/sbin/kextload')).toBeLessThan(script.indexOf('/sbin/kextunload'))
  expect(script).toMatch(/^# put .*MyKext\.kext/m)
  await expect(save('sh')).rejects.toMatchObject({ failure: { kind: 'file-exists' } })
  expect((await save('sh', true)).bytes).toBe(readFileSync(path).length)

  const json = JSON.parse(readFileSync((await save('json')).path, 'utf8')) as ActionRecord[]
  expect(json.map(({ id }) => id)).toEqual([one, two])
  expect(readFileSync((await save('junit')).path, 'utf8')).toContain('<testsuite ')
  expect(readFileSync((await save('tap')).path, 'utf8')).toMatch(/^TAP version 14\n/)

  const nowhere = join(folder, 'no such folder', 'actions.sh')
  const how = { actionIds: [one], format: 'sh', path: nowhere, overwrite: false } as const
  await expect(
    app.ask('action.export', { ...how, actionIds: [...how.actionIds] }),
  ).rejects.toMatchObject({ failure: { kind: 'file-unwritable' } })
  await expect(
    app.ask('action.export', { ...how, actionIds: [one, 'another'], path: join(folder, 'x.sh') }),
  ).rejects.toMatchObject({ failure: { kind: 'unknown-action' } })
  expect(existsSync(join(folder, 'x.sh'))).toBe(false)
})

test('no password comes to lie in the history', async () => {
  const password = 'Tr0mbone-of-a-guest'
  const app = await startAppWithDemo({ password })
  const pair = newKeyPair()
  const keyPath = join(temporaryFolder(), 'id')
  writeFileSync(keyPath, pair.private, { mode: 0o600 })
  const root = { uid: 0, gid: 0 }
  const folder = '/Users/author/.ssh'
  if (!app.guest.files.exists(folder)) app.guest.files.makeDirectory(folder, root)
  app.guest.files.write(`${folder}/authorized_keys`, Buffer.from(`${pair.public}\n`), root)
  await app.connect({ method: 'key', keyPath })
  const plan = await app.ask('action.plan', loopOf(bundlePath))
  expect(plan.needsSudoPassword).toBe(true)
  const run = {
    planId: plan.planId,
    consent: true as const,
    accepted: [],
    sudoPassword: password,
  }
  expect(await app.ask('action.run', run)).toMatchObject({ conclusion: 'holds' })
  const history = join(app.settingsFolder, 'history')
  for (const name of readdirSync(history)) {
    expect(readFileSync(join(history, name), 'utf8')).not.toContain(password)
  }
})
