import type { Capture } from '../../../core/contract/types.ts'
import type { EntryMarks } from '../../../core/diff/entry-marks.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import type { OpenCapture } from '../../../renderer/state/app-state.ts'

/** A capture with as much as the pictures read of it. */
export function openCapture(snapshot: Snapshot, marks?: EntryMarks): OpenCapture {
  const capture = {
    source: { kind: 'file', path: '/dump.txt', label: 'dump.txt' },
    takenAt: '2026-11-25T20:00:00.000Z',
    installed: null,
    missing: [],
  } as unknown as Capture
  return marks ? { capture, snapshot, marks } : { capture, snapshot }
}
