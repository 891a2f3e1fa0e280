import type { ChunkedOutput } from './chunked-output.ts'

const newline = 0x0a
const encoder = new TextEncoder()

/**
 * `-w`: a line that reaches the width ends after width − 1 characters with a `$` (facts: ioreg, section 5,
 * "Clipping"). Width 0 lets everything through.
 */
export class LineClipper {
  readonly #output: ChunkedOutput
  readonly #width: number
  #column = 0

  constructor(output: ChunkedOutput, width: number) {
    this.#output = output
    this.#width = width
  }

  async put(piece: string | Uint8Array): Promise<void> {
    if (this.#width === 0) {
      await this.#output.put(piece)
      return
    }
    const bytes = typeof piece === 'string' ? encoder.encode(piece) : piece
    let start = 0
    while (start < bytes.length) {
      const end = bytes.indexOf(newline, start)
      await this.#clipped(bytes.subarray(start, end < 0 ? bytes.length : end))
      if (end < 0) return
      if (this.#column >= this.#width) await this.#output.put('$')
      await this.#output.put('\n')
      this.#column = 0
      start = end + 1
    }
  }

  async #clipped(part: Uint8Array): Promise<void> {
    const room = Math.max(0, this.#width - 1 - this.#column)
    await this.#output.put(part.subarray(0, room))
    this.#column += part.length
  }
}
