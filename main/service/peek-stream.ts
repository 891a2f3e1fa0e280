/** The first bytes of a stream, and the stream with them still in it. */
export interface Peeked {
  /** `length` bytes, or all of a shorter stream. */
  readonly head: Uint8Array
  readonly pieces: AsyncGenerator<Uint8Array>
}

export async function peekStream(
  stream: AsyncIterable<Uint8Array>,
  length: number,
): Promise<Peeked> {
  const source = stream[Symbol.asyncIterator]()
  const first: Uint8Array[] = []
  let size = 0
  while (size < length) {
    const next = await source.next()
    if (next.done) break
    first.push(next.value)
    size += next.value.length
  }
  const head = new Uint8Array(Buffer.concat(first).subarray(0, length))
  return { head, pieces: again(first, source) }
}

async function* again(
  first: readonly Uint8Array[],
  source: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* first
    for (;;) {
      const next = await source.next()
      if (next.done) return
      yield next.value
    }
  } finally {
    // Not waited for: a stream in the middle of a read answers only after it.
    void source.return?.()?.catch(() => undefined)
  }
}
