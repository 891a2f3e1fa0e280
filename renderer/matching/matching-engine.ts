import { decodeSnapshot } from '../../core/registry/snapshot-codec.ts'
import { assertNever } from '../../core/failure.ts'
import type { CatalogueItem } from '../../core/matching/catalogue-item.ts'
import type { PersonalityVerdict, ServiceVerdict } from '../../core/matching/verdict.ts'
import type { MakeMatcher, MatcherPort, MatchingSources } from './matcher-port.ts'
import type {
  FromMatching,
  MatchingAnswer,
  MatchingQuestion,
  MatchingSlot,
  PersonalityCounts,
  ToMatching,
  WhatIfPart,
  WhatIfResult,
  WhatIfRow,
} from './messages.ts'
import { countsOf } from './personality-counts.ts'
import { findItem, keysOf, refKey, type PersonalityRef } from './personality-ref.ts'
import { replacedKeys } from './replaced-keys.ts'
import { undecidedOutcome, whatIfOutcome, type WhatIfOutcome } from './what-if-outcome.ts'

export interface EngineHost {
  readonly post: (message: FromMatching) => void
  /** Lets messages come in that wait. */
  readonly pause: () => Promise<void>
  /** Milliseconds from any beginning. */
  readonly now: () => number
}

/** Work between two pauses: a newer question waits no longer than this and one step. */
const sliceMs = 8
/** What is known by then of a long answer is said this often. */
const partMs = 250
/** Near misses that anybody reads. */
const missLimit = 60
/** Services of one what-if personality that are compared one by one. */
const compareLimit = 400

interface OpenCapture {
  readonly capture: number
  readonly sources: Omit<MatchingSources, 'whatIf'>
  /** Of the guest as it is; made when it is first needed. */
  base: MatcherPort | null
  /** With the what-if personalities; null as long as it is not needed since they changed. */
  whatIf: MatcherPort | null
}

interface Asked {
  readonly number: number
  readonly question: MatchingQuestion
  /** Null before its first turn, and again when the what-if personalities have changed. */
  steps: Generator<MatchingAnswer | undefined, MatchingAnswer> | null
  saidAt: number
}

/** What the matching worker does, without the worker. Returns what takes the page's messages. */
export function createMatchingEngine(
  host: EngineHost,
  makeMatcher: MakeMatcher,
): (message: ToMatching) => void {
  let open: OpenCapture | null = null
  let parts: readonly WhatIfPart[] = []
  let isWorking = false
  /** In the order asked. What is being answered stays in until it is. */
  const waiting = new Map<MatchingSlot, Asked>()

  const baseOf = (now: OpenCapture) => (now.base ??= makeMatcher({ ...now.sources, whatIf: [] }))
  const matcherOf = (now: OpenCapture) =>
    parts.length === 0
      ? baseOf(now)
      : (now.whatIf ??= makeMatcher({ ...now.sources, whatIf: parts.map(part => part.kext) }))

  const takeTurn = (now: OpenCapture, slot: MatchingSlot, asked: Asked) => {
    const until = host.now() + sliceMs
    asked.steps ??= answerTo(asked.question, {
      matcher: () => matcherOf(now),
      base: () => baseOf(now),
      parts,
    })
    do {
      const step = asked.steps.next()
      const isDone = step.done === true
      if (isDone) waiting.delete(slot)
      if (isDone || (step.value && host.now() - asked.saidAt >= partMs)) {
        asked.saidAt = host.now()
        host.post({ kind: 'answer', slot, number: asked.number, answer: step.value! })
      }
      if (isDone) return
    } while (host.now() < until)
  }

  const work = async () => {
    isWorking = true
    // What was asked in one go is taken in before the first of it is answered.
    await host.pause()
    while (open && waiting.size > 0) {
      // Slots take turns, so that a long answer in one holds up no other.
      for (const [slot, asked] of [...waiting]) {
        if (open && waiting.get(slot) === asked) takeTurn(open, slot, asked)
        await host.pause()
      }
    }
    isWorking = false
  }

  return message => {
    switch (message.kind) {
      case 'open': {
        const { kind: _, capture, bytes, ...beside } = message
        const sources = { ...beside, snapshot: decodeSnapshot(bytes) }
        open = { capture, sources, base: null, whatIf: null }
        waiting.clear()
        return
      }
      case 'close':
        open = null
        waiting.clear()
        return
      case 'what-if':
        parts = message.parts
        if (open) open.whatIf = null
        for (const asked of waiting.values()) asked.steps = null
        return
      case 'ask':
        if (open?.capture !== message.capture) return
        waiting.delete(message.slot)
        if (message.question === null) return
        waiting.set(message.slot, {
          number: message.number,
          question: message.question,
          steps: null,
          saidAt: host.now(),
        })
        if (!isWorking) void work()
        return
      default:
        assertNever(message)
    }
  }
}

interface Means {
  readonly matcher: () => MatcherPort
  readonly base: () => MatcherPort
  readonly parts: readonly WhatIfPart[]
}

/** Yields between steps that take a few milliseconds; with what is known by then, where that is worth showing. */
function* answerTo(
  question: MatchingQuestion,
  means: Means,
): Generator<MatchingAnswer | undefined, MatchingAnswer> {
  const matcher = means.matcher()
  yield
  switch (question.kind) {
    case 'service': {
      const verdict = matcher.service(question.entry)
      const failing = failingCounts(matcher, verdict)
      const instance = matcher.instance(question.entry)
      // Those of the guest: what what-if adds is known to whoever added it.
      const { notes } = means.base().catalogue
      return { kind: 'service', verdict, failing, instance, notes }
    }
    case 'personality': {
      const item = findItem(matcher.catalogue.items, question.ref)
      const verdict = item && matcher.personality(item, { limit: missLimit })
      return { kind: 'personality', verdict }
    }
    case 'personalities': {
      const byKey = itemsByKey(matcher.catalogue.items)
      const counts: (PersonalityCounts | null)[] = []
      for (const ref of question.refs) {
        const item = byKey.get(refKey(ref))
        counts.push(item ? countsOf(matcher.personality(item, { limit: missLimit })) : null)
        yield { kind: 'personalities', counts: [...counts] }
      }
      return { kind: 'personalities', counts }
    }
    case 'what-if': {
      const results: WhatIfResult[] = []
      for (const part of means.parts) {
        if (question.id !== null && question.id !== part.id) continue
        results.push(yield* whatIfResult(part, means))
        yield { kind: 'what-if', results: [...results] }
      }
      return { kind: 'what-if', results }
    }
    default:
      return assertNever(question)
  }
}

/** More candidates than anybody looks at: beyond it the first failing key has to do. */
const countLimit = 2000

/** How many keys fail of each candidate that does not match, by the item's index. */
function failingCounts(
  matcher: MatcherPort,
  { entry, candidates }: ServiceVerdict,
): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const { item, result } of candidates) {
    if (result?.kind !== 'fails') continue
    const isCounted = counts.size < countLimit
    const checks = isCounted ? matcher.checks(item, entry) : [result.failed]
    counts.set(item.index, Math.max(1, checks.filter(({ outcome }) => outcome === 'fails').length))
  }
  return counts
}

function itemsByKey(items: readonly CatalogueItem[]): ReadonlyMap<string, CatalogueItem> {
  const byKey = new Map<string, CatalogueItem>()
  for (const item of items) for (const key of keysOf(item)) byKey.set(key, item)
  return byKey
}

function* whatIfResult(
  part: WhatIfPart,
  { matcher, base, parts }: Means,
): Generator<undefined, WhatIfResult> {
  const now = matcher()
  const ref = ownRef(part)
  const item = ref && findItem(now.catalogue.items, ref)
  if (!item) return { id: part.id, item: null, rows: [], verdict: null, notCompared: 0 }
  const without = replacedKeys(parts)
  const verdict = now.personality(item, { limit: missLimit })
  yield
  const after = yield* outcomes(now, item, verdict, without)
  const original = part.original && findItem(base().catalogue.items, part.original)
  const before = original
    ? yield* outcomes(base(), original, base().personality(original, { limit: 0 }), new Set())
    : new Map<number, WhatIfOutcome>()
  const entries = [...new Set([...after.keys(), ...before.keys()])]
  const rows = entries.map((entry): WhatIfRow => {
    return { entry, before: before.get(entry) ?? null, after: after.get(entry) ?? null }
  })
  const notCompared = Math.max(0, verdict.matches.length - after.size)
  return { id: part.id, item, rows, verdict, notCompared }
}

function* outcomes(
  matcher: MatcherPort,
  item: CatalogueItem,
  { matches }: PersonalityVerdict,
  without: ReadonlySet<string>,
): Generator<undefined, Map<number, WhatIfOutcome>> {
  const found = new Map<number, WhatIfOutcome>()
  let compared = 0
  for (const { entry, candidate } of matches) {
    if (candidate.result?.kind === 'unknown') {
      const unknown = undecidedOutcome(candidate)
      if (unknown) found.set(entry, unknown)
      continue
    }
    if (++compared > compareLimit) break
    const outcome = whatIfOutcome(matcher.service(entry), item, without)
    if (outcome) found.set(entry, outcome)
    yield
  }
  return found
}

function ownRef({ kext }: WhatIfPart): PersonalityRef | null {
  const name = kext.personalities[0]?.name
  return name === undefined
    ? null
    : { origin: { kind: 'what-if', kextPath: kext.path, name }, name }
}
