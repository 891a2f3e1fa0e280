import type { CatalogueItem } from '../../../core/matching/catalogue-item.ts'
import type {
  Candidate,
  CategoryCompetition,
  KeyCheck,
  MatchResult,
  ServiceVerdict,
} from '../../../core/matching/verdict.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'

// Verdicts drawn as lines, for the views' own models.
//
//   category: name score standing      a personality that matches with that score
//   category: name -N fails            one that fails at N keys
//
// Lines stand in the kernel's order.

export function itemNamed(
  name: string,
  index: number,
  more: Partial<CatalogueItem> = {},
): CatalogueItem {
  return {
    index,
    name,
    origin: { kind: 'installed', kextPath: `/${name}.kext`, name },
    alsoFrom: [],
    publisher: `com.example.${name}`,
    bundleIdentifier: `com.example.${name}`,
    ioClass: name,
    providerClass: 'IOPCIDevice',
    category: 'IODefaultMatchCategory',
    probeScore: 0,
    properties: { kind: 'dictionary', entries: [] },
    ...more,
  }
}

const text = (value: string): PropertyValue => ({ kind: 'string', text: value })

export function check(key: string, outcome: KeyCheck['outcome'] = 'fails'): KeyCheck {
  return { key, outcome, wanted: text('wanted'), found: text('found'), note: null }
}

export interface Drawn {
  readonly verdict: ServiceVerdict
  readonly failing: ReadonlyMap<number, number>
}

export function serviceVerdict(drawing: string, more: Partial<CatalogueItem>[] = []): Drawn {
  const candidates: Candidate[] = []
  const failing = new Map<number, number>()
  const lines = drawing.trim().split('\n')
  for (const [index, line] of lines.entries()) {
    const [, category = '', name = '', number = '', standing = ''] =
      /^\s*(\S+): (\S+) (-?\d+) (\S+)$/.exec(line) ?? []
    const item = itemNamed(name, index, { category, ...more[index] })
    const count = Number(number)
    if (standing === 'fails') {
      const failed = check('IONameMatch')
      failing.set(index, -count)
      const result: MatchResult = { kind: 'fails', checks: [failed], failed }
      const reason = { kind: 'key-failed', check: failed } as const
      candidates.push({ item, standing, reason, result })
    } else {
      const result: MatchResult = {
        kind: 'matches',
        score: count,
        family: { family: 'base keys only', points: 0, parts: [] },
        checks: [],
      }
      const reason =
        standing === 'running'
          ? ({ kind: 'running', client: 7 } as const)
          : ({ kind: 'would-start' } as const)
      candidates.push({ item, standing: standing as Candidate['standing'], reason, result })
    }
  }
  const names = [...new Set(candidates.map(({ item }) => item.category))]
  const categories = names.flatMap((category): CategoryCompetition[] => {
    const contenders = candidates.filter(
      ({ item, result }) => item.category === category && result?.kind === 'matches',
    )
    if (contenders.length === 0) return []
    const running = contenders.find(({ standing }) => standing === 'running')
    const winner = running ?? contenders.find(({ standing }) => standing === 'wins')
    return [{ category, client: running ? 7 : null, winner: winner?.item ?? null, contenders }]
  })
  return {
    failing,
    verdict: {
      entry: 3,
      chain: { classes: ['IOPCIDevice', 'IOService'], isComplete: true, source: 'dump' },
      isRegistered: true,
      candidates,
      categories,
      caveats: [],
    },
  }
}
