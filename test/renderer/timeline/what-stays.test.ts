import { expect, test, vi } from 'vitest'
import { decodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import type { HostPresence } from '../../../renderer/client.ts'
import { compareHere } from '../../../renderer/compare/create-comparer.ts'
import { createApp } from '../../../renderer/state/create-app.ts'
import { createDemoTransport } from '../../helpers/demo-transport.ts'

/**
 * Three captures of the demo guest; what the host is asked for can be held back, and counted.
 * @param isLoadedAnew the page was, and has to fetch the older two
 */
async function start(isLoadedAnew = false) {
  let tell: (presence: HostPresence) => void = () => undefined
  const demo = createDemoTransport({ stepMs: 1, isConnectedAtStart: true })
  const held: (() => void)[] = []
  const asked: string[] = []
  let holding: string | null = null
  const hold = <T>(value: T) =>
    new Promise<T>(done => {
      held.push(() => done(value))
    })
  const transport: typeof demo = {
    ...demo,
    request: async (name, params, requestId) => {
      asked.push(name)
      const answer = await demo.request(name, params, requestId)
      return name === holding ? hold(answer) : answer
    },
    watchHost: listener => {
      tell = listener
      return () => undefined
    },
  }
  const open = async () => {
    const app = createApp(transport, decodeSnapshot, {}, async (...question) =>
      holding === 'compare' ? hold(await compareHere(...question)) : compareHere(...question),
    )
    await app.actions.start()
    return app
  }
  const first = await open()
  const ids: string[] = []
  for (let each = 0; each < 3; each++) {
    await first.actions.takeCapture()
    ids.push(first.store.getState().current!.capture.snapshotId)
  }
  const { store, actions } = isLoadedAnew ? await open() : first
  return {
    store,
    actions,
    demo,
    ids: ids as [string, string, string],
    state: () => store.getState(),
    isComparing: () => store.getState().current?.comparison !== undefined,
    shown: () => store.getState().current!.capture.snapshotId,
    hold: (name: string) => void (holding = name),
    release: () => {
      holding = null
      for (const done of held.splice(0)) done()
    },
    count: (name: string) => asked.filter(each => each === name).length,
    comesBack: async () => {
      const before = asked.length
      tell('gone')
      tell('here')
      await vi.waitFor(() => expect(asked.slice(before)).toContain('watch.get'))
      await new Promise(done => setTimeout(done, 20))
    },
  }
}

test('a host that is back leaves the older moment in sight that the user went to', async () => {
  const { actions, shown, ids, comesBack } = await start()
  await actions.showMoment(ids[0])
  await comesBack()
  expect(shown()).toBe(ids[0])
})

test('a host that is back leaves the two in sight that are compared', async () => {
  const { actions, state, ids, comesBack } = await start()
  await actions.compare(ids[0], ids[1])
  const { comparison } = state().current!
  await comesBack()
  expect(state().current!.comparison === comparison).toBe(true)
})

test('a comparison that was ended does not come back with the host', async () => {
  const { actions, isComparing, ids, comesBack } = await start()
  await actions.compare(ids[1], ids[2])
  actions.stopComparing()
  await comesBack()
  expect(isComparing()).toBe(false)
})

test('after a comparison what is shown is what the next capture is compared with', async () => {
  const { actions, state, isComparing, ids } = await start()
  await actions.compare(ids[0], ids[1])
  await actions.takeCapture()
  expect(isComparing()).toBe(false)
  const now = state().current!.capture.snapshotId
  await actions.putCompared('before', { kind: 'moment', snapshotId: ids[0] })
  expect(state().current!.comparison!.after.capture.snapshotId).toBe(now)
})

test('a comparison comes although a notice is put away meanwhile', async () => {
  const { actions, store, isComparing, ids, hold, release } = await start()
  hold('compare')
  const failure = { kind: 'cancelled' } as const
  store.setState({ work: { phase: 'failed', what: 'take', failure } })
  const comparing = actions.compare(ids[0], ids[1])
  actions.clearWork()
  release()
  await comparing
  expect(isComparing()).toBe(true)
})

test('a moment that cannot be had is no reason to hold what is shown', async () => {
  const { actions, state, shown, ids } = await start()
  await actions.showMoment('gone-from-the-disk')
  expect(state().work.phase).toBe('failed')
  expect(shown()).toBe(ids[2])
  expect(state().timeline.isHeld).toBe(false)
})

test('who drags across a moment that is on its way asks the host for it once', async () => {
  const { actions, shown, ids, hold, release, count } = await start(true)
  hold('capture.get')
  const [first, second] = [actions.showMoment(ids[0]), actions.showMoment(ids[0])]
  await vi.waitFor(() => expect(count('capture.get')).toBe(1))
  release()
  await Promise.all([first, second])
  expect(count('capture.get')).toBe(1)
  expect(shown()).toBe(ids[0])
})

test('a key that is held goes on from the moment that is on its way', async () => {
  const { actions, shown, ids, hold, release } = await start(true)
  hold('capture.get')
  const steps = [actions.stepMoment(-1), actions.stepMoment(-1)]
  release()
  await Promise.all(steps)
  expect(shown()).toBe(ids[0])
})

test('who gives up a comparison with another guest leaves the one that is connected', async () => {
  const { actions, state, hold, release } = await start()
  hold('guest.connect')
  const comparing = actions.putCompared('before', { kind: 'guest', targetId: 'vm' })
  await vi.waitFor(() => expect(state().signIn.phase).toBe('running'))
  actions.cancelComparing()
  expect(state().signIn).toEqual({ phase: 'idle' })
  release()
  await comparing
  expect(state().compare.work).toEqual({ phase: 'idle' })
})
