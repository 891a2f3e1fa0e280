/** One run of bytes that is looked for, and what takes its place: as many bytes. */
export interface BytePattern {
  readonly find: Uint8Array
  readonly put: Uint8Array
  /** Found only where no letter or digit stands beside it: short names are parts of many words. */
  readonly isWord: boolean
  /** Number of the secret it belongs to. */
  readonly secret: number
}

/** No pattern is shorter. */
export const shortestPattern = 4

/** Many patterns, looked for in one pass. */
export class PatternSet {
  /** By the first two bytes: whether any pattern begins so. */
  private readonly mayBegin = new Uint8Array(65_536)
  private longest = 0
  private readonly byStart = new Map<number, BytePattern[]>()

  constructor(patterns: Iterable<BytePattern>) {
    for (const pattern of patterns) {
      const { find, put } = pattern
      if (find.length < shortestPattern) throw new RangeError('a pattern has at least four bytes')
      if (find.length !== put.length)
        throw new RangeError('a pseudonym has the length of its secret')
      this.longest = Math.max(this.longest, find.length)
      this.mayBegin[(find[0]! << 8) | find[1]!] = 1
      const start = startOf(find, 0)
      const others = this.byStart.get(start)
      if (others) others.push(pattern)
      else this.byStart.set(start, [pattern])
    }
    // The longest first: a name may be the beginning of another one.
    for (const list of this.byStart.values()) list.sort((a, b) => b.find.length - a.find.length)
  }

  get isEmpty(): boolean {
    return this.byStart.size === 0
  }

  /**
   * Changes `bytes[from … to - 1]`: puts each pattern's pseudonym in its place. Where one begins inside of another one
   * and ends behind it, its end is replaced too.
   * @param onFound called with the number of the secret, for each place
   */
  replace(bytes: Uint8Array, from: number, to: number, onFound: (secret: number) => void): boolean {
    let hasFound = false
    const last = to - shortestPattern
    for (let at = from; at <= last; at++) {
      const found = this.at(bytes, at, from, to)
      if (!found) continue
      // What stood there, as far as others may begin in it.
      const before = bytes.slice(at, Math.min(to, at + 2 * found.find.length + this.longest))
      bytes.set(found.put, at)
      onFound(found.secret)
      hasFound = true
      let end = found.find.length
      for (let inner = 1; inner < end; inner++) {
        const other = this.at(before, inner, 0, before.length)
        if (!other || inner + other.find.length <= end) continue
        bytes.set(other.put.subarray(end - inner), at + end)
        onFound(other.secret)
        end = inner + other.find.length
      }
      at += end - 1
    }
    return hasFound
  }

  private at(bytes: Uint8Array, at: number, from: number, to: number): BytePattern | undefined {
    if (at > to - shortestPattern) return undefined
    if (this.mayBegin[(bytes[at]! << 8) | bytes[at + 1]!] === 0) return undefined
    return this.byStart
      .get(startOf(bytes, at))
      ?.find(pattern => stands(pattern, bytes, at, from, to))
  }
}

function startOf(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
}

function stands(
  { find, isWord }: BytePattern,
  bytes: Uint8Array,
  at: number,
  from: number,
  to: number,
): boolean {
  const end = at + find.length
  if (end > to) return false
  for (let i = shortestPattern; i < find.length; i++) if (bytes[at + i] !== find[i]) return false
  if (!isWord) return true
  if (at > from && isWordByte(bytes[at - 1]!)) {
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
