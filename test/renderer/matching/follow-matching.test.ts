import { expect, test, vi } from 'vitest'
import { decodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import { followMatching, type MatchingWorker } from '../../../renderer/matching/follow-matching.ts'
import { makeMatcher } from '../../../renderer/matching/make-matcher.ts'
import { createMatchingEngine } from '../../../renderer/matching/matching-engine.ts'
import { installedRef } from '../../../renderer/matching/personality-ref.ts'
import type { FromMatching, ToMatching } from '../../../renderer/matching/messages.ts'
import { createApp } from '../../../renderer/state/create-app.ts'
import { helloNub } from '../../helpers/demo-kexts.ts'
import { createDemoTransport } from '../../helpers/demo-transport.ts'

/** A worker in this very thread; messages are copied on their way, as between threads. */
function startWorker(): MatchingWorker {
  const worker: MatchingWorker = {
    postMessage: (message: ToMatching) => {
      const copy = structuredClone(message)
      queueMicrotask(() => receive(copy))
    },
    terminate: () => undefined,
    onmessage: null,
    onerror: null,
  }
  const receive = createMatchingEngine(
    {
      now: () => performance.now(),
      post: (message: FromMatching) => {
        const data = structuredClone(message)
        queueMicrotask(() => worker.onmessage?.({ data } as MessageEvent<FromMatching>))
      },
      pause: () => new Promise(resolve => setImmediate(resolve)),
    },
    makeMatcher,
  )
  return worker
}

async function start() {
  const workers: MatchingWorker[] = []
  const app = createApp(
    createDemoTransport({ stepMs: 1, isConnectedAtStart: true }),
    decodeSnapshot,
  )
  const stop = followMatching(app.store, () => {
    const worker = startWorker()
    workers.push(worker)
    return worker
  })
  await app.actions.start()
  const state = () => app.store.getState()
  await vi.waitFor(() => expect(state().current).not.toBe(null))
  const answered = (slot: 'service' | 'what-if' | 'personality') =>
    vi.waitFor(() => {
      const given = state().matching.answers[slot]
      expect(given?.question).toBe(state().matching.questions[slot])
      expect(given?.whatIf).toBe(state().whatIf)
      expect(given?.snapshot).toBe(state().current!.snapshot)
      return given!.answer
    })
  return { ...app, state, workers, stop, answered }
}

test('no worker runs before somebody asks', async () => {
  const { workers, actions, answered, state } = await start()
  expect(workers).toHaveLength(0)
  expect(state().matching.phase).toBe('off')
  actions.askMatching('service', { kind: 'service', entry: 2 })
  await answered('service')
  expect(workers).toHaveLength(1)
  expect(state().matching.phase).toBe('ready')
})

test('a question that reads the same is not asked again', async () => {
  const { actions, state } = await start()
  actions.askMatching('service', { kind: 'service', entry: 2 })
  const { questions } = state().matching
  actions.askMatching('service', { kind: 'service', entry: 2 })
  expect(state().matching.questions).toBe(questions)
})

test('what is shown is answered anew when what-if changes', async () => {
  const { actions, answered, state } = await start()
  const ref = installedRef(helloNub.path, 'HelloNub')
  actions.askMatching('personality', { kind: 'personality', ref })
  await answered('personality')
  actions.editWhatIf(ref, helloNub.personalities[0]!)
  actions.askMatching('what-if', { kind: 'what-if', id: null })
  const answer = await answered('what-if')
  expect(answer).toMatchObject({ kind: 'what-if', results: [{ id: state().editedWhatIf }] })
  await answered('personality')
})

test('another capture is answered for by itself, with the questions as they are', async () => {
  const { actions, answered, state } = await start()
  actions.askMatching('service', { kind: 'service', entry: 2 })
  await answered('service')
  const { current } = state()
  await actions.takeCapture()
  await vi.waitFor(() => expect(state().current).not.toBe(current))
  await answered('service')
})

test('a worker that ends is told, and started again when that is asked for', async () => {
  const { workers, actions, answered, state } = await start()
  actions.askMatching('service', { kind: 'service', entry: 2 })
  await answered('service')
  workers[0]!.onerror?.({} as ErrorEvent)
  expect(state().matching).toMatchObject({ phase: 'broken', answers: {} })
  actions.askMatching('service', { kind: 'service', entry: 3 })
  expect(workers).toHaveLength(1)
  actions.retryMatching()
  await answered('service')
  expect(workers).toHaveLength(2)
})

test('an edit ends with what-if, and its page leads back to the original', async () => {
  const { actions, state } = await start()
  const ref = installedRef(helloNub.path, 'HelloNub')
  actions.editWhatIf(ref, helloNub.personalities[0]!)
  const id = state().editedWhatIf!
  // Once more goes on with the edit that there is.
  actions.openWhatIf(null)
  actions.editWhatIf(ref, helloNub.personalities[0]!)
  expect(state()).toMatchObject({ editedWhatIf: id })
  expect(state().whatIf).toHaveLength(1)
  actions.showPersonality({
    origin: { kind: 'what-if', kextPath: id, name: 'HelloNub' },
    name: 'HelloNub',
  })
  expect(state()).toMatchObject({ view: 'kexts', selectedKext: helloNub.bundleIdentifier })
  actions.clearWhatIf()
  expect(state()).toMatchObject({ whatIf: [], selectedPersonality: ref })
})

test('a bundle that is added again takes the place of its older build', async () => {
  const { actions, state } = await start()
  await actions.addWhatIfPath('/home/dev/HelloNub.kext')
  await actions.addWhatIfPath('/home/dev/HelloNub.kext')
  expect(state().whatIf).toHaveLength(1)
  // The guest has a kext at that very path, whose edit is another thing.
  actions.editWhatIf(installedRef('/home/dev/HelloNub.kext', 'Other'), helloNub.personalities[0]!)
  await actions.addWhatIfPath('/home/dev/HelloNub.kext')
  expect(state().whatIf).toHaveLength(2)
  await expect(actions.addWhatIfPath('/home/dev/nothing')).rejects.toThrow(/no Info\.plist/)
})
