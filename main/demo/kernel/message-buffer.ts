/** Release kernels from 10.7 on: 16 KiB (facts: logs-and-misc, section 1). */
export const messageBufferBytes = 16 * 1024

/**
 * The kernel's ring of log bytes. Old bytes fall off the front, so the first line may be a fragment. No
 * timestamps: those came with macOS 11. A message without a newline is joined by the next one.
 */
export class MessageBuffer {
  readonly #ring: Uint8Array
  #written = 0

  constructor(size: number = messageBufferBytes) {
    this.#ring = new Uint8Array(size)
  }

  get size(): number {
    return this.#ring.length
  }

  /** `IOLog` and `printf`: adds no newline of its own. */
  write(text: string): void {
    for (const byte of new TextEncoder().encode(text)) {
      this.#ring[this.#written % this.#ring.length] = byte
      this.#written += 1
    }
  }

  line(text: string): void {
    this.write(`${text}\n`)
  }

  /** What is in the ring, oldest byte first. */
  bytes(): Uint8Array {
    if (this.#written <= this.#ring.length) return this.#ring.slice(0, this.#written)
    const seam = this.#written % this.#ring.length
    const all = new Uint8Array(this.#ring.length)
    all.set(this.#ring.subarray(seam), 0)
    all.set(this.#ring.subarray(0, seam), this.#ring.length - seam)
    return all
  }
}
