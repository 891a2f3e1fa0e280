import { FailureError } from '../../failure.ts'
import type { PropertyValue } from '../../registry/property-value.ts'
import { hexDigitsOf, indexOfDigits, wantedBytes } from '../data-pool.ts'
import { valueParts } from '../value-texts.ts'
import { compilePattern } from './filter-pattern.ts'
import type { Comparator, FilterTest, FilterValue } from './filter-tree.ts'
import { booleanOf, integerPattern, realPattern } from './filter-words.ts'

export type ValueTest = (value: PropertyValue) => boolean

/** A longer text matches no pattern: its time is the product of both lengths. */
export const longestSubject = 64 * 1024

/** What a test asks of one value of its key. */
export function createValueTest(
  test: Extract<FilterTest, { kind: 'compare' | 'contains' | 'matches' }>,
): ValueTest {
  switch (test.kind) {
    case 'compare':
      return createComparison(test.comparator, test.value)
    case 'contains':
      return createContains(test.value)
    case 'matches': {
      const pattern = compilePattern(test.pattern, test.isCaseBlind)
      if (typeof pattern === 'string') {
        throw new FailureError({ kind: 'bad-request', request: 'filter', detail: pattern })
      }
      return value =>
        valueParts(value).texts.some(
          text => text.length <= longestSubject && pattern.matcher(text).find(),
        )
    }
  }
}

/**
 * How a value compares, whatever its type:
 *
 *   integer   exact; a negative number is also the 64 bits that the kernel holds, as a text dump prints them
 *   data      against an integer as one of its own width, little-endian, up to eight bytes; against bytes all of it;
 *             against a text as a text with NULs at its end, or one text of a list with NULs between (`compatible`)
 *   string    against a number as the number it spells; against a text letter by letter
 *   array     where one of its items does
 *
 * `!=` holds where `==` does not: for a property that is there.
 */
function createComparison(comparator: Comparator, wanted: FilterValue): ValueTest {
  switch (comparator) {
    case '==':
      return value => someItem(value, item => isEqual(item, wanted))
    case '!=':
      return value => !someItem(value, item => isEqual(item, wanted))
    default: {
      if (wanted.kind !== 'integer' && wanted.kind !== 'real') return () => false
      const number = wanted.value
      return value =>
        someItem(value, item => {
          const own = numberOf(item)
          return own !== null && isOrdered(own, comparator, number)
        })
    }
  }
}

export function isOrdered(
  own: bigint | number,
  comparator: Comparator,
  other: bigint | number,
): boolean {
  switch (comparator) {
    case '==':
      // Mixed, as everywhere here: 4 and 4n are one number.
      return !(own < other) && !(own > other)
    case '!=':
      return own < other || own > other
    case '<':
      return own < other
    case '<=':
      return own <= other
    case '>':
      return own > other
    case '>=':
      return own >= other
  }
}

/** The value, or one of the items of an array or set, at any depth. */
function someItem(value: PropertyValue, passes: ValueTest): boolean {
  if (value.kind !== 'array' && value.kind !== 'set') return passes(value)
  const open: PropertyValue[] = [value]
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.kind === 'array' || next.kind === 'set') for (const item of next.items) open.push(item)
    else if (passes(next)) return true
  }
  return false
}

function isEqual(value: PropertyValue, wanted: FilterValue): boolean {
  switch (wanted.kind) {
    case 'integer':
      return isInteger(value, wanted.value)
    case 'real': {
      const own = numberOf(value)
      return own !== null && isOrdered(own, '==', wanted.value)
    }
    case 'boolean':
      if (value.kind === 'boolean') return value.value === wanted.value
      return value.kind === 'string' && booleanOf(value.text) === wanted.value
    case 'bytes':
      if (value.kind === 'data') return sameBytes(value.bytes, wanted.bytes)
      return value.kind === 'string' && sameBytes(bytesOf(value), wanted.bytes)
    case 'text':
      return isText(value, wanted.text)
  }
}

const leastSigned = -(1n << 63n)

function isInteger(value: PropertyValue, wanted: bigint): boolean {
  if (value.kind === 'data') {
    const { length } = value.bytes
    if (length === 0 || length > 8) return false
    const bits = 8 * length
    if (wanted < 0n && wanted < -(1n << BigInt(bits - 1))) return false
    const asUnsigned = wanted < 0n ? BigInt.asUintN(bits, wanted) : wanted
    return littleEndian(value.bytes) === asUnsigned
  }
  const own = numberOf(value)
  if (own === null) return false
  if (typeof own === 'number') return isOrdered(own, '==', wanted)
  if (own === wanted) return true
  // -1 and 18446744073709551615 are the same 64 bits (facts: ioreg, section 5).
  if (own >= 0n === wanted >= 0n) return false
  const [low, high] = own < wanted ? [own, wanted] : [wanted, own]
  return low >= leastSigned && low + (1n << 64n) === high
}

/** What a value counts as where numbers are asked for. */
function numberOf(value: PropertyValue): bigint | number | null {
  switch (value.kind) {
    case 'integer':
    case 'real':
      return value.value
    case 'data':
      return value.bytes.length === 0 || value.bytes.length > 8 ? null : littleEndian(value.bytes)
    case 'string': {
      const { text } = value
      if (text.length > 40) return null
      if (integerPattern.test(text)) {
        const digits = text.replace(/^[+-]/, '')
        return text.startsWith('-') ? -BigInt(digits) : BigInt(digits)
      }
      return realPattern.test(text) ? Number(text) : null
    }
    default:
      return null
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!)
  return value
}

function isText(value: PropertyValue, wanted: string): boolean {
  switch (value.kind) {
    case 'string':
      return value.text === wanted
    case 'date':
      return value.iso === wanted
    case 'unreadable':
      return value.raw === wanted
    case 'data':
      return dataTexts(value.bytes).includes(wanted)
    default:
      return false
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

/** Data as a text with NULs at its end, and as a list of texts with NULs between. */
function dataTexts(bytes: Uint8Array): readonly string[] {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end--
  if (end === 0) return bytes.length === 0 ? [''] : []
  const text = decoder.decode(bytes.subarray(0, end))
  return text.includes('\0') ? [text, ...text.split('\0')] : [text]
}

const bytesOf = (value: Extract<PropertyValue, { kind: 'string' }>): Uint8Array =>
  value.bytes ?? encoder.encode(value.text)

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i])

/** As a search in values does: a text at any depth, keys of dictionaries included, whatever the case; data by its digits. */
function createContains(wanted: FilterValue): ValueTest {
  if (wanted.kind === 'bytes') {
    const needle = { whole: wanted.bytes, half: -1 }
    return value => someBytes(value, bytes => indexOfDigits(bytes, 0, bytes.length, needle) >= 0)
  }
  const folded = (wanted.kind === 'text' ? wanted.text : String(wanted.value)).toLowerCase()
  const digits = hexDigitsOf(folded)
  const needle = digits === null ? null : wantedBytes(digits)
  return value => {
    const { texts, data } = valueParts(value)
    if (texts.some(text => text.toLowerCase().includes(folded))) return true
    return needle !== null && data.some(b => indexOfDigits(b, 0, b.length, needle) >= 0)
  }
}

/** Data, and the bytes of strings and keys, at any depth. */
function someBytes(value: PropertyValue, passes: (bytes: Uint8Array) => boolean): boolean {
  const open = [value]
  for (let next = open.pop(); next; next = open.pop()) {
    switch (next.kind) {
      case 'data':
        if (passes(next.bytes)) return true
        break
      case 'string':
        if (passes(bytesOf(next))) return true
        break
      case 'array':
      case 'set':
        for (const item of next.items) open.push(item)
        break
      case 'dictionary':
        for (const [key, item] of next.entries) {
          if (passes(encoder.encode(key))) return true
          open.push(item)
        }
        break
      default:
        break
    }
  }
  return false
}

/** The values at a way through dictionaries, `A.B`; keys may have dots themselves. Whatever the case. */
export function valuesBelow(value: PropertyValue, below: string): readonly PropertyValue[] {
  const found: PropertyValue[] = []
  const open = [{ value, rest: below.toLowerCase() }]
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.value.kind !== 'dictionary') continue
    for (const [key, item] of next.value.entries) {
      const own = key.toLowerCase()
      if (own === next.rest) found.push(item)
      else if (next.rest.startsWith(`${own}.`)) {
        open.push({ value: item, rest: next.rest.slice(own.length + 1) })
      }
    }
  }
  return found
}
