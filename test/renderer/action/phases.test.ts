import { expect, test } from 'vitest'
import type { Phase, StepStatus } from '../../../core/contract/types.ts'
import { groupDuration, groupStatus, stepGroups } from '../../../renderer/views/action/phases.ts'
import { lineCount } from '../../../renderer/views/action/step-output.ts'
import { plan, stepOf } from './sample-action.ts'

const steps = (...list: readonly (readonly [Phase, StepStatus, number | null])[]) =>
  list.map(([phase, status, durationMs]) =>
    stepOf({ ...plan.steps[0]!, phase }, { status, durationMs }),
  )

test('steps of a phase that comes twice make two groups', () => {
  const groups = stepGroups(
    steps(['load', 'done', 1], ['settle', 'done', 1], ['unload', 'done', 1], ['load', 'done', 1]),
  )
  expect(groups.map(({ phase, first }) => `${first} ${phase}`)).toEqual([
    '0 load',
    '1 settle',
    '2 unload',
    '3 load',
  ])
})

test.each([
  ['done, done', 'done'],
  ['done, running', 'running'],
  ['done, waiting', 'running'],
  ['waiting, waiting', 'waiting'],
  ['done, failed, skipped', 'failed'],
  ['done, skipped', 'done'],
  ['skipped, skipped', 'skipped'],
])('a group of steps that are %s is %s', (statuses, expected) => {
  const all = statuses.split(', ').map(status => ['push', status as StepStatus, 5] as const)
  expect(groupStatus(stepGroups(steps(...all))[0]!)).toBe(expected)
})

test('a plan has no status, and a group takes as long as its steps together', () => {
  expect(groupStatus(stepGroups(plan.steps)[0]!)).toBeNull()
  expect(groupDuration(stepGroups(plan.steps)[0]!)).toBeNull()
  const [group] = stepGroups(steps(['push', 'done', 20], ['push', 'running', null]))
  expect(groupDuration(group!)).toBe(20)
})

test('lines of an output are counted across its pieces', () => {
  const said = (text: string, stream: 'stdout' | 'note' = 'stdout') => ({ stream, text })
  expect(lineCount([said('a\nb'), said('c\n')])).toBe(2)
  expect(lineCount([said('no end')])).toBe(1)
  expect(lineCount([said('a note', 'note'), said('out\n')])).toBe(2)
  expect(lineCount([])).toBe(0)
})
