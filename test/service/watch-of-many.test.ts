import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import type { WatchStatus } from '../../core/contract/types.ts'
import { EntryMark } from '../../core/diff/entry-marks.ts'
import { entryById } from '../../core/registry/lookup.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import { decodeSnapshot, encodeSnapshot } from '../../core/registry/snapshot-codec.ts'
import { beginFollowing, lookHow, takeLook } from '../../core/watch/follow-looks.ts'
import { createCaptureStore } from '../../main/service/captures.ts'
import type { TakenCapture } from '../../main/service/capture-guest.ts'
import type { Connection } from '../../main/service/connection.ts'
import { createEventSource } from '../../main/service/events.ts'
import { createGuestCaptures } from '../../main/service/guest-captures.ts'
import { createParser } from '../../main/service/parse-client.ts'
import { createWatcher } from '../../main/service/watch/watcher.ts'
import { createLookReader } from '../../renderer/compare/read-look.ts'
import { compareWorkerHere } from '../helpers/compare-worker.ts'
import { guest as guestOf, targets } from '../helpers/demo-connection.ts'
import type { ModelEntry } from '../helpers/registry-model.ts'
import { scriptedSession, type Scripted } from '../helpers/scripted-guest.ts'
import { serviceEntry } from '../helpers/service-entry.ts'
import { writeArchive } from '../helpers/write-archive.ts'
import { writeText } from '../helpers/write-text.ts'

// A guest of a hundred thousand nodes is watched: by the host, and then by the page's worker. The guest is a script; its
// clock, and that of the watch, go as the test says.

afterAll(() => vi.unstubAllGlobals())

const nodes = 100_000
const utf8 = (text: string) => new TextEncoder().encode(text)

/** A thousand controllers of 98 ports each, and nubs. */
const idOf = {
  controller: (i: number) => BigInt(0x1000 + i),
  port: (i: number) => BigInt(0x10_000 + i),
}
const idOfNub = (i: number) => BigInt(0x40_000 + i)

function registry(edit: { mode: string; gone: number; nubs: number }): ModelEntry {
  const controllers = Array.from({ length: 1000 }, (_, i) => {
    const ports = Array.from({ length: 98 }, (_, p) => portWith(idOf.port(i * 98 + p)))
    // Of the first ones another mode, and one port less.
    const mode = i < 20 ? edit.mode : 'idle'
    return serviceEntry(
      `Controller${i}`,
      idOf.controller(i),
      [['Mode', { kind: 'string', text: mode }]],
      i < edit.gone ? ports.slice(1) : ports,
    )
  })
  const nubs = Array.from({ length: edit.nubs }, (_, i) => serviceEntry('Nub', idOfNub(i), []))
  return serviceEntry('Root', 0x100n, [], [...controllers, ...nubs])
}

/** No service: a short dump serves as well. */
const portWith = (id: bigint): ModelEntry => ({ ...serviceEntry('Port', id, []), service: null })

/** What `ioreg` prints of it, for as long as it stays so. */
function dumpsOf(root: ModelEntry) {
  return {
    archive: utf8(writeArchive(root)),
    headers: utf8(writeText(root, { hasNoProperties: true, hasChains: true })),
    root: utf8(writeText({ ...root, clients: [] })),
  }
}

function startWatch() {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const calm = dumpsOf(registry({ mode: 'idle', gone: 0, nubs: 999 }))
  const guest = { dumps: calm, archiveMs: 400, spentMs: 0 }
  let base: TakenCapture | null = null
  const session = scriptedSession(command => {
    const given = answerOf(command, guest)
    guest.spentMs += given?.guestMs ?? 0
    // What a command takes passes on everybody's clock.
    vi.setSystemTime(Date.now() + (given?.guestMs ?? 0))
    return given
  })
  const parser = createParser(new URL('../../main/service/parse-worker.ts', import.meta.url))
  onTestFinished(() => parser.stop())
  const connected = guestOf(targets[0]!)
  const connection = {
    state: () => ({ phase: 'connected', guest: connected }),
    session: () => session,
    guest: () => connected,
    signInResults: () => ({ uname: null, swVers: null, sysctl: null }),
  } as unknown as Connection
  const captures = createGuestCaptures({
    connection,
    parser,
    captures: createCaptureStore(),
    events: createEventSource(),
    taken: async () => {
      // From the first look on.
      base = newest()
      guest.dumps = dumpsOf(registry({ mode: 'busy', gone: 30, nubs: 1039 }))
    },
  })
  const told: WatchStatus[] = []
  const changed = (status: WatchStatus) => void told.push(status)
  const watcher = createWatcher({ connection, captures, parser, isActing: () => false, changed })
  onTestFinished(() => void watcher.stop())
  /** Waits for so many looks, and lets the time pass that lies between them. */
  const looks = async (count: number) => {
    for (;;) {
      const status = watcher.status()
      if (status.lookCount >= count) return status
      if (status.phase === 'stopped') throw new Error(`it ended: ${JSON.stringify(status)}`)
      if (vi.getTimerCount() > 0) await vi.advanceTimersToNextTimerAsync()
      else await new Promise(resolve => setImmediate(resolve))
    }
  }
  const newest = () => captures.latestOf(connected)!
  const captured = () => base!
  return { guest, watcher, looks, told, newest, captured }
}

function answerOf(
  command: string,
  { dumps, archiveMs }: { dumps: ReturnType<typeof dumpsOf>; archiveMs: number },
): Scripted | null {
  switch (command) {
    case 'ioreg -a -r':
      return { output: new Uint8Array(), guestMs: 5 }
    case 'ioreg -l -d1 -w0':
      return { output: dumps.root, guestMs: 5 }
    case 'ioreg -a -l -p IOService':
      return { output: dumps.archive, guestMs: archiveMs }
    case 'ioreg -i -w0 -p IOService':
      return { output: dumps.headers, guestMs: 100 }
    default:
      return null
  }
}

test('a look tells what came, went and changed among a hundred thousand, and the guest spends less than a twentieth of its time', async () => {
  const { guest, watcher, looks, told, newest, captured } = startWatch()
  watcher.start({ intervalMs: null, planes: [], budgetPercent: 5 })
  const startedAt = Date.now()
  const first = await looks(1)
  const base = captured()
  expect(base.capture.planes).toMatchObject([{ plane: 'IOService', nodes, entries: nodes }])
  expect(first.counts).toEqual({ new: 40, gone: 30, changed: 20 })
  // 500 ms of a look are a twentieth of 10 s; a fifth less is aimed at.
  expect(first).toMatchObject({ guestMs: 500, limitedBy: 'guest', problems: [] })
  expect(first.intervalMs).toBeGreaterThanOrEqual(12_500)
  const look = newest()
  expect(look.capture.snapshotId).toBe(first.snapshotId)
  expect(look.capture.planes).toMatchObject([{ nodes: nodes + 10, entries: nodes + 10 }])

  // It has become slower, and is asked less often at once.
  guest.archiveMs = 900
  const second = await looks(2)
  expect(second).toMatchObject({ guestMs: 1000, counts: { new: 0, gone: 0, changed: 0 } })
  expect(second.intervalMs).toBeGreaterThanOrEqual(25_000)
  expect(newest()).toBe(look)

  const shares = told.filter(({ lookCount }) => lookCount > 0).map(({ share }) => share)
  expect(Math.max(...shares)).toBeLessThanOrEqual(0.05)
  expect(Math.max(...shares)).toBeGreaterThan(0.02)
  // By the guest's own count, from the first look to when the next one is due; the first capture is no look.
  const untilMs = Date.now() + second.intervalMs - startedAt
  expect((guest.spentMs - captureMs) / untilMs).toBeLessThan(0.05)
  await watcher.stop()
  vi.useRealTimers()
  await followedByPage([base.snapshot, look.snapshot])
}, 120_000)

/** Its root, whether it knows archives, its archive and its node lines. */
const captureMs = 5 + 5 + 400 + 100

/** The same look in the page’s worker: the rows, and the marks of what is shown. */
async function followedByPage([before, look]: readonly [Snapshot, Snapshot]): Promise<void> {
  const startWorker = await compareWorkerHere()
  const bytes = (snapshot: Snapshot) => new Uint8Array(Buffer.concat(encodeSnapshot(snapshot)))
  const source = { snapshot: () => Promise.resolve(bytes(look)) }
  const reader = createLookReader(source, decodeSnapshot, startWorker)
  const state = beginFollowing(before)
  const how = lookHow(state, 1000, { identity: 'entry-id' })
  const { snapshot, compared } = await reader.read('look', { snapshot: before, how })
  const { merged, changes } = takeLook(state, snapshot, compared!, how)
  reader.end()
  // What has gone stays in its place.
  expect(merged.snapshot.entries.length).toBe(nodes + 40)
  const markOf = (id: bigint) => merged.marks.bits[entryById(merged.snapshot, id)]
  const marked = (bit: number) => merged.marks.bits.filter(bits => (bits & bit) !== 0).length
  const { new: came, gone, changed } = EntryMark
  expect({ new: marked(came), gone: marked(gone), changed: marked(changed) }).toEqual({
    new: 40,
    gone: 30,
    changed: 20,
  })
  expect(markOf(idOfNub(1000))).toBe(came)
  expect(markOf(idOf.port(98))).toBe(gone)
  expect(markOf(idOf.controller(19))).toBe(changed)
  expect(markOf(idOf.port(97))).toBe(0)
  expect(changes.filter(({ what }) => what === 'gone')).toHaveLength(30)
}
