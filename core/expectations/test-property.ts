import { integerTexts, textRuns } from '../query/value-texts.ts'
import { hexOf } from '../registry/byte-text.ts'
import type { PropertyValue } from '../registry/property-value.ts'
import { valueNotation } from '../registry/value-notation.ts'
import type { ExpectedProperty } from './expectations.ts'
import { compilePattern } from './pattern.ts'

/** True, false, or null: what was seen does not tell. */
export type Answer = boolean | null

/** Whether a value passes, by what kind of test. Values of the guest are of any size; each is looked at once. */
export function testValue(value: PropertyValue, test: ExpectedProperty['test']): Answer {
  switch (test.kind) {
    case 'present':
      return true
    case 'absent':
      return false
    case 'equals':
      return sameValue(value, test.value)
    case 'contains':
      return value.kind === 'missing' ? null : textsOf(value).some(text => text.includes(test.text))
    case 'matches': {
      if (value.kind === 'missing') return null
      const compiled = compilePattern(test.pattern)
      // Reading refuses such a pattern; derived expectations have none.
      if ('problem' in compiled) return null
      const answers = textsOf(value).map(text => compiled.pattern.test(text))
      return answers.includes(true) ? true : answers.includes(null) ? null : false
    }
  }
}

/**
 * The texts that a value is written as: a string itself; an integer in decimal and, with `0x`, in hexadecimal;
 * `Yes` and `No`; data as its text where it is some, and as pairs of digits `86 80`.
 */
function textsOf(value: PropertyValue): readonly string[] {
  switch (value.kind) {
    case 'string':
      return [value.text]
    case 'integer':
      return integerTexts(value.value)
    case 'data':
      return [...textRuns(value.bytes), hexOf(value.bytes)]
    default:
      return [valueNotation(value)]
  }
}

/**
 * Whether two values are the same. Integers are compared as the 64 bits that the kernel holds: text dumps print -1 as
 * 18446744073709551615. What the tool printed nothing for, and data that lost its NULs, may be the same or not.
 */
export function sameValue(seen: PropertyValue, wanted: PropertyValue): Answer {
  if (seen.kind === 'missing' || seen.kind === 'unreadable') return null
  switch (wanted.kind) {
    case 'string':
      if (seen.kind === 'real') return String(seen.value) === wanted.text
      if (seen.kind === 'date') return seen.iso === wanted.text
      return seen.kind === 'string' && seen.bytes === undefined && seen.text === wanted.text
    case 'integer':
      return (
        seen.kind === 'integer' &&
        BigInt.asUintN(64, seen.value) === BigInt.asUintN(64, wanted.value)
      )
    case 'boolean':
      return seen.kind === 'boolean' && seen.value === wanted.value
    case 'data':
      return seen.kind === 'data' && sameData(seen, wanted.bytes)
    case 'array':
      if (seen.kind !== 'array' && seen.kind !== 'set') return false
      return seen.items.length === wanted.items.length
        ? allOf(seen.items.map((item, i) => () => sameValue(item, wanted.items[i]!)))
        : false
    case 'dictionary':
      return seen.kind === 'dictionary' && sameDictionary(seen.entries, wanted.entries)
    default:
      return null
  }
}

type Entries = readonly (readonly [string, PropertyValue])[]

function sameDictionary(seen: Entries, wanted: Entries): Answer {
  if (seen.length !== wanted.length) return false
  const byKey = new Map(seen)
  return allOf(
    wanted.map(([key, value]) => () => {
      const there = byKey.get(key)
      return there === undefined ? false : sameValue(there, value)
    }),
  )
}

function sameData(seen: Extract<PropertyValue, { kind: 'data' }>, wanted: Uint8Array): Answer {
  const isSame = hexOf(seen.bytes, '') === hexOf(wanted, '')
  if (seen.isLossy !== true) return isSame
  const quote = 0x22
  const kept = (bytes: Uint8Array): string =>
    hexOf(
      bytes.filter(b => b !== 0 && b !== quote),
      '',
    )
  return kept(seen.bytes) === kept(wanted) ? null : false
}

/** Asks until one says no. */
export function allOf(questions: readonly (() => Answer)[]): Answer {
  let all: Answer = true
  for (const ask of questions) {
    const answer = ask()
    if (answer === false) return false
    if (answer === null) all = null
  }
  return all
}
