import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ActionRecord, PlannedStep } from '../../core/contract/types.ts'
import { waitingStep } from '../../core/history/new-record.ts'
import { createRunningRecord } from '../../main/service/recipe/running-record.ts'
import { smallRecord } from '../helpers/small-record.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const step = (command: string): PlannedStep => ({
  phase: 'push',
  command,
  explanation: '',
  runsAsRoot: false,
  changesGuest: true,
})

const first = smallRecord({
  endedAt: null,
  status: 'running',
  conclusion: null,
  steps: ['one', 'two', 'three'].map(command => waitingStep(step(command))),
})

function started() {
  const told: ActionRecord[] = []
  const urgent: boolean[] = []
  const action = createRunningRecord(first, (record, isUrgent) => {
    told.push(record)
    urgent.push(isUrgent)
  })
  return { told, urgent, action }
}

const textOf = (record: ActionRecord, at: number) =>
  record.steps[at]!.output.map(piece => piece.text).join('')

test('steps go from waiting through running to done, one after the other', () => {
  const { action, told } = started()
  const states = () => action.record().steps.map(each => each.status)
  expect(states()).toEqual(['waiting', 'waiting', 'waiting'])
  action.begin()
  vi.advanceTimersByTime(250)
  expect(states()).toEqual(['running', 'waiting', 'waiting'])
  action.end({ exitCode: 0 })
  action.begin()
  expect(states()).toEqual(['done', 'running', 'waiting'])
  action.end({ status: 'failed', exitCode: 71 })
  const last = action.finish({ status: 'failed', conclusion: 'refused' })
  expect(states()).toEqual(['done', 'failed', 'skipped'])
  expect(last.steps[0]).toMatchObject({ exitCode: 0, durationMs: 250 })
  expect(last.endedAt).not.toBeNull()
  // Each of these was told at once.
  expect(told).toHaveLength(6)
  expect(told.at(-1)).toBe(last)
})

test('an action that is cut short leaves no step running', () => {
  const { action } = started()
  action.begin()
  const { steps } = action.finish({ status: 'cancelled', conclusion: 'cancelled' })
  expect(steps.map(each => each.status)).toEqual(['failed', 'skipped', 'skipped'])
})

test('output keeps its order, and pieces of one stream are joined', () => {
  const { action } = started()
  action.begin()
  action.output('stdout', 'a')
  action.output('stdout', 'b\n')
  action.output('stderr', 'oops\n')
  action.output('stdout', 'c\n')
  action.output('note', 'reconnected')
  action.output('note', 'went on')
  expect(action.record().steps[0]!.output).toEqual([
    { stream: 'stdout', text: 'ab\n' },
    { stream: 'stderr', text: 'oops\n' },
    { stream: 'stdout', text: 'c\n' },
    { stream: 'note', text: 'reconnected' },
    { stream: 'note', text: 'went on' },
  ])
  expect(action.record().steps[1]!.output).toEqual([])
})

test('streamed output is told in bundles, and its end at once', () => {
  const { action, told } = started()
  action.begin()
  const before = told.length
  for (let i = 0; i < 100; i++) action.output('stdout', `${i}\n`)
  expect(told).toHaveLength(before)
  vi.advanceTimersByTime(1000)
  expect(told).toHaveLength(before + 1)
  expect(textOf(told.at(-1)!, 0)).toContain('99\n')
  action.output('stdout', 'last\n')
  action.end({ exitCode: 0 })
  expect(textOf(told.at(-1)!, 0)).toContain('last\n')
  vi.advanceTimersByTime(1000)
  expect(told).toHaveLength(before + 2)
})

test('a tool that prints without end fills no memory, and the record says that it was cut', () => {
  const { action } = started()
  action.begin()
  for (let i = 0; i < 50; i++) action.output('stdout', 'x'.repeat(100_000))
  const { output } = action.record().steps[0]!
  expect(output.reduce((sum, piece) => sum + piece.text.length, 0)).toBeLessThan(500_000)
  expect(output.at(-1)).toMatchObject({
    stream: 'note',
    text: expect.stringContaining('left out') as string,
  })
  // The next step has room of its own.
  action.end({})
  action.begin()
  action.output('stdout', 'y')
  expect(textOf(action.record(), 1)).toBe('y')
})

test('a tool that goes from one stream to the other with each byte is cut off', () => {
  const { action } = started()
  action.begin()
  for (let i = 0; i < 30_000; i++) action.output(i % 2 ? 'stdout' : 'stderr', 'x')
  const { output } = action.record().steps[0]!
  expect(output.length).toBeLessThan(5000)
  expect(output.at(-1)!.text).toContain('left out')
})

test('the larger a record is, the less often it is told', () => {
  const { action, told } = started()
  const toldOf = (length: number) => {
    action.begin()
    action.output('stdout', 'x'.repeat(length))
    vi.advanceTimersByTime(2000)
    const before = told.length
    for (let ms = 0; ms < 1000; ms += 10) {
      action.output('note', '.')
      vi.advanceTimersByTime(10)
    }
    action.end({})
    return told.length - before
  }
  expect(toldOf(100)).toBeGreaterThan(15)
  expect(toldOf(390_000)).toBeLessThan(13)
})

test('a step that is passed over keeps its reason, and the next one goes on', () => {
  const { action } = started()
  action.skip('It is not loaded.')
  action.begin()
  expect(action.record().steps.map(each => each.status)).toEqual(['skipped', 'running', 'waiting'])
  expect(textOf(action.record(), 0)).toBe('It is not loaded.')
})

test('what comes after the end of a step changes neither its status nor its time', () => {
  const { action } = started()
  action.begin()
  vi.advanceTimersByTime(100)
  action.end({ status: 'failed' })
  vi.advanceTimersByTime(5000)
  action.end({ failure: { kind: 'guest-gone', address: 'iMac', during: 'Push' } })
  expect(action.record().steps[0]).toMatchObject({ status: 'failed', durationMs: 100 })
})

test('streamed output is told as what can wait, the end of a step as what cannot', () => {
  const { action, urgent } = started()
  action.begin()
  action.output('stdout', 'a')
  vi.advanceTimersByTime(100)
  action.end({})
  expect(urgent).toEqual([true, true, false, true])
})
