import { classesIn } from '../../matching/class-links.ts'
import type { PropertyValue } from '../../registry/property-value.ts'
import { readValue } from '../../registry/read-value.ts'
import { noString, type PropertyIndex, type Snapshot } from '../../registry/snapshot.ts'
import { stringAt } from '../../registry/strings.ts'
import { textRuns } from '../value-texts.ts'
import { keyedProperties, keysOf, meantKeys } from './keyed-properties.ts'
import { printValue } from './write-filter.ts'

/** Words that a snapshot has for a filter, with how often: each list is counted once. */

export interface CountedWord {
  readonly word: string
  /** In how many entries; classes with those of their subclasses. */
  readonly count: number
}

export interface ValueWord extends CountedWord {
  readonly isNumber: boolean
  readonly isText: boolean
}

interface Words {
  classes?: readonly CountedWord[]
  keys?: readonly CountedWord[]
  readonly values: Map<string, readonly ValueWord[]>
}

const known = new WeakMap<Snapshot, Words>()

function wordsOf(snapshot: Snapshot): Words {
  let words = known.get(snapshot)
  if (!words) known.set(snapshot, (words = { values: new Map<string, readonly ValueWord[]>() }))
  return words
}

/** The classes and superclasses of a snapshot, the most frequent first. */
export function classWords(snapshot: Snapshot): readonly CountedWord[] {
  return (wordsOf(snapshot).classes ??= countClasses(snapshot))
}

function countClasses({ entries, strings }: Snapshot): CountedWord[] {
  const ofChains = new Map<number, number>()
  const alone = new Map<number, number>()
  const add = <K>(map: Map<K, number>, key: K, more = 1) => map.set(key, (map.get(key) ?? 0) + more)
  for (let entry = 0; entry < entries.length; entry++) {
    const chain = entries.classChain[entry]!
    if (chain !== noString) add(ofChains, chain)
    else if (entries.className[entry] !== noString) add(alone, entries.className[entry]!)
  }
  const counts = new Map<string, number>()
  for (const [chain, count] of ofChains) {
    for (const name of classesIn(stringAt(strings, chain))) add(counts, name, count)
  }
  for (const [name, count] of alone) add(counts, stringAt(strings, name), count)
  return sorted(counts)
}

export function keyWords(snapshot: Snapshot): readonly CountedWord[] {
  return (wordsOf(snapshot).keys ??= keysOf(snapshot)
    .map(([key, count]) => ({ word: stringAt(snapshot.strings, key), count }))
    .toSorted((a, b) => b.count - a.count))
}

const sorted = (counts: ReadonlyMap<string, number>): CountedWord[] =>
  Array.from(counts, ([word, count]) => ({ word, count })).toSorted((a, b) => b.count - a.count)

/** Properties of one key that are looked at, and different values of them that are decoded. */
const mostLookedAt = 20_000
const mostDecoded = 300
const mostKept = 200
const longestWord = 200

/**
 * What stands under a key, as a filter writes it, the most frequent first. Of a key that more than 20,000 entries have,
 * the first of these are counted.
 */
export function valueWords(snapshot: Snapshot, key: string): readonly ValueWord[] {
  const { values } = wordsOf(snapshot)
  const folded = key.toLowerCase()
  let words = values.get(folded)
  if (!words) {
    words = countValues(snapshot, key)
    if (values.size >= mostKept) values.clear()
    values.set(folded, words)
  }
  return words
}

function countValues(snapshot: Snapshot, key: string): ValueWord[] {
  const { first, property: ofKeys } = keyedProperties(snapshot)
  const { hash } = snapshot.properties
  const found = new Map<string, ValueWord & { count: number }>()
  for (const { key: meant, below } of meantKeys(snapshot, key)) {
    if (below !== null) continue
    const counts = new Map<number, { readonly example: PropertyIndex; count: number }>()
    const end = Math.min(first[meant + 1]!, first[meant]! + mostLookedAt)
    for (let i = first[meant]!; i < end; i++) {
      const property = ofKeys[i]!
      const at = hash[2 * property]! + (hash[2 * property + 1]! & 0x1f_ffff) * 0x1_0000_0000
      const same = counts.get(at)
      if (same) same.count++
      else counts.set(at, { example: property, count: 1 })
    }
    const frequent = [...counts.values()].sort((a, b) => b.count - a.count).slice(0, mostDecoded)
    for (const { example, count } of frequent) {
      const { properties } = snapshot
      // A long value has no word that somebody would type.
      if (properties.end[example]! - properties.start[example]! > 4096) continue
      for (const word of wordsOfValue(readValue(snapshot, example))) {
        const same = found.get(word.word)
        if (same) same.count += count
        else if (word.word.length <= longestWord) found.set(word.word, { ...word, count })
      }
    }
  }
  return [...found.values()].sort((a, b) => b.count - a.count)
}

type Word = Omit<ValueWord, 'count'>

function wordsOfValue(value: PropertyValue): Word[] {
  const word = (text: string, isNumber = false, isText = false): Word[] => [
    { word: text, isNumber, isText },
  ]
  switch (value.kind) {
    case 'string':
      return word(printValue({ kind: 'text', text: value.text }), false, true)
    case 'integer':
      return word(String(value.value), true)
    case 'real':
      return Number.isFinite(value.value) ? word(printValue(value), true) : []
    case 'boolean':
      return word(printValue(value))
    case 'date':
      return word(printValue({ kind: 'text', text: value.iso }), false, true)
    case 'data': {
      const runs = textRuns(value.bytes).filter(run => run !== '')
      if (runs.length > 0 && runs.length <= 20) {
        return runs.flatMap(text => word(printValue({ kind: 'text', text }), false, true))
      }
      return value.bytes.length > 0 && value.bytes.length <= 16
        ? word(printValue({ kind: 'bytes', bytes: value.bytes }))
        : []
    }
    case 'array':
    case 'set':
      return value.items
        .slice(0, 20)
        .flatMap(item => (item.kind === 'array' || item.kind === 'set' ? [] : wordsOfValue(item)))
    default:
      return []
  }
}
