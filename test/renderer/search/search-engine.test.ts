import { expect, test } from 'vitest'
import { createSearch, findNow } from '../../../core/query/search.ts'
import { buildValueIndex } from '../../../core/query/value-index.ts'
import { hasBit } from '../../../core/registry/bit-set.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import type { FromSearch, Question } from '../../../renderer/search/messages.ts'
import { createSearchEngine } from '../../../renderer/search/search-engine.ts'
import { demoSnapshot, encoded } from '../../helpers/demo-registry.ts'

const snapshot = demoSnapshot(true, 2000)
const plane = snapshot.planes[0]!

/** The engine as a worker runs it, messages noted; `step` lets it work up to its next pause. */
function start(of: Snapshot = snapshot) {
  const said: FromSearch[] = []
  const waiting: (() => void)[] = []
  let now = 0
  const receive = createSearchEngine({
    // Each reading is past the end of a slice: the engine pauses as often as it can.
    now: () => (now += 100),
    post: message => said.push(message),
    pause: () => new Promise(resolve => waiting.push(resolve)),
  })
  const step = async () => {
    waiting.shift()?.()
    await new Promise(resolve => setImmediate(resolve))
  }
  const finish = async () => {
    while (waiting.length > 0) await step()
  }
  receive({ kind: 'open', capture: 1, bytes: encoded(of), kexts: new Map(), marks: null })
  const find = (question: Partial<Question>) =>
    receive({
      kind: 'find',
      capture: 1,
      number: 1,
      text: '',
      scope: 'everything',
      plane: 'IOService',
      inSight: [],
      ...question,
    })
  return { said, receive, find, step, finish }
}

const allNodes = Array.from({ length: plane.length }, (_, node) => node)

function obvious(text: string): number[] {
  const steps = buildValueIndex(snapshot)
  let step = steps.next()
  while (step.done !== true) step = steps.next()
  const { nodes } = findNow(createSearch(snapshot, step.value), text, 'everything')
  return allNodes.filter(node => hasBit(nodes[0]!, node))
}

function nodesOf(message: FromSearch | undefined): number[] {
  if (message?.kind !== 'found') throw new Error(`no answer but ${message?.kind}`)
  const bits = { length: plane.length, words: message.words }
  return allNodes.filter(node => hasBit(bits, node))
}

test('a question that comes before the values are indexed is answered twice, the second time in full', async () => {
  const { said, find, step, finish } = start()
  await step()
  const [inSight, outOfSight] = obvious('maxpower')
  find({ number: 7, text: 'maxpower', inSight: [inSight!, inSight! + 1] })
  await finish()
  const found = said.filter(message => message.kind === 'found')
  expect(found.map(message => message.isComplete)).toEqual([false, true])
  expect(found.every(message => message.number === 7)).toBe(true)
  expect(nodesOf(found[0])).toContain(inSight)
  expect(nodesOf(found[0])).not.toContain(outOfSight)
  expect(nodesOf(found[1])).toEqual(obvious('maxpower'))
  expect(said.findIndex(message => message.kind === 'indexed')).toBeLessThan(
    said.lastIndexOf(found[1]!),
  )
})

test('what is in sight is answered first where the rest takes longer than a slice', async () => {
  const { said, find, finish } = start()
  await finish()
  const hits = obvious('0x10000')
  find({ number: 3, text: '0x10000', inSight: [0, ...hits.slice(0, 2)] })
  await finish()
  const answers = said.filter(message => message.kind !== 'indexed')
  expect(answers.map(message => message.kind)).toEqual(['sighted', 'found'])
  expect(answers[0]).toMatchObject({ number: 3, nodes: hits.slice(0, 2) })
  expect(nodesOf(answers[1])).toEqual(hits)
})

test('a newer question takes the place of one that is being answered', async () => {
  const { said, find, step, finish } = start()
  await finish()
  find({ number: 1, text: 'pci' })
  await step()
  find({ number: 2, text: 'pciclass' })
  await finish()
  const found = said.filter(message => message.kind === 'found')
  expect(found.map(message => message.number)).toEqual([2])
  expect(nodesOf(found[0])).toEqual(obvious('pciclass'))
})

test('an entry is told where the text stands, before the index is made and after', async () => {
  const { said, receive, finish } = start()
  const entries = obvious('com.apple.driver').map(node => plane.entry[node]!)
  const ask = () =>
    receive({ kind: 'places', capture: 1, text: 'com.apple.driver', scope: 'everything', entries })
  ask()
  await finish()
  ask()
  const [early, late] = said.filter(message => message.kind === 'places')
  expect(early).toEqual(late)
  expect(late!.places.every(([, property]) => property >= 0)).toBe(true)
})

test('questions about another capture, or another plane, are nobody’s', async () => {
  const { said, receive, find, finish } = start()
  find({ capture: 2, text: 'pci' })
  find({ plane: 'IOPower', text: 'pci' })
  receive({ kind: 'places', capture: 2, text: 'pci', scope: 'everything', entries: [0] })
  await finish()
  expect(said.map(message => message.kind)).toEqual(['indexed'])
  receive({ kind: 'close' })
  find({ text: 'pci' })
  await finish()
  expect(said).toHaveLength(1)
})
