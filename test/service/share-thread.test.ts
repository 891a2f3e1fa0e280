import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ShareProgress } from '../../core/contract/share-types.ts'
import { secretCategoryNames } from '../../core/redact/secret-rules.ts'
import { createShareClient } from '../../main/service/redact/share-client.ts'
import { failureOf } from '../guest/failure-of.ts'
import { longestTurn } from '../helpers/longest-turn.ts'
import { startService } from '../helpers/start-service.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { writeBenchDump } from '../helpers/write-bench-dump.ts'

// Sharing a large capture: the host goes on meanwhile, and what is given up leaves nothing behind.

let folder: string
let dump: string
let small: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kextant-test-'))
  dump = join(folder, 'dump.txt')
  writeBenchDump(dump, 'text', 6000)
  small = join(folder, 'small.txt')
  writeBenchDump(small, 'text', 20)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const never = new AbortController().signal

/** Of a thread that runs this, and is not waited for long. */
function clientOf(script: string) {
  const code = `import { parentPort } from 'node:worker_threads'\n${script}`
  return createShareClient({
    script: new URL(`data:text/javascript,${encodeURIComponent(code)}`),
    ...{ settingsFolder: '', version: '1', parseWorker: '', patienceMs: 50 },
  })
}

async function open() {
  const started = startService()
  const { handlers } = started.service
  const { snapshotId } = await handlers['capture.open']({ path: dump }, never)
  const path = join(temporaryFolder(), 'share.kextant')
  const choice = { snapshotId, categories: [...secretCategoryNames], keep: [] }
  return { ...started, handlers, snapshotId, choice, path, target: dirname(path) }
}

/** Resolves when a step of sharing is told. */
function told(
  { service }: Pick<Awaited<ReturnType<typeof open>>, 'service'>,
  step: ShareProgress['step'],
): Promise<ShareProgress> {
  return new Promise(done => {
    const stop = service.subscribe(({ name, payload }) => {
      if (name !== 'share.progress' || payload.step !== step) return
      stop()
      done(payload)
    })
  })
}

test('a preview, a redacted capture and a report keep the host busy for no more than 50 ms at once', async () => {
  const { handlers, choice, path, snapshotId } = await open()
  const preview = handlers['redaction.preview'](choice, never)
  expect(await longestTurn(preview)).toBeLessThan(50)
  const save = handlers['redaction.save']({ ...choice, path, overwrite: false }, never)
  expect(await longestTurn(save)).toBeLessThan(50)
  const report = handlers['report.save'](
    {
      ...{ snapshotId, against: null, hasProperties: true, redaction: null },
      ...{ path: `${path}.html`, overwrite: false },
    },
    never,
  )
  expect(await longestTurn(report)).toBeLessThan(50)
})

test.each(['replacing', 'packing'] as const)(
  'a save that is given up while %s leaves no file, and the next one works',
  async step => {
    const opened = await open()
    const { handlers, choice, path, target } = opened
    const controller = new AbortController()
    const save = handlers['redaction.save'](
      { ...choice, path, overwrite: false },
      controller.signal,
    )
    const { done } = await told(opened, step)
    expect(done).toBeGreaterThan(0)
    controller.abort()
    expect(await failureOf(save)).toEqual({ kind: 'cancelled' })
    expect(readdirSync(target)).toEqual([])
    await handlers['redaction.save']({ ...choice, path, overwrite: false }, never)
    expect(readdirSync(target)).toEqual(['share.kextant'])
  },
)

test('a host that ends while a report is written leaves no file', async () => {
  const opened = await open()
  const { handlers, snapshotId, path, target, service } = opened
  const about = { snapshotId, against: null, hasProperties: true, redaction: null }
  const save = handlers['report.save']({ ...about, path: `${path}.html`, overwrite: false }, never)
  const failure = failureOf(save)
  await told(opened, 'writing')
  await service.stop()
  expect(await failure).toEqual({ kind: 'cancelled' })
  expect(readdirSync(target)).toEqual([])
})

test('a thread that does not hear of a cancel is ended', async () => {
  const client = clientOf(`
    parentPort.on('message', ({ type }) => { if (type === 'start') for (;;); })
  `)
  const { service } = startService()
  const { snapshotId } = await service.handlers['capture.open']({ path: small }, never)
  const controller = new AbortController()
  const job = { kind: 'preview' as const, choice: { categories: [], keep: [] } }
  const taken = service.taken(snapshotId)
  const failure = failureOf(client.run(job, taken, null, controller.signal, () => undefined))
  setTimeout(() => controller.abort(), 100)
  expect(await failure).toEqual({ kind: 'cancelled' })
  await client.stop()
})

test('a thread that ends while a capture is sent to it is told of, and is no cancel', async () => {
  const script = `
    import { parentPort } from 'node:worker_threads'
    parentPort.on('message', () => { throw new Error('no memory for that') })
  `
  const client = createShareClient({
    script: new URL(`data:text/javascript,${encodeURIComponent(script)}`),
    ...{ settingsFolder: '', version: '1', parseWorker: '' },
  })
  const { service } = startService()
  const { snapshotId } = await service.handlers['capture.open']({ path: small }, never)
  const { evidence, ...taken } = service.taken(snapshotId)
  // Sent a piece at a time, which takes long enough.
  const pieces = Array.from({ length: 200_000 }, () => new Uint8Array(1))
  const output = { kind: 'dmesg', path: 'dmesg.txt', content: { where: 'memory', pieces } } as const
  const long = { ...taken, evidence: { ...evidence, outputs: [output] } }
  const job = { kind: 'preview' as const, choice: { categories: [], keep: [] } }
  const failure = await failureOf(client.run(job, long, null, never, () => undefined))
  expect(failure).toEqual({ kind: 'internal', detail: 'no memory for that' })
  await client.stop()
})

test('of two jobs of a thread that is ended, the one that was not cancelled can be tried again', async () => {
  const client = clientOf(`
    let count = 0
    parentPort.on('message', ({ type }) => { if (type === 'start' && ++count === 2) for (;;); })
  `)
  const { service } = startService()
  const { snapshotId } = await service.handlers['capture.open']({ path: small }, never)
  const taken = service.taken(snapshotId)
  const controller = new AbortController()
  const job = { kind: 'preview' as const, choice: { categories: [], keep: [] } }
  const [gone, other] = [controller.signal, never].map(signal =>
    failureOf(client.run(job, taken, null, signal, () => undefined)),
  )
  setTimeout(() => controller.abort(), 100)
  expect(await gone).toEqual({ kind: 'cancelled' })
  expect(await other).toMatchObject({ kind: 'busy' })
  await client.stop()
})
