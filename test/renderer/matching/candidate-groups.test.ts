import { expect, test } from 'vitest'
import {
  candidateGroups,
  filterCounts,
  type CandidateFilter,
} from '../../../renderer/matching/candidate-groups.ts'
import { installedRef, refKey } from '../../../renderer/matching/personality-ref.ts'
import { serviceVerdict } from './sample-verdict.ts'

const drawing = `
  Ether: Fast 5000 running
  Ether: Slow 1000 loses
  Other: Wrong -2 fails
  Ether: Nearly -1 fails
  Audio: Sound 10 wins
`

function draw(filter: CandidateFilter, replaced: readonly string[] = []): readonly string[] {
  const { verdict, failing } = serviceVerdict(drawing)
  return candidateGroups(verdict, { filter, failing, replaced: new Set(replaced) }).map(
    ({ category, rows }) =>
      `${category}: ${rows
        .map(
          row =>
            row.candidate.item.name +
            (row.isWinner ? ' *' : '') +
            (row.winsAnew ? ' +' : '') +
            (row.isReplaced ? ' gone' : ''),
        )
        .join(', ')}`,
  )
}

test('those that match are grouped by category, the winner marked', () => {
  expect(draw('matched')).toEqual(['Ether: Fast * +, Slow', 'Audio: Sound * +'])
})

test('near misses are those that one key keeps from matching', () => {
  expect(draw('near')).toEqual(['Ether: Nearly'])
})

test('all are shown on demand, categories that nobody matches in last', () => {
  expect(draw('all')).toEqual(['Ether: Fast * +, Slow, Nearly', 'Audio: Sound * +', 'Other: Wrong'])
})

test('when what-if takes the best one away, the next wins anew while the other still runs', () => {
  const gone = refKey(installedRef('/Fast.kext', 'Fast'))
  expect(draw('matched', [gone])[0]).toBe('Ether: Fast * gone, Slow +')
})

test('each filter knows how many it shows', () => {
  const { verdict, failing } = serviceVerdict(drawing)
  expect(filterCounts(verdict, failing)).toEqual({ matched: 3, near: 1, unknown: 0, all: 5 })
})

test('a driver that runs is shown though its keys do not hold any more, and has no score', () => {
  const { verdict } = serviceVerdict('Ether: Gone -1 fails')
  const [only] = verdict.candidates
  const running = { ...only!, standing: 'running', reason: { kind: 'running', client: 7 } } as const
  const [group] = candidateGroups(
    { ...verdict, candidates: [running] },
    { filter: 'matched', failing: new Map() },
  )
  expect(group!.rows).toMatchObject([{ score: null, isWinner: true }])
})
