import type { SavedFile } from '../../../core/contract/types.ts'
import { diffSnapshots } from '../../../core/diff/diff-snapshots.ts'
import { htmlReport } from '../../../core/report/html-report.ts'
import type { TakenCapture } from '../capture-guest.ts'
import { breathe, type Tell } from './drive.ts'
import { writeNewFile, type WriteOptions } from '../write-new-file.ts'

export interface ReportOptions extends WriteOptions {
  readonly version: string
  readonly hasProperties: boolean
  readonly isRedacted: boolean
  readonly tell: Tell
}

/** A capture as one HTML file, against another one where there is one. */
export async function writeReport(
  { capture, snapshot }: TakenCapture,
  against: TakenCapture | null,
  path: string,
  options: ReportOptions,
): Promise<SavedFile> {
  const { version, hasProperties, isRedacted, signal, tell } = options
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
  const total = snapshot.planes.reduce((sum, { length }) => sum + length, 1)
  const progress = (nodes: number) => tell(nodes / total)
  const about = { version, hasProperties, isRedacted, progress }
  const pieces = htmlReport({ capture, snapshot, comparison, ...about })
  return writeNewFile(path, encoded(pieces, signal), options)
}

const pieceCharacters = 1 << 18

async function* encoded(pieces: Iterable<string>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  let text = ''
  for (const piece of pieces) {
    text += piece
    if (text.length < pieceCharacters) continue
    yield encoder.encode(text)
    text = ''
    // A large report takes seconds, in which somebody may change his mind.
    await breathe(signal)
  }
  yield encoder.encode(text)
}
