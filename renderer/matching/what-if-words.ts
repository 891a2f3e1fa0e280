import type { WhatIfResult, WhatIfRow } from './messages.ts'

/** Services by how a personality fares on them. */
export interface ResultCounts {
  readonly wins: number
  readonly ties: number
  readonly loses: number
  readonly unknown: number
  readonly 'not-considered': number
  /** The personality that was edited matched them, and the edit does not. */
  readonly gone: number
}

/** How a row is listed; `gone` where the edit matches no more. */
export function rowKind({ after }: WhatIfRow): keyof ResultCounts {
  return after?.kind ?? 'gone'
}

export function resultCounts(results: readonly WhatIfResult[]): ResultCounts {
  const counts = { wins: 0, ties: 0, loses: 0, unknown: 0, 'not-considered': 0, gone: 0 }
  for (const { rows } of results) for (const row of rows) counts[rowKind(row)]++
  return counts
}

/** `wins 2, loses 1`; what is not there is not said. */
export function resultWords(counts: ResultCounts): string {
  const words: readonly (readonly [keyof ResultCounts, string])[] = [
    ['wins', 'wins'],
    ['ties', 'ties'],
    ['loses', 'loses'],
    ['unknown', 'cannot be told on'],
    ['not-considered', 'not considered on'],
    ['gone', 'no longer matches'],
  ]
  const said = words.filter(([kind]) => counts[kind] > 0)
  if (said.length === 0) return 'matches no service'
  return said.map(([kind, word]) => `${word} ${counts[kind].toLocaleString('en-US')}`).join(', ')
}

/** What changed against the personality that was edited; null where nothing did, or there is none. */
export function changeWords({ before, after }: WhatIfRow): string | null {
  if (before?.kind === after?.kind) return null
  if (!before) return null
  const was: Readonly<Record<typeof before.kind, string>> = {
    wins: 'won before',
    ties: 'tied before',
    loses: 'lost before',
    unknown: 'not told before',
    'not-considered': 'not considered before',
  }
  return was[before.kind]
}
