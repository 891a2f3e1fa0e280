import type { DictionaryValue, PropertyValue } from '../registry/property-value.ts'

/** `unknown`: at least one of the two does not tell, and what both tell is equal. */
export type Verdict = 'same' | 'different' | 'unknown'

/** One difference inside a value. */
export interface ValueChange {
  /** Keys of dictionaries, indices of arrays, `[]` for an item of a set; empty: the value itself. */
  readonly way: readonly string[]
  /** Undefined: not there before. */
  readonly before: PropertyValue | undefined
  /** Undefined: not there any more. */
  readonly after: PropertyValue | undefined
}

/**
 * Do two values mean the same? Tools write one value in several ways (facts: ioreg, sections 5 and 7):
 *
 * - dictionaries have no order, sets have none either
 * - text prints integers as unsigned, archives as signed numbers of 64 bits; text cuts reals off
 * - text prints text-like data as strings, which loses NULs: equal as far as the text can tell
 * - archives have no sets: against another syntax an array may be one
 * - what is missing or unreadable says nothing
 *
 * @param isSameSyntax both come from text, both from XML, or both from binary property lists
 * @param changes is filled with the differences inside, up to `limit`; without it the first one ends all
 */
export function compareValues(
  before: PropertyValue,
  after: PropertyValue,
  isSameSyntax: boolean,
  changes?: ValueChange[],
  limit = 1000,
): Verdict {
  const effort = { left: effortLimit }
  return new ValueComparison(isSameSyntax, changes, limit, effort).compare(before, after)
}

/** Items that have no equal text in the other set are tried against each other only up to this many. */
const leftoverLimit = 64
/** In sets of sets those tries multiply: past so many characters of items and tries no more are made. */
const effortLimit = 1_000_000

/** Recursion goes as deep as values do, which readers bound (`valueDepthLimit`). */
class ValueComparison {
  private readonly isSameSyntax: boolean
  private readonly changes: ValueChange[] | undefined
  private readonly limit: number
  private readonly effort: { left: number }
  private readonly way: string[] = []

  constructor(
    isSameSyntax: boolean,
    changes: ValueChange[] | undefined,
    limit: number,
    effort: { left: number },
  ) {
    this.isSameSyntax = isSameSyntax
    this.changes = changes
    this.limit = limit
    this.effort = effort
  }

  compare(before: PropertyValue, after: PropertyValue): Verdict {
    if (isUnknown(before) || isUnknown(after)) return sameUnknown(before, after)
    if (before.kind === 'dictionary' && after.kind === 'dictionary') {
      return this.compareDictionaries(before, after)
    }
    if (before.kind === 'array' && after.kind === 'array') {
      return this.compareArrays(before.items, after.items)
    }
    if (isList(before) && isList(after)) {
      const canBeSets = before.kind === after.kind || !this.isSameSyntax
      if (canBeSets) return this.compareSets(before.items, after.items)
    }
    const verdict = this.compareLeaves(before, after)
    if (verdict === 'different') this.note(before, after)
    return verdict
  }

  private compareLeaves(before: PropertyValue, after: PropertyValue): Verdict {
    if (before.kind === 'string' && after.kind === 'string') {
      if (before.bytes && after.bytes) return verdictOf(equalBytes(before.bytes, after.bytes))
      // Text of before macOS 13 is MacRoman (facts: ioreg, section 1), so its bytes tell nothing here.
      if (before.bytes || after.bytes) return this.isSameSyntax ? 'different' : 'unknown'
      return verdictOf(before.text === after.text)
    }
    if (before.kind === 'integer' && after.kind === 'integer') {
      return verdictOf(wrapped(before.value) === wrapped(after.value))
    }
    if (before.kind === 'data' && after.kind === 'data') {
      if (Boolean(before.isLossy) === Boolean(after.isLossy)) {
        return verdictOf(equalBytes(before.bytes, after.bytes))
      }
      return verdictOf(equalBytes(shownRuns(before.bytes), shownRuns(after.bytes)))
    }
    if (before.kind === 'boolean' && after.kind === 'boolean') {
      return verdictOf(before.value === after.value)
    }
    if (before.kind === 'date' && after.kind === 'date') return verdictOf(before.iso === after.iso)
    if (before.kind === 'real' && after.kind === 'real') {
      return verdictOf(Object.is(before.value, after.value))
    }
    if (before.kind === 'real' && after.kind === 'integer') return cutOff(before.value, after.value)
    if (before.kind === 'integer' && after.kind === 'real') return cutOff(after.value, before.value)
    return 'different'
  }

  private compareDictionaries(before: DictionaryValue, after: DictionaryValue): Verdict {
    // A key that comes twice is paired in order.
    const waiting = new Map<string, PropertyValue[]>()
    for (const [key, value] of before.entries) {
      const values = waiting.get(key)
      if (values) values.push(value)
      else waiting.set(key, [value])
    }
    for (const values of waiting.values()) if (values.length > 1) values.reverse()
    let verdict: Verdict = 'same'
    for (const [key, value] of after.entries) {
      this.way.push(key)
      const old = waiting.get(key)?.pop()
      verdict = worse(verdict, old ? this.compare(old, value) : this.note(undefined, value))
      this.way.pop()
      if (this.isDecided(verdict)) return verdict
    }
    for (const [key, values] of waiting) {
      this.way.push(key)
      for (const value of values.reverse()) verdict = worse(verdict, this.note(value, undefined))
      this.way.pop()
      if (this.isDecided(verdict)) return verdict
    }
    return verdict
  }

  private compareArrays(
    before: readonly PropertyValue[],
    after: readonly PropertyValue[],
  ): Verdict {
    if (!this.changes && before.length !== after.length) return 'different'
    let verdict: Verdict = 'same'
    for (let i = 0; i < Math.max(before.length, after.length); i++) {
      const old = before[i]
      const now = after[i]
      this.way.push(String(i))
      verdict = worse(verdict, old && now ? this.compare(old, now) : this.note(old, now))
      this.way.pop()
      if (this.isDecided(verdict)) return verdict
    }
    return verdict
  }

  private compareSets(before: readonly PropertyValue[], after: readonly PropertyValue[]): Verdict {
    if (!this.changes && before.length !== after.length) return 'different'
    const count = new Map<string, PropertyValue[]>()
    for (const item of before) {
      const text = this.textOf(item)
      const items = count.get(text)
      if (items) items.push(item)
      else count.set(text, [item])
    }
    const added = after.filter(item => count.get(this.textOf(item))?.pop() === undefined)
    const removed = [...count.values()].flat()
    let verdict: Verdict = 'same'
    // Equal in a way that no canonical text shows: data against its lossy text.
    const isWorthTrying = added.length <= leftoverLimit && removed.length <= leftoverLimit
    const unmatched = added.filter(item => {
      if (!isWorthTrying) return true
      for (const [at, old] of removed.entries()) {
        if (this.effort.left-- <= 0) return true
        const { isSameSyntax, effort } = this
        const found = new ValueComparison(isSameSyntax, undefined, 1, effort).compare(old, item)
        if (found === 'different') continue
        verdict = worse(verdict, found)
        removed.splice(at, 1)
        return false
      }
      return true
    })
    this.way.push('[]')
    for (const item of removed) verdict = worse(verdict, this.note(item, undefined))
    for (const item of unmatched) verdict = worse(verdict, this.note(undefined, item))
    this.way.pop()
    return verdict
  }

  private textOf(item: PropertyValue): string {
    const text = canonicalText(item)
    this.effort.left -= text.length
    return text
  }

  private note(before: PropertyValue | undefined, after: PropertyValue | undefined): Verdict {
    if (this.changes && this.changes.length < this.limit) {
      this.changes.push({ way: [...this.way], before, after })
    }
    return 'different'
  }

  private isDecided(verdict: Verdict): boolean {
    if (verdict !== 'different') return false
    return this.changes === undefined || this.changes.length >= this.limit
  }
}

function verdictOf(isEqual: boolean): Verdict {
  return isEqual ? 'same' : 'different'
}

function worse(one: Verdict, other: Verdict): Verdict {
  if (one === 'different' || other === 'different') return 'different'
  return one === 'unknown' ? one : other
}

function isUnknown(value: PropertyValue): boolean {
  return value.kind === 'missing' || value.kind === 'unreadable'
}

/** Equal though unknown is no gap: nothing is lost by calling it the same. */
function sameUnknown(before: PropertyValue, after: PropertyValue): Verdict {
  if (before.kind === 'missing' && after.kind === 'missing') return 'same'
  const isEqual =
    before.kind === 'unreadable' && after.kind === 'unreadable' && before.raw === after.raw
  return isEqual ? 'same' : 'unknown'
}

function isList(value: PropertyValue): value is Extract<PropertyValue, { kind: 'array' | 'set' }> {
  return value.kind === 'array' || value.kind === 'set'
}

/** -1 and 18446744073709551615 are one number of 64 bits; numbers beyond have no other spelling. */
function wrapped(value: bigint): bigint {
  return value >= -(1n << 63n) && value < 1n << 64n ? BigInt.asUintN(64, value) : value
}

/** Text cuts a real off to an integer (facts: ioreg, section 5): equal as far as it can tell. */
function cutOff(real: number, integer: bigint): Verdict {
  if (!Number.isFinite(real)) return 'unknown'
  return verdictOf(wrapped(BigInt(Math.trunc(real))) === wrapped(integer))
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/**
 * Data as the text form shows it: runs with `","` between. How many NULs end it is lost, and a run's own
 * `","` looks like the end of one (facts: ioreg, section 5).
 */
function shownRuns(bytes: Uint8Array): Uint8Array {
  let length = bytes.length
  while (length > 0 && bytes[length - 1] === 0) length--
  const out = new Uint8Array(length * 3)
  let at = 0
  for (let i = 0; i < length; i++) {
    if (bytes[i] !== 0) out[at++] = bytes[i]!
    else {
      out[at++] = 34
      out[at++] = 44
      out[at++] = 34
    }
  }
  return out.subarray(0, at)
}

/** Equal texts, equal values; what is only equal as far as one can tell may have two. */
function canonicalText(value: PropertyValue): string {
  switch (value.kind) {
    case 'string':
      return JSON.stringify(value.bytes ? [...value.bytes] : value.text)
    case 'integer':
      return String(wrapped(value.value))
    case 'real':
      return `r${value.value}`
    case 'boolean':
      return value.value ? 'y' : 'n'
    case 'data':
      return `<${value.bytes.join(' ')}>`
    case 'date':
      return `d${value.iso}`
    case 'array':
      return `(${value.items.map(canonicalText).join(',')})`
    case 'set':
      return `[${value.items.map(canonicalText).sort().join(',')}]`
    case 'dictionary':
      return `{${value.entries
        .map(([key, item]) => `${JSON.stringify(key)}=${canonicalText(item)}`)
        .sort()
        .join(',')}}`
    case 'missing':
      return '?'
    case 'unreadable':
      return `?${JSON.stringify(value.raw)}`
  }
}
