import type { RedactionPreview, ShareStep } from '../../../core/contract/share-types.ts'
import type { Capture, SavedFile } from '../../../core/contract/types.ts'
import type { Failure } from '../../../core/failure.ts'
import type { CaptureRecord } from '../../../core/kextant/manifest.ts'
import type { BytesMark } from '../evidence.ts'
import type { RedactionChoice } from './plan-redaction.ts'

/** What is to be done with captures that the thread holds already, by their numbers. */
export type ShareJob =
  | { readonly kind: 'preview'; readonly capture: number; readonly choice: RedactionChoice }
  | {
      readonly kind: 'save'
      readonly capture: number
      readonly choice: RedactionChoice
      readonly path: string
      readonly overwrite: boolean
    }
  | {
      readonly kind: 'report'
      readonly capture: number
      readonly against: number | null
      readonly choice: RedactionChoice | null
      readonly path: string
      readonly overwrite: boolean
      readonly hasProperties: boolean
    }

export interface ShareResults {
  readonly preview: RedactionPreview
  readonly save: SavedFile
  readonly report: SavedFile
}

/** An output without its bytes: those come behind it, in pieces. */
export interface SentOutput {
  readonly path: string
  readonly kind: string
  readonly plane?: string
  readonly content:
    | { readonly where: 'memory'; readonly length: number }
    | { readonly where: 'snapshot'; readonly source: number }
    | { readonly where: 'disk'; readonly path: string; readonly mark: BytesMark }
}

export type ToShareWorker =
  | {
      readonly type: 'capture'
      readonly number: number
      readonly capture: Capture
      readonly record: CaptureRecord
      readonly outputs: readonly SentOutput[]
      readonly snapshotLength: number
    }
  /** @param part number of the output, -1 for the columns */
  | {
      readonly type: 'bytes'
      readonly number: number
      readonly part: number
      readonly bytes: Uint8Array
    }
  | { readonly type: 'forget'; readonly number: number }
  | { readonly type: 'start'; readonly id: number; readonly job: ShareJob }
  | { readonly type: 'cancel'; readonly id: number }

export type FromShareWorker =
  | {
      readonly type: 'progress'
      readonly id: number
      readonly step: ShareStep
      readonly done: number
    }
  | { readonly type: 'done'; readonly id: number; readonly result: ShareResults[ShareJob['kind']] }
  | { readonly type: 'failed'; readonly id: number; readonly failure: Failure }

/** What the thread is given when it is made. */
export interface ShareWorkerData {
  readonly settingsFolder: string
  readonly version: string
  /** The script of the parsing thread: a redacted report is made from what was read again. */
  readonly parseWorker: string
}
