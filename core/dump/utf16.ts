import type { SnapshotBuilder } from '../registry/snapshot-builder.ts'
import type { DumpProblem } from '../registry/snapshot.ts'
import type { DumpReader, DumpSummary } from './dump-summary.ts'

export type Utf16 = 'utf-16le' | 'utf-16be'

/**
 * The byte order of text in UTF-16, as editors save it: by its mark, or by every other byte of the beginning
 * being zero, for a dump begins with ASCII. Null for everything else.
 */
export function utf16Of(head: Uint8Array): Utf16 | null {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  const length = Math.min(head.length, 64) & ~1
  if (length < 4) return null
  const zeros = [0, 0]
  for (let i = 0; i < length; i++) if (head[i] === 0) zeros[i % 2]!++
  const units = length / 2
  if (zeros[0] === 0 && zeros[1]! >= units * 0.9) return 'utf-16le'
  if (zeros[1] === 0 && zeros[0]! >= units * 0.9) return 'utf-16be'
  return null
}

/**
 * Hands the text on in UTF-8, which the snapshot then keeps in place of the file's bytes. Half a character at
 * the end of a file that was cut is left out and told: as U+FFFD it would spoil the line before it.
 */
export class Utf16Reader implements DumpReader {
  private readonly inner: DumpReader
  private readonly builder: SnapshotBuilder
  private readonly label: string
  private readonly decoder: InstanceType<typeof TextDecoder>
  private readonly encoder = new TextEncoder()
  private length = 0
  /** Of the UTF-8 form, in which places are counted. */
  private handedOn = 0

  constructor(inner: DumpReader, order: Utf16, builder: SnapshotBuilder, label: string) {
    this.inner = inner
    this.builder = builder
    this.label = label
    this.decoder = new TextDecoder(order)
  }

  push(chunk: Uint8Array): void {
    this.length += chunk.length
    this.handOn(this.decoder.decode(chunk, { stream: true }))
  }

  pushWhole(bytes: Uint8Array): void {
    const piece = 1 << 20
    for (let at = 0; at < bytes.length; at += piece) this.push(bytes.subarray(at, at + piece))
  }

  finish(): DumpSummary {
    const isCut = this.length % 2 === 1
    const rest = this.decoder.decode()
    if (!isCut && rest !== '') this.handOn(rest)
    const summary = this.inner.finish()
    if (!isCut) return { ...summary, encoding: 'UTF-16' }
    const problem: DumpProblem = {
      source: this.label,
      kind: 'truncated',
      byteOffset: this.handedOn,
      message: 'The text ends in half a character of UTF-16, which was left out.',
    }
    this.builder.addProblem(problem)
    return { ...summary, problems: [...summary.problems, problem], encoding: 'UTF-16' }
  }

  private handOn(text: string): void {
    const bytes = this.encoder.encode(text)
    this.handedOn += bytes.length
    this.inner.push(bytes)
  }
}
