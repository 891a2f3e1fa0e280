import { expect, test, vi } from 'vitest'
import { EntryMark } from '../../../core/diff/entry-marks.ts'
import { countBits } from '../../../core/registry/bit-set.ts'
import { planeNamed } from '../../../core/registry/lookup.ts'
import { stringAt } from '../../../core/registry/strings.ts'
import { decodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { followSearch, type SearchWorker } from '../../../renderer/search/follow-search.ts'
import type { FromSearch, ToSearch } from '../../../renderer/search/messages.ts'
import { createSearchEngine } from '../../../renderer/search/search-engine.ts'
import { createApp } from '../../../renderer/state/create-app.ts'
import { createDemoTransport } from '../../helpers/demo-transport.ts'

/** A worker in this very thread; messages are copied on their way, as between threads. */
function startWorker(): SearchWorker {
  const worker: SearchWorker = {
    postMessage: (message: ToSearch) => {
      const copy = structuredClone(message)
      queueMicrotask(() => receive(copy))
    },
    terminate: () => undefined,
    onmessage: null,
    onerror: null,
  }
  const receive = createSearchEngine({
    now: () => performance.now(),
    post: (message: FromSearch) => {
      const data = structuredClone(message)
      queueMicrotask(() => worker.onmessage?.({ data } as MessageEvent<FromSearch>))
    },
    pause: () => new Promise(resolve => setImmediate(resolve)),
  })
  return worker
}

async function start() {
  const workers: SearchWorker[] = []
  const app = createApp(
    createDemoTransport({ stepMs: 1, isConnectedAtStart: true }),
    decodeSnapshot,
  )
  const started = () => {
    const worker = startWorker()
    workers.push(worker)
    return worker
  }
  const stop = followSearch(app.store, started, 50)
  await app.actions.start()
  const state = () => app.store.getState()
  await vi.waitFor(() => expect(state().deepSearch.phase).toBe('ready'))
  const plane = planeNamed(state().current!.snapshot, 'IOService')!
  return { ...app, state, plane, workers, stop }
}

test('a filter in everything finds values, and says where they stand in the rows in sight', async () => {
  const { actions, state, plane } = await start()
  const sight = Int32Array.from({ length: plane.length }, (_, node) => node)
  actions.seeRows(sight)
  actions.setFilterScope('everything')
  actions.setFilter('keepsyms')
  await vi.waitFor(() => expect(state().deepSearch.found?.isComplete).toBe(true))
  const { found } = state().deepSearch
  expect(found).toMatchObject({ text: 'keepsyms', plane: 'IOService' })
  expect(countBits(found!.matches)).toBe(1)
  const { snapshot } = state().current!
  await vi.waitFor(() => expect(state().deepSearch.places.size).toBeGreaterThan(0))
  const keys = [...state().deepSearch.places.values()]
    .filter(property => property !== -1)
    .map(property => stringAt(snapshot.strings, snapshot.properties.key[property]!))
  expect(keys).toEqual(['boot-args'])
})

test('names alone are no question for the worker, and leave no answer behind', async () => {
  const { actions, state } = await start()
  actions.setFilter('pci')
  expect(state().deepSearch.found).toBeNull()
  actions.setFilterScope('everything')
  await vi.waitFor(() => expect(state().deepSearch.found?.text).toBe('pci'))
  actions.setFilterScope('names')
  expect(state().deepSearch.found).toBeNull()
})

test('the answer that stays is the one to what was typed last', async () => {
  const { actions, state } = await start()
  actions.setFilterScope('everything')
  for (const text of ['k', 'ke', 'keeps', 'keepsyms=2', 'keepsyms']) actions.setFilter(text)
  await vi.waitFor(() => expect(state().deepSearch.found?.text).toBe('keepsyms'))
  actions.setPlane('IODeviceTree')
  await vi.waitFor(() => expect(state().deepSearch.found?.plane).toBe('IODeviceTree'))
})

test('another capture is indexed by the same worker, and asked the same', async () => {
  const { actions, state, workers } = await start()
  actions.setFilterScope('everything')
  actions.setFilter('keepsyms')
  await vi.waitFor(() => expect(state().deepSearch.found).not.toBeNull())
  const before = state().current
  await actions.takeCapture()
  expect(state().current).not.toBe(before)
  await vi.waitFor(() => expect(state().deepSearch.found?.isComplete).toBe(true))
  expect(state().deepSearch.found?.snapshot).toBe(state().current!.snapshot)
  expect(workers).toHaveLength(1)
})

test('a worker that ends leaves the names, and the next capture starts another', async () => {
  const { actions, state, workers } = await start()
  actions.setFilterScope('everything')
  actions.setFilter('keepsyms')
  await vi.waitFor(() => expect(state().deepSearch.found).not.toBeNull())
  workers[0]!.onerror?.({} as ErrorEvent)
  expect(state().deepSearch).toMatchObject({ phase: 'broken', found: null })
  await actions.takeCapture()
  await vi.waitFor(() => expect(state().deepSearch.found?.text).toBe('keepsyms'))
  expect(workers).toHaveLength(2)
})

test('a capture that there is no room for does not end the worker of the next', async () => {
  const { store, state, workers } = await start()
  const current = state().current!
  const ended = vi.spyOn(workers[0]!, 'terminate')
  const huge: Snapshot = {
    ...current.snapshot,
    get sources(): never {
      throw new RangeError('Array buffer allocation failed')
    },
  }
  store.setState({ current: { ...current, snapshot: huge } })
  store.setState({ current: { ...current } })
  await vi.waitFor(() => expect(state().deepSearch.phase).toBe('ready'))
  expect(ended).not.toHaveBeenCalled()
  store.setState({ current: { ...current, snapshot: huge } })
  await vi.waitFor(() => expect(state().deepSearch.phase).toBe('broken'))
  expect(workers).toHaveLength(1)
})

test('a filter about keys and values is the worker’s, whatever the scope; a quick one is not', async () => {
  const { actions, state } = await start()
  actions.setFilter('boot-args contains keepsyms')
  await vi.waitFor(() => expect(state().deepSearch.found?.isComplete).toBe(true))
  expect(countBits(state().deepSearch.found!.matches)).toBe(1)
  actions.setFilter('class:IOService and state:registered')
  expect(state().deepSearch.found).toBeNull()
})

test('while what is typed does not read, the answer to what did stays', async () => {
  const { actions, state } = await start()
  actions.setFilter('key:boot-args')
  await vi.waitFor(() => expect(state().deepSearch.found?.text).toBe('key:boot-args'))
  const { found } = state().deepSearch
  actions.setFilter('key:boot-args and boot-args ==')
  await new Promise(resolve => setTimeout(resolve, 50))
  expect(state().deepSearch.found).toBe(found)
  // In another plane it is asked again.
  actions.setPlane('IODeviceTree')
  await vi.waitFor(() => expect(state().deepSearch.found?.plane).toBe('IODeviceTree'))
  expect(state().deepSearch.found?.text).toBe('key:boot-args')
  actions.setFilter('')
  expect(state().deepSearch.found).toBeNull()
})

test('the worker knows the kexts, and the marks of a capture as they come', async () => {
  const { store, actions, state, workers } = await start()
  actions.setFilter('kext:com.apple.* and key:IOClass')
  await vi.waitFor(() => expect(state().deepSearch.found?.isComplete).toBe(true))
  expect(countBits(state().deepSearch.found!.matches)).toBeGreaterThan(0)
  actions.setFilter('new and key:*')
  await vi.waitFor(() => expect(state().deepSearch.found?.text).toBe('new and key:*'))
  expect(countBits(state().deepSearch.found!.matches)).toBe(0)
  const current = state().current!
  const bits = new Uint8Array(current.snapshot.entries.length).fill(EntryMark.new)
  store.setState({ current: { ...current, marks: { bits, at: new Map() } } })
  await vi.waitFor(() => expect(countBits(state().deepSearch.found!.matches)).toBeGreaterThan(10))
  expect(workers).toHaveLength(1)
  expect(state().deepSearch.phase).toBe('ready')
})
