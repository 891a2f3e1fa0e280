import type { CatalogueItem, PersonalityOrigin } from '../../../core/matching/catalogue-item.ts'
import type { Matcher } from '../../../core/matching/matcher.ts'
import type { MatchSummary } from '../../../core/matching/match-summary.ts'
import type { SelfCheck, SelfCheckDetail } from '../../../core/matching/self-check.ts'
import type {
  Candidate,
  CategoryCompetition,
  FamilyPoints,
  KeyCheck,
  MatchResult,
  PersonalityVerdict,
  Reason,
  ServiceVerdict,
} from '../../../core/matching/verdict.ts'
import type { EntryIndex } from '../../../core/registry/snapshot.ts'
import { propertyValueToJson, type JsonValue } from '../../../core/write/value-json.ts'
import { entryFacts } from '../format/entry-json.ts'
import { labelOf, pathOf } from './match-words.ts'
import { competitionsOf, totalsOf } from './match-overview.ts'
import { reasonText } from './reason-text.ts'

// What `kextant match --json` prints; docs/command-line.md describes it.

type JsonObject = { readonly [key: string]: JsonValue }

export function serviceJson(matcher: Matcher, verdict: ServiceVerdict): JsonObject {
  const { entry, chain, isRegistered, candidates, categories, caveats } = verdict
  return {
    service: entryJson(matcher, entry),
    classes: chain.classes,
    classesAreComplete: chain.isComplete,
    classesFrom: chain.source,
    registered: isRegistered,
    candidates: candidates.map(candidate => candidateJson(matcher, candidate)),
    categories: categories.map(category => categoryJson(matcher, category)),
    caveats,
    notes: matcher.catalogue.notes,
  }
}

export function personalityJson(matcher: Matcher, verdict: PersonalityVerdict): JsonObject {
  const { item, matches, misses, considered } = verdict
  return {
    personality: wholeItemJson(matcher, item),
    considered,
    matches: matches.map(({ entry, candidate }) => ({
      service: entryJson(matcher, entry),
      ...standingJson(matcher, candidate),
    })),
    misses: misses.map(({ entry, failing }) => ({
      service: entryJson(matcher, entry),
      failing: failing.map(checkJson),
    })),
  }
}

export function pairJson(matcher: Matcher, candidate: Candidate, entry: EntryIndex): JsonObject {
  return {
    personality: wholeItemJson(matcher, candidate.item),
    service: entryJson(matcher, entry),
    ...standingJson(matcher, candidate),
  }
}

export function overviewJson(matcher: Matcher, summary: MatchSummary): JsonObject {
  const { items, ignored, notes } = matcher.catalogue
  const itemAt = (index: number | null) => (index === null ? null : itemJson(items[index]!))
  const totals = totalsOf(matcher, summary)
  return {
    personalities: items.length,
    ignored: ignored.map(({ item, because }) => ({ ...itemJson(item), because })),
    servicesWithCandidates: totals.withCandidates,
    servicesWithContenders: totals.withContenders,
    outcomes: totals.byOutcome,
    competitions: [...competitionsOf(matcher, summary)].map(row => ({
      service: entryJson(matcher, row.entry),
      category: row.category,
      outcome: row.outcome,
      client: row.client === null ? null : entryJson(matcher, row.client),
      running: itemAt(row.running),
      best: itemAt(row.best),
      tied: row.isTied,
      contenders: row.contenders,
    })),
    violations: summary.violations.map(({ provider, category, clients }) => ({
      service: entryJson(matcher, provider),
      category,
      clients: clients.map(client => entryJson(matcher, client)),
    })),
    notes,
  }
}

export function selfCheckJson(
  matcher: Matcher,
  { accepted, rejected, unknown, details }: SelfCheck,
): JsonObject {
  return {
    accepted,
    rejected,
    unknown,
    details: details.map(detail => detailJson(matcher, detail)),
    violations: matcher.summary().violations.length,
    notes: matcher.catalogue.notes,
  }
}

function detailJson(matcher: Matcher, detail: SelfCheckDetail): JsonObject {
  const { instance, provider, outcome, item, result, leftOut, because } = detail
  return {
    instance: entryJson(matcher, instance),
    provider: entryJson(matcher, provider),
    outcome,
    personality: item === null ? null : itemJson(item),
    leftOut,
    because,
    ...resultJson(result),
  }
}

function entryJson({ snapshot }: Matcher, entry: EntryIndex): JsonObject {
  const { class: className, id } = entryFacts(snapshot, entry)
  const path = pathOf(snapshot, entry)
  return { id: id!, path, name: labelOf(snapshot, entry), class: className! }
}

function itemJson(item: CatalogueItem): JsonObject {
  const { name, bundleIdentifier, publisher, ioClass, providerClass, category, probeScore } = item
  return {
    name,
    bundleIdentifier,
    publisher,
    class: ioClass,
    providerClass,
    category,
    ownScore: probeScore,
    origin: item.origin.kind,
  }
}

function wholeItemJson(matcher: Matcher, item: CatalogueItem): JsonObject {
  return {
    ...itemJson(item),
    from: [item.origin, ...item.alsoFrom].map(origin => originJson(matcher, origin)),
    properties: propertyValueToJson(item.properties),
  }
}

function originJson(matcher: Matcher, origin: PersonalityOrigin): JsonObject {
  switch (origin.kind) {
    case 'installed':
    case 'what-if':
      return { kind: origin.kind, path: origin.kextPath, name: origin.name }
    case 'boot-cache':
      return { kind: origin.kind, path: origin.path }
    case 'instance':
      return { kind: origin.kind, ...entryJson(matcher, origin.entry) }
  }
}

function candidateJson(matcher: Matcher, candidate: Candidate): JsonObject {
  return { personality: itemJson(candidate.item), ...standingJson(matcher, candidate) }
}

function standingJson(matcher: Matcher, { standing, reason, result }: Candidate): JsonObject {
  return {
    standing,
    reason: reasonJson(matcher, reason),
    ...(result ? resultJson(result) : { result: null, score: null, family: null, checks: [] }),
  }
}

/** Does it match, with each key that was looked at. */
function resultJson(result: MatchResult): JsonObject {
  const { kind, checks } = result
  const matches = kind === 'matches' ? result : null
  return {
    result: kind,
    score: matches?.score ?? null,
    family: matches === null ? null : familyJson(matches.family),
    checks: checks.map(checkJson),
  }
}

function familyJson({ family, points, parts }: FamilyPoints): JsonObject {
  return { name: family, points, parts: parts.map(([what, each]) => ({ what, points: each })) }
}

function checkJson({ key, outcome, wanted, found, note }: KeyCheck): JsonObject {
  return {
    key,
    outcome,
    wanted: propertyValueToJson(wanted),
    // A value that is there and null is none of the forms of a value.
    found: found === null ? null : propertyValueToJson(found),
    note,
  }
}

function reasonJson(matcher: Matcher, reason: Reason): JsonObject {
  return {
    kind: reason.kind,
    sentence: reasonText(matcher, reason),
    ...('client' in reason && { client: entryJson(matcher, reason.client) }),
    ...('winner' in reason && { winner: itemJson(reason.winner) }),
    ...('winningScore' in reason && { winningScore: reason.winningScore }),
    ...('check' in reason && { key: reason.check.key }),
  }
}

function categoryJson(
  matcher: Matcher,
  { category, client, winner, contenders }: CategoryCompetition,
): JsonObject {
  return {
    category,
    client: client === null ? null : entryJson(matcher, client),
    winner: winner === null ? null : itemJson(winner),
    contenders: contenders.map(({ item }) => itemJson(item)),
  }
}
