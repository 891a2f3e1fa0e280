import { emptyBitSet, hasBit, setBit, type BitSet } from '../registry/bit-set.ts'
import type { PropertyIndex, Snapshot } from '../registry/snapshot.ts'
import { runsAtOnce } from './byte-pool.ts'
import { dataHas, hexDigitsOf, scanData, wantedBytes, type WantedBytes } from './data-pool.ts'
import { foldedQuery } from './fold-text.ts'
import type { Sightings } from './sightings.ts'
import { scanTexts, textHas, textNeedle, type TextNeedle } from './text-pool.ts'
import type { ValueIndex } from './value-index.ts'
import type { SearchedPart } from './value-texts.ts'

/** What is looked for in the pools; data only where the text can mean bytes. */
interface Needles {
  readonly digits: string | null
  readonly text: TextNeedle
  readonly data: WantedBytes | null
}

function needlesOf(folded: string): Needles {
  const digits = hexDigitsOf(folded)
  const text = textNeedle(foldedQuery(folded))
  return { digits, text, data: digits === null ? null : wantedBytes(digits) }
}

/** What one text was found in: a text that goes on from it can only be found there. */
interface Level {
  readonly folded: string
  readonly part: SearchedPart
  readonly digits: string | null
  /** Over the refs of the index. */
  readonly refs: BitSet
  readonly entries: BitSet
}

/** `0x1` goes on from `0x`, but of these only the first can mean bytes. */
function goesOn(folded: string, digits: string | null, { folded: before, digits: known }: Level) {
  if (!folded.startsWith(before)) return false
  return digits === null || (known !== null && digits.startsWith(known))
}

/** So that taking characters back finds what was there before them. */
const levelsKept = 16

const rowsAtOnce = 1 << 13

/** The entries that have a text in a key or a value: of a text that goes on from one before, among the entries of that. */
export class ValueSearch {
  private readonly values: ValueIndex
  private readonly entries: Snapshot['entries']
  private readonly sightings: Sightings
  private levels: readonly Level[] = []

  constructor(values: ValueIndex, entries: Snapshot['entries'], sightings: Sightings) {
    this.values = values
    this.entries = entries
    this.sightings = sightings
  }

  /** Whether one property has it. */
  propertyTest(
    folded: string,
    part: SearchedPart = 'property',
  ): (property: PropertyIndex) => boolean {
    const needles = needlesOf(folded)
    const skipped = keysSkipped(part)
    return property => hasRef(this.values, property, needles, skipped)
  }

  /** Stops at each `yield`; nothing is kept of a search that is left there. */
  *entriesWith(folded: string, part: SearchedPart = 'property'): Generator<undefined, BitSet> {
    const { values } = this
    const { digits, text, data } = needlesOf(folded)
    let known: Level | null = null
    for (const level of this.levels) {
      if (level.part !== part || !goesOn(folded, digits, level)) continue
      if (known === null || level.folded.length >= known.folded.length) known = level
    }
    if (known?.folded === folded) return known.entries
    const refs = emptyBitSet(values.firstData + values.data.length)
    const inTexts = textsOf(values, refs)
    const inData = dataOf(values, refs)
    const amongTexts = known && textsOf(values, known.refs)
    const amongData = known && dataOf(values, known.refs)
    let count = 0
    for (let from = 0; from < values.texts.length; from += runsAtOnce) {
      count += scanTexts(values.texts, text, amongTexts, inTexts, from)
      yield
    }
    for (let from = 0; data !== null && from < values.data.length; from += runsAtOnce) {
      count += scanData(values.data, data, amongData, inData, from)
      yield
    }
    const { rows, firstProperty } = this.entries
    const entries = emptyBitSet(this.entries.length)
    for (let from = 0; count > 0 && from < entries.length; from += rowsAtOnce) {
      const to = Math.min(entries.length, from + rowsAtOnce)
      const among = known?.entries ?? null
      if (part === 'property') {
        markEntries(values, firstProperty, refs, among, entries, from, to)
      } else markByValues(values, firstProperty, refs, among, entries, from, to)
      yield
    }
    if (count > 0 && rows > entries.length) {
      for (const [entry, own] of this.sightings) {
        if (own.some(row => rowHas(values, firstProperty, row, refs, part))) setBit(entries, entry)
      }
    }
    this.levels = [...this.levels.slice(1 - levelsKept), { folded, part, digits, refs, entries }]
    return entries
  }
}

/** The bits of texts, and those of data, as sets of their own over the same words. */
function textsOf({ texts, firstData }: ValueIndex, { words }: BitSet): BitSet {
  return { length: texts.length, words: words.subarray(0, firstData >>> 5) }
}

function dataOf({ data, firstData }: ValueIndex, { words }: BitSet): BitSet {
  return { length: data.length, words: words.subarray(firstData >>> 5) }
}

/** Sets the bits of the entries `[from, to)` that have one of the hits. */
function markEntries(
  { refs, first }: ValueIndex,
  firstProperty: Uint32Array,
  hits: BitSet,
  among: BitSet | null,
  entries: BitSet,
  from: number,
  to: number,
): void {
  const { words } = hits
  let ref = first[firstProperty[from]!]!
  for (let entry = from; entry < to; entry++) {
    const end = first[firstProperty[entry + 1]!]!
    if (among === null || ((among.words[entry >>> 5]! >>> (entry & 31)) & 1) === 1) {
      for (; ref < end; ref++) {
        const hit = refs[ref]!
        if (((words[hit >>> 5]! >>> (hit & 31)) & 1) === 0) continue
        entries.words[entry >>> 5]! |= 1 << (entry & 31)
        break
      }
    }
    ref = end
  }
}

/** The same, without the properties' own keys. */
function markByValues(
  values: ValueIndex,
  firstProperty: Uint32Array,
  hits: BitSet,
  among: BitSet | null,
  entries: BitSet,
  from: number,
  to: number,
): void {
  for (let entry = from; entry < to; entry++) {
    if (among !== null && !hasBit(among, entry)) continue
    if (rowHas(values, firstProperty, entry, hits, 'value')) setBit(entries, entry)
  }
}

/** Of each property its own key is the first ref. */
const keysSkipped = (part: SearchedPart): number => (part === 'value' ? 1 : 0)

function rowHas(
  { refs, first }: ValueIndex,
  firstProperty: Uint32Array,
  row: number,
  hits: BitSet,
  part: SearchedPart,
): boolean {
  const skipped = keysSkipped(part)
  const last = firstProperty[row + 1]!
  for (let property = firstProperty[row]!; property < last; property++) {
    const end = first[property + 1]!
    for (let ref = first[property]! + skipped; ref < end; ref++) {
      if (hasBit(hits, refs[ref]!)) return true
    }
  }
  return false
}

function hasRef(
  values: ValueIndex,
  property: PropertyIndex,
  { text, data }: Needles,
  skipped: number,
): boolean {
  const { texts, firstData, refs, first } = values
  const end = first[property + 1]!
  for (let i = first[property]! + skipped; i < end; i++) {
    const ref = refs[i]!
    const isHit =
      ref < firstData
        ? textHas(texts, ref, text)
        : data !== null && dataHas(values.data, ref - firstData, data)
    if (isHit) return true
  }
  return false
}
