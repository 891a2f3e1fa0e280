import type { SavedFile } from '../../../core/contract/types.ts'
import { diffSnapshots } from '../../../core/diff/diff-snapshots.ts'
import { htmlReport } from '../../../core/report/html-report.ts'
import type { TakenCapture } from '../capture-guest.ts'
import { writeNewFile, type WriteOptions } from '../write-new-file.ts'

export interface ReportOptions extends WriteOptions {
  readonly version: string
  readonly hasProperties: boolean
  readonly isRedacted: boolean
}

/** A capture as one HTML file, against another one where there is one. */
export async function writeReport(
  { capture, snapshot }: TakenCapture,
  against: TakenCapture | null,
  path: string,
  options: ReportOptions,
): Promise<SavedFile> {
  const { version, hasProperties, isRedacted } = options
  const comparison = against && {
    capture: against.capture,
    snapshot: against.snapshot,
    diff: diffSnapshots(against.snapshot, snapshot, {
      boots: {
        before: against.capture.identity?.bootSessionUuid ?? null,
        after: capture.identity?.bootSessionUuid ?? null,
      },
    }),
  }
  const pieces = htmlReport({ capture, snapshot, comparison, version, hasProperties, isRedacted })
  return writeNewFile(path, encoded(pieces), options)
}

const pieceCharacters = 1 << 18

async function* encoded(pieces: Iterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  let text = ''
  for (const piece of pieces) {
    text += piece
    if (text.length < pieceCharacters) continue
    yield encoder.encode(text)
    text = ''
    // A large report takes seconds; other requests are answered in between.
    await new Promise(resolve => setImmediate(resolve))
  }
  yield encoder.encode(text)
}
