import { hexDigitsOf, indexOfDigits, wantedBytes } from '../../core/query/data-pool.ts'
import { valueParts } from '../../core/query/value-texts.ts'
import { hexOf } from '../../core/registry/byte-text.ts'
import type { PropertyValue } from '../../core/registry/property-value.ts'
import { readValue } from '../../core/registry/read-value.ts'
import type { PropertyIndex, Snapshot } from '../../core/registry/snapshot.ts'
import { stringAt } from '../../core/registry/strings.ts'
import { wordsOf } from '../filter/read-filter.ts'
import { visibleText } from '../widgets/visible-text.ts'
import { valueLine } from './format-value.ts'

export interface PlaceText {
  readonly key: string
  readonly value: string
}

/** Of a longer text so much is shown before what was looked for. */
const before = 10
const longest = 80

/**
 * A property in one line, for a row of the tree: its key, and of its value the text that was looked for, from
 * whatever depth. Where the key has it, the value as the inspector shows it.
 */
export function placeText(snapshot: Snapshot, property: PropertyIndex, filter: string): PlaceText {
  const words = wordsOf(filter)
  const key = visibleText(stringAt(snapshot.strings, snapshot.properties.key[property]!))
  const value = readValue(snapshot, property)
  const isInKey = words.some(word => key.toLowerCase().includes(word))
  const folded = words.find(word => foundText(value, word) !== null)
  const text = (isInKey ? null : foundText(value, folded ?? '')) ?? valueLine(value)
  const at = folded === undefined ? -1 : text.toLowerCase().indexOf(folded)
  const from = at > 2 * before ? at - before : 0
  const shown = visibleText(text.slice(from, from + longest))
  return { key, value: from > 0 ? `…${shown}` : shown }
}

/** The text or data of a value that has what was looked for, or null. */
function foundText(value: PropertyValue, folded: string): string | null {
  if (folded === '') return null
  const { texts, data } = valueParts(value)
  const text = texts.find(own => own.toLowerCase().includes(folded))
  if (text !== undefined) return text
  const wanted = wantedBytes(hexDigitsOf(folded) ?? '')
  for (const bytes of data) {
    const at = indexOfDigits(bytes, 0, bytes.length, wanted)
    if (at >= 0) return digitsFrom(bytes, at)
  }
  return null
}

/** Digits as `ioreg` prints them, so that what was typed can be marked. */
function digitsFrom(bytes: Uint8Array, at: number): string {
  const from = Math.max(0, at - before / 2)
  const digits = hexOf(bytes.subarray(from, from + longest / 2), '')
  return from > 0 ? `…${digits}` : digits
}
