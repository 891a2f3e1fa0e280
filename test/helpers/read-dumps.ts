import { isDeepStrictEqual } from 'node:util'
import { expect } from 'vitest'
import { createArchiveReader } from '../../core/dump/archive-reader.ts'
import type { DumpReader, DumpSummary } from '../../core/dump/dump-summary.ts'
import { createDumpReader } from '../../core/dump/dump-reader.ts'
import type { Engine } from '../../core/dump/engine.ts'
import { createTextReader } from '../../core/dump/text-reader.ts'
import { SnapshotBuilder } from '../../core/registry/snapshot-builder.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import { testEngine } from './engine.ts'

export interface ReadDump {
  readonly snapshot: Snapshot
  readonly summary: DumpSummary
}

export type Syntax = 'archive' | 'text' | 'any'

/**
 * Reads one dump into a snapshot of its own: with the engine and without, which must give the same.
 * @param chunkLength bytes for each `push`; all at once when absent
 */
export function readDump(
  syntax: Syntax,
  dump: string | Uint8Array,
  chunkLength?: number,
): ReadDump {
  const bytes = typeof dump === 'string' ? new TextEncoder().encode(dump) : dump
  const plain = readWith(undefined, syntax, bytes, chunkLength)
  const found = readWith(testEngine(), syntax, bytes, chunkLength)
  // The matcher is slow and tells more.
  if (!isDeepStrictEqual(found, plain)) expect(found, 'read by the engine').toEqual(plain)
  return found
}

/** The same without the engine alone, for where it is done a thousand times: an engine begins slowly. */
export function readPlainly(dump: string | Uint8Array, syntax: Syntax = 'any'): ReadDump {
  return readWith(undefined, syntax, typeof dump === 'string' ? Buffer.from(dump) : dump)
}

/**
 * The first `length` bytes of a dump, for where it is cut at each of them: with the engine and without at every
 * eleventh. At each byte the tests of the scanners compare the two.
 */
export function readCut(syntax: Syntax, dump: Uint8Array, length: number): ReadDump {
  const cut = dump.slice(0, length)
  return length % 11 === 0 ? readDump(syntax, cut) : readPlainly(cut, syntax)
}

function readWith(
  engine: Engine | undefined,
  syntax: Syntax,
  bytes: Uint8Array,
  chunkLength?: number,
): ReadDump {
  const builder = new SnapshotBuilder()
  const reader = readerOf(syntax, builder, engine)
  if (chunkLength === undefined) reader.pushWhole(bytes)
  else {
    for (let at = 0; at < bytes.length; at += chunkLength) {
      reader.push(bytes.slice(at, at + chunkLength))
    }
  }
  const summary = reader.finish()
  return { summary, snapshot: builder.seal() }
}

function readerOf(
  syntax: Syntax,
  builder: SnapshotBuilder,
  engine: Engine | undefined,
): DumpReader {
  const options = { label: 'dump', engine }
  if (syntax === 'any') return createDumpReader(builder, options)
  const create = syntax === 'archive' ? createArchiveReader : createTextReader
  return create(builder, { plane: 'IOService', ...options })
}
