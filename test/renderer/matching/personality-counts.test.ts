import { expect, test } from 'vitest'
import type { Candidate, Reason, Standing } from '../../../core/matching/verdict.ts'
import { candidateWords } from '../../../renderer/matching/candidate-words.ts'
import { countsOf, sortedMatches } from '../../../renderer/matching/personality-counts.ts'
import { itemNamed } from './sample-verdict.ts'

const item = itemNamed('Mine', 0)
const equal: Reason = { kind: 'equal-score', winner: itemNamed('Other', 1), score: 1000 }
const unknown: Reason = { kind: 'unknown', because: 'It cannot be told.' }

function candidate(standing: Standing, reason: Reason): Candidate {
  return { item, standing, reason, result: null }
}

test('an equal score is a tie only where nobody can tell who comes first', () => {
  const candidates = [
    candidate('unknown', unknown),
    candidate('unknown', equal),
    candidate('loses', equal),
  ]
  const matches = candidates.map((one, entry) => ({ entry, candidate: one }))
  const verdict = { item, matches, misses: [], considered: 3 }
  expect(countsOf(verdict)).toMatchObject({ ties: 1, loses: 1, unknown: 1 })
  const { told, untold } = sortedMatches(verdict)
  expect(told.map(({ entry }) => entry)).toEqual([2, 1])
  expect(untold.map(({ entry }) => entry)).toEqual([0])
  const words = candidates.map(one => candidateWords(one).words)
  expect(words.slice(1)).toEqual([
    'ties at 1,000 with Other',
    'loses: Other has 1,000, too, and comes first',
  ])
})
