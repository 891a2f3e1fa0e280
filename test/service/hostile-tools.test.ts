import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ActionRecord } from '../../core/contract/types.ts'
import type { Program } from '../../main/demo/program.ts'
import {
  loopOf,
  samplesFolder,
  startAppWithDemo,
  type AppWithDemo,
} from '../helpers/app-with-demo.ts'

// Tools of a guest that print without end, hang, or end without a code.

const bundlePath = join(samplesFolder, 'MyKext.kext')
const id = 'io.darwinos.contrib.MyKext'
const place = '/Library/Extensions/MyKext.kext'

const outputOf = (record: ActionRecord) =>
  record.steps.reduce(
    (sum, step) => step.output.reduce((all, { text }) => all + text.length, sum),
    0,
  )

/** Prints so many megabytes, and then does what the tool does. */
const printing =
  (megabytes: number, tool: Program): Program =>
  async process => {
    const piece = 'no line of any tool\n'.repeat(50_000)
    for (let i = 0; i < megabytes && !process.signal.aborted; i++) await process.stdout(piece)
    return tool(process)
  }

const hanging: Program = process =>
  new Promise(resolve => process.signal.addEventListener('abort', () => resolve(1)))

async function withTool(path: string, make: (tool: Program) => Program): Promise<AppWithDemo> {
  const app = await startAppWithDemo({
    change: programs => programs.set(path, make(programs.get(path)!)),
  })
  await app.connect()
  return app
}

test('a kextload that prints 40 MB has loaded all the same, and of its words the first are kept', async () => {
  const app = await withTool('/sbin/kextload', tool => printing(40, tool))
  const record = await app.act(loopOf(bundlePath))
  const load = record.steps.find(({ phase }) => phase === 'load')!
  expect(load).toMatchObject({ status: 'done', exitCode: 0 })
  expect(load.output.at(-1)!.text).toContain('left out')
  expect(outputOf(record)).toBeLessThan(1_000_000)
  const { kexts } = await app.capture()
  expect(kexts!.some(kext => kext.bundleIdentifier === id)).toBe(true)
}, 60_000)

test('an ioalloccount that prints without end or hangs is one that is not there', async () => {
  for (const tool of [printing(1000, hanging), hanging]) {
    const app = await withTool('/usr/sbin/ioalloccount', () => tool)
    await app.act({ kind: 'push', bundlePath })
    const record = await app.act({
      kind: 'leak-hunt',
      guestPath: place,
      bundleIdentifier: id,
      cycles: 1,
      timeoutMs: null,
    })
    expect(record.leaks).toMatchObject({ verdict: 'clean', baseline: { allocations: null } })
  }
}, 90_000)

test('a checksum tool that prints without end puts nothing into the place', async () => {
  const app = await withTool('/usr/bin/shasum', () => async process => {
    // The question whether it works is answered well.
    if (process.argv.includes('/dev/null')) return 0
    return printing(1000, hanging)(process)
  })
  const record = await app.act({ kind: 'push', bundlePath })
  expect(record).toMatchObject({ status: 'failed' })
  expect(record.steps.flatMap(({ failure }) => failure?.kind ?? [])).toEqual(['transfer-failed'])
  expect(app.guest.files.exists(place)).toBe(false)
}, 60_000)
