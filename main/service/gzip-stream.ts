import { crc32, createInflateRaw } from 'node:zlib'
import { FailureError } from '../../core/failure.ts'
import type { DumpProblem } from '../../core/registry/snapshot.ts'
import { peekStream } from './peek-stream.ts'

/**
 * A stream out of its gzip wrapping (RFC 1952), while it arrives:
 *
 *   file   = member* [ zeros | anything else ]
 *   member = 10 bytes of header [extra] [name 00] [comment 00] [crc16] | deflate data | crc32 | length
 *
 * Node's own gunzip gives nothing of its last pieces when a file is cut, and does not say what it leaves
 * out; here everything that can be unpacked is, and what is wrong becomes a problem.
 */
export interface Unpacked {
  readonly pieces: AsyncGenerator<Uint8Array>
  /** How many wrappings there were, so far. */
  readonly layers: number
  readonly problems: readonly DumpProblem[]
}

/** People compress twice by mistake, hardly four times. */
const layerLimit = 3
/** A dump shrinks to a tenth or a fiftieth. What grows more than this, and past a size, is a trap. */
const ratioLimit = 250
const trustedBytes = 64_000_000
const nameLimit = 1 << 16

/** @param label names the file in problems and failures */
export function unpackGzip(stream: AsyncIterable<Uint8Array>, label: string): Unpacked {
  const unpacker = new Unpacker(label)
  return {
    pieces: unpacker.unpack(unpacker.counted(stream)),
    get layers() {
      return unpacker.layers
    },
    problems: unpacker.problems,
  }
}

class Unpacker {
  layers = 0
  readonly problems: DumpProblem[] = []
  private readonly label: string
  private packedBytes = 0

  constructor(label: string) {
    this.label = label
  }

  async *counted(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of stream) {
      this.packedBytes += piece.length
      yield piece
    }
  }

  async *unpack(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const { head, pieces } = await peekStream(stream, 3)
    if (!isGzip(head)) {
      yield* pieces
      return
    }
    if (this.layers >= layerLimit) {
      // Only a generator that has begun closes what it reads from.
      await pieces.next()
      void pieces.return(undefined)
      throw this.refused(`a gzip file in a gzip file, more than ${layerLimit} times over`)
    }
    this.layers++
    const input = new ByteInput(pieces)
    try {
      yield* this.unpack(this.members(input))
    } finally {
      input.close()
    }
  }

  private async *members(input: ByteInput): AsyncGenerator<Uint8Array> {
    let unpackedBytes = 0
    do {
      const place = { isEndKnown: false }
      for await (const piece of this.member(input, place)) {
        unpackedBytes += piece.length
        if (unpackedBytes > trustedBytes && unpackedBytes > ratioLimit * this.packedBytes) {
          throw this.refused(
            `a gzip file that grows to more than ${ratioLimit} times its size, which no dump does`,
          )
        }
        yield piece
      }
      // Where the data broke off, nobody knows where the next member begins.
      if (!place.isEndKnown) return
    } while (isGzip(await input.atLeast(3)))
    // Zeros fill the blocks of a tape.
    for (;;) {
      const rest = await input.atLeast(1)
      if (rest.length === 0) return
      const at = rest.findIndex(byte => byte !== 0)
      if (at >= 0) {
        const message =
          'Something that is not compressed follows the compressed data; it was left out.'
        this.note('skipped', input.offset + at, message)
        return
      }
      input.skip(rest.length)
    }
  }

  private async *member(
    input: ByteInput,
    place: { isEndKnown: boolean },
  ): AsyncGenerator<Uint8Array> {
    if (!(await skipHeader(input))) {
      this.note('truncated', input.offset, 'The compressed file ends inside its header.')
      return
    }
    const inflater = new Inflater()
    let sum = 0
    try {
      while (!inflater.isDone) {
        const piece = await input.some()
        await (piece ? inflater.feed(piece) : inflater.finish())
        input.skip(inflater.usedOfLast(piece?.length ?? 0))
        for (const unpacked of inflater.take()) {
          sum = crc32(unpacked, sum)
          yield unpacked
        }
      }
    } finally {
      inflater.close()
    }
    if (inflater.fault === 'cut') {
      const message =
        'The compressed file is cut off: what could be unpacked before that is kept, the rest is missing.'
      this.note('truncated', input.offset, message)
      return
    }
    if (inflater.fault === 'damaged') {
      const message =
        'The compressed data is damaged here: what could be unpacked before that is kept, the rest is missing.'
      this.note('truncated', input.offset, message)
      return
    }
    const trailer = await input.atLeast(8)
    if (trailer.length < 8) {
      const message = 'The compressed file ends inside its checksum; the content itself is whole.'
      this.note('truncated', input.offset, message)
      return
    }
    if (new DataView(trailer.buffer, trailer.byteOffset).getUint32(0, true) !== sum) {
      const message =
        'The checksum of the compressed file is of other content: something in it has changed.'
      this.noteOnce('malformed', input.offset, message)
    }
    input.skip(8)
    place.isEndKnown = true
  }

  private note(kind: DumpProblem['kind'], byteOffset: number, message: string): void {
    this.problems.push({ source: this.label, kind, byteOffset, message })
  }

  /** A file can have a million members, and the report of it must stay small. */
  private noteOnce(kind: DumpProblem['kind'], byteOffset: number, message: string): void {
    if (this.problems.every(problem => problem.message !== message)) {
      this.note(kind, byteOffset, message)
    }
  }

  private refused(looksLike: string): FailureError {
    return new FailureError({ kind: 'not-a-dump', source: this.label, looksLike })
  }
}

function isGzip(head: Uint8Array): boolean {
  return head.length >= 3 && head[0] === 0x1f && head[1] === 0x8b && head[2] === 8
}

/** False when the input ends first. */
async function skipHeader(input: ByteInput): Promise<boolean> {
  const fixed = await input.atLeast(10)
  if (fixed.length < 10) return false
  const flags = fixed[3]!
  input.skip(10)
  if (flags & 4) {
    const length = await input.atLeast(2)
    if (length.length < 2) return false
    const extra = 2 + length[0]! + 256 * length[1]!
    if ((await input.atLeast(extra)).length < extra) return false
    input.skip(extra)
  }
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue
    let length = 1
    let end = -1
    while (end < 0) {
      const name = await input.atLeast(length)
      end = name.indexOf(0)
      if (end < 0 && (name.length < length || name.length > nameLimit)) return false
      length = name.length + 1
    }
    input.skip(end + 1)
  }
  if (flags & 2) {
    if ((await input.atLeast(2)).length < 2) return false
    input.skip(2)
  }
  return true
}

/** Bytes of a stream to be looked at before they are used up. */
class ByteInput {
  /** Of the first byte that is not used up. */
  offset = 0
  private readonly pieces: AsyncIterator<Uint8Array>
  private held = new Uint8Array(0)
  private isAtEnd = false

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.pieces = pieces[Symbol.asyncIterator]()
  }

  /** What is there, at least `length` bytes unless the stream ends before. */
  async atLeast(length: number): Promise<Uint8Array> {
    while (this.held.length < length && !this.isAtEnd) {
      const next = await this.pieces.next()
      if (next.done) this.isAtEnd = true
      else this.held = this.held.length === 0 ? plain(next.value) : joined(this.held, next.value)
    }
    return this.held
  }

  /** Some bytes, not too many to be unpacked at once; null at the end. */
  async some(): Promise<Uint8Array | null> {
    const held = await this.atLeast(1)
    return held.length === 0 ? null : held.subarray(0, pieceLength)
  }

  skip(length: number): void {
    this.held = this.held.subarray(length)
    this.offset += length
  }

  /** What is left is not wanted. */
  close(): void {
    // Not waited for: a stream in the middle of a read answers only after it.
    void this.pieces.return?.()?.catch(() => undefined)
  }
}

/** Unpacked, this is some 64 MB at the very most. */
const pieceLength = 1 << 16

function plain(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length)
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  return plain(Buffer.concat([a, b]))
}

/** One deflate stream, fed by hand: everything that came out before an error is there, and how far it read. */
class Inflater {
  isDone = false
  fault: 'cut' | 'damaged' | null = null
  private readonly engine = createInflateRaw({ chunkSize: 1 << 18 })
  private out: Uint8Array[] = []
  private fed = 0
  private settle: () => void = () => undefined

  constructor() {
    this.engine.on('data', (piece: Buffer) => this.out.push(piece))
    this.engine.on('end', () => this.done(null))
    this.engine.on('error', (error: NodeJS.ErrnoException) =>
      this.done(error.code === 'Z_BUF_ERROR' ? 'cut' : 'damaged'),
    )
  }

  feed(piece: Uint8Array): Promise<void> {
    return new Promise(resolve => {
      this.settle = resolve
      this.fed += piece.length
      // At the end of the deflate data the callback never comes, but `end` does.
      this.engine.write(piece, () => resolve())
    })
  }

  finish(): Promise<void> {
    return new Promise(resolve => {
      this.settle = resolve
      this.engine.end()
    })
  }

  take(): Uint8Array[] {
    const { out } = this
    this.out = []
    return out
  }

  /** How many bytes of what was fed last the deflate data used. */
  usedOfLast(lastLength: number): number {
    return Math.max(0, lastLength - (this.fed - this.engine.bytesWritten))
  }

  /** Its engine holds memory that the collector of garbage knows nothing of, and may be one of a million. */
  close(): void {
    this.engine.destroy()
  }

  private done(fault: Inflater['fault']): void {
    this.isDone = true
    this.fault ??= fault
    this.settle()
  }
}
