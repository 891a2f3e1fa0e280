import { expect, test } from 'vitest'
import { installedRef, refKey } from '../../../renderer/matching/personality-ref.ts'
import { whatIfOutcome } from '../../../renderer/matching/what-if-outcome.ts'
import { serviceVerdict } from './sample-verdict.ts'

const outcomeOf = (drawing: string, name: string, gone: readonly string[] = []) => {
  const { verdict } = serviceVerdict(drawing)
  const { item } = verdict.candidates.find(candidate => candidate.item.name === name)!
  const without = new Set(gone.map(one => refKey(installedRef(`/${one}.kext`, one))))
  return whatIfOutcome(verdict, item, without)
}

test('the best of its category wins, whatever runs there now', () => {
  expect(
    outcomeOf(
      `Net: Mine 2000 loses
       Net: Theirs 1000 running`,
      'Mine',
    ),
  ).toMatchObject({ kind: 'wins', score: 2000, rival: { score: 1000 }, client: 7 })
})

test('an equal score is a tie, since the order of insertion is not known', () => {
  expect(
    outcomeOf(
      `Net: Theirs 1000 running
       Net: Mine 1000 loses`,
      'Mine',
    ),
  ).toMatchObject({ kind: 'ties' })
})

test('a lower score loses to the best of the others', () => {
  expect(
    outcomeOf(
      `Net: Best 3000 running
       Net: Second 2000 loses
       Net: Mine 1000 loses`,
      'Mine',
    ),
  ).toMatchObject({ kind: 'loses', rival: { item: { name: 'Best' }, score: 3000 } })
})

test('those that it takes the place of are no rivals', () => {
  const drawing = `Net: Original 3000 running
                   Net: Mine 1000 loses`
  expect(outcomeOf(drawing, 'Mine', ['Original'])).toMatchObject({ kind: 'wins', rival: null })
})

test('drivers of another category are no rivals', () => {
  expect(
    outcomeOf(
      `Other: Best 9000 running
       Net: Mine 0 wins`,
      'Mine',
    ),
  ).toMatchObject({ kind: 'wins', rival: null, client: null })
})

test('what does not match has no outcome', () => {
  expect(outcomeOf('Net: Mine -1 fails', 'Mine')).toBe(null)
})
