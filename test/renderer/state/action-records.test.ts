import { expect, test } from 'vitest'
import type { ActionRecord } from '../../../core/contract/types.ts'
import { summaryOf } from '../../../core/history/summary.ts'
import {
  lastReportOf,
  runningRecord,
  takeRecord,
  takeSummaries,
} from '../../../renderer/state/action-records.ts'
import { bundleIdentifierOf, pushedBuild } from '../../../renderer/state/follow-builds.ts'
import { goodReport, loaded, recordOf, refused, runOf } from '../action/sample-action.ts'

const nothing = { history: [], records: new Map<string, ActionRecord>() }
const at = (id: string, startedAt: string, fields: Partial<ActionRecord> = {}) =>
  recordOf(id, 'Load', { startedAt, ...fields })

test('a record goes into the history where its time puts it, and is replaced where it stands', () => {
  const one = takeRecord(nothing, at('a', '2026-01-01T00:00:00Z'))
  const two = takeRecord(one, at('b', '2026-01-02T00:00:00Z'))
  const three = takeRecord(two, at('a', '2026-01-01T00:00:00Z', { title: 'Load again' }))
  expect(three.history.map(({ id, title }) => `${id} ${title}`)).toEqual(['b Load', 'a Load again'])
  expect(three.records.get('a')?.title).toBe('Load again')
})

test('of many records only the newest stay whole, and never without the one that runs', () => {
  const running = at('running', '2026-01-01T00:00:00Z', { status: 'running', conclusion: null })
  const held = Array.from({ length: 60 }, (_, n) => at(`r${n}`, '2026-01-02T00:00:00Z')).reduce(
    takeRecord,
    takeRecord(nothing, running),
  )
  expect(held.history).toHaveLength(61)
  expect(held.records.size).toBe(40)
  expect(runningRecord(held)?.id).toBe('running')
  expect(held.records.has('r59')).toBe(true)
  expect(held.records.has('r0')).toBe(false)
})

test('a record that ended while nobody listened is asked for anew', () => {
  const running = runOf(loaded)[0]!
  const held = takeRecord(nothing, running)
  const after = takeSummaries(held, [summaryOf(loaded)])
  expect(after.records.size).toBe(0)
  expect(after.history[0]?.status).toBe('done')
})

test('the newest report is that of the newest action that has one', () => {
  const held = [at('a', '2026-01-01T00:00:00Z'), { ...refused, startedAt: '2026-01-03T00:00:00Z' }]
  expect(lastReportOf(held.reduce(takeRecord, nothing))).toBe(goodReport)
  expect(lastReportOf(nothing)).toBeNull()
})

test('a push tells which kext comes from which bundle of the host, once it is over', () => {
  expect(pushedBuild(loaded)).toEqual([
    'org.darwinos.driver.MyKext',
    '/home/dev/darwinos/build/debug/kexts/MyKext.kext',
  ])
  expect(pushedBuild(runOf(loaded)[0]!)).toBeNull()
  expect(pushedBuild(refused)).toBeNull()
  expect(bundleIdentifierOf(refused)).toBe('org.darwinos.driver.MyKext')
})
