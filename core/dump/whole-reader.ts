import type { DumpReader, DumpSummary } from './dump-summary.ts'
import { GrowingBytes } from './growing-bytes.ts'

/** A reader of what can only be read when it is all there. */
export function wholeReader(label: string, read: (bytes: Uint8Array) => DumpSummary): DumpReader {
  const input = new GrowingBytes(label)
  return {
    push: chunk => input.append(chunk),
    pushWhole: bytes => input.adopt(bytes),
    finish: () => read(input.content()),
  }
}
