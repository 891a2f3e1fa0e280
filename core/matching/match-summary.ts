import type { EntryIndex, Snapshot } from '../registry/snapshot.ts'
import { mayHaveClass } from './candidates.ts'
import { compareContenders, isDecided, type Contender } from './competition.ts'
import { holdersOf, type Judging } from './service-verdict.ts'

/**
 * Matching over a whole registry, as columns. The competitions of entry `e` are rows `firstCompetition[e]` …
 * `firstCompetition[e + 1] - 1`, one for each match category in which somebody runs or could.
 */
export interface MatchSummary {
  /** Of each entry: how many personalities there are for its classes. */
  readonly candidates: Uint32Array
  /** Of each entry: those whose keys all hold. */
  readonly matching: Uint32Array
  /** Of each entry: those that the snapshot cannot decide. */
  readonly undecided: Uint32Array
  readonly firstCompetition: Uint32Array
  /** -> `categories` */
  readonly category: Int32Array
  readonly categories: readonly string[]
  /** The active client that has the category, or -1. -> EntryTable */
  readonly client: Int32Array
  /** The personality that made it, or -1 where that is not known. -> Catalogue.items */
  readonly running: Int32Array
  /** Who would win by score and order, whoever runs; -1 where nobody contends. -> Catalogue.items */
  readonly best: Int32Array
  /** The order of insertion decides between `best` and others, which no dump shows. */
  readonly isTied: Uint8Array
  readonly contenders: Uint32Array
  /** Two active drivers of one provider that share a category: against the kernel's rule. */
  readonly violations: readonly CategoryViolation[]
}

export interface CategoryViolation {
  readonly provider: EntryIndex
  readonly category: string
  readonly clients: readonly [EntryIndex, EntryIndex]
}

interface Competition {
  readonly category: number
  readonly client: number
  readonly running: number
  readonly best: number
  readonly isTied: boolean
  readonly contenders: number
}

/** One pass over all entries; nothing of what was compared is kept. */
export function summarize(judging: Judging, snapshot: Snapshot): MatchSummary {
  const { length } = snapshot.entries
  const candidates = new Uint32Array(length)
  const matching = new Uint32Array(length)
  const undecided = new Uint32Array(length)
  const firstCompetition = new Uint32Array(length + 1)
  const rows: Competition[] = []
  const violations: CategoryViolation[] = []
  const categories = new Map<string, number>()
  const numberOf = (category: string): number => {
    let number = categories.get(category)
    if (number === undefined) categories.set(category, (number = categories.size))
    return number
  }
  for (let entry = 0; entry < length; entry++) {
    firstCompetition[entry] = rows.length
    if (!judging.views.isActive(entry)) continue
    const counts = { matching: 0, undecided: 0 }
    const provider = judging.views.fresh(entry)
    const { collected, open } = judging.lists.for(provider)
    candidates[entry] = collected.length
    for (const ofClass of open) {
      if (!mayHaveClass(ofClass, provider)) continue
      const { family, index } = ofClass
      const quick = judging.passive.quickFor(provider, family)
      index.forEach(provider, ({ item }) => {
        if (quick(item.properties) !== 'fails') undecided[entry]!++
      })
    }
    const holders = holdersOf(judging, entry)
    const contenders = collected.length === 0 ? noContenders : allContenders(judging, entry, counts)
    for (const [category, client, other] of holders.violations) {
      violations.push({ provider: entry, category, clients: [client, other] })
    }
    for (const category of new Set([...holders.byCategory.keys(), ...contenders.keys()])) {
      const inOrder = (contenders.get(category) ?? []).sort(compareContenders)
      const holder = holders.byCategory.get(category)
      rows.push({
        category: numberOf(category),
        client: holder?.client ?? -1,
        running: holder?.item?.index ?? -1,
        best: inOrder[0]?.item.index ?? -1,
        isTied: !isDecided(inOrder),
        contenders: inOrder.length,
      })
    }
    matching[entry] = counts.matching
    undecided[entry]! += counts.undecided
  }
  firstCompetition[length] = rows.length
  return {
    candidates,
    matching,
    undecided,
    firstCompetition,
    category: Int32Array.from(rows, row => row.category),
    categories: [...categories.keys()],
    client: Int32Array.from(rows, row => row.client),
    running: Int32Array.from(rows, row => row.running),
    best: Int32Array.from(rows, row => row.best),
    isTied: Uint8Array.from(rows, row => (row.isTied ? 1 : 0)),
    contenders: Uint32Array.from(rows, row => row.contenders),
    violations,
  }
}

const noContenders: ReadonlyMap<string, Contender[]> = new Map()

/** Those whose keys hold now; one that runs and has lost a key since does not count. */
function allContenders(
  { views, lists, passive }: Judging,
  entry: EntryIndex,
  counts: { matching: number; undecided: number },
): Map<string, Contender[]> {
  const provider = views.fresh(entry)
  const contenders = new Map<string, Contender[]>()
  const ask = passive.quickFor(provider)
  lists.for(provider).index.forEach(provider, ({ item, depth }) => {
    const score = ask(item.properties)
    if (score === 'unknown') counts.undecided++
    if (typeof score !== 'number') return
    counts.matching++
    const others = contenders.get(item.category)
    if (others) others.push({ item, depth, score })
    else contenders.set(item.category, [{ item, depth, score }])
  })
  return contenders
}
