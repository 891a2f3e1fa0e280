/** How much is gathered before it is handed on. */
const chunkBytes = 32 * 1024

/**
 * Gathers small pieces into chunks of up to 32 kB and waits for the reader after each, so that a dump never
 * piles up in memory.
 */
export class ChunkedOutput {
  readonly #write: (chunk: Uint8Array) => Promise<void>
  readonly #chunk = new Uint8Array(chunkBytes)
  readonly #encoder = new TextEncoder()
  #used = 0

  constructor(write: (chunk: Uint8Array) => Promise<void>) {
    this.#write = write
  }

  async put(piece: string | Uint8Array): Promise<void> {
    let bytes = typeof piece === 'string' ? this.#encoder.encode(piece) : piece
    while (this.#used + bytes.length > chunkBytes) {
      const room = chunkBytes - this.#used
      this.#chunk.set(bytes.subarray(0, room), this.#used)
      this.#used = chunkBytes
      bytes = bytes.subarray(room)
      await this.flush()
    }
    this.#chunk.set(bytes, this.#used)
    this.#used += bytes.length
  }

  async flush(): Promise<void> {
    if (this.#used === 0) return
    const full = this.#chunk.slice(0, this.#used)
    this.#used = 0
    await this.#write(full)
  }
}
