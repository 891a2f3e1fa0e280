import { expect, test } from 'vitest'
import type { EventEnvelope } from '../../core/contract/requests.ts'
import type { ActionRecord, StepRecord } from '../../core/contract/types.ts'
import { showAction } from '../../main/cli/act/show-action.ts'
import { lookOf } from '../../main/cli/look.ts'

const plain = lookOf({ isTTY: false } as never, 'never')

function step(changes: Partial<StepRecord>): StepRecord {
  return {
    phase: 'load',
    command: 'kextload a.kext',
    explanation: '',
    runsAsRoot: true,
    changesGuest: true,
    status: 'waiting',
    output: [],
    exitCode: null,
    durationMs: null,
    outcome: null,
    failure: null,
    ...changes,
  }
}

/** What is shown of records that come one after another. */
function shown(...steps: readonly (readonly StepRecord[])[]): string {
  let text = ''
  let tell: (event: EventEnvelope) => void = () => undefined
  const app = {
    subscribe: (listener: (event: EventEnvelope) => void) => {
      tell = listener
      return () => undefined
    },
  }
  showAction(app, { write: piece => (text += piece) }, plain)
  for (const each of steps) {
    tell({ name: 'action.changed', payload: { id: 'a', steps: each } as unknown as ActionRecord })
  }
  return text
}

test('output comes as it is printed, whole lines at a time, and nothing twice', () => {
  const output = (text: string) => [{ stream: 'stdout', text } as const]
  const running = (text: string) => [step({ status: 'running', output: output(text) })]
  const text = shown(
    [step({})],
    running(''),
    running('one\ntw'),
    running('one\ntwo\nthr'),
    [step({ status: 'failed', output: output('one\ntwo\nthree'), exitCode: 71, durationMs: 1234 })],
    [step({ status: 'failed', output: output('one\ntwo\nthree'), exitCode: 71, durationMs: 1234 })],
  )
  expect(text).toBe(`[1/1] load  kextload a.kext
      one
      two
      three
      failed, exit code 71, 1.2 s
`)
})

test('standard error, notes and output follow each other in the order in which they came', () => {
  const text = shown([
    step({
      status: 'done',
      durationMs: 0,
      output: [
        { stream: 'stdout', text: 'a' },
        { stream: 'stderr', text: 'b\n' },
        { stream: 'note', text: 'c\nd' },
        { stream: 'stdout', text: 'e' },
      ],
    }),
  ])
  expect(text.split('\n').slice(1, -2)).toEqual([
    '      a',
    '      b',
    '      c',
    '      d',
    '      e',
  ])
})

test('a step that is passed over says why, and those that were never come to say nothing', () => {
  const why = [{ stream: 'note', text: 'It is not loaded.' } as const]
  const text = shown([
    step({ command: 'kextunload -b a', status: 'skipped', output: why }),
    step({ status: 'skipped' }),
    step({ status: 'done', durationMs: 100 }),
  ])
  expect(text).toBe(`[1/3] load  kextunload -b a
      It is not loaded.
      skipped
[3/3] load  kextload a.kext
      done, 0.1 s
`)
})

test('what is told of a step after its end is shown too', () => {
  const failed = (text: string) => [
    step({ status: 'failed', output: [{ stream: 'note', text }] }),
    step({ status: 'waiting' }),
  ]
  const text = shown(
    [step({ status: 'running' }), step({})],
    [step({ status: 'failed' }), step({})],
    failed('Waiting for the guest to come back …'),
    failed('Waiting for the guest to come back …'),
  )
  expect(text).toBe(`[1/2] load  kextload a.kext
      failed
      Waiting for the guest to come back …
`)
})

test('what would move the cursor or set a title is shown as what it is', () => {
  const text = shown([
    step({
      status: 'done',
      command: 'x\n[9/9] forged',
      output: [{ stream: 'stdout', text: 'fine\r\n10%\r20%\n\u001b[2J\u001b]0;title\u0007\n' }],
    }),
  ])
  expect(text).toBe(`[1/1] load  x\\n[9/9] forged
      fine
      20%
      \\u001b[2J\\u001b]0;title\\u0007
      done
`)
})
