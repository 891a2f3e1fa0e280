import { createHash, randomUUID } from 'node:crypto'
import type { Capture } from '../../core/contract/types.ts'
import { FailureError } from '../../core/failure.ts'
import {
  manifestName,
  type CaptureRecord,
  type Manifest,
  type OutputFile,
} from '../../core/kextant/manifest.ts'
import { isOutputKind } from '../../core/kextant/output-kinds.ts'
import type { DumpProblem, Snapshot } from '../../core/registry/snapshot.ts'
import { SnapshotBuilder } from '../../core/registry/snapshot-builder.ts'
import { describeFormat } from '../../core/dump/describe-format.ts'
import { captureStream, type ReadCapture } from './capture-file.ts'
import { headersLabel, type TakenCapture } from './capture-guest.ts'
import { commandsOf } from './capture-notes.ts'
import { CaptureParts, isPartKind, partNames } from './capture-parts.ts'
import { identityFrom } from './guest-identity.ts'
import { RunningMark, sourceWith, type Output } from './evidence.ts'
import { unpackGzip } from './gzip-stream.ts'
import { Original } from './original.ts'
import type { Parser } from './parse-client.ts'
import type { DumpKind } from './parse-messages.ts'
import { readManifest } from './read-manifest.ts'
import { identityOfDump, planeSummaries, serviceCount } from './snapshot-facts.ts'
import { damaged, openZip, unpack, type MemberReading, type ZipMember } from './zip-members.ts'

/** Where a `.kextant` lies, or its bytes when it came by a pipe. */
export interface KextantSource {
  readonly path: string
  readonly label: string
  readonly bytes: Uint8Array | null
}

/** Of what is held beside the snapshot. */
const heldLimitBytes = 1_000_000_000
/** A snapshot has at most 255 sources; a guest has some ten planes. */
const mostDumps = 200

/**
 * Opens a saved capture: its outputs are read again, as if the guest had just printed them. What is missing
 * or damaged in the file is named, and the rest is read.
 *
 * @throws FailureError capture-damaged, newer-format, not-a-dump (another ZIP), file-unreadable
 */
export async function openKextant(
  source: KextantSource,
  parser: Parser,
  signal: AbortSignal,
): Promise<TakenCapture> {
  const zip = await openZip(source.bytes ?? source.path, source.label)
  try {
    const { manifest, folder } = await readManifest(zip.members, source.label, signal)
    const reading = new KextantReading(manifest, zip.members, folder, parser, signal)
    return await reading.taken(source, zip.problems)
  } finally {
    zip.close()
  }
}

/** One opening: goes through the files that the manifest names, in its order. */
class KextantReading {
  readonly #manifest: Manifest
  readonly #members: ReadonlyMap<string, ZipMember>
  readonly #folder: string
  readonly #parser: Parser
  readonly #signal: AbortSignal
  readonly #outputs: Output[] = []
  readonly #problems: DumpProblem[] = []
  readonly #missing: CaptureRecord['missing'] = []
  #heldBytes = 0

  constructor(
    manifest: Manifest,
    members: ReadonlyMap<string, ZipMember>,
    folder: string,
    parser: Parser,
    signal: AbortSignal,
  ) {
    this.#manifest = manifest
    this.#members = members
    this.#folder = folder
    this.#parser = parser
    this.#signal = signal
  }

  async taken(source: KextantSource, zipProblems: readonly DumpProblem[]): Promise<TakenCapture> {
    const { formatVersion: _version, kextant: _kextant, files, ...saved } = this.#manifest
    const { path, label } = source
    const read =
      saved.source.kind === 'file' ? await this.#readDump(path, label) : await this.#readGuest(path)
    if (this.#outputs.length === 0) throw damaged(label, 'none of its outputs can be read')
    this.#noteUnnamed(label)
    const kept = new Set(this.#outputs.map(output => output.path))
    const record: CaptureRecord = {
      ...saved,
      commands: saved.commands.map(command =>
        command.file === null || kept.has(command.file) ? command : { ...command, file: null },
      ),
      missing: [...saved.missing, ...this.#missing],
      problems: [...saved.problems, ...zipProblems, ...this.#problems],
    }
    const capture: Capture = {
      ...read.capture,
      snapshotId: randomUUID(),
      source: { kind: 'file', path, label, savedFrom: saved.source.label },
      takenAt: saved.takenAt,
      durationMs: saved.durationMs,
      missing: [...record.missing, ...read.capture.missing],
      problems: [...read.capture.problems, ...record.problems],
      commands: commandsOf(saved.commands),
    }
    const order = new Map(files.map((file, index) => [file.path, index]))
    const outputs = this.#outputs.sort((a, b) => order.get(a.path)! - order.get(b.path)!)
    return { capture, snapshot: read.snapshot, evidence: { record, outputs } }
  }

  /** A file that was opened in place of a guest. */
  async #readDump(path: string, label: string): Promise<ReadCapture> {
    const { files, source } = this.#manifest
    const file = files.find(({ kind }) => kind === 'dump')
    const pieces = file && this.#piecesOf(file)
    if (!pieces) throw damaged(label, 'the dump that it was saved from is not in it')
    const original = new Original(null)
    const stream = unpackGzip(original.watch(pieces), label)
    const place = { path, label: source.label }
    const read = await captureStream(stream, place, this.#parser, this.#signal)
    this.#keep(file, original.content(read.snapshot))
    for (const other of files) if (other !== file) await this.#hold(other)
    return read
  }

  async #readGuest(path: string): Promise<ReadCapture> {
    const { files, identity, source } = this.#manifest
    const isDump = ({ kind }: OutputFile) => dumpKindOf(kind, '') !== null
    const dumps = files.filter(isDump)
    const snapshot = await this.#readRegistry(dumps.slice(0, mostDumps))
    for (const file of dumps.slice(mostDumps)) {
      this.#lacks(file, `A capture with more than ${mostDumps} dumps of planes is not read whole.`)
    }
    const parts = new CaptureParts(identity?.machine ?? null)
    const printed: Record<'uname' | 'sw_vers' | 'sysctl', Uint8Array | null> = {
      uname: null,
      sw_vers: null,
      sysctl: null,
    }
    for (const file of files) {
      if (isDump(file)) continue
      const pieces = await this.#hold(file)
      if (!pieces) continue
      const { kind } = file
      if (isPartKind(kind)) await parts.read(kind, pieces)
      else if (kind === 'uname' || kind === 'sw_vers' || kind === 'sysctl') {
        printed[kind] = Buffer.concat(pieces)
      }
    }
    const isIdentified = Object.values(printed).some(bytes => bytes !== null)
    const { kexts, installed, classCounts, kernelLog, missing } = parts
    const format = files.some(({ kind }) => kind === 'archive') ? 'ioreg-archive' : 'ioreg-text'
    const known = isIdentified ? identityFrom(printed) : (identity ?? identityOfDump(snapshot))
    const capture: Capture = {
      snapshotId: '',
      source: { kind: 'file', path, label: source.label },
      format,
      ...describeFormat(format, snapshot),
      takenAt: '',
      durationMs: 0,
      identity: known,
      planes: planeSummaries(snapshot),
      serviceCount: serviceCount(snapshot),
      kexts,
      installed,
      bootPersonalities: parts.bootPersonalities(known?.darwinMajor ?? null),
      classCounts,
      kernelLog,
      missing,
      problems: snapshot.problems,
      commands: [],
    }
    return { capture, snapshot }
  }

  /** The dumps of all planes into one snapshot, in the order in which the guest printed them. */
  async #readRegistry(files: readonly OutputFile[]): Promise<Snapshot> {
    const job = this.#parser.job(this.#signal)
    const marks: [OutputFile, RunningMark][] = []
    try {
      for (const file of files) {
        const plane = file.plane ?? ''
        const pieces = this.#piecesOf(file)
        if (!pieces) continue
        const isHeaders = file.kind === 'headers'
        job.begin(isHeaders ? headersLabel(plane) : plane, dumpKindOf(file.kind, plane)!)
        const mark = new RunningMark()
        const held: Uint8Array[] = []
        for await (const piece of pieces) {
          mark.add(piece)
          if (isHeaders) held.push(this.#copyOf(piece))
          await job.push(piece)
        }
        await job.end()
        if (isHeaders) this.#keep(file, { where: 'memory', pieces: held })
        else marks.push([file, mark])
      }
      if (marks.length === 0) {
        job.drop()
        return new SnapshotBuilder().seal()
      }
      const snapshot = await job.seal()
      for (const [file, mark] of marks) {
        const source = sourceWith(snapshot, mark)
        if (source >= 0) this.#keep(file, { where: 'snapshot', source })
        else this.#lacks(file, 'It had to be decoded to be read, and cannot be saved again.')
      }
      return snapshot
    } catch (error) {
      job.drop()
      throw error
    }
  }

  /** A file that is kept whole beside the snapshot. */
  async #hold(file: OutputFile): Promise<Uint8Array[] | null> {
    const pieces = this.#piecesOf(file)
    if (!pieces) return null
    const held: Uint8Array[] = []
    for await (const piece of pieces) held.push(this.#copyOf(piece))
    this.#keep(file, { where: 'memory', pieces: held })
    if (!isOutputKind(file.kind)) {
      this.#notes(file, 'skipped', 'is of a kind that this Kextant does not know; it was kept.')
    }
    return held
  }

  /** The bytes of a file; null, and noted, when the ZIP does not give it. */
  #piecesOf(file: OutputFile): AsyncIterable<Uint8Array> | null {
    const member = this.#members.get(this.#folder + file.path)
    if (!member) this.#lacks(file, `${file.path} is named in the manifest and is not in the ZIP.`)
    else if (member.refusal !== null) this.#lacks(file, `${file.path}: ${member.refusal}`)
    else return this.#checked(file, member)
    return null
  }

  async *#checked(file: OutputFile, member: ZipMember): AsyncGenerator<Uint8Array> {
    const reading: MemberReading = { length: 0, fault: null }
    const hash = createHash('sha256')
    for await (const piece of unpack(member, reading, this.#signal)) {
      hash.update(piece)
      yield piece
    }
    const isOther = file.sha256 !== null && hash.digest('hex') !== file.sha256
    const fault = reading.fault ?? (isOther ? 'is not what was saved: its SHA-256 differs' : null)
    if (fault !== null) {
      const isCut = reading.length < (file.bytes ?? member.bytes)
      const message = `${fault}. What can be read of it is shown.`
      this.#notes(file, isCut ? 'truncated' : 'malformed', message, reading.length)
    }
  }

  #copyOf(piece: Uint8Array): Uint8Array {
    this.#heldBytes += piece.length
    if (this.#heldBytes > heldLimitBytes) {
      const source = 'what lies beside the registry'
      throw new FailureError({ kind: 'dump-too-large', source, limitBytes: heldLimitBytes })
    }
    return new Uint8Array(piece)
  }

  #keep({ path, kind, plane }: OutputFile, content: Output['content']): void {
    this.#outputs.push({ path, kind, content, ...(plane !== undefined && { plane }) })
  }

  #lacks({ kind, plane, path }: OutputFile, reason: string): void {
    const part = isPartKind(kind)
      ? partNames[kind]
      : plane === undefined
        ? path
        : kind === 'headers'
          ? `class chains of plane ${plane}`
          : `plane ${plane}`
    this.#missing.push({ part, reason })
  }

  #notes(file: OutputFile, kind: DumpProblem['kind'], message: string, byteOffset = 0): void {
    this.#problems.push({ source: file.path, kind, byteOffset, message: `${file.path} ${message}` })
  }

  /** Files that somebody has put beside the capture's own. What macOS adds to every ZIP is passed over. */
  #noteUnnamed(label: string): void {
    const named = new Set([manifestName, ...this.#manifest.files.map(({ path }) => path)])
    for (const path of this.#members.keys()) {
      if (named.has(path.slice(this.#folder.length)) && path.startsWith(this.#folder)) continue
      if (/(^|\/)(__MACOSX\/|\.DS_Store$)/.test(path)) continue
      const message = `${path} is not named in the manifest and was left out.`
      this.#problems.push({ source: label, kind: 'skipped', byteOffset: 0, message })
    }
  }
}

function dumpKindOf(kind: string, plane: string): DumpKind | null {
  switch (kind) {
    case 'archive':
    case 'text':
      return { kind, plane }
    case 'headers':
      return { kind }
    default:
      return null
  }
}
