import { expect, test } from 'vitest'
import { planeNamed } from '../../../core/registry/lookup.ts'
import { decodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import { compareHere } from '../../../renderer/compare/create-comparer.ts'
import { createApp } from '../../../renderer/state/create-app.ts'
import { createDemoTransport } from '../../helpers/demo-transport.ts'

/** Two captures of the demo guest; fetches and comparisons wait until they are let go. */
async function start() {
  const demo = createDemoTransport({ stepMs: 1, isConnectedAtStart: true })
  const held: (() => void)[] = []
  let isHolding = false
  const wait = () =>
    isHolding ? new Promise<void>(done => void held.push(done)) : Promise.resolve()
  const transport: typeof demo = {
    ...demo,
    request: async (name, params, requestId) => {
      const answer = await demo.request(name, params, requestId)
      if (name === 'capture.get') await wait()
      return answer
    },
  }
  const app = createApp(transport, decodeSnapshot, {}, async (...question) => {
    await wait()
    return compareHere(...question)
  })
  await app.actions.start()
  await app.actions.takeCapture()
  const first = app.store.getState().current!
  await app.actions.takeCapture()
  const second = app.store.getState().current!
  expect(second.capture.snapshotId).not.toBe(first.capture.snapshotId)
  const state = () => app.store.getState()
  return {
    ...app,
    state,
    ids: [first.capture.snapshotId, second.capture.snapshotId] as const,
    hold: () => void (isHolding = true),
    release: () => {
      isHolding = false
      for (const done of held.splice(0)) done()
    },
  }
}

test('a comparison that is still being made does not take the place of a moment chosen since', async () => {
  const { actions, state, ids, hold, release } = await start()
  hold()
  const comparing = actions.compare(...ids)
  release()
  hold()
  await actions.showMoment(ids[0])
  release()
  await comparing
  expect(state().current?.comparison).toBeUndefined()
  expect(state().current?.capture.snapshotId).toBe(ids[0])
  expect(state().compare.work).toEqual({ phase: 'idle' })
})

test('from a comparison to one of the two: the open rows are those of its own nodes', async () => {
  const { actions, state, ids } = await start()
  await actions.compare(...ids)
  expect(state().current?.comparison).toBeDefined()
  await actions.showMoment(ids[1])
  const { current, open } = state()
  expect(current).toMatchObject({ capture: { snapshotId: ids[1] } })
  expect(current!.comparison).toBeUndefined()
  for (const plane of current!.snapshot.planes) {
    expect(open.get(plane.plane)?.length).toBe(planeNamed(current!.snapshot, plane.plane)!.length)
  }
})
