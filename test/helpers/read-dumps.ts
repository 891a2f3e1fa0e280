import { createArchiveReader } from '../../core/dump/archive-reader.ts'
import type { DumpReader, DumpSummary } from '../../core/dump/dump-summary.ts'
import { createDumpReader } from '../../core/dump/dump-reader.ts'
import { createTextReader } from '../../core/dump/text-reader.ts'
import { SnapshotBuilder } from '../../core/registry/snapshot-builder.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'

export interface ReadDump {
  readonly snapshot: Snapshot
  readonly summary: DumpSummary
}

export type Syntax = 'archive' | 'text' | 'any'

/**
 * Reads one dump into a snapshot of its own.
 * @param chunkLength bytes for each `push`; all at once when absent
 */
export function readDump(
  syntax: Syntax,
  dump: string | Uint8Array,
  chunkLength?: number,
): ReadDump {
  const builder = new SnapshotBuilder()
  const bytes = typeof dump === 'string' ? new TextEncoder().encode(dump) : dump
  const reader = readerOf(syntax, builder)
  if (chunkLength === undefined) reader.pushWhole(bytes)
  else {
    for (let at = 0; at < bytes.length; at += chunkLength) {
      reader.push(bytes.slice(at, at + chunkLength))
    }
  }
  const summary = reader.finish()
  return { summary, snapshot: builder.seal() }
}

function readerOf(syntax: Syntax, builder: SnapshotBuilder): DumpReader {
  if (syntax === 'any') return createDumpReader(builder, { label: 'dump' })
  const create = syntax === 'archive' ? createArchiveReader : createTextReader
  return create(builder, { plane: 'IOService', label: 'dump' })
}
