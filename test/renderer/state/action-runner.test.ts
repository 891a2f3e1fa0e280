import { expect, test } from 'vitest'
import type { ActionRecord } from '../../../core/contract/types.ts'
import { FailureError } from '../../../core/failure.ts'
import { createActionRunner } from '../../../renderer/state/action-runner.ts'
import { bundle, loaded, plan, refused, runOf } from '../action/sample-action.ts'

test('a load asks for the samples, reads the bundle, plans, and runs only when told to', async () => {
  const { runner, asked } = runnerFor()
  runner.begin({ kind: 'load', bundlePath: bundle.path })
  await settled()
  await runner.commands.plan(plan.request)
  expect(runner.store.getState().flow.phase).toBe('plan')
  expect(asked).toEqual(['samples', 'inspect', 'plan'])
  await runner.commands.run({ accepted: ['libraries'], sudoPassword: 'secret' })
  expect(asked).toEqual([
    'samples',
    'inspect',
    'plan',
    'run secret, accepting libraries',
    'show after',
  ])
  expect(runner.store.getState().flow).toMatchObject({ phase: 'finished', record: loaded })
})

test('a closed panel keeps the action, and can still cancel it', async () => {
  const { runner, asked, end } = runnerFor({ holds: true })
  runner.begin({ kind: 'plan', request: refused.request })
  await settled()
  const running = runner.commands.run({ accepted: [], sudoPassword: null })
  runner.take({ type: 'recordChanged', record: runOf(refused)[1]! })
  runner.commands.close()
  expect(asked.at(-1)).toBe('close')

  runner.begin({ kind: 'load', bundlePath: null })
  expect(runner.store.getState().flow.phase).toBe('running')
  runner.commands.cancel()
  expect(runner.store.getState().flow).toMatchObject({ isCancelling: true })
  expect(end.signal?.aborted).toBe(true)
  await running
  expect(runner.store.getState().flow).toMatchObject({ record: { status: 'cancelled' } })
})

test('a plan that changes nothing is looked at and never run', async () => {
  const { runner, asked } = runnerFor()
  const request = {
    kind: 'verify',
    bundleIdentifier: 'org.darwinos.driver.MyKext',
    bundlePath: null,
    expectationsPath: null,
    timeoutMs: null,
  } as const
  runner.begin({ kind: 'plan', request })
  await settled()
  await runner.commands.run({ accepted: [], sudoPassword: null })
  expect(asked).toEqual(['plan', 'look', 'show after'])
})

test('a record of the history is never taken for the action that was begun last', async () => {
  const { runner } = runnerFor({ holds: true })
  runner.begin({ kind: 'plan', request: refused.request })
  await settled()
  runner.hear(['a9'])
  void runner.commands.run({ accepted: [], sudoPassword: null })
  const stuck: ActionRecord = { ...refused, id: 'a9', status: 'running' }
  runner.take({ type: 'recordChanged', record: stuck })
  expect(runner.store.getState().flow).toMatchObject({ phase: 'running', record: null })
  runner.take({ type: 'recordChanged', record: { ...stuck, id: 'a10' } })
  expect(runner.store.getState().flow).toMatchObject({ record: { id: 'a10' } })
  runner.commands.cancel()
})

test('a folder that cannot be read is said in its place, and the next one is shown again', async () => {
  const { runner } = runnerFor()
  await runner.commands.browse('/secret')
  expect(runner.store.getState().choice.folder).toMatchObject({
    phase: 'failed',
    failure: { kind: 'file-unreadable' },
  })
  await runner.commands.browse(null)
  expect(runner.store.getState().choice.folder.phase).toBe('ready')
})

/** A host that notes what it is asked; with `holds`, a run goes on until it is cancelled. */
function runnerFor({ holds = false } = {}) {
  const asked: string[] = []
  const end: { signal: AbortSignal | null } = { signal: null }
  const note = <T>(what: string, answer: T): Promise<T> => {
    asked.push(what)
    return Promise.resolve(answer)
  }
  const runner = createActionRunner({
    listFolder: path =>
      path === null
        ? Promise.resolve({ path: '/home', parent: null, items: [] })
        : Promise.reject(
            new FailureError({ kind: 'file-unreadable', path, detail: 'permission denied' }),
          ),
    listSamples: () => note('samples', [bundle]),
    inspectBundle: () => note('inspect', bundle),
    plan: request => note('plan', { ...plan, request, changesGuest: request.kind !== 'verify' }),
    look: () => note('look', loaded),
    run: (_planId, { accepted, sudoPassword }, signal) => {
      const consent = accepted.length > 0 ? `, accepting ${accepted.join(' and ')}` : ''
      asked.push(`run ${sudoPassword ?? 'without a password'}${consent}`)
      end.signal = signal
      if (!holds) return Promise.resolve(loaded)
      return new Promise<ActionRecord>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new FailureError({ kind: 'cancelled' })))
      })
    },
    showSnapshot: id => note(`show ${id}`, undefined),
    closeSheet: () => asked.push('close'),
  })
  return { runner, asked, end }
}

function settled(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 0))
}
