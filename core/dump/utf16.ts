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

/** Hands the text on in UTF-8, which the snapshot then keeps in place of the file's bytes. */
export class Utf16Reader implements DumpReader {
  private readonly inner: DumpReader
  private readonly decoder: InstanceType<typeof TextDecoder>
  private readonly encoder = new TextEncoder()

  constructor(inner: DumpReader, order: Utf16) {
    this.inner = inner
    this.decoder = new TextDecoder(order)
  }

  push(chunk: Uint8Array): void {
    this.inner.push(this.encoder.encode(this.decoder.decode(chunk, { stream: true })))
  }

  pushWhole(bytes: Uint8Array): void {
    const piece = 1 << 20
    for (let at = 0; at < bytes.length; at += piece) this.push(bytes.subarray(at, at + piece))
  }

  finish(): DumpSummary {
    const rest = this.encoder.encode(this.decoder.decode())
    if (rest.length > 0) this.inner.push(rest)
    return { ...this.inner.finish(), encoding: 'UTF-16' }
  }
}
