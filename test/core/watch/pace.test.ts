import { expect, test } from 'vitest'
import { GuestShare, nextPace, type LookCost } from '../../../core/watch/pace.ts'
import { Random } from '../../helpers/random.ts'

const cost = (guestMs: number, linkMs = 5): LookCost => ({ guestMs, linkMs })
const options = (intervalMs: number | null, budgetPercent = 5) => ({ intervalMs, budgetPercent })

test.each<[string, number | null, readonly LookCost[], number, string | null]>([
  ['the first look comes at the chosen time', 2000, [], 2000, null],
  ['a cheap look changes nothing', 2000, [cost(20)], 2000, null],
  ['nobody needs more than two looks a second', 100, [cost(1)], 500, null],
  ['automatic is once a second on a quick guest', null, [cost(20)], 1000, null],
  ['a look of 200 ms comes every 5 s at 5 %', 1000, [cost(200)], 5000, 'guest'],
  [
    'that looks have become slow counts at once',
    1000,
    [cost(10), cost(10), cost(200)],
    5000,
    'guest',
  ],
  ['one slow look wears off', 1000, [cost(200), cost(40), cost(40), cost(40)], 2000, 'guest'],
  ['a slow link is no slow guest', 1000, [cost(20, 1500)], 1620, 'link'],
  ['ten minutes are the longest wait', 1000, [cost(60_000)], 600_000, 'guest'],
])('%s', (_what, intervalMs, costs, expected, limitedBy) => {
  expect(nextPace(options(intervalMs), costs)).toEqual({ intervalMs: expected, limitedBy })
})

test('the share is of the last minute, or of the time since the watch began', () => {
  const share = new GuestShare(0)
  share.add(100, 100)
  expect(share.at(2000)).toBe(0.05)
  share.add(59_000, 500)
  expect(share.at(60_000)).toBe(0.01)
  // The first look is more than a minute ago.
  expect(share.at(61_000)).toBeCloseTo(500 / 60_000)
})

test('whatever the looks cost, the share stays under what is aimed at', () => {
  const random = new Random(7)
  const share = new GuestShare(0)
  let now = 0
  for (let look = 0; look < 400; look++) {
    const guestMs = random.below(20) === 0 ? 2000 : 20 + random.below(100)
    now += guestMs
    share.add(now, guestMs)
    const due = Math.max(now + 500, share.notBefore(0.04))
    expect(share.at(due)).toBeLessThanOrEqual(0.04 + 1e-9)
    now = due
  }
})

test('in the first minute a look waits until what was spent is its share of the time since the beginning', () => {
  const share = new GuestShare(1_000_000)
  share.add(1_000_100, 100)
  // 100 ms are 4 % of 2.5 s.
  expect(share.notBefore(0.04)).toBe(1_002_500)
  expect(share.at(1_002_500)).toBeCloseTo(0.04)
})
