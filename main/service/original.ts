import type { Snapshot } from '../../core/registry/snapshot.ts'
import { RunningMark, sourceWith, type Content } from './evidence.ts'

/**
 * Looks on while a dump is read, and tells afterwards where its bytes are to be had. A file can be read
 * again; what came by a pipe cannot, so its bytes are kept until it is known that the snapshot holds the
 * very same.
 */
export class Original {
  readonly #path: string | null
  readonly #mark = new RunningMark()
  #pieces: Uint8Array[] = []

  /** @param path where to read it again, null when it cannot be */
  constructor(path: string | null) {
    this.#path = path
  }

  async *watch(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of stream) {
      this.#mark.add(piece)
      // A copy: the buffer itself is handed over to the parser's thread.
      if (this.#path === null) this.#pieces.push(new Uint8Array(piece))
      yield piece
    }
  }

  content(snapshot: Snapshot): Content {
    const source = sourceWith(snapshot, this.#mark)
    const pieces = this.#pieces
    this.#pieces = []
    if (source >= 0) return { where: 'snapshot', source }
    if (this.#path === null) return { where: 'memory', pieces }
    const { length, crc32 } = this.#mark
    return { where: 'disk', path: this.#path, mark: { length, crc32 } }
  }
}
