import type { Snapshot } from '../registry/snapshot.ts'
import type { ArchiveWriteOptions } from './archive-items.ts'
import { writeArchive } from './write-archive.ts'
import { writeCsv, type CsvWriteOptions } from './write-csv.ts'
import { writeDot, type DotWriteOptions } from './write-dot.ts'
import { writeJson, type JsonWriteOptions } from './write-json.ts'
import type { WriteLosses } from './write-losses.ts'
import { writeText, type TextWriteOptions } from './write-text.ts'

/** Everything any of the writers can be told; each takes what it knows. */
export type WriteOptions = ArchiveWriteOptions &
  CsvWriteOptions &
  DotWriteOptions &
  JsonWriteOptions &
  TextWriteOptions

/** A format that a snapshot can be written in. */
export interface Writer {
  /** For a list, a menu: what the file is. */
  readonly title: string
  /** With its dot. */
  readonly extension: string
  /** Does it hold the whole snapshot, or one plane of it? */
  readonly planes: 'all' | 'one'
  /** `exact`: every value can be read back from it; `near`: with the losses that it tells; else some or none. */
  readonly values: 'exact' | 'near' | 'chosen' | 'none'
  /** A sentence: what it carries. */
  readonly carries: string
  /**
   * Writes it in pieces of about 64 kB and returns what it could not say.
   * Throws FailureError `bad-request` for a plane or node that the snapshot does not have.
   */
  readonly write: (snapshot: Snapshot, options?: WriteOptions) => Generator<Uint8Array, WriteLosses>
}

/** By the name that a user gives: `convert --to xml`. */
export const writers = {
  xml: {
    title: 'ioreg archive (XML)',
    extension: '.xml',
    planes: 'one',
    values: 'near',
    carries: 'One plane as ioreg -a -l writes it, with every property a property list can hold.',
    write: writeArchive,
  },
  text: {
    title: 'ioreg text',
    extension: '.txt',
    planes: 'all',
    values: 'near',
    carries: 'What ioreg -l -w0 prints, in the wording of a chosen system.',
    write: function* (snapshot, options = {}) {
      return (yield* writeText(snapshot, options)).losses
    },
  },
  json: {
    title: 'JSON',
    extension: '.json',
    planes: 'all',
    values: 'exact',
    carries: 'All planes, entries and properties, exactly, for jq and scripts.',
    write: writeJson,
  },
  csv: {
    title: 'CSV table',
    extension: '.csv',
    planes: 'one',
    values: 'chosen',
    carries: 'A row for each node of one plane, with the columns that are chosen.',
    write: writeCsv,
  },
  dot: {
    title: 'Graphviz graph',
    extension: '.dot',
    planes: 'one',
    values: 'none',
    carries: 'The entries of one plane and who provides for whom, without properties.',
    write: writeDot,
  },
} as const satisfies Record<string, Writer>

export type WriterName = keyof typeof writers
