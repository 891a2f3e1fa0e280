import type { PropertyValue } from '../registry/property-value.ts'
import { readValue } from '../registry/read-value.ts'
import { ValueType, type PropertyIndex, type Snapshot } from '../registry/snapshot.ts'
import { createByteFinder } from './byte-finder.ts'
import { containsText } from './name-hits.ts'
import { hexDigitsOf, indexOfDigits, wantedBytes } from './data-pool.ts'
import { createFold } from './fold-text.ts'
import { integerTexts, textRuns } from './value-texts.ts'

export type PropertyMatcher = (property: PropertyIndex) => boolean

/**
 * Whether a property's key or value, or one inside of it, contains a text. Values are taken as they are shown:
 *
 *   string      its text                     integer   `4096` and `0x1000`; negative ones as 64 bits
 *   boolean     `Yes`, `No`                  data      its texts, where it is text; its bytes, `849d0000`
 *   date, real  as they are written          unreadable its raw text
 *
 * Bytes are found as whole bytes: the text is an even number of hexadecimal digits, with blanks or without.
 * Most values are passed over by their bytes in the source, and few are decoded.
 */
export function createPropertyMatcher(
  snapshot: Snapshot,
  what: 'key' | 'value',
  text: string,
): PropertyMatcher {
  return what === 'key' ? keyMatcher(snapshot, text) : valueMatcher(snapshot, text)
}

function keyMatcher(snapshot: Snapshot, text: string): PropertyMatcher {
  const { properties } = snapshot
  const contains = containsText(snapshot, text)
  const fold = createFold(text)
  const wanted = fold(text)
  const mayHold = createByteFinder(snapshot, text)
  return property => {
    if (contains(properties.key[property]!)) return true
    if (!isContainer(properties.type[property]!) || !mayHold(property)) return false
    return someKey(readValue(snapshot, property), key => fold(key).includes(wanted))
  }
}

function valueMatcher(snapshot: Snapshot, text: string): PropertyMatcher {
  const { properties } = snapshot
  const fold = createFold(text)
  const wanted = fold(text)
  const digits = hexDigitsOf(text.toLowerCase())
  // Half a byte is one that is still being typed, which nobody does here.
  const data = digits !== null && digits.length % 2 === 0 ? wantedBytes(digits) : null
  const mayHold = createByteFinder(snapshot, text)
  const isOfNumber = /^(0?x)?[\da-f]*$|^-\d*$/.test(wanted)
  const isOfBoolean = 'yes'.includes(wanted) || 'no'.includes(wanted)

  /** False only where the decoded value certainly does not match. */
  const isCandidate = (property: PropertyIndex): boolean => {
    switch (properties.type[property]) {
      case ValueType.integer:
        return isOfNumber || mayHold(property)
      case ValueType.boolean:
        return isOfBoolean || mayHold(property)
      case ValueType.real:
      case ValueType.date:
        return true
      case ValueType.data:
        return data !== null || mayHold(property) || hasOpaqueData(snapshot, property)
      case ValueType.array:
      case ValueType.set:
      case ValueType.dictionary: {
        const isAnyWord = data !== null || isOfNumber || isOfBoolean
        return isAnyWord || mayHold(property) || hasOpaqueData(snapshot, property)
      }
      default:
        return mayHold(property)
    }
  }
  const matches = (value: PropertyValue): boolean => {
    switch (value.kind) {
      case 'string':
        return fold(value.text).includes(wanted)
      case 'integer':
        return integerTexts(value.value).some(form => form.includes(wanted))
      case 'real':
        return fold(String(value.value)).includes(wanted)
      case 'boolean':
        return (value.value ? 'yes' : 'no').includes(wanted)
      case 'data':
        return (
          textRuns(value.bytes).some(run => fold(run).includes(wanted)) ||
          (data !== null && indexOfDigits(value.bytes, 0, value.bytes.length, data) >= 0)
        )
      case 'date':
        return fold(value.iso).includes(wanted)
      case 'unreadable':
        return fold(value.raw).includes(wanted)
      case 'missing':
        return wanted === ''
      case 'array':
      case 'set':
      case 'dictionary':
        return wanted === ''
    }
  }
  return property => isCandidate(property) && someValue(readValue(snapshot, property), matches)
}

/** Whether a value holds data whose text is not to be seen in the source: base64, or hexadecimal digits. */
function hasOpaqueData({ properties, sources }: Snapshot, property: PropertyIndex): boolean {
  const { bytes, syntax } = sources[properties.source[property]!]!
  if (syntax === 'binary-plist') return true
  const end = properties.end[property]!
  for (let at = properties.start[property]!; at + 1 < end; at++) {
    if (bytes[at] !== less) continue
    const next = bytes[at + 1]!
    if (syntax === 'xml' ? next === letterD && bytes[at + 2] === letterA : next !== quote)
      return true
  }
  return false
}

const less = 0x3c
const quote = 0x22
const letterD = 0x64
const letterA = 0x61

function isContainer(type: number): boolean {
  return type === ValueType.array || type === ValueType.set || type === ValueType.dictionary
}

/** Whether a value or one inside of it passes. A stack of its own: nesting is the dump's choice. */
function someValue(value: PropertyValue, passes: (value: PropertyValue) => boolean): boolean {
  const open = [value]
  for (let next = open.pop(); next; next = open.pop()) {
    if (passes(next)) return true
    if (next.kind === 'dictionary') for (const [, item] of next.entries) open.push(item)
    else if (next.kind === 'array' || next.kind === 'set') for (const i of next.items) open.push(i)
  }
  return false
}

function someKey(value: PropertyValue, passes: (key: string) => boolean): boolean {
  return someValue(
    value,
    inner => inner.kind === 'dictionary' && inner.entries.some(([key]) => passes(key)),
  )
}
