import { buildCatalogue, type Catalogue } from '../../core/matching/catalogue.ts'
import { compareContenders } from '../../core/matching/competition.ts'
import { createMatcher, type Matcher } from '../../core/matching/matcher.ts'
import { reasonSentence, type MatchingWords } from '../../core/matching/sentences.ts'
import { selfCheck, type SelfCheckDetail } from '../../core/matching/self-check.ts'
import type { InstalledKext } from '../../core/kext/kext.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'

/** What the rules of matching come to on one dump. Nothing in it names a machine or its owner. */
export interface CheckedDump {
  readonly instances: number
  readonly accepted: number
  /** Accepted without keys that the driver has set itself. */
  readonly leftOut: number
  readonly rejected: number
  readonly unknown: number
  /** What was not accepted, or not as it is: by class, with the key and the explanation. */
  readonly remarks: readonly Remark[]
  /** Pairs of active drivers of one provider that share a category. */
  readonly violations: readonly string[]
  /** Predicted winners, with the running drivers' personalities alone. */
  readonly fromInstances: Prediction
}

export interface Remark {
  readonly outcome: SelfCheckDetail['outcome']
  readonly driver: string
  readonly provider: string
  readonly because: string
}

/** Of the drivers that run: did the rules name their personality as the winner of its category? */
export interface Prediction {
  /** Drivers whose personality is known from an Info.plist, or from themselves. */
  readonly covered: number
  readonly right: number
  /** The order of insertion decides, which no dump shows. */
  readonly tied: number
  readonly others: readonly string[]
}

export function checkedDump(snapshot: Snapshot): CheckedDump {
  const matcher = matcherOver(snapshot, null)
  const check = selfCheck(matcher)
  const remarks = check.details.flatMap(detail => remarkOn(matcher, detail))
  return {
    instances: check.details.length,
    accepted: check.accepted,
    leftOut: check.details.filter(({ leftOut }) => leftOut.length > 0).length,
    rejected: check.rejected,
    unknown: check.unknown,
    remarks,
    violations: matcher
      .summary()
      .violations.map(
        ({ category, clients }) =>
          `${category}: ${clients.map(client => className(matcher, client)).join(' and ')}`,
      ),
    fromInstances: predictionOf(matcher, () => true),
  }
}

export function matcherOver(
  snapshot: Snapshot,
  installed: readonly InstalledKext[] | null,
): Matcher {
  return createMatcher(snapshot, catalogueOver(snapshot, installed))
}

function catalogueOver(snapshot: Snapshot, installed: readonly InstalledKext[] | null): Catalogue {
  return buildCatalogue({ snapshot, installed })
}

function remarkOn(matcher: Matcher, detail: SelfCheckDetail): readonly Remark[] {
  if (detail.because === null) return []
  return [
    {
      outcome: detail.outcome,
      driver: className(matcher, detail.instance),
      provider: className(matcher, detail.provider),
      because: detail.because,
    },
  ]
}

/** Classes are everybody's; names can be a person's. */
function className({ views }: Matcher, entry: number): string {
  return views.fresh(entry).className || 'a class that is not shown'
}

/** @param counts whether a driver counts whose personality is from an Info.plist, or else not */
export function predictionOf(
  matcher: Matcher,
  counts: (isFromInfoPlist: boolean) => boolean,
): Prediction {
  const { catalogue } = matcher
  const summary = matcher.summary()
  let [covered, right, tied] = [0, 0, 0]
  const others: string[] = []
  const { firstCompetition } = summary
  for (let entry = 0, row = 0; row < summary.running.length; row++) {
    while (firstCompetition[entry + 1]! <= row) entry++
    const running = catalogue.items[summary.running[row]!]
    if (!running || !counts(running.origin.kind === 'installed')) continue
    // A driver that was attached here later was matched elsewhere.
    if (matcher.views.matchedOn(summary.client[row]!) !== entry) continue
    covered++
    const best = catalogue.items[summary.best[row]!]
    if (best === running) {
      right++
      continue
    }
    if (best === undefined) {
      others.push(
        `\`${running.ioClass}\`: it does not contend, for its own keys do not hold now or cannot be told`,
      )
      continue
    }
    if (summary.isTied[row] === 1 && isTiedWith(matcher, running.index, best.index, entry)) {
      tied++
      continue
    }
    const { reason } = matcher.candidate(best, entry)
    const what = `\`${running.ioClass}\` runs, \`${best.ioClass}\` was named`
    others.push(`${what}: ${withoutNames(reasonSentence(reason, words))}`)
  }
  return { covered, right, tied, others }
}

/** Names of entries can be a person's. */
const words: MatchingWords = { entry: () => 'the driver that runs' }

function withoutNames(sentence: string): string {
  return sentence.replaceAll('“the driver that runs”', 'the driver that runs')
}

/** All that decides between the two is the order of insertion. */
function isTiedWith(matcher: Matcher, a: number, b: number, provider: number): boolean {
  const [first, second] = [a, b].map(index => {
    const item = matcher.catalogue.items[index]!
    const result = matcher.match(item, provider)
    const depth = matcher.views.of(provider).chain.classes.indexOf(item.providerClass ?? '')
    return result.kind === 'matches'
      ? { item: { ...item, index: 0 }, depth, score: result.score }
      : null
  })
  return first !== null && second !== null && compareContenders(first!, second!) === 0
}
