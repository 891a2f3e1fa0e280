import { FailureError } from '../failure.ts'
import { growColumn } from '../registry/grow-column.ts'
import { sourceLimitBytes } from '../registry/snapshot-builder.ts'

/**
 * A dump as it arrives: one buffer, so that a value is a byte range however the chunks were cut.
 * `bytes` has more room than content; it is replaced when it grows, and then both are there for a moment. Who
 * knows the length beforehand, as of a file, spares that: room that was never written costs no memory.
 */
export class GrowingBytes {
  bytes = new Uint8Array(0)
  length = 0
  private readonly label: string
  private readonly expected: number

  /** @param expected how long the content will probably be; it may be shorter or longer */
  constructor(label: string, expected = 0) {
    this.label = label
    this.expected = expected
  }

  append(chunk: Uint8Array): void {
    const length = this.length + chunk.length
    if (length > sourceLimitBytes) throw this.tooLarge()
    if (length > this.bytes.length) this.grow(length)
    this.bytes.set(chunk, this.length)
    this.length = length
  }

  /** Puts `bytes` in the place of everything so far, without a copy. They belong to the snapshot then. */
  adopt(bytes: Uint8Array): void {
    if (bytes.length > sourceLimitBytes) throw this.tooLarge()
    // A plain view: of Node's Buffer, `slice` would not copy.
    this.bytes = new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length)
    this.length = bytes.length
  }

  /** The content alone, without the room behind it. */
  content(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }

  private grow(length: number): void {
    const isHinted = this.length === 0 && this.expected <= sourceLimitBytes
    try {
      this.bytes = growColumn(this.bytes, Math.max(length, isHinted ? this.expected : 0, 1 << 16))
    } catch (error) {
      if (error instanceof RangeError) throw this.tooLarge()
      throw error
    }
  }

  /** What to throw where there is no memory for a dump. */
  tooLarge(): FailureError {
    return new FailureError({
      kind: 'dump-too-large',
      source: this.label,
      limitBytes: sourceLimitBytes,
    })
  }
}
