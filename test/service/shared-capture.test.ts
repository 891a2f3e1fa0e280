import { expect, test } from 'vitest'
import { startAppWithDemo, type AppWithDemo } from '../helpers/app-with-demo.ts'

// One capture at a time, shared by whoever asks; the windows and an action may all want one.

function captureBegins(app: AppWithDemo): Promise<void> {
  return new Promise(resolve => {
    const stop = app.service.subscribe(event => {
      if (event.name !== 'capture.progress') return
      stop()
      resolve()
    })
  })
}

test('two callers at once get the same capture', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  const [one, two] = await Promise.all([app.capture(), app.capture()])
  expect(two.snapshotId).toBe(one.snapshotId)
})

test('a caller that cancels does not take the capture away from the other', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  const impatient = new AbortController()
  const begun = captureBegins(app)
  const first = app.ask('capture.take', {}, impatient.signal)
  const second = app.capture()
  await begun
  impatient.abort()
  await expect(first).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
  expect((await second).serviceCount).toBeGreaterThan(300)
})

test('when nobody wants it any more the capture ends, and the next one is a new one', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  const impatient = new AbortController()
  const begun = captureBegins(app)
  const first = app.ask('capture.take', {}, impatient.signal)
  await begun
  impatient.abort()
  await expect(first).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
  expect((await app.capture()).serviceCount).toBeGreaterThan(300)
  expect(app.events.filter(event => event.name === 'capture.taken')).toHaveLength(1)
})

test('who connects anew and captures does not get the capture of the connection before', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  const begun = captureBegins(app)
  const old = app.capture().catch((error: unknown) => error)
  await begun
  await app.connect()
  expect((await app.capture()).serviceCount).toBeGreaterThan(300)
  expect(await old).toMatchObject({ failure: { kind: 'not-connected' } })
})

test('disconnecting in the middle of a capture ends it with a reason', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  const begun = captureBegins(app)
  const capture = app.capture()
  await Promise.all([
    expect(capture).rejects.toMatchObject({ failure: { kind: 'not-connected' } }),
    begun.then(() => app.ask('guest.disconnect', {})),
  ])
})
