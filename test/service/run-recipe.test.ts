import { expect, test } from 'vitest'
import { FailureError } from '../../core/failure.ts'
import { waitingStep } from '../../core/history/new-record.ts'
import { createRunningRecord } from '../../main/service/recipe/running-record.ts'
import { runRecipe } from '../../main/service/recipe/run-recipe.ts'
import { newState, type Recipe, type RecipeStep } from '../../main/service/recipe/step.ts'
import { smallRecord, smallStep } from '../helpers/small-record.ts'

// What a step waits for before it changes the guest.

function start(changes: readonly boolean[], isSafe: () => Promise<void>) {
  const ran: number[] = []
  const steps: RecipeStep[] = changes.map((changesGuest, at) => ({
    planned: smallStep(`${at}`, { changesGuest }),
    effect: 'lasting',
    run: async () => {
      ran.push(at)
      return {}
    },
  }))
  const first = smallRecord({ steps: steps.map(({ planned }) => waitingStep(planned)) })
  const action = createRunningRecord(first, () => undefined)
  const recipe = { steps, state: newState(null), compareBuilds: null } as unknown as Recipe
  return { ran, action, ended: runRecipe(recipe, action, {} as never, isSafe) }
}

test('nothing changes in the guest before the record of it is on the disk', async () => {
  const waits: (() => void)[] = []
  const { ran, action, ended } = start(
    [false, true, true],
    () => new Promise<void>(resolve => waits.push(resolve)),
  )
  await expect.poll(() => waits.length).toBe(1)
  // What only looks has run; the next one is on record, and has not begun in the guest.
  expect(ran).toEqual([0])
  expect(action.record().steps.map(({ status }) => status)).toEqual(['done', 'running', 'waiting'])
  waits[0]!()
  await expect.poll(() => waits.length).toBe(2)
  expect(ran).toEqual([0, 1])
  waits[1]!()
  await ended
  expect(ran).toEqual([0, 1, 2])
})

test('what may not be changed any more is not changed', async () => {
  const refused = new FailureError({ kind: 'not-allowed', request: 'action.run', detail: 'no' })
  const { ran, ended } = start([false, true], () => Promise.reject(refused))
  await expect(ended).rejects.toBe(refused)
  expect(ran).toEqual([0])
})
