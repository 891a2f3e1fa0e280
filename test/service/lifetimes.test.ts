import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import type { ConnectionState } from '../../core/contract/types.ts'
import { createParser } from '../../main/service/parse-client.ts'
import { createTargetStore } from '../../main/service/targets.ts'
import { startAppWithDemo } from '../helpers/app-with-demo.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

// What happens to work that is under way when its ground goes away.

const parseWorker = new URL('../../main/service/parse-worker.ts', import.meta.url)
const never = new AbortController().signal

/** A port that takes connections and says nothing, as a guest that hangs in its boot does. */
async function startSilentPort(): Promise<{ port: number; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.resume()
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as { port: number }).port, sockets }
}

const silentTarget = (port: number) => ({
  id: null,
  label: 'Silent',
  host: '127.0.0.1',
  port,
  user: 'author',
  method: 'password' as const,
  keyPath: null,
  isReadOnly: false,
  isVirtualMachine: false,
})

test('a connection that is being made ends at once when another one is wanted', async () => {
  const app = await startAppWithDemo()
  const silent = await startSilentPort()
  const { id } = await app.ask('targets.save', silentTarget(silent.port))
  const params = { targetId: id, secret: 'x', trustFingerprint: null }
  const first = app.ask('guest.connect', params).catch((error: unknown) => error)
  await expect.poll(() => silent.sockets.size).toBe(1)
  await app.connect()
  expect(await first).toMatchObject({ failure: { kind: 'cancelled' } })
  await expect.poll(() => silent.sockets.size).toBe(0)
  expect(await app.ask('guest.connection', {})).toMatchObject({ phase: 'connected' })
})

test('stopping while a connection is being made leaves no socket behind', async () => {
  const app = await startAppWithDemo()
  const silent = await startSilentPort()
  const { id } = await app.ask('targets.save', silentTarget(silent.port))
  const params = { targetId: id, secret: 'x', trustFingerprint: null }
  const first = app.ask('guest.connect', params).catch((error: unknown) => error)
  await expect.poll(() => silent.sockets.size).toBe(1)
  await app.service.stop()
  expect(await first).toMatchObject({ failure: { kind: 'cancelled' } })
  await expect.poll(() => silent.sockets.size).toBe(0)
  await expect(app.ask('guest.connect', params)).rejects.toMatchObject({
    failure: { kind: 'cancelled' },
  })
})

test('a guest that accepts and breaks off again and again is tried more and more rarely', async () => {
  const app = await startAppWithDemo()
  const waits: (number | null)[] = []
  app.service.subscribe(event => {
    if (event.name !== 'connection.changed') return
    const state: ConnectionState = event.payload
    if (state.phase === 'lost') waits.push(state.retriesInMs)
    if (state.phase === 'connected' && waits.length < 3) setTimeout(() => app.guest.goDown(0), 50)
  })
  await app.connect()
  await expect.poll(() => waits.length, { timeout: 15_000 }).toBeGreaterThanOrEqual(3)
  expect(waits[2]).toBeGreaterThan(waits[0]!)
}, 20_000)

test('a host key that was forgotten while the guest was away is asked for again', async () => {
  const app = await startAppWithDemo()
  const targetId = await app.connect()
  app.guest.goDown(300)
  await expect.poll(() => app.ask('guest.connection', {})).toMatchObject({ phase: 'lost' })
  await app.ask('guest.forgetHostKey', { targetId })
  await expect
    .poll(() => app.ask('guest.connection', {}), { timeout: 10_000 })
    .toMatchObject({ phase: 'lost', failure: { kind: 'host-key-unknown' }, retriesInMs: null })
})

test('a password is not kept for a target that now names another machine', async () => {
  const app = await startAppWithDemo()
  const id = await app.connect()
  const [target] = await app.ask('targets.list', {})
  expect(target!.hasSecret).toBe(true)
  const { label, host, port, user, method, keyPath } = target!
  const same = {
    id,
    label: 'Renamed',
    host,
    port,
    user,
    method,
    keyPath,
    isReadOnly: false,
    isVirtualMachine: false,
  }
  expect((await app.ask('targets.save', same)).hasSecret).toBe(true)
  const moved = await app.ask('targets.save', { ...same, host: 'other.example', label })
  expect(moved.hasSecret).toBe(false)
})

test('targets saved at the same time, also by another window, are all kept', async () => {
  const folder = temporaryFolder()
  const [one, two] = [0, 1].map(() => createTargetStore(folder, [], () => false))
  await one!.list()
  await Promise.all([1, 2, 3].map(port => one!.save(silentTarget(port))))
  await two!.save(silentTarget(4))
  await one!.save(silentTarget(5))
  const { targets } = JSON.parse(readFileSync(join(folder, 'targets.json'), 'utf8')) as {
    targets: { port: number }[]
  }
  expect(targets.map(target => target.port)).toEqual([1, 2, 3, 4, 5])
})

test('stopping the parser fails what waits for it, in place of leaving it waiting', async () => {
  const parser = createParser(parseWorker)
  const job = parser.job(never)
  job.begin('dump', { kind: 'any' })
  await job.push(Buffer.from('+-o Root  <class IORegistryEntry, id 0x100000100, retain 19>\n'))
  const end = job.end()
  const failed = expect(end).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
  await parser.stop()
  await failed
  expect(() => parser.job(never).begin('dump', { kind: 'any' })).toThrow('Cancelled')
})

test('a parser that crashes fails its jobs, and the next job gets a new one', async () => {
  const crashing = `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads'
    parentPort.on('message', () => { throw new Error('out of luck') })
  `)}`
  const parser = createParser(new URL(crashing))
  onTestFinished(() => parser.stop())
  for (const _ of [1, 2]) {
    const job = parser.job(never)
    job.begin('dump', { kind: 'any' })
    await expect(job.end()).rejects.toMatchObject({
      failure: { kind: 'internal', detail: 'out of luck' },
    })
    job.drop()
  }
})

test('a fast guest is held up by a slow parser: no more than some megabytes wait', async () => {
  const deaf = `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads'
    parentPort.on('message', () => undefined)
  `)}`
  const parser = createParser(new URL(deaf))
  onTestFinished(() => parser.stop())
  const controller = new AbortController()
  const job = parser.job(controller.signal)
  job.begin('dump', { kind: 'any' })
  let taken = 0
  const pushing = (async () => {
    for (;;) {
      await job.push(new Uint8Array(1_000_000))
      taken++
    }
  })()
  const failed = expect(pushing).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
  await new Promise(done => setTimeout(done, 200))
  expect(taken).toBeLessThan(10)
  controller.abort()
  await failed
})
