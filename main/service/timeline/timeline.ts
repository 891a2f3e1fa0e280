import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type {
  Moment,
  MomentCause,
  SessionSummary,
  Timeline,
} from '../../../core/contract/timeline-types.ts'
import { FailureError, sentenceFor } from '../../../core/failure.ts'
import {
  chooseThinned,
  usualLimits,
  type ThinLimits,
} from '../../../core/timeline/choose-thinned.ts'
import type { TakenCapture } from '../capture-guest.ts'
import { reasonOfWriting } from '../host-folder.ts'
import { reportBug, reportNote } from '../host-log.ts'
import type { Parser } from '../parse-client.ts'
import { heldBytes, isOf, momentOf } from './moment-of.ts'
import type { IndexLine } from './session-file.ts'
import { newSessionId, snapshotPath, summaryOf, type StoredSession } from './session-words.ts'

/** Reads and writes sessions; loaded when there is one on the disk. */
const sessionFile = () => import('./session-file.ts')

export interface TimelineOptions {
  /** Where sessions are. */
  readonly folder: string
  /** A command that reads a file and ends looks at those that are there, and keeps none of its own. */
  readonly isKept: boolean
  readonly version: string
  readonly parser: Parser
  readonly changed: (timeline: Timeline) => void
  readonly limits?: ThinLimits
  /** Of all older sessions together. */
  readonly oldLimits?: { readonly mostSessions: number; readonly mostBytes: number }
  readonly mostIndexBytes?: number
  readonly mostWaitingBytes?: number
}

export interface TimelineKeeper {
  /** A capture came; it is written when there is time. */
  add(taken: TakenCapture, cause: MomentCause): void
  /** Its capture is no longer in memory. */
  left(snapshotId: string): void
  get(): Timeline
  sessions(): Promise<readonly SessionSummary[]>
  openSession(sessionId: string): Promise<Timeline>
  forget(sessionId: string): Promise<readonly SessionSummary[]>
  /** Reads a moment from the disk again; null when it is not there. */
  load(snapshotId: string, signal: AbortSignal): Promise<TakenCapture | null>
  /** Writes what waits, as far as there is time, and ends the session. */
  stop(): Promise<void>
}

const elsewhere = 'set KEXTANT_SETTINGS to a folder on another disk'
const usualOldLimits = { mostSessions: 20, mostBytes: 2 * 1024 * 1024 * 1024 }
/** Captures that wait to be written are held in memory. */
const usualWaitingBytes = 400_000_000
const stopLimitMs = 10_000
/** An index is written anew when so much was appended: what was thinned long ago need not be told. */
const usualIndexBytes = 4_000_000

export function createTimeline(options: TimelineOptions): TimelineKeeper {
  const { folder, isKept, parser, changed } = options
  const mostWaitingBytes = options.mostWaitingBytes ?? usualWaitingBytes
  const mostIndexBytes = options.mostIndexBytes ?? usualIndexBytes
  const limits = options.limits ?? usualLimits
  const oldLimits = options.oldLimits ?? usualOldLimits
  const startedAt = new Date().toISOString()
  const sessionId = newSessionId(startedAt, randomUUID())
  const ownFolder = join(folder, sessionId)
  let moments: readonly Moment[] = []
  let opened: readonly StoredSession[] = []
  let thinned = 0
  let trouble: string | null = null
  /** When each came, counted: thinning goes by it. */
  const places = new Map<string, number>()
  const waiting: TakenCapture[] = []
  /** The disk did not take them; they are tried again with the next one. */
  let refused: readonly TakenCapture[] = []
  let beingWritten: TakenCapture | null = null
  const notYetWritten = () => [...refused, ...waiting, ...(beingWritten ? [beingWritten] : [])]
  /** Left the memory before they were written. */
  const gone = new Set<string>()
  let appended: Promise<void> = Promise.resolve()
  let writing: Promise<void> | undefined
  let isMade = false
  let isStopped = false
  const loading = new Map<string, Promise<TakenCapture | null>>()

  const get = (): Timeline => ({
    sessionId,
    startedAt,
    moments: [...opened.flatMap(session => session.moments), ...moments],
    thinned,
    trouble,
  })
  const tell = () => changed(get())
  const change = (snapshotId: string, to: Partial<Moment>) => {
    moments = moments.map(each => (each.snapshotId === snapshotId ? { ...each, ...to } : each))
  }

  /** In the order in which it was decided: what was thinned is thinned after it came. */
  const append = (lines: readonly IndexLine[]) =>
    (appended = appended
      .catch(() => undefined)
      .then(async () => {
        indexBytes += await (await sessionFile()).appendLines(ownFolder, lines)
        if (indexBytes > mostIndexBytes) await shorten()
      }))
  let indexBytes = 0
  /** Only what is there still is told again. */
  async function shorten(): Promise<void> {
    const { replaceLines, sessionLine } = await sessionFile()
    const { thisWriter } = await import('../history/writer.ts')
    const session = sessionLine({ id: sessionId, startedAt, writer: thisWriter() })
    const kept = moments.filter(({ held }) => held === 'disk')
    const begun = beingWritten && moments.find(isOf(beingWritten))
    indexBytes = 0
    try {
      await replaceLines(ownFolder, [
        session,
        ...kept.map(moment => ({ kind: 'moment' as const, moment })),
        ...(begun ? [{ kind: 'begun' as const, moment: begun }] : []),
      ])
    } catch (error) {
      reportNote(`The index of the session stays as long as it is: ${String(error)}`)
    }
  }
  /** It will not be written: where it is not in memory either, it is nowhere. */
  const isLost = (snapshotId: string) => {
    if (gone.delete(snapshotId)) change(snapshotId, { held: 'dropped' })
  }

  function add(taken: TakenCapture, cause: MomentCause): void {
    const moment = momentOf(taken, cause, sessionId, moments.at(-1)?.addedAt ?? startedAt)
    places.set(moment.snapshotId, places.size)
    moments = [...moments, moment]
    if (isKept && !isStopped) {
      // There may be room on the disk again.
      waiting.push(...refused, taken)
      refused = []
      dropSome()
      writing ??= writeAll().finally(() => (writing = undefined))
    }
    thin()
    tell()
  }

  /** A guest that is watched may give more than a disk takes: what nobody asked for goes first. */
  function dropSome(): void {
    const isWatched = ({ capture }: TakenCapture) =>
      moments.find(({ snapshotId }) => snapshotId === capture.snapshotId)?.cause.kind === 'watch'
    for (;;) {
      const all = [...refused, ...waiting]
      if (all.length <= 1 || heldBytes(all) <= mostWaitingBytes) return
      const dropped = all.find(isWatched) ?? all[0]!
      refused = refused.filter(each => each !== dropped)
      if (waiting.includes(dropped)) waiting.splice(waiting.indexOf(dropped), 1)
      isLost(dropped.capture.snapshotId)
    }
  }

  async function writeAll(): Promise<void> {
    // The window is answered first.
    await sleep(0)
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      beingWritten = next
      await write(next).finally(() => (beingWritten = null))
    }
  }

  async function write(taken: TakenCapture): Promise<void> {
    const { snapshotId } = taken.capture
    const now = () => moments.find(isOf(taken))
    if (!now()) return
    try {
      const { makeSession } = await sessionFile()
      if (!isMade) {
        const { thisWriter } = await import('../history/writer.ts')
        await makeSession(ownFolder, { id: sessionId, startedAt, writer: thisWriter() })
        isMade = true
        await pruneOld().catch((error: unknown) =>
          reportNote(`Old sessions stay on the disk: ${String(error)}`),
        )
      }
      const begun = now()
      if (!begun) return
      await append([{ kind: 'begun', moment: begun }])
      const { saveKextant } = await import('../save-kextant.ts')
      const { version } = options
      const signal = new AbortController().signal
      const path = snapshotPath(ownFolder, snapshotId)
      const { bytes } = await saveKextant(taken, path, {
        version,
        overwrite: true,
        signal,
        otherwise: elsewhere,
      })
      const moment = now()
      if (moment) await append([{ kind: 'moment', moment: { ...moment, bytes, held: 'disk' } }])
      // It may have been thinned while it was written.
      if (now()) change(snapshotId, { bytes, held: 'disk' })
      else await removeFiles(ownFolder, [begun])
      gone.delete(snapshotId)
      if (refused.length === 0) trouble = null
      thin()
      tell()
    } catch (error) {
      const isOfDisk = typeof (error as NodeJS.ErrnoException).code === 'string'
      const isKnown = error instanceof FailureError
      if (!isKnown && !isOfDisk) reportBug(error, 'keeping the session')
      const why = isKnown
        ? sentenceFor(error.failure)
        : `${ownFolder} cannot be written: ${reasonOfWriting(error, elsewhere)}.`
      if (trouble === null) reportNote(`The session is not kept: ${why}`)
      trouble = `Captures of this session are not on the disk: ${why}`
      refused = [...refused, taken]
      dropSome()
      tell()
    }
  }

  function thin(): void {
    const gone = chooseThinned(
      moments.map((moment, at) => ({
        bytes: moment.bytes ?? 0,
        isOfAction: moment.cause.kind === 'action' || moments[at + 1]?.cause.kind === 'action',
        place: places.get(moment.snapshotId) ?? 0,
      })),
      limits,
    ).map(index => moments[index]!)
    if (gone.length === 0) return
    thinned += gone.length
    const ids = gone.map(({ snapshotId }) => snapshotId)
    moments = moments.filter(moment => !ids.includes(moment.snapshotId))
    const files = gone.filter(({ held }) => held === 'disk')
    if (files.length > 0) void removeFiles(ownFolder, files)
    refused = refused.filter(({ capture }) => !ids.includes(capture.snapshotId))
  }

  async function removeFiles(from: string, gone: readonly Moment[]): Promise<void> {
    try {
      const snapshotIds = gone.map(({ snapshotId }) => snapshotId)
      await append([{ kind: 'thinned', snapshotIds }])
      for (const each of snapshotIds) await rm(snapshotPath(from, each), { force: true })
    } catch (error) {
      reportNote(`Old captures of the session stay on the disk: ${String(error)}`)
    }
  }

  /** Older sessions, newest first, without this one. */
  const stored = async () => {
    const { readSessions } = await sessionFile()
    return (await readSessions(folder)).filter(({ id }) => id !== sessionId)
  }

  async function pruneOld(): Promise<void> {
    let [count, bytes] = [0, 0]
    for (const session of await stored()) {
      const summary = summaryOf(session, false)
      count++
      bytes += summary.bytes
      if (count <= oldLimits.mostSessions && bytes <= oldLimits.mostBytes) continue
      // The last one is what somebody looks for after a crash.
      if (count === 1 || session.ended === 'running' || isOpen(session.id)) continue
      if (session.newerFormat !== null) continue
      await (await sessionFile()).removeSession(session.folder)
    }
  }

  const isOpen = (id: string) => opened.some(session => session.id === id)
  const sessions = async () =>
    (await stored())
      .filter(session => session.moments.length > 0 || session.newerFormat !== null)
      .map(session => summaryOf(session, isOpen(session.id)))

  async function find(id: string): Promise<StoredSession> {
    const found = (await stored()).find(session => session.id === id)
    if (found) return found
    const detail = 'there is no such session any more'
    throw new FailureError({ kind: 'bad-request', request: 'timeline.openSession', detail })
  }

  async function read(snapshotId: string, signal: AbortSignal): Promise<TakenCapture | null> {
    const moment = get().moments.find(each => each.snapshotId === snapshotId)
    const inHand = notYetWritten().find(({ capture }) => capture.snapshotId === snapshotId)
    if (inHand) return inHand
    if (moment?.held !== 'disk') return null
    const home = opened.find(({ id }) => id === moment.sessionId)?.folder ?? ownFolder
    const { openFile } = await import('../open-capture.ts')
    const taken = await openFile(snapshotPath(home, snapshotId), parser, signal)
    // It is what it was when it was taken, not a file that somebody opened.
    return { ...taken, capture: { ...taken.capture, snapshotId, source: moment.source } }
  }

  return {
    add,
    get,
    sessions,
    left(snapshotId) {
      const moment = moments.find(each => each.snapshotId === snapshotId)
      if (moment?.held !== 'memory') return
      gone.add(snapshotId)
      if (notYetWritten().some(({ capture }) => capture.snapshotId === snapshotId)) return
      change(snapshotId, { held: 'dropped' })
    },
    async openSession(id) {
      if (id === sessionId || isOpen(id)) return get()
      const found = await find(id)
      if (isOpen(id)) return get()
      if (found.newerFormat !== null) throw tooNew('timeline.openSession', found.newerFormat)
      opened = [...opened, found].sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1))
      tell()
      return get()
    },
    async forget(id) {
      if (id === sessionId) {
        const detail = 'this session is the one that runs'
        throw new FailureError({ kind: 'bad-request', request: 'timeline.forget', detail })
      }
      const session = await find(id)
      if (session.ended === 'running') {
        const detail = 'another Kextant writes this session now'
        throw new FailureError({ kind: 'bad-request', request: 'timeline.forget', detail })
      }
      if (session.newerFormat !== null) throw tooNew('timeline.forget', session.newerFormat)
      opened = opened.filter(each => each.id !== id)
      await (await sessionFile()).removeSession(session.folder)
      tell()
      return sessions()
    },
    load(snapshotId, signal) {
      const known = loading.get(snapshotId)
      // Who began it may have gone on to another one, which ends it for them alone.
      if (known) return known.catch(() => this.load(snapshotId, signal))
      const reading = read(snapshotId, signal).finally(() => loading.delete(snapshotId))
      loading.set(snapshotId, reading)
      return reading
    },
    async stop() {
      isStopped = true
      const limit = new AbortController()
      const late = sleep(stopLimitMs, undefined, { signal: limit.signal }).catch(() => undefined)
      const last = async () => {
        await writing
        waiting.push(...refused)
        refused = []
        await writeAll()
        const ended = { kind: 'ended' as const, at: new Date().toISOString() }
        if (isMade) await append([ended]).catch(() => undefined)
      }
      await Promise.race([last(), late])
      limit.abort()
    },
  }
}

function tooNew(request: string, version: number): FailureError {
  const detail = `a newer Kextant has kept this session (form ${version}): open it with that one`
  return new FailureError({ kind: 'bad-request', request, detail })
}
