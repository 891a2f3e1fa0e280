import { expect, test } from 'vitest'
import type { Moment } from '../../../core/contract/types.ts'
import { nearestTick, stripLayout } from '../../../renderer/views/timeline/strip-layout.ts'
import { logTimesOf } from '../../../renderer/views/timeline/log-times.ts'
import type { Capture } from '../../../core/contract/types.ts'

const start = Date.parse('2026-01-02T10:00:00Z')

function moment(seconds: number, boot = 'one', sessionId = 's'): Moment {
  const at = new Date(start + seconds * 1000).toISOString()
  return {
    sessionId,
    snapshotId: `${seconds}`,
    takenAt: at,
    addedAt: at,
    source: { kind: 'guest', targetId: 't', label: 'Guest' },
    boot,
    guest: 'macOS 12',
    counts: { entries: 1, services: 1, kexts: 1 },
    cause: { kind: 'user' },
    bytes: 1,
    held: 'disk',
  }
}

const layout = (moments: readonly Moment[], logTimes: readonly number[] = []) =>
  stripLayout({ moments, actions: [], logTimes, now: start + 100_000, width: 1000 })

test('ticks stand in the order of time, inside the strip', () => {
  const { ticks, breaks } = layout([0, 10, 20, 60].map(each => moment(each)))
  const xs = ticks.map(({ x }) => x)
  expect(xs).toEqual([...xs].sort((a, b) => a - b))
  expect(xs[0]).toBeGreaterThan(0)
  expect(xs.at(-1)).toBeLessThan(1000)
  expect(xs[1]! - xs[0]!).toBeCloseTo(xs[2]! - xs[1]!)
  expect(breaks).toEqual([])
})

test('days in which nothing happened take no room', () => {
  const { ticks, breaks } = layout([moment(0), moment(30), moment(3 * 86_400)])
  expect(breaks).toHaveLength(1)
  expect(breaks[0]!.ms).toBe(3 * 86_400_000 - 30_000)
  expect(ticks[1]!.x - ticks[0]!.x).toBeGreaterThan(100)
})

test('each boot is a section, without gaps', () => {
  const { sections } = layout([moment(0), moment(10), moment(20, 'two'), moment(30, 'two')])
  expect(sections).toHaveLength(2)
  expect(sections[0]!.x).toBe(0)
  expect(sections[0]!.x + sections[0]!.width).toBeCloseTo(sections[1]!.x)
  expect(sections[1]!.x + sections[1]!.width).toBeCloseTo(1000)
})

test('a place leads to the nearest tick', () => {
  const drawn = layout([moment(0), moment(10), moment(20)])
  expect(nearestTick(drawn, drawn.ticks[1]!.x + 3)).toBe(1)
  expect(nearestTick(drawn, -50)).toBe(0)
  expect(nearestTick({ ...drawn, ticks: [] }, 5)).toBe(-1)
})

test('log lines are aligned where their times are told, and else it is said why not', () => {
  const capture = (kernelLog: readonly string[] | null, bootTime: number | null) =>
    ({ kernelLog, identity: bootTime === null ? null : { bootTime } }) as unknown as Capture
  const told = logTimesOf(capture(['[   12.500000]: hello'], start / 1000))
  expect(told).toEqual({ kind: 'told', times: [start + 12_500] })
  const drawn = layout([moment(0), moment(25)], [start + 12_500, start + 12_500, start - 5])
  expect(drawn.log).toHaveLength(1)
  expect(drawn.log[0]!.count).toBe(2)
  expect(drawn.log[0]!.x).toBeGreaterThan(drawn.ticks[0]!.x)
  for (const [given, why] of [
    [capture(null, null), /no kernel log/],
    [capture(['hello'], 5), /before macOS 11/],
    [capture(['[   12.500000]: hello'], null), /not known/],
  ] as const) {
    expect(logTimesOf(given)).toMatchObject({ because: expect.stringMatching(why) as string })
  }
})
