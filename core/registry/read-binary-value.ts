import { FailureError } from '../failure.ts'
import { BinaryKind, BinaryPlist } from '../plist/binary-plist.ts'
import type { PropertyValue } from './property-value.ts'
import { ValueType, type ValueTypeTag } from './snapshot.ts'
import { unreadable, valueDepthLimit } from './value-parts.ts'

/**
 * The object at `[start, end)` of a binary property list with everything it refers to; the references are
 * looked up in the table at the end of `bytes`, which are the whole file. What cannot be read is
 * `unreadable`; this never throws for what a file holds.
 */
export function readBinaryValue(bytes: Uint8Array, start: number, end: number): PropertyValue {
  if (start === end) return { kind: 'missing' }
  try {
    return decodeBinaryObject(new BinaryPlist(bytes, ''), start, valueDepthLimit)
  } catch (error) {
    if (error instanceof FailureError) return unreadable(bytes.subarray(start, end))
    throw error
  }
}

/** What `decodeBinaryObject` will make of the object at `at`, as far as its marker tells. */
export function binaryValueType(plist: BinaryPlist, at: number): ValueTypeTag {
  const marker = plist.byteAt(at)
  if (marker === 0x08 || marker === 0x09) return ValueType.boolean
  return typeOfKind.get(marker >> 4) ?? ValueType.unreadable
}

const typeOfKind = new Map<number, ValueTypeTag>([
  [BinaryKind.integer, ValueType.integer],
  [BinaryKind.real, ValueType.real],
  [BinaryKind.date, ValueType.date],
  [BinaryKind.data, ValueType.data],
  [BinaryKind.ascii, ValueType.string],
  [BinaryKind.utf16, ValueType.string],
  [BinaryKind.uid, ValueType.dictionary],
  [BinaryKind.array, ValueType.array],
  [BinaryKind.set, ValueType.set],
  [BinaryKind.dictionary, ValueType.dictionary],
])

/** References may be shared: a few kilobytes can stand for more values than there is memory. */
const valueLimit = 500_000
/** The same for characters and data, counted from the second time on that one object is met. */
const repeatedBytesLimit = 64_000_000
/** 2001-01-01, CoreFoundation's beginning of time, in milliseconds since 1970. */
const epochMs = Date.UTC(2001, 0, 1)
const latestDateMs = 8.64e15

/**
 * The object that starts at `at`, whole.
 * @throws FailureError dump-malformed with the place
 */
export function decodeBinaryObject(
  plist: BinaryPlist,
  at: number,
  depthLimit: number,
): PropertyValue {
  return new Decoder(plist, depthLimit).decode(at)
}

interface Frame {
  readonly kind: 'array' | 'set' | 'dictionary'
  readonly keys: readonly string[]
  /** Where the references of its values start. */
  readonly start: number
  readonly count: number
  readonly items: PropertyValue[]
}

class Decoder {
  private readonly plist: BinaryPlist
  private readonly depthLimit: number
  private readonly open: Frame[] = []
  /** Strings and data by place: one object each, however often it is referred to. */
  private readonly known = new Map<number, PropertyValue>()
  private values = 0
  private repeatedBytes = 0

  constructor(plist: BinaryPlist, depthLimit: number) {
    this.plist = plist
    this.depthLimit = depthLimit
  }

  decode(first: number): PropertyValue {
    let at = first
    for (;;) {
      let value = this.enter(at)
      for (;;) {
        const frame = this.open.at(-1)
        if (value) {
          if (!frame) return value
          frame.items.push(value)
        }
        const { items, count, start } = frame!
        if (items.length < count) {
          at = this.plist.placeOf(this.plist.referenceAt(start, items.length))
          break
        }
        this.open.pop()
        value = closed(frame!)
      }
    }
  }

  /** The value at `at`, or null when it has items, which come next. */
  private enter(at: number): PropertyValue | null {
    const { plist, open } = this
    if (open.length > this.depthLimit) {
      throw plist.malformed(at, `at most ${this.depthLimit} levels`)
    }
    this.count(at, 1)
    const kind = plist.kindAt(at)
    if (kind !== BinaryKind.array && kind !== BinaryKind.set && kind !== BinaryKind.dictionary) {
      return this.scalar(at, kind)
    }
    const count = plist.countAt(at)
    const start = plist.contentOf(at)
    if (kind === BinaryKind.dictionary) {
      this.count(at, count)
      const keys = Array.from({ length: count }, (_, i) => this.key(plist.referenceAt(start, i)))
      const values = start + count * plist.referenceSize
      open.push({ kind: 'dictionary', keys, start: values, count, items: [] })
    } else {
      open.push({
        kind: kind === BinaryKind.set ? 'set' : 'array',
        keys: [],
        start,
        count,
        items: [],
      })
    }
    return null
  }

  private count(at: number, values: number): void {
    this.values += values
    if (this.values > valueLimit) {
      throw this.plist.malformed(at, `at most ${valueLimit} values`)
    }
  }

  private key(reference: number): string {
    const at = this.plist.placeOf(reference)
    const key = this.scalar(at, this.plist.kindAt(at))
    if (key.kind !== 'string') throw this.plist.malformed(at, 'a string as a key')
    return key.text
  }

  private scalar(at: number, kind: number): PropertyValue {
    const { plist } = this
    switch (kind) {
      case BinaryKind.simple: {
        const marker = plist.byteAt(at)
        if (marker === 0x08 || marker === 0x09) return { kind: 'boolean', value: marker === 0x09 }
        throw plist.malformed(at, 'a value')
      }
      case BinaryKind.integer:
        return { kind: 'integer', value: plist.integerAt(at) }
      case BinaryKind.real:
        return { kind: 'real', value: plist.realAt(at) }
      case BinaryKind.date:
        return { kind: 'date', iso: this.date(at) }
      case BinaryKind.uid:
        // As CoreFoundation writes a UID in XML.
        return {
          kind: 'dictionary',
          entries: [['CF$UID', { kind: 'integer', value: BigInt(plist.uidAt(at)) }]],
        }
      case BinaryKind.data:
      case BinaryKind.ascii:
      case BinaryKind.utf16:
        return this.sharedScalar(at, kind)
      default:
        throw plist.malformed(at, 'a known kind of value')
    }
  }

  private sharedScalar(at: number, kind: number): PropertyValue {
    const { plist, known } = this
    const again = known.get(at)
    if (again) {
      this.repeatedBytes += plist.countAt(at)
      if (this.repeatedBytes > repeatedBytesLimit) {
        throw plist.malformed(at, 'fewer references to one value')
      }
      return again
    }
    const start = plist.contentOf(at)
    const value: PropertyValue =
      kind === BinaryKind.data
        ? { kind: 'data', bytes: plist.bytes.slice(start, start + plist.countAt(at)) }
        : { kind: 'string', text: plist.textAt(at) }
    known.set(at, value)
    return value
  }

  private date(at: number): string {
    const ms = epochMs + this.plist.secondsAt(at) * 1000
    if (!(Math.abs(ms) <= latestDateMs)) throw this.plist.malformed(at, 'a date')
    return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
  }
}

function closed({ kind, keys, items }: Frame): PropertyValue {
  if (kind !== 'dictionary') return { kind, items }
  // Of a key given twice, the last value counts, as in the XML form.
  const entries = new Map(items.map((value, i) => [keys[i]!, value]))
  return { kind, entries: [...entries] }
}
