import type { PropertyValue } from '../registry/property-value.ts'
import { readValue } from '../registry/read-value.ts'
import type { PropertyIndex, Snapshot } from '../registry/snapshot.ts'
import { stringAt } from '../registry/strings.ts'
import { hexDigitsOf, indexOfDigits, wantedBytes } from './data-pool.ts'

/** What a value is found by. */
export interface ValueParts {
  readonly texts: readonly string[]
  readonly data: readonly Uint8Array[]
}

/**
 * The parts of a value that are searched, its keys and values at every depth:
 *
 *   string, date        as it is
 *   integer             in decimal, and in hexadecimal with `0x` as the 64 bits that the kernel holds
 *   real                as JavaScript prints it
 *   boolean             Yes, No
 *   data                its bytes, which are found as whole bytes; and where it is text, the text
 *   unreadable          as it stands in the dump
 *   missing             nothing
 */
export function valueParts(value: PropertyValue): ValueParts {
  const texts: string[] = []
  const data: Uint8Array[] = []
  const open = [value]
  for (let next = open.pop(); next; next = open.pop()) {
    switch (next.kind) {
      case 'dictionary':
        for (const [key] of next.entries) texts.push(key)
        for (const [, item] of next.entries.toReversed()) open.push(item)
        break
      case 'array':
      case 'set':
        for (const item of next.items.toReversed()) open.push(item)
        break
      case 'data':
        data.push(next.bytes)
        // Not as arguments: of those there can be only so many.
        for (const run of textRuns(next.bytes)) texts.push(run)
        break
      default:
        texts.push(...leafTexts(next))
    }
  }
  return { texts, data }
}

type TextLeaf = Exclude<PropertyValue, { kind: 'dictionary' | 'array' | 'set' | 'data' }>

function leafTexts(value: TextLeaf): readonly string[] {
  switch (value.kind) {
    case 'string':
      return [value.text]
    case 'integer':
      return integerTexts(value.value)
    case 'real':
      return [String(value.value)]
    case 'boolean':
      return [value.value ? 'Yes' : 'No']
    case 'date':
      return [value.iso]
    case 'unreadable':
      return [value.raw]
    case 'missing':
      return []
  }
}

export function integerTexts(value: bigint): readonly [decimal: string, hexadecimal: string] {
  return [value.toString(), `0x${BigInt.asUintN(64, value).toString(16)}`]
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** The texts of data that is text; none of other data. */
export function textRuns(bytes: Uint8Array): string[] {
  const length = textLengthOf(bytes, bytes.length)
  return length === 0 ? [] : decoder.decode(bytes.subarray(0, length)).split(/\0+/)
}

/**
 * How many of the first `length` bytes are text, all but NULs at the end; 0 where these are no text. As `ioreg`
 * sees it, text is runs of printable characters with a NUL between, few bytes of them beyond ASCII (facts:
 * ioreg, section 5); here there may be more NULs, as in a table of names of one width.
 */
export function textLengthOf(bytes: Uint8Array, length: number): number {
  let end = length
  while (end > 0 && bytes[end - 1] === 0) end--
  if (length < 2 || end === 0) return 0
  let plain = 0
  let other = 0
  for (let i = 0; i < end; i++) {
    const byte = bytes[i]!
    if (byte >= 32 && byte < 127) plain++
    else if (byte >= 128 && byte < 255) other++
    else if (byte !== 0 || i === 0) return 0
  }
  return plain > 0 && plain >> 2 >= other ? end : 0
}

/** Where a text is looked for: in a property's key and value, or in the value alone. */
export type SearchedPart = 'property' | 'value'

/** Whether a property's key or value has the text, by decoding it: for the few where no index is at hand. */
export function propertyHasText(
  snapshot: Snapshot,
  property: PropertyIndex,
  folded: string,
  part: SearchedPart = 'property',
): boolean {
  const has = (text: string) => text.toLowerCase().includes(folded)
  const isInKey =
    part === 'property' && has(stringAt(snapshot.strings, snapshot.properties.key[property]!))
  if (isInKey) return true
  const { texts, data } = valueParts(readValue(snapshot, property))
  if (texts.some(has)) return true
  const digits = hexDigitsOf(folded)
  if (digits === null) return false
  const wanted = wantedBytes(digits)
  return data.some(bytes => indexOfDigits(bytes, 0, bytes.length, wanted) >= 0)
}
