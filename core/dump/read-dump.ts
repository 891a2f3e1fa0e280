import type { Snapshot } from '../registry/snapshot.ts'
import { SnapshotBuilder } from '../registry/snapshot-builder.ts'
import { createDumpReader } from './dump-reader.ts'
import type { DumpOptions, DumpSummary } from './dump-summary.ts'

/**
 * One file in memory as a snapshot of its own. The bytes become the snapshot's and must not change.
 * Throws FailureError `not-a-dump` or `dump-too-large`.
 */
export function readDump(
  bytes: Uint8Array,
  options: DumpOptions,
): { readonly snapshot: Snapshot; readonly summary: DumpSummary } {
  const builder = new SnapshotBuilder()
  const reader = createDumpReader(builder, options)
  reader.pushWhole(bytes)
  const summary = reader.finish()
  return { snapshot: builder.seal(), summary }
}
