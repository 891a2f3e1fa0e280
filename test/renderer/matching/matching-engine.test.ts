import { expect, test } from 'vitest'
import { encodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import { stringAt } from '../../../core/registry/strings.ts'
import { makeMatcher } from '../../../renderer/matching/make-matcher.ts'
import { createMatchingEngine } from '../../../renderer/matching/matching-engine.ts'
import type {
  AnswerTo,
  FromMatching,
  MatchingQuestion,
  MatchingSlot,
  ToMatching,
} from '../../../renderer/matching/messages.ts'
import { installedRef } from '../../../renderer/matching/personality-ref.ts'
import { whatIfEdit, whatIfPart } from '../../../renderer/matching/what-if.ts'
import { helloNub, installedKexts, loadedKexts } from '../../helpers/demo-kexts.ts'
import { demoSnapshot } from '../../helpers/demo-registry.ts'

const snapshot = demoSnapshot(true, 6)

function bytesOf(): Uint8Array {
  const parts = encodeSnapshot(snapshot)
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** An engine in this thread. Answers are copied, as they are between threads. */
function start() {
  const answers: FromMatching[] = []
  let time = 0
  const receive = createMatchingEngine(
    {
      // Every look at the clock takes long: each step ends a slice.
      now: () => (time += 100),
      post: message => answers.push(structuredClone(message)),
      pause: () => new Promise(resolve => setImmediate(resolve)),
    },
    makeMatcher,
  )
  let number = 0
  const send = (message: ToMatching) => receive(structuredClone(message))
  const ask = (slot: MatchingSlot, question: MatchingQuestion | null) =>
    send({ kind: 'ask', capture: 1, slot, number: ++number, question })
  send({
    kind: 'open',
    capture: 1,
    bytes: bytesOf(),
    installed: installedKexts,
    bootCache: null,
    darwinMajor: 17,
    loadedKexts: loadedKexts(true).map(kext => kext.bundleIdentifier),
  })
  const settled = async () => {
    let before = -1
    for (let quiet = 0; quiet < 20; quiet++) {
      if (answers.length !== before) quiet = 0
      before = answers.length
      await new Promise(resolve => setImmediate(resolve))
    }
  }
  /** Waits for the answer to the newest question of the slot. */
  const answerTo = async <Q extends MatchingQuestion>(slot: MatchingSlot, question: Q) => {
    ask(slot, question)
    await settled()
    return answers.findLast(answer => answer.slot === slot)!.answer as AnswerTo<Q>
  }
  return { send, ask, answers, settled, answerTo }
}

function entryOfClass(className: string): number {
  const { entries, strings } = snapshot
  for (let entry = 0; entry < entries.length; entry++) {
    if (stringAt(strings, entries.className[entry]!) === className) return entry
  }
  throw new Error(`no ${className}`)
}

test('a service is told with its candidates and how many keys each misses by', async () => {
  const { answerTo } = start()
  const entry = entryOfClass('IOPCIDevice')
  const { verdict, failing, instance } = await answerTo('service', { kind: 'service', entry })
  expect(verdict.candidates.map(({ item }) => item.name)).toContain('XHCI')
  expect(instance).toBe(null)
  for (const { item, result } of verdict.candidates) {
    expect(failing.has(item.index)).toBe(result?.kind === 'fails')
  }
})

test('a driver is told by the personality that made it', async () => {
  const { answerTo } = start()
  const entry = entryOfClass('AppleUSBXHCI')
  const { instance } = await answerTo('service', { kind: 'service', entry })
  expect(instance).toMatchObject({ item: { name: 'XHCI' }, score: 1000, ownPoints: 1000 })
})

test('a newer question of a slot takes the place of the one before', async () => {
  const { ask, answers, settled } = start()
  for (const entry of [1, 2, 3]) ask('service', { kind: 'service', entry })
  await settled()
  expect(answers.map(({ number }) => number)).toEqual([3])
})

test('slots do not get in each other’s way, and a question that is taken back is not answered', async () => {
  const { ask, answers, settled } = start()
  ask('service', { kind: 'service', entry: 1 })
  ask('what-if', { kind: 'what-if', id: null })
  ask('service', null)
  await settled()
  expect(answers.map(({ slot }) => slot)).toEqual(['what-if'])
})

test('questions about another capture are passed over', async () => {
  const { send, answers, settled } = start()
  send({
    kind: 'ask',
    capture: 2,
    slot: 'service',
    number: 9,
    question: { kind: 'service', entry: 1 },
  })
  send({ kind: 'close' })
  send({
    kind: 'ask',
    capture: 1,
    slot: 'service',
    number: 10,
    question: { kind: 'service', entry: 1 },
  })
  await settled()
  expect(answers).toEqual([])
})

test('a personality that is edited is compared with what it was', async () => {
  const { send, answerTo } = start()
  const personality = helloNub.personalities[0]!
  const ref = installedRef(helloNub.path, personality.name)
  const edit = whatIfEdit('w1', ref, personality)
  const same = whatIfPart(edit)
  send({ kind: 'what-if', parts: [same] })
  const before = await answerTo('what-if', { kind: 'what-if', id: null })
  expect(before.results).toHaveLength(1)
  expect(before.results[0]!.rows.map(({ before, after }) => [before?.kind, after?.kind])).toEqual([
    [before.results[0]!.rows[0]!.after!.kind, before.results[0]!.rows[0]!.after!.kind],
  ])

  const other = {
    ...edit,
    properties: {
      kind: 'dictionary' as const,
      entries: edit.properties.entries.map(([key, value]) =>
        key === 'IOProviderClass'
          ? ([key, { kind: 'string', text: 'IOPCIDevice' }] as const)
          : ([key, value] as const),
      ),
    },
  }
  send({ kind: 'what-if', parts: [whatIfPart(other)] })
  const after = await answerTo('what-if', { kind: 'what-if', id: null })
  const kinds = after.results[0]!.rows.map(({ before: was, after: is }) =>
    [was ? 'matched' : 'new', is ? 'matches' : 'gone'].join(' '),
  )
  expect(kinds.filter(kind => kind === 'matched gone')).toHaveLength(1)
  expect(kinds.filter(kind => kind === 'new matches')).toHaveLength(6)
})

test('several personalities are counted in the order asked', async () => {
  const { answerTo } = start()
  const refs = installedKexts.flatMap(({ path, personalities }) =>
    personalities.map(({ name }) => installedRef(path, name)),
  )
  const { counts } = await answerTo('kext', {
    kind: 'personalities',
    refs: [...refs, installedRef('/nowhere.kext', 'Nobody')],
  })
  expect(counts.map(one => one?.ref.name ?? null)).toEqual([...refs.map(({ name }) => name), null])
  expect(counts[1]).toMatchObject({ running: 3, considered: 6 })
})

test('a long answer comes in parts, and the last is whole', async () => {
  const { ask, answers, settled } = start()
  const refs = installedKexts.flatMap(({ path, personalities }) =>
    personalities.map(({ name }) => installedRef(path, name)),
  )
  ask('kext', { kind: 'personalities', refs })
  await settled()
  const lengths = answers.map(({ answer }) =>
    answer.kind === 'personalities' ? answer.counts.length : -1,
  )
  expect(lengths.length).toBeGreaterThan(1)
  expect(lengths).toEqual(lengths.toSorted((a, b) => a - b))
  expect(lengths.at(-1)).toBe(refs.length)
})

test('a long answer in one slot holds up no other', async () => {
  const { ask, answers, settled } = start()
  const refs = installedKexts.flatMap(({ path, personalities }) =>
    personalities.map(({ name }) => installedRef(path, name)),
  )
  ask('kext', { kind: 'personalities', refs })
  ask('service', { kind: 'service', entry: 1 })
  await settled()
  const order = answers.map(({ slot }) => slot)
  expect(order.lastIndexOf('kext')).toBeGreaterThan(order.indexOf('service'))
})

test('one what-if personality is told by itself, and all of them together', async () => {
  const { send, answerTo } = start()
  const edits = installedKexts.slice(0, 3).map((kext, index) => {
    const personality = kext.personalities[0]!
    return whatIfEdit(`w${index}`, installedRef(kext.path, personality.name), personality)
  })
  send({ kind: 'what-if', parts: edits.map(whatIfPart) })
  const one = await answerTo('edited', { kind: 'what-if', id: 'w1' })
  expect(one.results.map(({ id }) => id)).toEqual(['w1'])
  const all = await answerTo('what-if', { kind: 'what-if', id: null })
  expect(all.results.map(({ id }) => id)).toEqual(['w0', 'w1', 'w2'])
})
