import type { Params } from '../../core/contract/requests.ts'
import type { SavedFile } from '../../core/contract/types.ts'
import {
  jsonReport,
  markdownReport,
  textReport,
  type ReportSide,
} from '../../core/diff/diff-report.ts'
import { diffSnapshots } from '../../core/diff/diff-snapshots.ts'
import type { TakenCapture } from './capture-guest.ts'
import { absolutePath } from './host-folder.ts'
import { printable } from './printable.ts'
import { guestWords } from './timeline/guest-words.ts'
import { writeNewFile } from './write-new-file.ts'

/** Writes a report of what differs between two captures. */
export async function saveComparison(
  before: TakenCapture,
  after: TakenCapture,
  { identity, noiseOff, format, path, overwrite }: Params<'compare.save'>,
  signal: AbortSignal,
): Promise<SavedFile> {
  const bootOf = ({ capture }: TakenCapture) => capture.identity?.bootSessionUuid ?? null
  const diff = diffSnapshots(before.snapshot, after.snapshot, {
    identity,
    noise: { off: noiseOff },
    boots: { before: bootOf(before), after: bootOf(after) },
  })
  const report = {
    before: sideOf(before),
    after: sideOf(after),
    diff,
    snapshots: { before: before.snapshot, after: after.snapshot },
  }
  const text =
    format === 'json'
      ? `${JSON.stringify(jsonReport(report), null, 2)}\n`
      : printable(format === 'markdown' ? markdownReport(report) : textReport(report))
  return writeNewFile(absolutePath(path), pieces(text), { overwrite, signal })
}

function sideOf({ capture: { source, takenAt, identity } }: TakenCapture): ReportSide {
  return { label: source.label, takenAt, guest: identity && guestWords(identity) }
}

async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text)
}
