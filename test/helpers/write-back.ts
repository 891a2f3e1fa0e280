import type { Snapshot } from '../../core/registry/snapshot.ts'
import { writeText, type TextReport, type TextWriteOptions } from '../../core/write/write-text.ts'

/** All that the writer of the core writes, and its report. */
export function writeBack(
  snapshot: Snapshot,
  options: TextWriteOptions = {},
): { readonly bytes: Buffer; readonly text: string; readonly report: TextReport } {
  const chunks: Uint8Array[] = []
  const writer = writeText(snapshot, options)
  for (;;) {
    const step = writer.next()
    if (step.done === true) {
      const bytes = Buffer.concat(chunks)
      return { bytes, text: bytes.toString('utf8'), report: step.value }
    }
    chunks.push(step.value)
  }
}
