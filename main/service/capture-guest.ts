import { randomUUID } from 'node:crypto'
import type { Capture, CaptureProgress, ConnectedGuest } from '../../core/contract/types.ts'
import { describeFormat } from '../../core/dump/describe-format.ts'
import { planeNames } from '../../core/registry/plane-names.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import type { CommandResult } from '../guest/command.ts'
import {
  archiveBootPersonalities,
  mayHaveBootPersonalities,
} from '../guest/commands/boot-personalities.ts'
import { dmesg } from '../guest/commands/dmesg.ts'
import type { IdentityResults } from '../guest/commands/identify.ts'
import { archiveInfoPlists } from '../guest/commands/info-plists.ts'
import { ioclasscount } from '../guest/commands/ioclasscount.ts'
import {
  archiveIsSupported,
  readPlaneArchive,
  readPlaneHeaders,
  readPlaneText,
  readRoot,
} from '../guest/commands/ioreg.ts'
import { kextstat } from '../guest/commands/kextstat.ts'
import { kmutilShowLoaded } from '../guest/commands/kmutil.ts'
import type { GuestSession } from '../guest/session.ts'
import { CaptureNotes, commandsOf } from './capture-notes.ts'
import { CaptureParts, partNames, type PartKind } from './capture-parts.ts'
import { RunningMark, type Evidence } from './evidence.ts'
import type { ParseJob, Parser } from './parse-client.ts'
import { planeSummaries, serviceCount } from './snapshot-facts.ts'

export interface TakenCapture {
  readonly capture: Capture
  readonly snapshot: Snapshot
  /** What both were read from. */
  readonly evidence: Evidence
}

export interface CaptureGuestOptions {
  readonly session: GuestSession
  readonly guest: ConnectedGuest
  /** What the guest printed when it was asked who it is. */
  readonly signInResults: IdentityResults
  readonly parser: Parser
  readonly signal: AbortSignal
  readonly progress: (progress: CaptureProgress) => void
}

/**
 * One capture of everything a guest tells: all planes, loaded and installed kexts, class counts, the
 * kernel log. What it cannot give is listed with the reason, and the rest is kept; only a guest that gives
 * no registry at all fails.
 */
export async function captureGuest(given: CaptureGuestOptions): Promise<TakenCapture> {
  const { session, guest } = given
  const startedAt = new Date()
  // What cannot become a capture any more need not be read to its end.
  const spoiled = new AbortController()
  const signal = AbortSignal.any([given.signal, spoiled.signal])
  const options = { ...given, signal }
  const notes = new CaptureNotes(given.progress)
  const { uname, swVers, sysctl } = given.signInResults
  if (uname) notes.took('uname', uname, 'sign-in')
  if (swVers) notes.took('sw_vers', swVers, 'sign-in')
  if (sysctl) notes.took('sysctl', sysctl, 'sign-in')
  // The registry is read plane by plane, into one snapshot; the small things go alongside.
  const registry = captureRegistry(options, notes)
  const { darwinMajor, machine } = guest.identity
  const found = new CaptureParts(machine)
  const take = (kind: PartKind, command: Promise<CommandResult>) =>
    notes.part(partNames[kind], async () => found.read(kind, [notes.took(kind, await command)]))
  const takeBootPersonalities = () => {
    const part = partNames['boot-personalities']
    notes.expect(1)
    return notes.part(part, async () => {
      const result = await archiveBootPersonalities(session, machine, signal)
      if (result) {
        return found.read('boot-personalities', [notes.took('boot-personalities', result)])
      }
      notes.missing.push({ part, reason: 'The guest has no cache of them that may be read.' })
    })
  }
  const hasOnlyKmutil = !session.toolPaths.has('kextstat') && session.toolPaths.has('kmutil')
  const parts = Promise.all([
    hasOnlyKmutil
      ? take('kmutil-showloaded', kmutilShowLoaded(session, signal))
      : take('kextstat', kextstat(session, signal)),
    take('info-plists', archiveInfoPlists(session, signal)),
    mayHaveBootPersonalities(darwinMajor) ? takeBootPersonalities() : null,
    take('ioclasscount', ioclasscount(session, [], signal)),
    take('dmesg', dmesg(session, signal)),
  ])
  // Either may fail first, and is the one to tell; the other must not be left without somebody who looks
  // at its end.
  await Promise.all([registry, parts]).catch(async (error: unknown) => {
    spoiled.abort()
    await Promise.allSettled([registry, parts])
    throw error
  })
  const { snapshot, format } = await registry
  const { label, id: targetId } = guest.target
  const outputs = notes.outputs(snapshot)
  const record = {
    source: { kind: 'guest' as const, label, format },
    takenAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    identity: guest.identity,
    commands: notes.commands,
    missing: notes.missing,
    problems: [],
  }
  const capture: Capture = {
    snapshotId: randomUUID(),
    source: { kind: 'guest', targetId, label },
    format,
    ...describeFormat(format, snapshot),
    takenAt: record.takenAt,
    durationMs: record.durationMs,
    identity: guest.identity,
    planes: planeSummaries(snapshot),
    serviceCount: serviceCount(snapshot),
    kexts: found.kexts,
    installed: found.installed,
    bootPersonalities: found.bootPersonalities(darwinMajor),
    classCounts: found.classCounts,
    kernelLog: found.kernelLog,
    missing: [...notes.missing, ...found.missing],
    problems: snapshot.problems,
    commands: commandsOf(notes.commands),
  }
  return { capture, snapshot, evidence: { record, outputs } }
}

interface CapturedRegistry {
  readonly snapshot: Snapshot
  readonly format: Capture['format']
}

async function captureRegistry(
  options: CaptureGuestOptions,
  notes: CaptureNotes,
): Promise<CapturedRegistry> {
  const { session, signal } = options
  const planes = await namesOfPlanes(options, notes)
  notes.expect(planes.length)
  if (await archiveIsSupported(session, signal)) {
    const whole = await readArchives(options, notes, planes)
    if (whole) return { snapshot: whole, format: 'ioreg-archive' }
    notes.forgetPlanes()
    // A set in a property breaks the archive of tools before 10.15, silently (facts: ioreg, section 7).
    notes.missing.push({
      part: 'exact property types',
      reason:
        'The archive of this ioreg is cut off, as it is before 10.15 when a property holds a set; the text format was read instead, which cannot tell some types apart.',
    })
  } else {
    notes.missing.push({
      part: 'exact property types',
      reason:
        'This ioreg has no archive mode (-a), so the text format was read, which cannot tell some types apart.',
    })
  }
  return { snapshot: await readTexts(options, notes, planes), format: 'ioreg-text' }
}

async function namesOfPlanes(
  { session, parser, signal }: CaptureGuestOptions,
  notes: CaptureNotes,
): Promise<readonly string[]> {
  const root = await readRoot(session, signal)
  const bytes = notes.took('root', root)
  const job = parser.job(signal)
  let names: readonly string[]
  try {
    job.begin('root', { kind: 'text', plane: 'IOService' })
    await job.push(new Uint8Array(bytes))
    await job.end()
    names = planeNames(await job.seal())
  } catch (error) {
    job.drop()
    throw error
  }
  return names.length > 0 ? names : ['IOService']
}

/** All planes as archives, with the true classes from the node lines; null when an archive is cut. */
async function readArchives(
  options: CaptureGuestOptions,
  notes: CaptureNotes,
  planes: readonly string[],
): Promise<Snapshot | null> {
  const { session, parser, signal } = options
  const job = parser.job(signal)
  try {
    for (const plane of planes) {
      notes.begin(`reading plane ${plane}`)
      const mark = new RunningMark()
      job.begin(plane, { kind: 'archive', plane })
      const sink = sinkInto(job, notes, piece => mark.add(piece))
      const result = await readPlaneArchive(session, plane, sink, signal)
      const { isComplete } = await job.end()
      const file = notes.keep('archive', mark, plane)
      if (!isComplete) {
        job.drop()
        return null
      }
      await notes.part(`class chains of plane ${plane}`, () => {
        job.begin(headersLabel(plane), { kind: 'headers' })
        return readHeaders(options, notes, job, plane)
      })
      notes.ran(result, file)
    }
    return await job.seal()
  } catch (error) {
    job.drop()
    throw error
  }
}

/** What the source of a plane's node lines is called in problems. */
export const headersLabel = (plane: string) => `${plane} (node lines)`

async function readHeaders(
  { session, signal }: CaptureGuestOptions,
  notes: CaptureNotes,
  job: ParseJob,
  plane: string,
): Promise<void> {
  const pieces: Uint8Array[] = []
  let file: string | null = null
  try {
    const sink = sinkInto(job, notes, piece => pieces.push(notes.copyOf(piece)))
    const result = await readPlaneHeaders(session, plane, sink, signal)
    await job.end()
    file = notes.keep('headers', pieces, plane)
    notes.ran(result, file)
  } finally {
    // What came before it broke off has been read as well.
    if (file === null && pieces.length > 0) notes.keep('headers', pieces, plane)
  }
}

async function readTexts(
  { session, parser, signal }: CaptureGuestOptions,
  notes: CaptureNotes,
  planes: readonly string[],
): Promise<Snapshot> {
  const job = parser.job(signal)
  try {
    for (const plane of planes) {
      notes.begin(`reading plane ${plane} as text`)
      const mark = new RunningMark()
      job.begin(plane, { kind: 'text', plane })
      const sink = sinkInto(job, notes, piece => mark.add(piece))
      const result = await readPlaneText(session, plane, sink, signal)
      await job.end()
      notes.ran(result, notes.keep('text', mark, plane))
      notes.ended()
    }
    return await job.seal()
  } catch (error) {
    job.drop()
    throw error
  }
}

function sinkInto(
  job: ParseJob,
  notes: CaptureNotes,
  look: (piece: Uint8Array) => void,
): (piece: Uint8Array) => Promise<void> {
  return async piece => {
    notes.received(piece.length)
    // Before it is handed over: the buffer goes to another thread.
    look(piece)
    await job.push(piece)
  }
}
