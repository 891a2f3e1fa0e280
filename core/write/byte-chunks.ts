/** Pieces of this size leave a writer: large enough that handing them on costs nothing, small enough to stream. */
const chunkLength = 1 << 16

const encoder = new TextEncoder()

/**
 * Collects what a writer writes and hands it on in pieces. A writer puts one property or row, then yields what
 * is `full`: so no more than one value and one piece are held, however long the dump is.
 */
export class ByteChunks {
  private buffer = new Uint8Array(chunkLength)
  private length = 0
  private ready: Uint8Array[] = []
  private handedOver = 0

  /** Bytes so far. */
  get total(): number {
    return this.handedOver + this.length
  }

  /** As UTF-8. */
  text(text: string): void {
    // Most is short and ASCII, and then a loop is faster than asking the engine.
    if (text.length <= 64 && this.length + text.length < chunkLength && this.ascii(text)) return
    this.bytes(encoder.encode(text))
  }

  /** A byte for each character: text that was read so, and stays what it was. */
  latin(text: string): void {
    for (let i = 0; i < text.length; i++) this.byte(text.charCodeAt(i))
  }

  byte(byte: number): void {
    this.buffer[this.length++] = byte
    if (this.length === chunkLength) this.handOver()
  }

  /** One byte `count` times. */
  fill(byte: number, count: number): void {
    for (let i = 0; i < count; i++) this.byte(byte)
  }

  bytes(bytes: Uint8Array): void {
    this.range(bytes, 0, bytes.length)
  }

  /** Copies `[from, to)`. */
  range(bytes: Uint8Array, from: number, to: number): void {
    for (let at = from; at < to;) {
      const count = Math.min(to - at, chunkLength - this.length)
      if (count < 48) {
        const { buffer, length } = this
        for (let i = 0; i < count; i++) buffer[length + i] = bytes[at + i]!
      } else this.buffer.set(bytes.subarray(at, at + count), this.length)
      this.length += count
      at += count
      if (this.length === chunkLength) this.handOver()
    }
  }

  get hasFull(): boolean {
    return this.ready.length > 0
  }

  /** The pieces that are complete; they are the caller's. */
  full(): readonly Uint8Array[] {
    const { ready } = this
    this.ready = []
    return ready
  }

  /** Everything that is left. */
  rest(): readonly Uint8Array[] {
    if (this.length > 0) this.ready.push(this.buffer.slice(0, this.length))
    this.handedOver += this.length
    this.length = 0
    return this.full()
  }

  /** False, and nothing written, where the text is not ASCII. There is room for it. */
  private ascii(text: string): boolean {
    const { buffer, length } = this
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code > 127) return false
      buffer[length + i] = code
    }
    this.length = length + text.length
    return true
  }

  private handOver(): void {
    this.ready.push(this.buffer)
    this.handedOver += this.length
    this.buffer = new Uint8Array(chunkLength)
    this.length = 0
  }
}
