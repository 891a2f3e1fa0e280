import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ActionPlan, ActionRecord } from '../../core/contract/types.ts'
import { createActionLog } from '../../main/service/action-log.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const step = (command: string) => ({
  command,
  explanation: '',
  runsAsRoot: false,
  changesGuest: true,
})

function plan(title: string): ActionPlan {
  return {
    planId: title,
    request: { kind: 'unload', bundleIdentifier: 'com.example.A' },
    title,
    steps: [step('one'), step('two'), step('three')],
    warnings: [],
    needsSudoPassword: false,
  }
}

function started() {
  const told: ActionRecord[] = []
  const log = createActionLog(record => told.push(record))
  return { told, log, action: log.start(plan('Unload'), 'iMac') }
}

const over = { report: null, snapshotAfter: null }
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
  const last = action.finish({ status: 'failed', ...over })
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
  const { steps } = action.finish({ status: 'cancelled', ...over })
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

test('the history has the newest first, and forgets the oldest', () => {
  const { log } = started()
  for (let i = 0; i < 250; i++)
    log.start(plan(`action ${i}`), 'iMac').finish({ status: 'done', ...over })
  const titles = log.list().map(record => record.title)
  expect(titles[0]).toBe('action 249')
  expect(titles).toHaveLength(200)
  expect(log.list().every(record => record.status === 'done')).toBe(true)
})
