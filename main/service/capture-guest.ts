import { randomUUID } from 'node:crypto'
import type {
  Capture,
  CaptureProgress,
  CommandRecord,
  ConnectedGuest,
  MissingPart,
} from '../../core/contract/types.ts'
import { describeFormat } from '../../core/dump/describe-format.ts'
import { FailureError, sentenceFor } from '../../core/failure.ts'
import { readClassCounts } from '../../core/guest-facts/read-class-counts.ts'
import { readKernelLog } from '../../core/guest-facts/read-kernel-log.ts'
import type { InstalledKext, LoadedKext } from '../../core/kext/kext.ts'
import { installedKextFrom } from '../../core/kext/read-info-plist.ts'
import { readKextList } from '../../core/kext/read-kext-list.ts'
import { planeNames } from '../../core/registry/plane-names.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import { dmesg } from '../guest/commands/dmesg.ts'
import { readInfoPlists } from '../guest/commands/info-plists.ts'
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
import { textOf, type CommandResult } from '../guest/command.ts'
import type { GuestSession } from '../guest/session.ts'
import { readPlist } from '../plist/read-plist.ts'
import type { ParseJob, Parser } from './parse-client.ts'
import { planeSummaries, serviceCount } from './snapshot-facts.ts'

export interface TakenCapture {
  readonly capture: Capture
  readonly snapshot: Snapshot
}

export interface CaptureGuestOptions {
  readonly session: GuestSession
  readonly guest: ConnectedGuest
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
  const notes = new CaptureNotes(options)
  // The registry is read plane by plane, into one snapshot; the small things go alongside.
  const registry = captureRegistry(options, notes)
  const parts = Promise.all([
    notes.part('loaded kexts', () => loadedKexts(session, notes, signal)),
    notes.part('installed kexts', () => installedKexts(session, notes, signal)),
    notes.part('class counts', () => classCounts(session, notes, signal)),
    notes.part('kernel log', () => kernelLog(session, notes, signal)),
  ])
  // Either may fail first, and is the one to tell; the other must not be left without somebody who looks
  // at its end.
  await Promise.all([registry, parts]).catch(async (error: unknown) => {
    spoiled.abort()
    await Promise.allSettled([registry, parts])
    throw error
  })
  const [registryEnd, partsEnd] = [await registry, await parts]
  const { snapshot, format } = registryEnd
  const [kexts, installed, counts, log] = partsEnd
  const capture: Capture = {
    snapshotId: randomUUID(),
    source: { kind: 'guest', targetId: guest.target.id, label: guest.target.label },
    format,
    ...describeFormat(format, snapshot),
    takenAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    identity: guest.identity,
    planes: planeSummaries(snapshot),
    serviceCount: serviceCount(snapshot),
    kexts,
    installed,
    classCounts: counts,
    kernelLog: log,
    missing: notes.missing,
    problems: snapshot.problems,
    commands: notes.commands,
  }
  return { capture, snapshot }
}

/** A guest on a fast link sends thousands of pieces; nobody reads a number that changes so often. */
const tellEveryMs = 50

/** Progress, what is missing, and which commands ran: gathered while a capture is under way. */
class CaptureNotes {
  readonly missing: MissingPart[] = []
  readonly commands: CommandRecord[] = []
  private readonly options: CaptureGuestOptions
  private done = 0
  private total = 5
  private bytes = 0
  private step = 'reading the registry'
  private toldAt = 0

  constructor(options: CaptureGuestOptions) {
    this.options = options
  }

  expect(more: number): void {
    this.total += more
  }

  begin(step: string): void {
    this.step = step
    this.tell()
  }

  received(bytes: number): void {
    this.bytes += bytes
    if (Date.now() - this.toldAt >= tellEveryMs) this.tell()
  }

  ended(result?: CommandResult): void {
    this.done++
    if (result) this.ran(result)
    this.tell()
  }

  ran({ command, exitCode, durationMs, bytes }: CommandResult): void {
    this.commands.push({ command, exitCode, durationMs: Math.round(durationMs), bytes })
  }

  /** A part that the capture can do without: a failure is noted, and the part is null. */
  async part<T>(name: string, work: () => Promise<T>): Promise<T | null> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof FailureError)) throw error
      const { failure } = error
      // Without the guest there is no rest to show.
      if (failure.kind === 'cancelled' || failure.kind === 'connection-lost') throw error
      if (failure.kind === 'not-connected') throw error
      this.missing.push({ part: name, reason: sentenceFor(failure) })
      return null
    } finally {
      this.ended()
    }
  }

  private tell(): void {
    this.toldAt = Date.now()
    const { step, done, total, bytes } = this
    this.options.progress({ step, done, total, bytes })
  }
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
  notes.ran(root)
  const job = parser.job(signal)
  let names: readonly string[]
  try {
    job.begin('root', { kind: 'text', plane: 'IOService' })
    await job.push(root.stdout!)
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
  const sink = sinkInto(job, notes)
  try {
    for (const plane of planes) {
      notes.begin(`reading plane ${plane}`)
      job.begin(plane, { kind: 'archive', plane })
      const result = await readPlaneArchive(session, plane, sink, signal)
      const { isComplete } = await job.end()
      if (!isComplete) {
        job.drop()
        return null
      }
      await notes.part(`class chains of plane ${plane}`, async () => {
        job.begin(`${plane} (node lines)`, { kind: 'headers' })
        const headers = await readPlaneHeaders(session, plane, sink, signal)
        await job.end()
        notes.ran(headers)
      })
      notes.ran(result)
    }
    return await job.seal()
  } catch (error) {
    job.drop()
    throw error
  }
}

async function readTexts(
  { session, parser, signal }: CaptureGuestOptions,
  notes: CaptureNotes,
  planes: readonly string[],
): Promise<Snapshot> {
  const job = parser.job(signal)
  const sink = sinkInto(job, notes)
  try {
    for (const plane of planes) {
      notes.begin(`reading plane ${plane} as text`)
      job.begin(plane, { kind: 'text', plane })
      const result = await readPlaneText(session, plane, sink, signal)
      await job.end()
      notes.ended(result)
    }
    return await job.seal()
  } catch (error) {
    job.drop()
    throw error
  }
}

function sinkInto(job: ParseJob, notes: CaptureNotes): (chunk: Uint8Array) => Promise<void> {
  return async chunk => {
    notes.received(chunk.length)
    await job.push(chunk)
  }
}

async function loadedKexts(
  session: GuestSession,
  notes: CaptureNotes,
  signal: AbortSignal,
): Promise<readonly LoadedKext[]> {
  const hasOnlyKmutil = !session.toolPaths.has('kextstat') && session.toolPaths.has('kmutil')
  const list = hasOnlyKmutil ? kmutilShowLoaded : kextstat
  const result = await list(session, signal)
  notes.ran(result)
  const { kexts, problems } = readKextList(textOf(result), hasOnlyKmutil ? 'kmutil' : 'kextstat')
  for (const { message } of problems) notes.missing.push({ part: 'loaded kexts', reason: message })
  return kexts
}

async function installedKexts(
  session: GuestSession,
  notes: CaptureNotes,
  signal: AbortSignal,
): Promise<readonly InstalledKext[]> {
  const kexts: InstalledKext[] = []
  const { problems } = await readInfoPlists(
    session,
    ({ path, bytes }) => {
      const folder = path.replace(/(\/Contents)?\/Info\.plist$/, '')
      kexts.push(kextOf(folder, path, bytes))
    },
    signal,
  )
  for (const reason of problems) notes.missing.push({ part: 'installed kexts', reason })
  return kexts.sort((a, b) => a.path.localeCompare(b.path))
}

/** A broken Info.plist is shown as a kext with a problem, not left out. */
function kextOf(folder: string, path: string, bytes: Uint8Array): InstalledKext {
  try {
    return installedKextFrom(folder, readPlist(bytes, path))
  } catch (error) {
    if (!(error instanceof FailureError)) throw error
    return {
      path: folder,
      bundleIdentifier: '',
      version: '',
      executable: null,
      compatibleVersion: null,
      libraries: [],
      personalities: [],
      problems: [error.message],
      notes: [],
    }
  }
}

async function classCounts(
  session: GuestSession,
  notes: CaptureNotes,
  signal: AbortSignal,
): Promise<readonly (readonly [string, number])[]> {
  const result = await ioclasscount(session, [], signal)
  notes.ran(result)
  return [...readClassCounts(textOf(result), 'ioclasscount').counts]
}

async function kernelLog(
  session: GuestSession,
  notes: CaptureNotes,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const result = await dmesg(session, signal)
  notes.ran(result)
  return readKernelLog(textOf(result))
}
