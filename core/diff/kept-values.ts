import type { DumpSource, Snapshot } from '../registry/snapshot.ts'

/** `PropertyTable.source` is a byte. */
const sourceLimit = 255
/** A source of which values fill less than half, or that is small, is not kept for them: they are copied. */
const smallBytes = 1 << 20
const goneLabel = 'gone entries'

/** Where the values of gone entries are, in a snapshot whose sources are those of `after` and these. */
export interface KeptValues {
  /** Behind those of `after`. */
  readonly sources: readonly DumpSource[]
  /** For each property asked for, in the order in which it was asked: its source and range. */
  readonly source: Uint8Array
  readonly start: Uint32Array
  readonly end: Uint32Array
  /** Properties whose source found no room; they have to be left out. Only of hundreds of binary property lists. */
  readonly lost: number
}

/**
 * Keeps the values of some properties of `before` and not their dumps: merged again and again, a watched registry
 * must not hold every dump in which something went. A value is a range of bytes that can stand anywhere, but for
 * binary property lists, whose values refer to the whole file; those are kept whole.
 */
export function keepValues(before: Snapshot, after: Snapshot, wanted: Uint32Array): KeptValues {
  const { properties } = before
  const used = new Float64Array(before.sources.length)
  for (const property of wanted) {
    used[properties.source[property]!]! += properties.end[property]! - properties.start[property]!
  }
  const room = sourceLimit - after.sources.length
  const isCopied = before.sources.map(
    ({ syntax, bytes }, i) =>
      syntax !== 'binary-plist' && (bytes.length < smallBytes || used[i]! < bytes.length / 2),
  )
  const wholeCount = isCopied.filter((is, i) => !is && used[i]! > 0).length
  if (wholeCount + 2 > room) {
    before.sources.forEach(({ syntax }, i) => (isCopied[i] = syntax !== 'binary-plist'))
  }

  const sources: DumpSource[] = []
  const pools = { xml: new BytePool(), text: new BytePool() }
  const numberOf = new Map<number | 'xml' | 'text', number>()
  const numberFor = (from: number): number => {
    const { syntax } = before.sources[from]!
    const key = isCopied[from] && syntax !== 'binary-plist' ? syntax : from
    const known = numberOf.get(key)
    if (known !== undefined) return known
    const same = after.sources.findIndex(({ bytes }) => bytes === before.sources[from]!.bytes)
    if (same >= 0 && key === from) return numbered(key, same)
    if (sources.length >= room) return numbered(key, lostSource)
    const { label, bytes } = before.sources[from]!
    // How the text was laid out belongs to its dump, which is not written again from here.
    sources.push(
      key === from ? { label, syntax, bytes } : { label: goneLabel, syntax, bytes: empty },
    )
    return numbered(key, after.sources.length + sources.length - 1)
  }
  const numbered = (key: number | 'xml' | 'text', number: number) => {
    numberOf.set(key, number)
    return number
  }

  const kept = {
    source: new Uint8Array(wanted.length),
    start: new Uint32Array(wanted.length),
    end: new Uint32Array(wanted.length),
  }
  let lost = 0
  for (let i = 0; i < wanted.length; i++) {
    const property = wanted[i]!
    const from = properties.source[property]!
    const start = properties.start[property]!
    const end = properties.end[property]!
    const number = numberFor(from)
    if (number === lostSource) lost++
    kept.source[i] = number
    const { syntax, bytes } = before.sources[from]!
    const pool = isCopied[from] && syntax !== 'binary-plist' ? pools[syntax] : null
    kept.start[i] = pool ? pool.add(bytes, start, end) : start
    kept.end[i] = kept.start[i]! + end - start
  }
  for (const syntax of ['xml', 'text'] as const) {
    const number = numberOf.get(syntax)
    if (number === undefined || number === lostSource) continue
    const at = number - after.sources.length
    sources[at] = { ...sources[at]!, bytes: pools[syntax].bytes() }
  }
  return { sources, ...kept, lost }
}

const empty = new Uint8Array(0)
export const lostSource = 255

class BytePool {
  private held = new Uint8Array(1 << 12)
  private length = 0

  /** Where the bytes are now. */
  add(from: Uint8Array, start: number, end: number): number {
    const at = this.length
    const needed = at + end - start
    if (needed > this.held.length) {
      const wider = new Uint8Array(Math.max(needed, 2 * this.held.length))
      wider.set(this.held)
      this.held = wider
    }
    this.held.set(from.subarray(start, end), at)
    this.length = needed
    return at
  }

  bytes(): Uint8Array {
    return this.held.slice(0, this.length)
  }
}
