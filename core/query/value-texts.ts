import type { PropertyValue } from '../registry/property-value.ts'
import { readValue } from '../registry/read-value.ts'
import type { PropertyIndex, Snapshot } from '../registry/snapshot.ts'
import { stringAt } from '../registry/strings.ts'

/** Of longer data only so many bytes are looked through as hexadecimal. Text in data is all looked through. */
export const searchedDataBytes = 32

/**
 * The texts that a value is found by, its keys and values at every depth:
 *
 *   string, date        as it is
 *   integer             in decimal, and in hexadecimal with `0x` as the 64 bits that the kernel holds
 *   real                as JavaScript prints it
 *   boolean             Yes, No
 *   data                the hexadecimal digits of its first 32 bytes, without blanks; and where it is
 *                       text, the text
 *   unreadable          as it stands in the dump
 *   missing             nothing
 */
export function valueTexts(value: PropertyValue): string[] {
  const texts: string[] = []
  const open = [value]
  for (let next = open.pop(); next; next = open.pop()) {
    switch (next.kind) {
      case 'dictionary':
        for (const [key, item] of next.entries) {
          texts.push(key)
          open.push(item)
        }
        break
      case 'array':
      case 'set':
        for (const item of next.items) open.push(item)
        break
      default:
        texts.push(...leafTexts(next))
    }
  }
  return texts
}

type Leaf = Exclude<PropertyValue, { kind: 'dictionary' | 'array' | 'set' }>

function leafTexts(value: Leaf): string[] {
  switch (value.kind) {
    case 'string':
      return [value.text]
    case 'integer':
      return [value.value.toString(), `0x${BigInt.asUintN(64, value.value).toString(16)}`]
    case 'real':
      return [String(value.value)]
    case 'boolean':
      return [value.value ? 'Yes' : 'No']
    case 'data':
      return dataTexts(value.bytes)
    case 'date':
      return [value.iso]
    case 'unreadable':
      return [value.raw]
    case 'missing':
      return []
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function dataTexts(bytes: Uint8Array): string[] {
  const digits = Array.from(bytes.subarray(0, searchedDataBytes), byte =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
  const length = textLengthOf(bytes, bytes.length)
  if (length === 0) return [digits]
  return [...decoder.decode(bytes.subarray(0, length)).split('\0'), digits]
}

/**
 * How many of the first `length` bytes are text, all but NULs at the end; 0 where these are not text as
 * `ioreg` sees it: runs of printable characters, one NUL between two, few bytes of them beyond ASCII
 * (facts: ioreg, section 5). Zeros that fill the end up are taken for text of any era.
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
    else if (byte !== 0 || i === 0 || bytes[i - 1] === 0) return 0
  }
  return plain > 0 && plain >> 2 >= other ? end : 0
}

/** Whether a property's key or value has the text, by decoding it: for the few where no index is at hand. */
export function propertyHasText(
  snapshot: Snapshot,
  property: PropertyIndex,
  folded: string,
): boolean {
  const has = (text: string) => text.toLowerCase().includes(folded)
  const key = stringAt(snapshot.strings, snapshot.properties.key[property]!)
  return has(key) || valueTexts(readValue(snapshot, property)).some(has)
}
