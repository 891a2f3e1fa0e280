import { readValue } from '../registry/read-value.ts'
import { stringAt } from '../registry/strings.ts'
import {
  EntryFlag,
  type EntryIndex,
  type PropertyIndex,
  type Snapshot,
  type SourceSyntax,
} from '../registry/snapshot.ts'
import { blockHashesOf } from './block-hash.ts'
import type { CommonStrings } from './common-strings.ts'
import { compareValues, type ValueChange } from './compare-values.ts'
import { mutingRule, type NoiseFilter } from './noise.ts'

/** Changed properties while they are found. */
export class PropertyComparison {
  readonly before: PropertyIndex[] = []
  readonly after: PropertyIndex[] = []
  readonly mutedBy: number[] = []
  /** Values of which nothing can be said. */
  unknownValues = 0
  /** Entries of which one side shows no properties. */
  unknownBlocks = 0

  private readonly one: Snapshot
  private readonly two: Snapshot
  private readonly common: CommonStrings
  private readonly noise: NoiseFilter
  private readonly comparesBytes: boolean
  private readonly syntaxOfOne: readonly SourceSyntax[]
  private readonly syntaxOfTwo: readonly SourceSyntax[]
  private readonly isOneSyntax: boolean
  private readonly blocks: ReturnType<typeof blockHashesOf>
  private readonly showsAllOne: boolean
  private readonly showsAllTwo: boolean
  /** By common key: the first property of `before` that waits for its partner, if the stamp is right. */
  private readonly waiting: Int32Array
  private readonly stampOf: Uint32Array
  private stamp = 0
  /** By property in its block: the next one of the same key. */
  private next = new Int32Array(64)

  constructor(
    one: Snapshot,
    two: Snapshot,
    common: CommonStrings,
    noise: NoiseFilter,
    comparesBytes: boolean,
  ) {
    this.one = one
    this.two = two
    this.common = common
    this.noise = noise
    this.comparesBytes = comparesBytes
    this.syntaxOfOne = one.sources.map(source => source.syntax)
    this.syntaxOfTwo = two.sources.map(source => source.syntax)
    this.isOneSyntax = new Set([...this.syntaxOfOne, ...this.syntaxOfTwo]).size <= 1
    this.blocks = this.isOneSyntax && !comparesBytes ? blockHashesOf(one, two) : null
    this.showsAllOne = showsAllProperties(one)
    this.showsAllTwo = showsAllProperties(two)
    this.waiting = new Int32Array(common.count)
    this.stampOf = new Uint32Array(common.count)
  }

  /** How many changed properties there are so far. */
  get length(): number {
    return this.before.length
  }

  /**
   * Compares the properties of a pair.
   * @returns how many of the changes are noise
   */
  compare(before: EntryIndex, after: EntryIndex): number {
    const { one, two } = this
    const isShown = this.showsAllOne || hasBlock(one, before)
    if (isShown !== (this.showsAllTwo || hasBlock(two, after))) {
      this.unknownBlocks++
      return 0
    }
    const hashTells = this.isOneSyntax && !this.comparesBytes
    if (this.blocks && this.hasEqualBlocks(this.blocks, before, after)) return 0
    const oneKey = one.properties.key
    const twoKey = two.properties.key
    const { ofBefore } = this.common
    const oneEnd = one.entries.firstProperty[before + 1]!
    const twoEnd = two.entries.firstProperty[after + 1]!
    let p = one.entries.firstProperty[before]!
    let q = two.entries.firstProperty[after]!
    // Archives sort their keys, and text repeats an order within one kernel, so most blocks go in step.
    const oneHash = one.properties.hash
    const twoHash = two.properties.hash
    let muted = 0
    while (p < oneEnd && q < twoEnd && ofBefore[oneKey[p]!] === twoKey[q]) {
      const isLikely =
        oneHash[2 * p] === twoHash[2 * q] && oneHash[2 * p + 1] === twoHash[2 * q + 1]
      const isSame = isLikely && (hashTells ? this.hasEqualLength(p, q) : this.isEqual(p, q))
      if (!isSame) muted += this.compareValue(p, q, after)
      p++
      q++
    }
    if (p === oneEnd && q === twoEnd) return muted
    return muted + this.compareUnordered(p, oneEnd, q, twoEnd, after)
  }

  private compareUnordered(
    oneStart: PropertyIndex,
    oneEnd: PropertyIndex,
    twoStart: PropertyIndex,
    twoEnd: PropertyIndex,
    entry: EntryIndex,
  ): number {
    const { waiting, stampOf } = this
    const { ofBefore } = this.common
    const stamp = ++this.stamp
    if (oneEnd - oneStart > this.next.length) this.next = new Int32Array(2 * (oneEnd - oneStart))
    // Backwards, so that of equal keys the first waits in front.
    for (let p = oneEnd - 1; p >= oneStart; p--) {
      const key = ofBefore[this.one.properties.key[p]!]!
      this.next[p - oneStart] = stampOf[key] === stamp ? waiting[key]! : -1
      waiting[key] = p
      stampOf[key] = stamp
    }
    let muted = 0
    for (let q = twoStart; q < twoEnd; q++) {
      const key = this.two.properties.key[q]!
      const p = stampOf[key] === stamp ? waiting[key]! : -1
      if (p < 0) {
        muted += this.add(-1, q, entry, [])
        continue
      }
      waiting[key] = this.next[p - oneStart]!
      this.next[p - oneStart] = paired
      if (!this.isEqual(p, q)) muted += this.compareValue(p, q, entry)
    }
    for (let p = oneStart; p < oneEnd; p++) {
      if (this.next[p - oneStart] !== paired) muted += this.add(p, -1, entry, [])
    }
    return muted
  }

  /** Equal bytes in one syntax: by their hashes, unless bytes are asked for. */
  private isEqual(p: PropertyIndex, q: PropertyIndex): boolean {
    const one = this.one.properties
    const two = this.two.properties
    return (
      one.hash[2 * p] === two.hash[2 * q] &&
      one.hash[2 * p + 1] === two.hash[2 * q + 1] &&
      this.hasEqualLength(p, q) &&
      (this.isOneSyntax || this.isSameSyntax(p, q)) &&
      (!this.comparesBytes || this.hasEqualBytes(p, q))
    )
  }

  /** Nearly all pairs have, so most of a diff ends here. */
  private hasEqualBlocks(
    blocks: NonNullable<ReturnType<typeof blockHashesOf>>,
    before: EntryIndex,
    after: EntryIndex,
  ): boolean {
    const one = this.one.entries
    const two = this.two.entries
    return (
      blocks.one[2 * before] === blocks.two[2 * after] &&
      blocks.one[2 * before + 1] === blocks.two[2 * after + 1] &&
      one.firstProperty[before + 1]! - one.firstProperty[before]! ===
        two.firstProperty[after + 1]! - two.firstProperty[after]!
    )
  }

  private hasEqualLength(p: PropertyIndex, q: PropertyIndex): boolean {
    const one = this.one.properties
    const two = this.two.properties
    return one.end[p]! - one.start[p]! === two.end[q]! - two.start[q]!
  }

  private isSameSyntax(p: PropertyIndex, q: PropertyIndex): boolean {
    return (
      this.syntaxOfOne[this.one.properties.source[p]!] ===
      this.syntaxOfTwo[this.two.properties.source[q]!]
    )
  }

  private hasEqualBytes(p: PropertyIndex, q: PropertyIndex): boolean {
    const one = this.one.properties
    const two = this.two.properties
    const bytes = this.one.sources[one.source[p]!]!.bytes
    const others = this.two.sources[two.source[q]!]!.bytes
    let at = two.start[q]!
    for (let i = one.start[p]!; i < one.end[p]!; i++) if (bytes[i] !== others[at++]) return false
    return true
  }

  private compareValue(p: PropertyIndex, q: PropertyIndex, entry: EntryIndex): number {
    const patterns = this.patternsFor(q, entry)
    const changes: ValueChange[] = []
    const verdict = compareValues(
      readValue(this.one, p),
      readValue(this.two, q),
      this.isSameSyntax(p, q),
      patterns && changes,
      changeLimit,
    )
    if (verdict === 'unknown') this.unknownValues++
    return verdict === 'different' ? this.add(p, q, entry, changes) : 0
  }

  private patternsFor(property: PropertyIndex, entry: EntryIndex) {
    const { entries, properties, strings } = this.two
    const key = stringAt(strings, properties.key[property]!)
    return this.noise.ofKey(key, stringAt(strings, entries.className[entry]!))
  }

  /** @returns 1 for noise, 0 for a change that counts */
  private add(
    p: PropertyIndex,
    q: PropertyIndex,
    entry: EntryIndex,
    changes: readonly ValueChange[],
  ): number {
    const rule = this.ruleFor(p, q, entry, changes)
    this.before.push(p)
    this.after.push(q)
    this.mutedBy.push(rule)
    return rule >= 0 ? 1 : 0
  }

  /** Noise only if every difference inside is. */
  private ruleFor(
    p: PropertyIndex,
    q: PropertyIndex,
    entry: EntryIndex,
    changes: readonly ValueChange[],
  ): number {
    const { entries, strings } = this.two
    const key =
      q >= 0
        ? stringAt(strings, this.two.properties.key[q]!)
        : stringAt(this.one.strings, this.one.properties.key[p]!)
    const patterns = this.noise.ofKey(key, stringAt(strings, entries.className[entry]!))
    if (!patterns || changes.length >= changeLimit) return -1
    const ways = changes.length > 0 ? changes.map(change => change.way) : [[]]
    const rules = ways.map(way => mutingRule(patterns, way))
    return rules.includes(-1) ? -1 : rules[0]!
  }
}

const paired = -2

function hasBlock({ entries }: Snapshot, entry: EntryIndex): boolean {
  return (entries.flags[entry]! & EntryFlag.hasProperties) !== 0
}

/**
 * An archive does not tell an entry without properties from one whose properties it does not show. With `-l` all
 * are shown, and without it those that a filter fits, which the root is the last to do (facts: ioreg, section
 * 4): where the root shows its own, an entry without any has none.
 */
function showsAllProperties(snapshot: Snapshot): boolean {
  const { planes, strings } = snapshot
  return planes.some(plane => {
    if (plane.length === 0 || stringAt(strings, plane.name[0]!) !== 'Root') return false
    return hasBlock(snapshot, plane.entry[0]!)
  })
}

/** Differences inside one value that are looked at to call it noise; one with more counts. */
const changeLimit = 10_000
