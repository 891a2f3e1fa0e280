import { FailureError } from '../failure.ts'
import { BinaryKind, type BinaryPlist } from '../plist/binary-plist.ts'
import { valueHash } from './value-hash.ts'

/**
 * The hash of a value in a binary property list. A container's bytes are references, which mean nothing in
 * another file, so it is hashed over the hashes of its items: equal values written by one encoder have equal
 * hashes in whatever files they are. A dictionary's and a set's hash is the same in every order of their
 * items, since the encoder has none.
 *
 * A scalar's hash is `valueHash` of its marker and content. What cannot be read (a circle, a reference to
 * nothing) gets a hash of the whole file and its own number: it equals itself in the same file, nothing else.
 *
 * Every object is hashed once, however often it is referred to, and no more bytes than a sound file has, so
 * all of a file takes linear time.
 */
export class BinaryValueHash {
  private readonly plist: BinaryPlist
  /** Two words for each object: low, high. */
  private readonly words: Uint32Array
  /** What decoding each object takes: one for each value in it, and for each 64 bytes of its content. */
  private readonly weights: Uint32Array
  private readonly state: Uint8Array
  private readonly open: Frame[] = []
  private readonly scratch = new Uint32Array(4)
  private readonly scratchBytes = new Uint8Array(this.scratch.buffer)
  private fileHash: Uint32Array | null = null
  /** Bytes of objects so far. In a sound file no two share any; a hostile one can name one a million times. */
  private spent = 0

  constructor(plist: BinaryPlist) {
    this.plist = plist
    this.words = new Uint32Array(2 * plist.objectCount)
    this.weights = new Uint32Array(plist.objectCount)
    this.state = new Uint8Array(plist.objectCount)
  }

  /**
   * Of an object that was hashed: how much it stands for with all that it refers to, where a few bytes that are
   * shared level by level can stand for more than there is memory.
   */
  weightOf(reference: number): number {
    return this.weights[reference]!
  }

  /** Writes both words of the object's hash to `into[at]` and the item after it. */
  hash(reference: number, into: Uint32Array, at: number): void {
    if (this.state[reference] !== done) this.run(reference)
    into[at] = this.words[2 * reference]!
    into[at + 1] = this.words[2 * reference + 1]!
  }

  private run(reference: number): void {
    this.enter(reference)
    for (let frame = this.open.at(-1); frame; frame = this.open.at(-1)) {
      const { item, count } = frame
      if (item >= count) {
        this.open.pop()
        this.finish(frame)
        continue
      }
      const child = this.plist.referenceAt(frame.start, item)
      const state = child < this.plist.objectCount ? this.state[child] : done
      if (state === unseen) {
        this.enter(child)
        continue
      }
      frame.item++
      this.take(frame, child, state === inside)
    }
  }

  /** Hashes a scalar; opens a container. */
  private enter(reference: number): void {
    const { plist } = this
    try {
      const at = plist.placeOf(reference)
      const kind = plist.kindAt(at)
      this.spent += plist.endOf(at) - at
      if (this.spent > 4 * plist.bytes.length) throw plist.malformed(at, 'objects of their own')
      const isDictionary = kind === BinaryKind.dictionary
      if (isDictionary || kind === BinaryKind.array || kind === BinaryKind.set) {
        const pairs = plist.countAt(at)
        this.open.push({
          reference,
          kind,
          start: plist.contentOf(at),
          count: isDictionary ? 2 * pairs : pairs,
          pairs,
          item: 0,
          weight: 1,
          low: 0,
          high: 0,
          keys: isDictionary ? new Uint32Array(2 * pairs) : noKeys,
        })
        this.state[reference] = inside
        return
      }
      const end = plist.endOf(at)
      valueHash(plist.bytes, at, end, this.words, 2 * reference)
      this.weights[reference] = 1 + ((end - at) >> 6)
    } catch (error) {
      if (!(error instanceof FailureError)) throw error
      this.writeOpaque(reference, this.words, 2 * reference)
    }
    this.state[reference] = done
  }

  private take(frame: Frame, child: number, isCircle: boolean): void {
    const { scratch, words } = this
    if (isCircle || child >= this.plist.objectCount) this.writeOpaque(child, scratch, 2)
    else {
      scratch[2] = words[2 * child]!
      scratch[3] = words[2 * child + 1]!
      frame.weight += this.weights[child]!
    }
    const { kind, pairs } = frame
    const item = frame.item - 1
    if (kind === BinaryKind.dictionary && item < pairs) {
      frame.keys[2 * item] = scratch[2]!
      frame.keys[2 * item + 1] = scratch[3]!
      return
    }
    if (kind === BinaryKind.array) {
      scratch[0] = frame.low
      scratch[1] = frame.high
      this.mixScratch()
      frame.low = scratch[0]
      frame.high = scratch[1]
      return
    }
    scratch[0] = kind === BinaryKind.set ? 0 : frame.keys[2 * (item - pairs)]!
    scratch[1] = kind === BinaryKind.set ? 0 : frame.keys[2 * (item - pairs) + 1]!
    this.mixScratch()
    frame.low = (frame.low + scratch[0]) >>> 0
    frame.high = (frame.high + scratch[1]) >>> 0
  }

  private finish({ reference, kind, pairs, weight, low, high }: Frame): void {
    const { scratch } = this
    this.weights[reference] = Math.min(weight, 0xffff_ffff)
    scratch[0] = kind
    scratch[1] = pairs
    scratch[2] = low
    scratch[3] = high
    valueHash(this.scratchBytes, 0, 16, this.words, 2 * reference)
    this.state[reference] = done
  }

  /** The hash of all four words into the first two. */
  private mixScratch(): void {
    valueHash(this.scratchBytes, 0, 16, this.scratch, 0)
  }

  private writeOpaque(reference: number, into: Uint32Array, at: number): void {
    const { bytes } = this.plist
    if (!this.fileHash) {
      this.fileHash = new Uint32Array(2)
      valueHash(bytes, 0, bytes.length, this.fileHash, 0)
    }
    into[at] = (this.fileHash[0]! ^ Math.imul(reference + 1, 0x9e37_79b9)) >>> 0
    into[at + 1] = (this.fileHash[1]! + reference) >>> 0
  }
}

interface Frame {
  readonly reference: number
  readonly kind: number
  /** Where its references start. */
  readonly start: number
  /** References: of a dictionary its keys, then its values. */
  readonly count: number
  readonly pairs: number
  /** Hashes of a dictionary's keys. */
  readonly keys: Uint32Array
  item: number
  weight: number
  low: number
  high: number
}

const noKeys = new Uint32Array(0)
const unseen = 0
const inside = 1
const done = 2
