import { expect, test } from 'vitest'
import { placeCount, placesOf, placesText } from '../../../core/dump/problem-places.ts'
import { ProblemTally } from '../../../core/dump/dump-summary.ts'
import { SnapshotBuilder } from '../../../core/registry/snapshot-builder.ts'
import type { DumpProblem } from '../../../core/registry/snapshot.ts'

/** What a reader tells that met the same thing at every tenth byte. */
function metAt(count: number): DumpProblem {
  const tally = new ProblemTally('dump')
  for (let at = 1; at <= count; at++) tally.note('clipped', at * 10, '%n lines are clipped.')
  return tally.report(new SnapshotBuilder())[0]!
}

test.each([
  [1, 'byte 10'],
  [2, 'bytes 10 and 20'],
  [4, 'bytes 10, 20, 30 and 40'],
  [5, 'bytes 10, 20, 30 and 2 more'],
  [1003, 'bytes 10, 20, 30 and 1000 more'],
])('of %d places a sentence names a few and counts the rest: %s', (count, text) => {
  const problem = metAt(count)
  expect(placesText(problem)).toBe(text)
  expect(placeCount(problem)).toBe(count)
  expect(placesOf(problem)).toHaveLength(Math.min(count, 1000))
  expect(placesOf(problem)[0]).toBe(10)
})

test.each([
  [1, '1 line is clipped.'],
  [2, '2 lines are clipped.'],
])('what was met %d times is told in the words for it', (count, message) => {
  const tally = new ProblemTally('dump')
  const cause = '%n {line is|lines are} clipped.'
  for (let at = 0; at < count; at++) tally.note('clipped', at, cause)
  tally.note('malformed', 9, 'A key has no value (%n times).')
  const told = tally.report(new SnapshotBuilder()).map(problem => problem.message)
  expect(told).toEqual([message, 'A key has no value.'])
})
