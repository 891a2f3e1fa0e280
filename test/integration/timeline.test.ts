import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loopOf, samplesFolder, startAppWithDemo } from '../helpers/app-with-demo.ts'

test('each capture of a guest is a moment that tells what led to it', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  const first = await app.capture()
  const record = await app.act(loopOf(join(samplesFolder, 'MyKext.kext')))
  const { moments } = await app.ask('timeline.get', {})
  expect(moments[0]).toMatchObject({
    snapshotId: first.snapshotId,
    cause: { kind: 'user' },
    source: { kind: 'guest', label: 'The guest' },
    counts: { entries: expect.any(Number) as number, kexts: first.kexts!.length },
    held: 'memory',
  })
  expect(moments[0]!.boot).toBe(first.identity!.bootSessionUuid)
  const ofAction = moments.slice(1)
  expect(ofAction.length).toBeGreaterThan(0)
  for (const { cause } of ofAction) {
    expect(cause).toEqual({ kind: 'action', actionId: record.id, title: record.title })
  }
  const after = await app.capture()
  const told = await app.ask('timeline.get', {})
  expect(told.moments.at(-1)).toMatchObject({
    snapshotId: after.snapshotId,
    cause: { kind: 'user' },
  })
  expect(app.events.filter(({ name }) => name === 'timeline.changed').length).toBe(
    told.moments.length,
  )
})
