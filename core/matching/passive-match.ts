import type { DictionaryValue, PropertyValue } from '../registry/property-value.ts'
import { valueAt } from '../registry/property-value.ts'
import type { BaseKey } from './base-key.ts'
import { baseKeyNames, baseKeysOf } from './base-keys.ts'
import { outcomeOf, type Decided } from './decided.ts'
import type { FamilyTable } from './family.ts'
import type { ProviderView } from './provider-view.ts'
import type { SnapshotProvider } from './snapshot-provider.ts'
import type { FamilyPoints, KeyCheck, MatchResult } from './verdict.ts'

/** The answer without its reasons: the adjusted score, or why there is none. */
export type QuickAnswer = number | 'fails' | 'unknown'

/**
 * Does a matching table hold for a service? `IOService::passiveMatch` (facts: matching, section 4). Where the service's
 * classes do not tell its family, `family` is the one that it would have.
 */
export interface PassiveMatch {
  /** Each check in the kernel's order, up to the first that fails. */
  match(
    table: DictionaryValue,
    provider: SnapshotProvider,
    family?: FamilyTable | null,
  ): MatchResult
  /** The same answer, and nothing else made: for whole registries. */
  quick(
    table: DictionaryValue,
    provider: SnapshotProvider,
    family?: FamilyTable | null,
  ): QuickAnswer
  /** The same for many tables and one service, which is, or may be, of the class that they all ask for. */
  quickFor(
    provider: SnapshotProvider,
    family?: FamilyTable | null,
  ): (table: DictionaryValue) => QuickAnswer
  /** All checks, also those behind one that fails: what a near miss lacks. */
  checks(table: DictionaryValue, provider: SnapshotProvider): readonly KeyCheck[]
}

export type FamilyOf = (provider: ProviderView) => FamilyTable | null

export function createPassiveMatch(familyOf: FamilyOf): PassiveMatch {
  return new Matching(familyOf)
}

/** A matching table, ready to be asked of many services. */
interface Table {
  readonly properties: DictionaryValue
  readonly base: readonly BaseKey[]
  /** Without `IOProviderClass`: for personalities that were found by it. */
  readonly baseButClass: readonly BaseKey[]
  /** Nothing is left for the family to look at: the kernel leaves its table out then. */
  readonly skipsFamily: boolean
  readonly ownScore: number
  readonly parentMatch: DictionaryValue | null
  readonly locationMatch: DictionaryValue | null
  /** Tables around it, each the `IOParentMatch` of the one before. */
  readonly depth: number
  /** Of a table inside another: what is known of each service by now. */
  readonly answers: Map<SnapshotProvider, QuickAnswer>
}

/** A personality asks for something of a parent, and that perhaps of another; deeper is made up. */
const deepestParentMatch = 8

const noFamily: FamilyPoints = { family: 'base keys only', points: 0, parts: [] }

class Matching implements PassiveMatch {
  readonly #familyOf: FamilyOf
  readonly #tables = new Map<DictionaryValue, Table>()
  readonly #families = new WeakMap<ProviderView, FamilyTable | null>()

  constructor(familyOf: FamilyOf) {
    this.#familyOf = familyOf
  }

  match(
    properties: DictionaryValue,
    provider: SnapshotProvider,
    itsFamily = this.#family(provider),
  ): MatchResult {
    const table = this.#table(properties, 0)
    const checks: KeyCheck[] = []
    /** Takes checks up to the first that fails. */
    const take = (more: readonly KeyCheck[]): KeyCheck | undefined => {
      for (const check of more) {
        checks.push(check)
        if (check.outcome === 'fails') return check
      }
      return undefined
    }
    for (const key of table.base) {
      const failed = take(key.explain(provider))
      if (failed) return { kind: 'fails', checks, failed }
    }
    let family = noFamily
    let openFamily: string | null = null
    const found = table.skipsFamily ? null : itsFamily
    if (found) {
      const result = found.match(properties, provider, table.ownScore)
      checks.push(...result.checks)
      if (result.kind === 'fails') return { kind: 'fails', checks, failed: result.failed }
      if (result.kind === 'holds') family = result.points
      else openFamily = `${result.family}: ${result.because}`
    }
    const failed = take(this.#upwards(table, provider))
    if (failed) return { kind: 'fails', checks, failed }
    const open = checks.find(({ outcome }) => outcome === 'unknown')
    if (open ?? openFamily !== null) {
      const because = open ? `${open.key}: ${open.note ?? 'it cannot be told.'}` : openFamily!
      return { kind: 'unknown', checks, because }
    }
    return { kind: 'matches', score: scoreOf(table, family), family, checks }
  }

  quick(
    properties: DictionaryValue,
    provider: SnapshotProvider,
    family = this.#family(provider),
  ): QuickAnswer {
    const table = this.#table(properties, 0)
    return this.#quickWith(table, table.base, provider, family)
  }

  quickFor(
    provider: SnapshotProvider,
    family = this.#family(provider),
  ): (properties: DictionaryValue) => QuickAnswer {
    return properties => {
      const table = this.#table(properties, 0)
      return this.#quickWith(table, table.baseButClass, provider, family)
    }
  }

  checks(properties: DictionaryValue, provider: SnapshotProvider): readonly KeyCheck[] {
    const table = this.#table(properties, 0)
    const checks = table.base.flatMap(key => key.explain(provider))
    const family = table.skipsFamily ? null : this.#family(provider)
    if (family) {
      const result = family.match(properties, provider, table.ownScore)
      checks.push(...result.checks)
      if (result.kind === 'fails' && !result.checks.includes(result.failed)) {
        checks.push(result.failed)
      }
    }
    checks.push(...this.#upwards(table, provider))
    return checks
  }

  #quick(table: Table, provider: SnapshotProvider): QuickAnswer {
    return this.#quickWith(table, table.base, provider, this.#family(provider))
  }

  #quickWith(
    table: Table,
    base: readonly BaseKey[],
    provider: SnapshotProvider,
    family: FamilyTable | null,
  ): QuickAnswer {
    let isOpen = false
    for (const key of base) {
      const answer = key.test(provider)
      if (answer === false) return 'fails'
      if (answer === null) isOpen = true
    }
    let score = table.ownScore
    if (family && !table.skipsFamily) {
      if (family.isMiss?.(table.properties, provider)) return 'fails'
      const result = family.match(table.properties, provider, table.ownScore)
      if (result.kind === 'fails') return 'fails'
      if (result.kind === 'unknown') isOpen = true
      else score = scoreOf(table, result.points)
    }
    if (table.parentMatch) {
      const answer = this.#ancestorMatches(table, table.parentMatch, provider)
      if (answer === false) return 'fails'
      if (answer === null) isOpen = true
    }
    return isOpen || table.locationMatch ? 'unknown' : score
  }

  /** `IOParentMatch`, and `IOLocationMatch` with a dictionary: both ask another service. */
  #upwards(table: Table, provider: SnapshotProvider): readonly KeyCheck[] {
    const checks: KeyCheck[] = []
    if (table.parentMatch) checks.push(this.#parentCheck(table, table.parentMatch, provider))
    if (table.locationMatch) checks.push(this.#locationCheck(table.locationMatch, provider))
    return checks
  }

  /** Some ancestor passes the whole procedure with the inner dictionary. */
  #ancestorMatches(table: Table, inner: DictionaryValue, provider: SnapshotProvider): Decided {
    if (table.depth >= deepestParentMatch) return null
    const wanted = this.#table(inner, table.depth + 1)
    let isOpen = !provider.hasAllAncestors()
    for (const ancestor of provider.ancestors()) {
      let answer = wanted.answers.get(ancestor)
      if (answer === undefined) {
        answer = this.#quick(wanted, ancestor)
        wanted.answers.set(ancestor, answer)
      }
      if (answer === 'unknown') isOpen = true
      else if (answer !== 'fails') return true
    }
    return isOpen ? null : false
  }

  #parentCheck(table: Table, inner: DictionaryValue, provider: SnapshotProvider): KeyCheck {
    const answer = this.#ancestorMatches(table, inner, provider)
    const ancestors = provider.ancestors()
    const base = { key: 'IOParentMatch', outcome: outcomeOf(answer), wanted: inner }
    if (answer === true) {
      const hit = ancestors.find(ancestor => typeof this.quick(inner, ancestor) === 'number')
      return { ...base, found: nameOf(hit), note: `${labelOf(hit)} passes it.` }
    }
    if (answer === null) {
      const note = !provider.hasAllAncestors()
        ? 'The dump does not show everything above this service.'
        : 'Whether one of the services above passes it cannot be told.'
      return { ...base, found: null, note }
    }
    const nearest = this.#nearest(inner, ancestors)
    return {
      ...base,
      found: nameOf(nearest?.ancestor),
      note: nearest
        ? `None of the ${ancestors.length} services above passes it. ${labelOf(nearest.ancestor)} comes nearest and fails at ${nearest.keys.join(' and ')}.`
        : 'There is no service above.',
    }
  }

  /** The ancestor that fewest keys keep from passing, the nearest first. */
  #nearest(
    inner: DictionaryValue,
    ancestors: readonly SnapshotProvider[],
  ): { readonly ancestor: SnapshotProvider; readonly keys: readonly string[] } | null {
    let best: { ancestor: SnapshotProvider; keys: readonly string[] } | null = null
    for (const ancestor of ancestors) {
      const keys = this.checks(inner, ancestor)
        .filter(({ outcome }) => outcome === 'fails')
        .map(({ key }) => key)
      if (!best || keys.length < best.keys.length) best = { ancestor, keys }
    }
    return best
  }

  /** Which service `matchLocation()` gives is up to the classes above; no dump shows it. */
  #locationCheck(inner: DictionaryValue, provider: SnapshotProvider): KeyCheck {
    const hit = provider.ancestors().find(each => typeof this.quick(inner, each) === 'number')
    return {
      key: 'IOLocationMatch',
      outcome: 'unknown',
      wanted: inner,
      found: nameOf(hit),
      note: `Which service the kernel asks for the location is not shown. ${hit ? `${labelOf(hit)} above would pass.` : 'None of those above would pass.'}`,
    }
  }

  #family(provider: ProviderView): FamilyTable | null {
    let family = this.#families.get(provider)
    if (family === undefined) {
      family = this.#familyOf(provider)
      this.#families.set(provider, family)
    }
    return family
  }

  #table(properties: DictionaryValue, depth: number): Table {
    let table = this.#tables.get(properties)
    if (!table) {
      table = tableFrom(properties, depth)
      this.#tables.set(properties, table)
    }
    return table
  }
}

function tableFrom(properties: DictionaryValue, depth: number): Table {
  const parentMatch = valueAt(properties, 'IOParentMatch')
  const locationMatch = valueAt(properties, 'IOLocationMatch')
  const base = baseKeysOf(properties)
  return {
    properties,
    base,
    baseButClass: base.filter(({ key }) => key !== 'IOProviderClass'),
    skipsFamily: properties.entries.every(([key]) => baseKeyNames.includes(key)),
    ownScore: ownScoreOf(properties),
    parentMatch: parentMatch?.kind === 'dictionary' ? parentMatch : null,
    locationMatch: locationMatch?.kind === 'dictionary' ? locationMatch : null,
    depth,
    answers: new Map(),
  }
}

/** 32 bits, signed; missing or no number is 0 (facts: matching, section 2). */
function ownScoreOf(properties: DictionaryValue): number {
  const value = valueAt(properties, 'IOProbeScore')
  if (value?.kind === 'integer') return Number(BigInt.asIntN(32, value.value))
  return value?.kind === 'real' && Number.isFinite(value.value) ? Math.trunc(value.value) | 0 : 0
}

/** The family's points are what it adds: a sum of 32 bits, as the kernel stores it. */
function scoreOf({ ownScore }: Table, { points }: FamilyPoints): number {
  return (ownScore + points) | 0
}

function nameOf(provider: SnapshotProvider | undefined): PropertyValue | null {
  return provider ? { kind: 'string', text: provider.name } : null
}

function labelOf(provider: SnapshotProvider | undefined): string {
  if (!provider) return 'A service above'
  const { className, name } = provider
  return className === name || className === '' ? name : `${className} “${name}”`
}
