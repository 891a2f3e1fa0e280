import type {
  Capture,
  CaptureProgress,
  CommandRecord,
  MissingPart,
} from '../../core/contract/types.ts'
import { FailureError, sentenceFor } from '../../core/failure.ts'
import type { SavedCommand } from '../../core/kextant/manifest.ts'
import { placeOf, type OutputKind } from '../../core/kextant/output-kinds.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import type { CommandResult } from '../guest/command.ts'
import { sourceWith, type BytesMark, type Output } from './evidence.ts'

/** A guest on a fast link sends thousands of pieces; nobody reads a number that changes so often. */
const tellEveryMs = 50
/** Of what is kept beside the snapshot; a hundred times what a large machine prints. */
const keptLimitBytes = 512_000_000

/** An output of which the capture is made: its bytes, or the mark of those that the parser has. */
interface NotedOutput {
  readonly path: string
  readonly kind: OutputKind
  readonly plane?: string
  readonly bytes: readonly Uint8Array[] | BytesMark
}

/** Progress, what is missing, which commands ran and what they printed: gathered during a capture. */
export class CaptureNotes {
  /** What could not be had from the guest; not what its outputs lack. */
  readonly missing: MissingPart[] = []
  readonly commands: SavedCommand[] = []
  readonly #progress: (progress: CaptureProgress) => void
  #outputs: NotedOutput[] = []
  #keptBytes = 0
  #done = 0
  #total = 5
  #bytes = 0
  #step = 'reading the registry'
  #toldAt = 0

  constructor(progress: (progress: CaptureProgress) => void) {
    this.#progress = progress
  }

  expect(more: number): void {
    this.#total += more
  }

  begin(step: string): void {
    this.#step = step
    this.#tell()
  }

  received(bytes: number): void {
    this.#bytes += bytes
    if (Date.now() - this.#toldAt >= tellEveryMs) this.#tell()
  }

  ended(): void {
    this.#done++
    this.#tell()
  }

  /** A copy of a piece to keep: the piece itself goes to the parser. */
  copyOf(piece: Uint8Array): Uint8Array {
    this.#keptBytes += piece.length
    if (this.#keptBytes > keptLimitBytes) {
      const source = 'what the guest prints'
      throw new FailureError({ kind: 'dump-too-large', source, limitBytes: keptLimitBytes })
    }
    return new Uint8Array(piece)
  }

  /** Returns the output's place. */
  keep(kind: OutputKind, bytes: NotedOutput['bytes'], plane?: string): string {
    const taken = this.#outputs.map(output => output.path)
    const path = placeOf(kind, plane ?? '', taken)
    this.#outputs.push({ path, kind, bytes, ...(plane !== undefined && { plane }) })
    return path
  }

  /** The archives of all planes turned out to be of no use. */
  forgetPlanes(): void {
    const gone = this.#outputs.filter(output => output.plane !== undefined)
    this.#outputs = this.#outputs.filter(output => output.plane === undefined)
    for (const [index, command] of this.commands.entries()) {
      if (gone.some(output => output.path === command.file)) {
        this.commands[index] = { ...command, file: null }
      }
    }
  }

  /** @param file the place of what it printed, when that is kept */
  ran(result: CommandResult, file: string | null, when: SavedCommand['when'] = 'capture'): void {
    const { command, exitCode, durationMs, bytes, stderr } = result
    const record = { command, exitCode, durationMs: Math.round(durationMs), bytes }
    this.commands.push({ ...record, stderr, when, file })
  }

  /** A command whose whole output is in its result, and is kept. */
  took(kind: OutputKind, result: CommandResult, when?: SavedCommand['when']): Uint8Array {
    const stdout = result.stdout ?? new Uint8Array(0)
    this.ran(result, this.keep(kind, [stdout]), when)
    return stdout
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

  /** What was printed, now that the parser has its share of it. */
  outputs(snapshot: Snapshot): Output[] {
    return this.#outputs.flatMap(({ bytes, ...output }): Output[] => {
      if (!('length' in bytes && 'crc32' in bytes)) {
        return [{ ...output, content: { where: 'memory', pieces: bytes } }]
      }
      const source = sourceWith(snapshot, bytes)
      if (source >= 0) return [{ ...output, content: { where: 'snapshot', source } }]
      this.missing.push({
        part: `evidence of plane ${output.plane}`,
        reason: 'What the guest printed had to be decoded to be read, and was not kept.',
      })
      return []
    })
  }

  #tell(): void {
    this.#toldAt = Date.now()
    this.#progress({
      step: this.#step,
      done: this.#done,
      total: this.#total,
      bytes: this.#bytes,
    })
  }
}

/** The commands of a capture as its views show them. */
export function commandsOf(commands: readonly SavedCommand[]): Capture['commands'] {
  return commands
    .filter(({ when }) => when === 'capture')
    .map(({ command, exitCode, durationMs, bytes }): CommandRecord => {
      return { command, exitCode, durationMs, bytes }
    })
}
