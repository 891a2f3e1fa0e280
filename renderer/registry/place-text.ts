import { foldedText } from '../../core/query/search.ts'
import { valueTexts } from '../../core/query/value-texts.ts'
import { readValue } from '../../core/registry/read-value.ts'
import type { PropertyIndex, Snapshot } from '../../core/registry/snapshot.ts'
import { stringAt } from '../../core/registry/strings.ts'
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
  const folded = foldedText(filter)
  const key = visibleText(stringAt(snapshot.strings, snapshot.properties.key[property]!))
  const value = readValue(snapshot, property)
  const text = key.toLowerCase().includes(folded)
    ? valueLine(value)
    : (valueTexts(value).find(own => own.toLowerCase().includes(folded)) ?? valueLine(value))
  const at = text.toLowerCase().indexOf(folded)
  const from = at > 2 * before ? at - before : 0
  const shown = visibleText(text.slice(from, from + longest))
  return { key, value: from > 0 ? `…${shown}` : shown }
}
