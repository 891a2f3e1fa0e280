/** Bytes on their way out, in chunks of about `chunkLength`. */
export class ByteSink {
  /** Bytes so far. */
  length = 0
  private chunk = new Uint8Array(chunkLength)
  private used = 0
  private ready: Uint8Array[] = []

  add(bytes: Uint8Array, from = 0, to = bytes.length): void {
    this.length += to - from
    for (let at = from; at < to;) {
      const end = Math.min(to, at + chunkLength - this.used)
      this.chunk.set(bytes.subarray(at, end), this.used)
      this.used += end - at
      at = end
      if (this.used === chunkLength) this.close()
    }
  }

  /** @param text Latin-1: a byte for each character */
  addText(text: string): void {
    this.length += text.length
    for (let i = 0; i < text.length; i++) {
      this.chunk[this.used++] = text.charCodeAt(i)
      if (this.used === chunkLength) this.close()
    }
  }

  /** Are there chunks to be taken? */
  get hasChunks(): boolean {
    return this.ready.length > 0
  }

  /** The chunks that are full; the last one too, when nothing follows. */
  *take(isLast = false): Generator<Uint8Array, void> {
    if (isLast && this.used > 0) this.close()
    yield* this.ready
    this.ready = []
  }

  private close(): void {
    this.ready.push(this.chunk.subarray(0, this.used))
    this.chunk = new Uint8Array(chunkLength)
    this.used = 0
  }
}

const chunkLength = 1 << 16
