import { emptyBitSet, hasBit, nextBit, setBit, type BitSet } from '../../registry/bit-set.ts'
import type { PropertyValue } from '../../registry/property-value.ts'
import { readValue } from '../../registry/read-value.ts'
import type { EntryIndex, PropertyIndex, Snapshot } from '../../registry/snapshot.ts'
import { hexDigitsOf } from '../data-pool.ts'
import { createPropertyMatcher, type PropertyMatcher } from '../match-property.ts'
import { foldedText } from '../search.ts'
import { sightingsOf } from '../sightings.ts'
import type { ValueIndex } from '../value-index.ts'
import { ValueSearch } from '../value-search.ts'
import { propertyHasText, type SearchedPart } from '../value-texts.ts'
import { nameTerm } from './column-terms.ts'
import { createValueTest, valuesBelow, type ValueTest } from './compare-value.ts'
import type { FilterContext } from './compile-filter.ts'
import { Cost, entriesOf, nodesWith, type FilterTerm } from './filter-term.ts'
import type { FilterTest } from './filter-tree.ts'
import { createGlob } from './glob.ts'
import {
  entryOfRow,
  keyedProperties,
  keyValues,
  meantKeys,
  rowOfProperty,
  type MeantKey,
} from './keyed-properties.ts'

/** Tests that look at properties: keys by a table of them, values decoded once each, texts by the index of values. */

const propertiesAtOnce = 1 << 12
const decodedAtOnce = 1 << 8

/** @param asked null: that there is one is enough */
function keyedTerm(
  snapshot: Snapshot,
  cost: number,
  isKey: ((key: string) => boolean) | undefined,
  name: string,
  asked: ValueTest | null,
): FilterTerm {
  let known: readonly MeantKey[] | undefined
  const keys = () => (known ??= meantKeys(snapshot, name, isKey))
  const passes = (property: PropertyIndex, below: string | null): boolean => {
    if (asked === null && below === null) return true
    const value = readValue(snapshot, property)
    return passesOne(below === null ? [value] : valuesBelow(value, below))
  }
  const passesOne = (values: readonly PropertyValue[]) =>
    asked === null ? values.length > 0 : values.some(asked)
  const { key: keyOf } = snapshot.properties
  const { firstProperty } = snapshot.entries
  const sightings = sightingsOf(snapshot)
  const inRow = (row: number): PropertyIndex => {
    const end = firstProperty[row + 1]!
    for (let property = firstProperty[row]!; property < end; property++) {
      for (const { key, below } of keys()) {
        if (keyOf[property] === key && passes(property, below)) return property
      }
    }
    return -1
  }
  const propertyOf = (entry: EntryIndex): PropertyIndex => {
    const own = inRow(entry)
    if (own >= 0) return own
    for (const row of sightings.get(entry) ?? []) {
      const found = inRow(row)
      if (found >= 0) return found
    }
    return -1
  }

  /** The entries of `among` that have one of the keys, with a value that passes. */
  function* entriesWith(among: BitSet): Generator<undefined, BitSet> {
    const found = emptyBitSet(among.length)
    const { first, property: ofKeys } = keyedProperties(snapshot)
    const owner = entryOfRow(snapshot)
    for (const meant of keys()) {
      const { key, below } = meant
      const needsValue = asked !== null || below !== null
      const values = needsValue ? yield* keyValues(snapshot, meant) : null
      /** Of each distinct value: 0 not asked yet, 1 no, 2 yes. */
      const answers = new Uint8Array(values?.example.length ?? 0)
      const from = first[key]!
      const count = first[key + 1]! - from
      let decoded = 0
      for (let i = 0; i < count; i++) {
        if ((i + 1) % propertiesAtOnce === 0) yield
        const entry = owner(rowOfProperty(snapshot, ofKeys[from + i]!))
        if (!hasBit(among, entry) || hasBit(found, entry)) continue
        if (values) {
          const which = values.distinct[i]!
          if (answers[which] === 0) {
            answers[which] = passesOne(values.valuesOf(which)) ? 2 : 1
            if (++decoded % decodedAtOnce === 0) yield
          }
          if (answers[which] === 1) continue
        }
        setBit(found, entry)
      }
    }
    return found
  }

  return {
    cost,
    isQuick: false,
    usesValues: false,
    propertyOf,
    test: (plane, node) => propertyOf(plane.entry[node]!) >= 0,
    *find(plane, among) {
      const entries = entriesOf(plane, among, snapshot.entries.length)
      return nodesWith(plane, among, yield* entriesWith(entries))
    },
  }
}

export function keyTerm(snapshot: Snapshot, key: string): FilterTerm {
  const isKey = createGlob(key)
  return keyedTerm(snapshot, Cost.key, isKey, key, null)
}

export function valueTerm(
  snapshot: Snapshot,
  test: Extract<FilterTest, { kind: 'compare' | 'contains' | 'matches' }>,
): FilterTerm {
  return keyedTerm(snapshot, Cost.value, undefined, test.key, createValueTest(test))
}

const searches = new WeakMap<ValueIndex, ValueSearch>()

/** One for each index: it remembers what was typed before, and looks for a longer text among the hits of a shorter. */
function searchOf(values: ValueIndex, snapshot: Snapshot): ValueSearch {
  let search = searches.get(values)
  if (!search) {
    search = new ValueSearch(values, snapshot.entries, sightingsOf(snapshot))
    searches.set(values, search)
  }
  return search
}

/**
 * Without an index: most values are passed over by their bytes in the source. While an index is being made only a few
 * properties are asked, and preparing would take longer.
 */
function decodedTest(
  snapshot: Snapshot,
  folded: string,
  part: SearchedPart,
  isForFew: boolean,
): (property: PropertyIndex) => boolean {
  const asked = (property: PropertyIndex) => propertyHasText(snapshot, property, folded, part)
  const digits = hexDigitsOf(folded)
  // Half a byte is not looked for by those below.
  if (isForFew || (digits !== null && digits.length % 2 === 1)) return asked
  let inKey: PropertyMatcher | undefined
  let inValue: PropertyMatcher | undefined
  return property => {
    inKey ??= createPropertyMatcher(snapshot, 'key', folded)
    inValue ??= createPropertyMatcher(snapshot, 'value', folded)
    // A key may be its own alone, which is not a part of the value.
    return inValue(property) || (inKey(property) && (part === 'property' || asked(property)))
  }
}

/**
 * A text in values at any depth, keys of dictionaries included (`value`), or in a property's own key too, and in names
 * (`everything`).
 */
export function textTerm(
  { snapshot, values, isIndexing }: FilterContext,
  text: string,
  where: 'value' | 'everything',
): FilterTerm {
  const folded = foldedText(text)
  const part: SearchedPart = where === 'value' ? 'value' : 'property'
  const search = values && searchOf(values, snapshot)
  const inName = where === 'everything' ? nameTerm(snapshot, text) : null
  const hasText = search
    ? search.propertyTest(folded, part)
    : decodedTest(snapshot, folded, part, isIndexing === true)
  const { firstProperty } = snapshot.entries
  const sightings = sightingsOf(snapshot)
  const inRow = (row: number): PropertyIndex => {
    const end = firstProperty[row + 1]!
    for (let property = firstProperty[row]!; property < end; property++) {
      if (hasText(property)) return property
    }
    return -1
  }
  const propertyOf = (entry: EntryIndex): PropertyIndex => {
    if (folded === '') return -1
    const own = inRow(entry)
    if (own >= 0) return own
    for (const row of sightings.get(entry) ?? []) {
      const found = inRow(row)
      if (found >= 0) return found
    }
    return -1
  }
  return {
    cost: Cost.text,
    isQuick: false,
    usesValues: true,
    propertyOf,
    test: (plane, node) =>
      folded === '' || (inName?.test(plane, node) ?? false) || propertyOf(plane.entry[node]!) >= 0,
    *find(plane, among) {
      if (folded === '') return { length: among.length, words: among.words.slice() }
      const found = inName ? yield* inName.find(plane, among) : emptyBitSet(among.length)
      if (inName) yield
      if (search) {
        const entries = yield* search.entriesWith(folded, part)
        const more = nodesWith(plane, among, entries)
        for (let i = 0; i < found.words.length; i++) found.words[i]! |= more.words[i]!
      } else if (isIndexing !== true) {
        let count = 0
        for (let node = nextBit(among, 0); node !== -1; node = nextBit(among, node + 1)) {
          if (hasBit(found, node)) continue
          if (propertyOf(plane.entry[node]!) >= 0) setBit(found, node)
          if (++count % decodedAtOnce === 0) yield
        }
      }
      return found
    },
  }
}
