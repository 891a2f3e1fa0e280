import { expect, test } from 'vitest'
import type { ActionRecord } from '../../../core/contract/types.ts'
import { FailureError } from '../../../core/failure.ts'
import { createActionRunner } from '../../../renderer/state/action-runner.ts'
import { bundle, loaded, plan, runOf } from '../action/sample-action.ts'

test('a load asks for the samples, reads the bundle, plans, and runs only when told to', async () => {
  const { runner, asked } = runnerFor()
  runner.begin({ kind: 'load', bundlePath: bundle.path })
  await settled()
  await runner.commands.plan(plan.request)
  expect(runner.store.getState().flow.phase).toBe('plan')
  expect(asked).toEqual(['samples', 'inspect', 'plan'])
  await runner.commands.run('secret')
  expect(asked).toEqual(['samples', 'inspect', 'plan', 'run secret', 'show after'])
  expect(runner.store.getState().flow).toMatchObject({ phase: 'finished', record: loaded })
})

test('a closed panel keeps the action, and can still cancel it', async () => {
  const { runner, asked, end } = runnerFor({ holds: true })
  runner.begin({ kind: 'unload', bundleIdentifier: 'org.darwinos.driver.MyKext' })
  await settled()
  const running = runner.commands.run(null)
  runner.take({ type: 'recordChanged', record: runOf(loaded)[1]! })
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
    plan: () => note('plan', plan),
    run: (_planId, password, signal) => {
      asked.push(`run ${password ?? 'without a password'}`)
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
