import type { Snapshot } from '../../core/registry/snapshot.ts'
import type { TakenCapture } from '../service/capture-guest.ts'
import type { Running } from './run.ts'

/** Formats that are written from the tables, beside a whole capture. */
export const textFormats = ['xml', 'text', 'json', 'csv', 'dot'] as const
export type TextFormat = (typeof textFormats)[number]

/** Something that a format cannot say. */
export interface WriteLoss {
  /** What it is and what was written instead, without a full stop. */
  readonly what: string
  readonly count: number
  readonly firstPath: string
}

export interface WriteOptions {
  readonly plane?: string
  /** The system whose `ioreg` is written like, `10.13`. */
  readonly era?: string
  readonly columns?: readonly string[]
}

export type Writer = (
  snapshot: Snapshot,
  options: WriteOptions,
) => Generator<Uint8Array, readonly WriteLoss[]>

interface FileOptions {
  readonly overwrite: boolean
  readonly signal: AbortSignal
}

/** What a file became. */
export interface WrittenFile {
  readonly path: string
  readonly bytes: number
}

/** Two captures compared. */
export interface Comparison {
  /** Nothing differs but what was muted. */
  readonly isSame: boolean
  /** The differences in lines, as the dumps write their words; `+`, `-`, `~` or `→` begins what changed. */
  readonly lines: () => Iterable<string>
  /** The same as plain data. */
  readonly json: () => unknown
}

/** What the commands below stand on. Each is loaded when it is wanted; null: it is not in this build. */
interface Wiring {
  readonly writer: ((format: TextFormat) => Promise<Writer>) | null
  /** A file, whole or not at all. */
  readonly writeFile:
    | ((
        path: string,
        pieces: AsyncIterable<Uint8Array>,
        options: FileOptions,
      ) => Promise<WrittenFile>)
    | null
  /** A capture that the service keeps, as a `.kextant`. */
  readonly saveCapture:
    | ((
        app: Running['app'],
        snapshotId: string,
        path: string,
        options: FileOptions,
      ) => Promise<WrittenFile>)
    | null
  readonly compare:
    | ((
        before: TakenCapture,
        after: TakenCapture,
        options: { readonly all: boolean },
      ) => Promise<Comparison>)
    | null
}

export const wiring: Wiring = {
  writer: null,
  writeFile: null,
  saveCapture: null,
  compare: null,
}
