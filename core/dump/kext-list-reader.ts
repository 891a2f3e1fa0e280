import { FailureError } from '../failure.ts'
import { readKextList } from '../kext/read-kext-list.ts'
import { indexOfText } from '../registry/xml-characters.ts'
import type { SnapshotBuilder } from '../registry/snapshot-builder.ts'
import type { DumpOptions, DumpReader, DumpSummary } from './dump-summary.ts'
import { createTextReader } from './text-reader.ts'
import { wholeReader } from './whole-reader.ts'

/** The longest real list has some 400 lines of a hundred bytes. */
const limitBytes = 64_000_000

/**
 * A file that begins as `kextstat` or `kmutil showloaded` does. It shows no plane, and its bytes are kept.
 * Where the text of `ioreg` follows, as in what people attach to a report, it is read too.
 */
export function createKextListReader(builder: SnapshotBuilder, options: DumpOptions): DumpReader {
  return wholeReader(options.label, bytes => readWhole(builder, bytes, options))
}

function readWhole(builder: SnapshotBuilder, bytes: Uint8Array, options: DumpOptions): DumpSummary {
  const { label } = options
  if (bytes.length > limitBytes) {
    throw new FailureError({ kind: 'dump-too-large', source: label, limitBytes })
  }
  const { kexts, problems } = readKextList(new TextDecoder().decode(bytes), label)
  if (indexOfText(bytes, '+-o ', 0, bytes.length) >= 0) {
    const text = createTextReader(builder, options)
    text.pushWhole(bytes)
    const summary = text.finish()
    if (summary.nodes > 0) {
      // The lines of the other half are no rows; of the list itself, a row that is cut is worth telling.
      const clipped = problems.filter(({ kind }) => kind === 'clipped')
      for (const problem of clipped) builder.addProblem(problem)
      return { ...summary, problems: [...summary.problems, ...clipped], kexts }
    }
  }
  builder.closeSource(builder.openSource(label, 'text'), bytes)
  for (const problem of problems) builder.addProblem(problem)
  return { format: 'kext-list', planes: [], nodes: 0, entries: 0, problems, kexts }
}
