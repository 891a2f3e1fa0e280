import { expect, test } from 'vitest'
import type { ActionSummary } from '../../../core/contract/types.ts'
import { shownActions, targetsOf } from '../../../renderer/views/history/history-rows.ts'
import { plan } from '../action/sample-action.ts'

const action = (id: string, targetId: string, headline: string): ActionSummary => ({
  id,
  request: plan.request,
  title: 'Push and load MyKext.kext',
  targetId,
  targetLabel: targetId === 'vm' ? 'darwinOS VM' : 'Demo guest',
  startedAt: '2026-03-04T10:15:00.000Z',
  endedAt: null,
  status: 'done',
  conclusion: 'holds',
  headline,
  hasRemark: false,
})
const history = [
  action('3', 'vm', 'MyKext is loaded, and its service is registered.'),
  action('2', 'demo', 'It stays loaded: one MyKext is still there.'),
  action('1', 'vm', 'Cancelled.'),
]
const ids = (filter: Partial<Parameters<typeof shownActions>[1]>) =>
  shownActions(history, { targetId: null, text: '', found: null, ...filter }).map(({ id }) => id)

test('without a filter all is shown, in the order it came', () => {
  expect(ids({})).toEqual(['3', '2', '1'])
})

test('the actions of one target', () => {
  expect(ids({ targetId: 'vm' })).toEqual(['3', '1'])
})

test('every word has to be in the line of the action, in any order', () => {
  expect(ids({ text: 'registered mykext' })).toEqual(['3'])
  expect(ids({ text: 'registered cancelled' })).toEqual([])
})

test('what the host has found in a record is shown too, of the target that is chosen', () => {
  const found = new Set(['1', '2'])
  expect(ids({ text: 'dmesg', found })).toEqual(['2', '1'])
  expect(ids({ text: 'dmesg', found, targetId: 'vm' })).toEqual(['1'])
})

test('targets are told with how many actions each has', () => {
  expect(targetsOf(history).map(({ label, count }) => `${label} ${count}`)).toEqual([
    'darwinOS VM 2',
    'Demo guest 1',
  ])
})
