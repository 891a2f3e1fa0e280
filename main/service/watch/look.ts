import { randomUUID } from 'node:crypto'
import type { Capture, ConnectedGuest } from '../../../core/contract/types.ts'
import { diffSnapshots } from '../../../core/diff/diff-snapshots.ts'
import type { SnapshotDiff } from '../../../core/diff/snapshot-diff.ts'
import { describeFormat } from '../../../core/dump/describe-format.ts'
import { isOutputKind, type OutputKind } from '../../../core/kextant/output-kinds.ts'
import type { SavedCommand } from '../../../core/kextant/manifest.ts'
import type { LookCost } from '../../../core/watch/pace.ts'
import type { CommandResult } from '../../guest/command.ts'
import { dmesg } from '../../guest/commands/dmesg.ts'
import { ioclasscount } from '../../guest/commands/ioclasscount.ts'
import {
  readPlaneArchive,
  readPlaneHeaders,
  readPlaneText,
  type Sink,
} from '../../guest/commands/ioreg.ts'
import { kextstat } from '../../guest/commands/kextstat.ts'
import { kmutilShowLoaded } from '../../guest/commands/kmutil.ts'
import type { GuestSession } from '../../guest/session.ts'
import { headersLabel, type TakenCapture } from '../capture-guest.ts'
import { CaptureNotes, commandsOf } from '../capture-notes.ts'
import { CaptureParts, isPartKind, partNames, type PartKind } from '../capture-parts.ts'
import { piecesOf, RunningMark, type Output } from '../evidence.ts'
import type { ParseJob, Parser } from '../parse-client.ts'
import { planeSummaries, serviceCount } from '../snapshot-facts.ts'
import { RunningCost } from './look-cost.ts'

export interface LookOptions {
  readonly session: GuestSession
  readonly guest: ConnectedGuest
  readonly parser: Parser
  /** The capture before, of this boot: what is not read anew is taken from it. */
  readonly base: TakenCapture
  /** Planes that are read anew. */
  readonly planes: ReadonlySet<string>
  /** Parts beside the registry that are read anew. */
  readonly parts: ReadonlySet<PartKind>
  readonly signal: AbortSignal
}

export interface Look {
  readonly taken: TakenCapture
  /** Against the base. */
  readonly diff: SnapshotDiff
  readonly cost: LookCost
  readonly hasOtherKexts: boolean
}

/** The archive broke off, as it does where a property holds what it cannot write: only a whole capture can go on. */
export class LookBrokeOff extends Error {}

/** What is asked again when places in IOService have come or gone. */
const partsOfChange: ReadonlySet<PartKind> = new Set([
  'kextstat',
  'kmutil-showloaded',
  'ioclasscount',
  'dmesg',
])

/**
 * One look: what was asked for is read, and all the rest when that shows that the registry's shape has changed, so that
 * no plane shows an entry that another one has not any more.
 */
export async function lookAtGuest(options: LookOptions): Promise<Look> {
  const { base, planes, guest } = options
  const cost = new RunningCost()
  const first = await readLook(options, cost)
  const boot = guest.identity.bootSessionUuid
  const compare = (taken: TakenCapture) =>
    diffSnapshots(base.snapshot, taken.snapshot, { boots: { before: boot, after: boot } })
  const diff = compare(first)
  const hasOtherShape = diff.added.length + diff.removed.length + diff.places.length > 0
  if (!hasOtherShape) {
    return { taken: first, diff, cost, hasOtherKexts: hasOtherKexts(base, first) }
  }
  const others = first.snapshot.planes.map(table => table.plane).filter(name => !planes.has(name))
  const parts = new Set([...partsOfChange].filter(kind => !options.parts.has(kind)))
  const whole = await readLook({ ...options, base: first, planes: new Set(others), parts }, cost)
  // What the first step read is no less new for having been handed on.
  const carried = whole.capture.look!.carried.filter(name =>
    first.capture.look!.carried.includes(name),
  )
  const taken = { ...whole, capture: { ...whole.capture, look: { carried } } }
  return { taken, diff: compare(taken), cost, hasOtherKexts: hasOtherKexts(base, taken) }
}

/** Loaded or unloaded, or another build; where they lie and how often they are referred to is not looked at. */
function hasOtherKexts(before: TakenCapture, after: TakenCapture): boolean {
  const keyOf = ({ kexts }: Capture) =>
    kexts?.map(kext => [kext.bundleIdentifier, kext.version, kext.uuid].join(' ')).sort() ?? []
  return keyOf(before.capture).join('\n') !== keyOf(after.capture).join('\n')
}

/** Everything of the base, with the planes and parts that were asked for read anew. */
async function readLook(options: LookOptions, cost: RunningCost): Promise<TakenCapture> {
  const { session, guest, parser, base, planes, parts, signal } = options
  const startedAt = new Date()
  const notes = new CaptureNotes(() => undefined)
  const carriedCommands: SavedCommand[] = []
  const carried: string[] = []
  const found = new CaptureParts(guest.identity.machine)
  const fresh = new Set<PartKind>()
  const job = parser.job(signal)
  const ran = (result: CommandResult, file: string) => {
    cost.add(result)
    notes.ran(result, file)
  }
  const commandOf = (output: Output, file: string) => {
    const known = base.evidence.record.commands.find(command => command.file === output.path)
    if (known) carriedCommands.push({ ...known, file })
  }
  try {
    // In the order of the base, so that the first place of an entry stays the first: it is what is compared.
    for (const output of base.evidence.outputs) {
      const { kind, plane } = output
      if (!isOutputKind(kind)) continue
      if (plane !== undefined && isPlaneKind(kind)) {
        const kept = await feedPlane({ ...options, job, notes, output, kind, plane, ran })
        if (!planes.has(plane)) {
          commandOf(output, kept)
          if (kind !== 'headers') carried.push(plane)
        }
        continue
      }
      const command = isPartKind(kind) && parts.has(kind) ? partCommands[kind] : undefined
      if (isPartKind(kind) && command) {
        const result = await notes.part(partNames[kind], () => command(session, signal))
        if (result) {
          cost.add(result)
          await found.read(kind, [notes.took(kind, result)])
          fresh.add(kind)
          continue
        }
      }
      const pieces: Uint8Array[] = []
      for await (const piece of piecesOf(output.content, base.snapshot)) pieces.push(piece)
      commandOf(output, notes.keep(kind, pieces, plane))
      if (isPartKind(kind)) carried.push(partNames[kind])
    }
    const snapshot = await job.seal()
    const { capture } = base
    const takenAt = startedAt.toISOString()
    const durationMs = Date.now() - startedAt.getTime()
    const outputs = notes.outputs(snapshot)
    const isFresh = (...kinds: PartKind[]) => kinds.some(kind => fresh.has(kind))
    return {
      snapshot,
      capture: {
        snapshotId: randomUUID(),
        source: capture.source,
        format: capture.format,
        ...describeFormat(capture.format, snapshot),
        takenAt,
        durationMs,
        identity: guest.identity,
        planes: planeSummaries(snapshot),
        serviceCount: serviceCount(snapshot),
        kexts: isFresh('kextstat', 'kmutil-showloaded') ? found.kexts : capture.kexts,
        installed: capture.installed,
        bootPersonalities: capture.bootPersonalities ?? null,
        classCounts: isFresh('ioclasscount') ? found.classCounts : capture.classCounts,
        kernelLog: isFresh('dmesg') ? found.kernelLog : capture.kernelLog,
        missing: capture.missing,
        problems: snapshot.problems,
        commands: commandsOf(notes.commands),
        look: { carried: [...new Set(carried)] },
      },
      evidence: {
        outputs,
        record: {
          ...base.evidence.record,
          takenAt,
          durationMs,
          identity: guest.identity,
          commands: [...carriedCommands, ...notes.commands],
        },
      },
    }
  } catch (error) {
    job.drop()
    throw error
  }
}

type PlaneKind = Extract<OutputKind, 'archive' | 'headers' | 'text'>
const isPlaneKind = (kind: string): kind is PlaneKind =>
  kind === 'archive' || kind === 'headers' || kind === 'text'

const planeCommands = {
  archive: readPlaneArchive,
  headers: readPlaneHeaders,
  text: readPlaneText,
} as const

const partCommands: Partial<
  Record<PartKind, (session: GuestSession, signal: AbortSignal) => Promise<CommandResult>>
> = {
  kextstat,
  'kmutil-showloaded': kmutilShowLoaded,
  ioclasscount: (session, signal) => ioclasscount(session, [], signal),
  dmesg,
}

interface PlaneFeed extends LookOptions {
  readonly job: ParseJob
  readonly notes: CaptureNotes
  readonly output: Output
  readonly kind: PlaneKind
  readonly plane: string
  readonly ran: (result: CommandResult, file: string) => void
}

/** One output of one plane into the job: as the guest prints it now, or as it lay in the base. Returns its place. */
async function feedPlane(feed: PlaneFeed): Promise<string> {
  const { session, base, planes, signal, job, notes, output, kind, plane, ran } = feed
  if (kind === 'headers') job.begin(headersLabel(plane), { kind: 'headers' })
  else job.begin(plane, { kind, plane })
  const mark = new RunningMark()
  const pieces: Uint8Array[] = []
  const take: Sink = async piece => {
    if (kind === 'headers') pieces.push(notes.copyOf(piece))
    else mark.add(piece)
    await job.push(piece)
  }
  let result: CommandResult | null = null
  if (planes.has(plane)) result = await planeCommands[kind](session, plane, take, signal)
  else {
    // A copy: the piece goes to another thread, and the base keeps its own.
    for await (const piece of piecesOf(output.content, base.snapshot)) await take(piece.slice())
  }
  const { isComplete } = await job.end()
  if (kind === 'archive' && !isComplete) throw new LookBrokeOff()
  const file = notes.keep(kind, kind === 'headers' ? pieces : mark, plane)
  if (result) ran(result, file)
  return file
}
