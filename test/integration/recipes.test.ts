import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { summaryOf } from '../../core/history/summary.ts'
import { loadOf, loopOf, unloadOf, verifyOf } from '../helpers/app-with-demo.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import {
  connected,
  idOf,
  inGuest,
  leftInTmp,
  phases,
  root,
  sample,
  unloadCommands,
} from './recipe-helpers.ts'

// One recipe, whoever asks for it: its phases in order, and where it stops.

test('a loop runs its phases in order, and each step has its command, its time and its end', async () => {
  const app = await connected()
  const record = await app.act(loopOf(sample('MyKext'), 'unloaded'))
  expect(phases(record)).toEqual([
    'look done',
    'push done',
    'preflight done',
    'push done',
    'unload skipped',
    'load done',
    'settle done',
    'look done',
    'verify done',
    'unload done',
    'settle done',
    'leak-check done',
    'look done',
    'verify done',
  ])
  expect(record).toMatchObject({ status: 'done', conclusion: 'holds' })
  for (const step of record.steps.filter(({ status }) => status === 'done')) {
    expect(step.command).not.toBe('')
    expect(step.durationMs).not.toBeNull()
  }
  expect(record.leaks).toMatchObject({ verdict: 'clean' })
  // Of the end: the file is that of this computer, and it is unloaded again.
  expect(record.builds).toMatchObject({
    verdict: 'not-loaded',
    file: { uuid: record.builds!.host!.uuid },
  })
  expect(record.preflight?.builds).toMatchObject({ verdict: 'not-installed' })
  expect(record.preflight?.items.map(({ title }) => title)).toContain('The guest finds it loadable')
  // Both halves are told: what the load brought, and what the unload took.
  expect(record.report).toMatchObject({ kind: 'load', verdict: 'good' })
  expect(record.changes?.logLines).toEqual(['MyKext: hello from kernel space'])
  expect(record.unloaded).toMatchObject({ report: { kind: 'unload', verdict: 'good' } })
  expect(record.unloaded?.changes.logLines).toEqual(['MyKext: stopping'])
  expect(record.unloaded?.changes.entries.map(({ what, entry }) => [what, entry.name])).toEqual([
    ['removed', 'MyKext'],
  ])
  expect(summaryOf(record)).toMatchObject({
    hasRemark: false,
    headline: `${idOf('MyKext')} was loaded, holds what is expected, and is unloaded again.`,
  })
  expect(record.preflight?.guestCheck).toMatchObject({ tool: 'kextutil', verdict: 'loadable' })
  expect(record.changes?.subtree.map(({ entry }) => entry.className)).toContain('MyKext')
  const asked = record.expectations!.results
  expect(asked.filter(({ status }) => status !== 'pass')).toEqual([])
  expect(new Set(asked.map(({ when }) => when))).toEqual(new Set(['after-load', 'after-unload']))
  const captures = [record.snapshotBefore, record.snapshotAfter]
  for (const snapshotId of captures) await app.ask('capture.get', { snapshotId: snapshotId! })
})

test('what is loaded of an earlier loop goes before the new build comes', async () => {
  const app = await connected()
  await app.act(loopOf(sample('MyKext')))
  const record = await app.act(loopOf(sample('MyKext')))
  expect(record.conclusion).toBe('holds')
  expect(unloadCommands(record)).toEqual([idOf('MyKext')])
  expect(record.report?.kext.wasLoadedBefore).toBe(false)
  expect(record.builds).toMatchObject({ verdict: 'same' })
  // What the old one said is part of the action, and not of the load.
  expect(record.changes?.logLines).toEqual(['MyKext: stopping', 'MyKext: hello from kernel space'])
  expect(record.report?.newLogLines).toEqual(['MyKext: hello from kernel space'])
  const { text } = await app.ask('expectations.record', {
    bundleIdentifier: idOf('MyKext'),
    bundlePath: null,
    actionId: record.id,
  })
  expect(text).toContain('hello from kernel space')
  expect(text).not.toContain('stopping')
})

test('a hunt for leaks that cannot take the old one out says what is in the way', async () => {
  const app = await connected()
  await app.act(loopOf(sample('HeldOpen')))
  const record = await app.act({
    kind: 'leak-hunt',
    guestPath: inGuest('HeldOpen'),
    bundleIdentifier: idOf('HeldOpen'),
    cycles: 3,
    timeoutMs: 1500,
  })
  expect(record).toMatchObject({
    conclusion: 'refused',
    leaks: null,
    blockers: { when: 'after-refusal', verdict: 'held' },
  })
  expect(summaryOf(record).headline).toBe(record.blockers!.headline)
})

test('what somebody holds open is told as held, and not as a leak', async () => {
  const app = await connected()
  const record = await app.act({ ...loopOf(sample('HeldOpen'), 'unloaded'), timeoutMs: 1500 })
  expect(record).toMatchObject({
    conclusion: 'refused',
    report: { kind: 'load', verdict: 'good' },
    unloaded: { report: { kind: 'unload', verdict: 'bad' } },
    blockers: { verdict: 'held' },
    leaks: { verdict: 'stopped', growth: [] },
  })
})

test('objects of a class that only the code tells of are known before an unload is tried', async () => {
  const app = await connected()
  await app.act(loopOf(sample('LeaksHelper')))
  const { classes } = await app.ask('unload.explain', { bundleIdentifier: idOf('LeaksHelper') })
  expect(classes.map(({ className }) => className)).toEqual(['LeaksHelper', 'LeaksHelperQueue'])
})

test('a library in the bundle’s own PlugIns is none that is missing', async () => {
  const app = await connected()
  const outer = join(temporaryFolder(), 'UsesFamily.kext')
  cpSync(sample('UsesFamily'), outer, { recursive: true })
  const bare = await app.ask('action.plan', loopOf(outer))
  expect(bare.stops.map(({ id }) => id)).toContain('libraries')
  cpSync(sample('MyFamily'), join(outer, 'Contents', 'PlugIns', 'MyFamily.kext'), {
    recursive: true,
  })
  const whole = await app.ask('action.plan', loopOf(outer))
  expect(whole.stops.map(({ id }) => id)).not.toContain('libraries')
  const record = await app.act(loopOf(outer))
  expect(record.steps.find(({ status }) => status === 'failed')?.outcome ?? null).toBe(null)
  expect(record.conclusion).toBe('holds')
})

test('a kext that another is linked against goes after it, and only where that was accepted', async () => {
  const app = await connected()
  await app.act({ kind: 'push', bundlePath: sample('MyFamily') })
  await app.act(loopOf(sample('UsesFamily')))

  const plain = await app.act(unloadOf(idOf('MyFamily')))
  expect(plain).toMatchObject({ conclusion: 'refused', blockers: { verdict: 'referenced' } })
  expect(plain.blockers?.dependents.map(each => each.bundleIdentifier)).toEqual([
    idOf('UsesFamily'),
  ])

  const plan = await app.ask('action.plan', loopOf(sample('MyFamily')))
  expect(plan.stops.map(({ id }) => id)).toContain('unloads-dependents')
  const run = { planId: plan.planId, consent: true as const, accepted: [], sudoPassword: null }
  await expect(app.ask('action.run', run)).rejects.toMatchObject({
    failure: {
      kind: 'not-accepted',
      stops: expect.arrayContaining(['unloads-dependents']) as unknown,
    },
  })
  const accepted = plan.stops.map(({ id }) => id)
  const record = await app.ask('action.run', { ...run, accepted })
  expect(unloadCommands(record)).toEqual([idOf('UsesFamily'), idOf('MyFamily')])
  expect(record.accepted).toEqual(accepted)
})

test('dependents that were loaded after the plan was shown are not unloaded', async () => {
  const app = await connected()
  await app.act(loopOf(sample('MyFamily')))
  await app.act({ kind: 'push', bundlePath: sample('UsesFamily') })
  const plan = await app.ask('action.plan', loopOf(sample('MyFamily')))
  expect(plan.stops.map(({ id }) => id)).not.toContain('unloads-dependents')
  await app.act(loadOf(inGuest('UsesFamily'), idOf('UsesFamily')))
  const record = await app.ask('action.run', {
    planId: plan.planId,
    consent: true,
    accepted: plan.stops.map(({ id }) => id),
    sudoPassword: null,
  })
  expect(record.steps.flatMap(({ failure }) => failure ?? [])).toEqual([
    { kind: 'not-accepted', stops: ['unloads-dependents'] },
  ])
  const { kexts } = await app.capture()
  expect(kexts!.map(each => each.bundleIdentifier)).toContain(idOf('UsesFamily'))
})

test('unloading with what is linked against it goes in the order that the kernel wants', async () => {
  const app = await connected()
  await app.act({ kind: 'push', bundlePath: sample('MyFamily') })
  await app.act(loopOf(sample('UsesFamily')))
  const record = await app.act(unloadOf(idOf('MyFamily'), 'unload-first'))
  expect(unloadCommands(record)).toEqual([idOf('UsesFamily'), idOf('MyFamily')])
  expect(record).toMatchObject({ status: 'done', conclusion: 'holds' })
})

test('a bundle that the guest refuses never takes the place of the old one, and nothing of it is left', async () => {
  const app = await connected()
  await app.act({ kind: 'push', bundlePath: sample('MyKext') })
  const place = `${inGuest('MyKext')}/Contents/Info.plist`
  const old = String(app.guest.files.read(place, root))
  const copy = join(temporaryFolder(), 'MyKext.kext')
  cpSync(sample('MyKext'), copy, { recursive: true })
  const plist = join(copy, 'Contents', 'Info.plist')
  writeFileSync(
    plist,
    readFileSync(plist, 'utf8').replace('com.apple.kpi.iokit', 'com.example.missing'),
  )
  const record = await app.act(loopOf(copy))
  expect(record).toMatchObject({ status: 'failed', conclusion: 'refused' })
  expect(phases(record)).toEqual([
    'look done',
    'push done',
    'preflight failed',
    'push skipped',
    'unload skipped',
    'load skipped',
    'settle skipped',
    'look skipped',
    'verify skipped',
  ])
  expect(String(app.guest.files.read(place, root))).toBe(old)
  expect(leftInTmp(app)).toEqual([])
})

test('a preflight alone looks at a copy that goes again', async () => {
  const app = await connected()
  const record = await app.act({ kind: 'preflight', bundlePath: sample('MyKext') })
  expect(record).toMatchObject({ status: 'done', conclusion: 'holds' })
  expect(record.preflight?.guestCheck?.verdict).toBe('loadable')
  expect(record.preflight?.wouldMatch?.[0]?.services.map(({ entry }) => entry.name)).toEqual([
    'IOResources',
  ])
  expect(app.guest.files.exists(inGuest('MyKext'))).toBe(false)
  expect(leftInTmp(app)).toEqual([])
})

test('a preflight of a bundle that cannot be loaded ends as refused by the guest', async () => {
  const app = await connected()
  const record = await app.act({ kind: 'preflight', bundlePath: sample('MissingDependency') })
  expect(record).toMatchObject({ status: 'failed', conclusion: 'refused' })
  expect(record.preflight?.guestCheck?.verdict).toBe('not-loadable')
  expect(leftInTmp(app)).toEqual([])
})

test('a file of expectations near the bundle is asked, and one that does not hold ends as that', async () => {
  const app = await connected()
  const folder = temporaryFolder()
  const bundlePath = join(folder, 'MyKext.kext')
  cpSync(sample('MyKext'), bundlePath, { recursive: true })
  const path = join(folder, 'kextant.yaml')
  await app.act(loopOf(sample('MyKext')))
  const params = { bundleIdentifier: idOf('MyKext'), bundlePath, actionId: null }
  const { text, suggestedPath } = await app.ask('expectations.record', params)
  expect(suggestedPath).toBe(path)
  await app.ask('expectations.save', { path, text, overwrite: false })
  await expect(
    app.ask('expectations.save', { path, text, overwrite: false }),
  ).rejects.toMatchObject({ failure: { kind: 'file-exists' } })
  await expect(
    app.ask('expectations.save', { path, text: 'kext: [', overwrite: true }),
  ).rejects.toMatchObject({ failure: { kind: 'expectations-invalid' } })

  const held = await app.act(loopOf(bundlePath))
  expect(held.expectations?.source).toEqual({ kind: 'file', path })
  expect(held.conclusion).toBe('holds')

  const other = text.replace(/version: .*/, 'version: 9.9.9')
  await app.ask('expectations.save', { path, text: other, overwrite: true })
  const request = { ...verifyOf(idOf('MyKext'), bundlePath), timeoutMs: 200 }
  const failed = await app.act(request)
  expect(failed).toMatchObject({ status: 'failed', conclusion: 'does-not-hold' })
  const [one] = failed.expectations!.results.filter(({ status }) => status === 'fail')
  expect(one).toMatchObject({ line: expect.any(Number) as number })
})
