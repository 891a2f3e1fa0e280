import { FailureError } from '../failure.ts'
import { BinaryPlist } from '../plist/binary-plist.ts'
import type { PlaneDraft } from '../registry/plane-draft.ts'
import type { SnapshotBuilder } from '../registry/snapshot-builder.ts'
import type { DumpFormat, SourceSyntax } from '../registry/snapshot.ts'
import { readBinaryArchive } from './binary-archive.ts'
import {
  distinctEntries,
  ProblemTally,
  type DumpOptions,
  type DumpReader,
  type DumpSummary,
} from './dump-summary.ts'
import { readExplorerDocument } from './explorer-document.ts'
import { readIOJonesDocument } from './iojones-document.ts'
import { PlistView } from './plist-view.ts'
import { wholeReader } from './whole-reader.ts'

/**
 * Reads what begins with `bplist00`, by what its top object holds (facts: ioreg-files, section 4): a keyed
 * archive is a document of IORegistryExplorer, `objects` and `planes` are one of IOJones, and else it can be
 * an `ioreg -a` that somebody converted. The table of objects is at the end of such a file, so reading begins
 * with the last byte, and a file that is cut cannot be read at all.
 */
export function createBinaryReader(builder: SnapshotBuilder, options: DumpOptions): DumpReader {
  return wholeReader(options.label, bytes => readWhole(builder, bytes, options))
}

function readWhole(builder: SnapshotBuilder, bytes: Uint8Array, options: DumpOptions): DumpSummary {
  const { label } = options
  const problems = new ProblemTally(label)
  const view = new PlistView(new BinaryPlist(bytes, label))
  const { format, syntax } = kindOf(view)
  const source = builder.openSource(label, syntax)
  builder.closeSource(source, bytes)
  const document = { builder, view, source, problems }
  const planes = planesOf(format)
  return {
    format,
    planes: planes.map(({ plane }) => plane),
    nodes: planes.reduce((sum, { length }) => sum + length, 0),
    entries: distinctEntries(builder, planes),
    problems: problems.report(builder),
  }

  function planesOf(format: DumpFormat): readonly PlaneDraft[] {
    switch (format) {
      case 'ioregistryexplorer':
        return readExplorerDocument(document)
      case 'iojones':
        return readIOJonesDocument(document)
      default: {
        const plane = readBinaryArchive(document, options)
        if (!plane) throw noDump(label, 'a binary property list without registry entries')
        return [plane]
      }
    }
  }
}

function kindOf(view: PlistView): {
  readonly format: DumpFormat
  readonly syntax: SourceSyntax
} {
  const { plist, top } = view
  if (view.isArray(top)) return { format: 'ioreg-archive', syntax: 'binary-plist' }
  if (!view.isDictionary(top)) throw noDump(plist.source, 'a binary property list of one value')
  const fields = view.fields(top)
  if (fields.has('$archiver')) return { format: 'ioregistryexplorer', syntax: 'xml' }
  if (fields.has('objects') && fields.has('planes')) {
    return { format: 'iojones', syntax: 'binary-plist' }
  }
  const isBundle = [...fields.keys()].some(key => /^(CFBundle|IOKitPersonalities)/.test(key))
  const isEntry = fields.has('IORegistryEntryName') || fields.has('IORegistryEntryID')
  if (isBundle && !isEntry) throw noDump(plist.source, 'an Info.plist')
  return { format: 'ioreg-archive', syntax: 'binary-plist' }
}

function noDump(source: string, looksLike: string): FailureError {
  return new FailureError({ kind: 'not-a-dump', source, looksLike })
}
