/** One run of bytes that is looked for, and what takes its place: as many bytes. */
export interface BytePattern {
  readonly find: Uint8Array
  readonly put: Uint8Array
  /** Found only where no letter or digit stands beside it: short names are parts of many words. */
  readonly isWord: boolean
  /** Found only where no letter or digit stands behind it. */
  readonly endsWord?: boolean
  /** The whole of an element, with the ends of its tags: in XML only. */
  readonly isElement?: boolean
  /** Number of the secret it belongs to. */
  readonly secret: number
}

/** No pattern is shorter. */
export const shortestPattern = 4

/**
 * Many patterns, looked for in one pass. Where one may begin is said by lanes: most bytes are never looked at.
 */
export class PatternSet {
  private readonly lanes: readonly Lane[]
  /** Where each lane found something last, at or after which place it looked; in the same bytes. */
  private readonly places: number[]
  private longest = 0
  /** Bytes of the shortest; fewer need not be looked through. */
  readonly shortest: number
  private readonly byStart = new Map<number, BytePattern[]>()
  /** Of `next` and `isAt`. */
  found: BytePattern | undefined

  constructor(patterns: Iterable<BytePattern>) {
    let shortest = Number.MAX_SAFE_INTEGER
    const short: BytePattern[] = []
    const long: BytePattern[] = []
    for (const pattern of patterns) {
      const { find, put } = pattern
      if (find.length < shortestPattern) throw new RangeError('a pattern has at least four bytes')
      if (find.length !== put.length)
        throw new RangeError('a pseudonym has the length of its secret')
      this.longest = Math.max(this.longest, find.length)
      shortest = Math.min(shortest, find.length)
      ;(find.length < longLength ? short : long).push(pattern)
      const start = startOf(find, 0)
      const others = this.byStart.get(start)
      if (others) others.push(pattern)
      else this.byStart.set(start, [pattern])
    }
    this.shortest = shortest
    // The longest first: a name may be the beginning of another one.
    for (const list of this.byStart.values()) list.sort((a, b) => b.find.length - a.find.length)
    this.lanes = [
      ...(short.length > 0 ? [shortLane(short)] : []),
      ...(long.length > 0 ? [longLane(long)] : []),
    ]
    this.places = this.lanes.map(() => 0)
  }

  get isEmpty(): boolean {
    return this.byStart.size === 0
  }

  /**
   * The first place at or after `at` where a pattern stands in `[from, to)`, -1 for none. Of those that begin there the
   * longest is `found`.
   */
  next(bytes: Uint8Array, at: number, from: number, to: number): number {
    this.places.fill(-1)
    return this.after(bytes, at, from, to)
  }

  /** The same, further on in the bytes of the last `next`, where nothing was changed from `at` on. */
  after(bytes: Uint8Array, at: number, from: number, to: number): number {
    const { lanes, places } = this
    for (;;) {
      let first = to
      for (let i = 0; i < lanes.length; i++) {
        if (places[i]! < at) places[i] = lanes[i]!(bytes, at, to)
        if (places[i]! < first) first = places[i]!
      }
      if (first >= to) return -1
      if (this.isAt(bytes, first, from, to)) return first
      at = first + 1
    }
  }

  /** Whether a pattern stands at `at` itself; the longest is `found`. */
  isAt(bytes: Uint8Array, at: number, from: number, to: number): boolean {
    if (at + shortestPattern > to) return false
    const those = this.byStart.get(startOf(bytes, at))
    this.found = those?.find(one => stands(one, bytes, at, from, to))
    return this.found !== undefined
  }

  /**
   * Changes `bytes[from … to - 1]`: puts each pattern's pseudonym in its place.
   * @param onFound called with the number of the secret, for each place
   */
  replace(bytes: Uint8Array, from: number, to: number, onFound: (secret: number) => void): boolean {
    let hasFound = false
    for (let at = this.next(bytes, from, from, to); at >= 0;) {
      hasFound = true
      at = this.after(bytes, this.put(bytes, at, to, onFound), from, to)
    }
    return hasFound
  }

  /**
   * Puts the pseudonym of what was found at `at`. Where another one begins inside of it and ends behind it, its end is
   * replaced too.
   * @returns where to go on
   */
  put(bytes: Uint8Array, at: number, to: number, onFound: (secret: number) => void): number {
    const found = this.found!
    // What stood there, as far as others may begin in it.
    const before = bytes.slice(at, Math.min(to, at + 2 * found.find.length + this.longest))
    bytes.set(found.put, at)
    onFound(found.secret)
    let end = found.find.length
    for (let inner = 1; inner < end; inner++) {
      if (!this.isAt(before, inner, 0, before.length)) continue
      const other = this.found!
      if (inner + other.find.length <= end) continue
      bytes.set(other.put.subarray(end - inner), at + end)
      onFound(other.secret)
      end = inner + other.find.length
    }
    return at + end
  }
}

/** The first place at or after `at` where a pattern may begin that ends before `to`; `to` for none. */
type Lane = (bytes: Uint8Array, at: number, to: number) => number

/** Patterns of so many bytes and more have a lane of their own. */
const longLength = 6
const startBits = 20
const blockBits = 18

/**
 * Wu and Manber: the last bytes of a window as long as the shortest pattern say how far the next place is at which any
 * can begin; where that is here, a bit for the first four bytes says whether one does.
 */
function shortLane(patterns: readonly BytePattern[]): Lane {
  const skips = new Uint8Array(65_536).fill(shortestPattern - 1)
  const starts = startsOf(patterns)
  for (const { find } of patterns) {
    for (let i = 0; i < 3; i++) {
      const pair = (find[i]! << 8) | find[i + 1]!
      skips[pair] = Math.min(skips[pair]!, 2 - i)
    }
  }
  return (bytes, at, to) => {
    const last = to - shortestPattern
    while (at <= last) {
      const skip = skips[(bytes[at + 2]! << 8) | bytes[at + 3]!]!
      if (skip !== 0) {
        at += skip
        continue
      }
      const bit = bitOf(startOf(bytes, at))
      if ((starts[bit >>> 5]! & (1 << (bit & 31))) !== 0) return at
      at++
    }
    return to
  }
}

/** The same with blocks of three bytes in a window of six: of many patterns two bytes say too little. */
function longLane(patterns: readonly BytePattern[]): Lane {
  const skips = new Uint8Array(1 << blockBits).fill(longLength - 2)
  const starts = startsOf(patterns)
  for (const { find } of patterns) {
    for (let i = 0; i < 4; i++) {
      const block = blockOf(find[i]!, find[i + 1]!, find[i + 2]!)
      skips[block] = Math.min(skips[block]!, 3 - i)
    }
  }
  return (bytes, at, to) => {
    const last = to - longLength
    while (at <= last) {
      const skip = skips[blockOf(bytes[at + 3]!, bytes[at + 4]!, bytes[at + 5]!)]!
      if (skip !== 0) {
        at += skip
        continue
      }
      const bit = bitOf(startOf(bytes, at))
      if ((starts[bit >>> 5]! & (1 << (bit & 31))) !== 0) return at
      at++
    }
    return to
  }
}

function startsOf(patterns: readonly BytePattern[]): Int32Array {
  const starts = new Int32Array(1 << (startBits - 5))
  for (const { find } of patterns) {
    const bit = bitOf(startOf(find, 0))
    starts[bit >>> 5]! |= 1 << (bit & 31)
  }
  return starts
}

function blockOf(first: number, second: number, third: number): number {
  return Math.imul((first << 16) | (second << 8) | third, 0x9e37_79b1) >>> (32 - blockBits)
}

function startOf(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
}

function bitOf(start: number): number {
  return Math.imul(start, 0x9e37_79b1) >>> (32 - startBits)
}

function stands(
  { find, isWord, endsWord }: BytePattern,
  bytes: Uint8Array,
  at: number,
  from: number,
  to: number,
): boolean {
  const end = at + find.length
  if (end > to) return false
  for (let i = shortestPattern; i < find.length; i++) if (bytes[at + i] !== find[i]) return false
  if (!isWord && endsWord !== true) return true
  if (isWord && at > from && isWordByte(bytes[at - 1]!)) {
    const isAfterSign = at > from + 2 && isSign(bytes, at - 3)
    if (!isAfterSign && !isRomanSign(bytes[at - 1]!)) return false
  }
  if (end === to || !isWordByte(bytes[end]!) || isSign(bytes, end)) return true
  // Such a byte is the first of two or more in UTF-8, and never the last.
  return isRomanSign(bytes[end]!) && (end + 1 === to || bytes[end + 1]! < 128)
}

/** U+2000 to U+203F in UTF-8: quotes, the apostrophe of “Ann’s Mac”, dashes. */
function isSign(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xe2 && bytes[at + 1] === 0x80 && (bytes[at + 2]! & 0xc0) === 0x80
}

/** The same in MacRoman: `– — “ ” ‘ ’`. */
function isRomanSign(byte: number): boolean {
  return byte >= 0xd0 && byte <= 0xd5
}

function isWordByte(byte: number): boolean {
  const letter = byte | 32
  return (byte >= 48 && byte <= 57) || (letter >= 97 && letter <= 122) || byte >= 128
}
