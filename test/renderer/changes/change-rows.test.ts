import { expect, test } from 'vitest'
import { changeDetails } from '../../../core/diff/change-details.ts'
import { compareSnapshots } from '../../../renderer/compare/compare-snapshots.ts'
import { createComparer, type CompareWorker } from '../../../renderer/compare/create-comparer.ts'
import { toSent, type FromCompare, type ToCompare } from '../../../renderer/compare/messages.ts'
import { decodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import type { Comparison } from '../../../renderer/state/app-state.ts'
import { changeFilter, lazyHaystacks } from '../../../renderer/views/changes/change-filter.ts'
import {
  changeKinds,
  changeList,
  changeRows,
  detailReader,
  nameOf,
  shownItems,
} from '../../../renderer/views/changes/change-rows.ts'
import { drawDump } from '../../core/diff/draw-dump.ts'

const before = drawDump(`
  Root  <class IORegistryEntry, id 0x1, retain 1>
    A  <class IOOld, id 0x2, retain 1>
      "Mode" = {"speed"=1,"duplex"="full"}
    Gone  <class IOStick, id 0x3, retain 1>
    B  <class IOService, id 0x4, retain 1>
`)
const after = drawDump(`
  Root  <class IORegistryEntry, id 0x1, retain 1>
    A  <class IOOld, id 0x2, retain 1>
      "Mode" = {"speed"=2,"duplex"="full"}
      B  <class IOService, id 0x4, retain 1>
    New  <class IODriver, id 0x5, retain 1>
`)
const how = { identity: 'entry-id', noiseOff: [] } as const

function comparison(): Comparison {
  const side = (snapshot: Snapshot) => ({
    capture: { installed: [] } as unknown as Comparison['before']['capture'],
    snapshot,
  })
  return { before: side(before), after: side(after), ...compareSnapshots(before, after, how) }
}

/** What a filter leaves of the list. */
function listed(text: string, kinds = new Set(changeKinds)) {
  const compared = comparison()
  const list = changeList(compared, false)
  const { passes } = changeFilter(text, list, compared, lazyHaystacks(list, compared))
  return Array.from(shownItems(list, kinds, passes), item => {
    const kind = changeKinds[list.kind[item]!]!
    return `${kind} ${nameOf(compared.merged.snapshot, list.entry[item]!)}`
  })
}

test('the list has what came, what went, what moved and what changed, in this order', () => {
  expect(listed('')).toEqual(['new New', 'gone Gone', 'moved B', 'changed A'])
  expect(listed('', new Set(['gone']))).toEqual(['gone Gone'])
})

test('words are looked for in names, classes and changed keys; else the filter language is spoken', () => {
  expect(listed('stick')).toEqual(['gone Gone'])
  expect(listed('mode')).toEqual(['changed A'])
  expect(listed('new or class:IOStick')).toEqual(['new New', 'gone Gone'])
  expect(listed('not gone')).toEqual(['new New', 'moved B', 'changed A'])
})

test('a filter that does not read leaves everything and says why', () => {
  const compared = comparison()
  const list = changeList(compared, false)
  const filter = changeFilter('class:', list, compared, lazyHaystacks(list, compared))
  expect(filter.problem).toMatch(/\w/)
  expect(filter.passes(0)).toBe(true)
})

test('below an entry stand its changes, nested values by the way to them', () => {
  const compared = comparison()
  const list = changeList(compared, false)
  const detailsOf = detailReader(list, compared, false)
  const rows = changeRows(Int32Array.of(0, 1, 2, 3), () => true, detailsOf)
  expect([...rows.detail]).toEqual([-1, -1, -1, 0, -1, 0])
  expect(detailsOf(3)).toEqual([
    { kind: 'property', what: 'Mode/speed', before: '1', after: '2', noise: null },
  ])
  expect(detailsOf(2)[0]).toMatchObject({
    what: 'provider in IOService',
    before: 'IOService:/',
    after: 'IOService:/A',
  })
})

test('noise is told only when it is asked for, with its rule', () => {
  const look = (retain: number) =>
    drawDump(`Root  <class IORegistryEntry, id 0x1, retain ${retain}>`)
  const [one, two] = [look(1), look(2)]
  const { diff } = compareSnapshots(one, two, how)
  expect(changeDetails(diff, one, two, 0)).toEqual([])
  expect(changeDetails(diff, one, two, 0, true)).toEqual([
    { kind: 'field', what: 'retain count', before: '1', after: '2', noise: 'retain-count' },
  ])
})

/** A worker in this very thread, with what it was sent copied as between threads. */
function workerHere(): CompareWorker & { readonly sent: ToCompare['kind'][] } {
  const snapshots = new Map<number, Snapshot>()
  const worker: CompareWorker & { readonly sent: ToCompare['kind'][] } = {
    sent: [],
    onmessage: null,
    onerror: null,
    terminate: () => undefined,
    postMessage(message) {
      worker.sent.push(message.kind)
      if (message.kind === 'snapshot') {
        snapshots.set(message.number, decodeSnapshot(structuredClone(message.bytes)))
      } else if (message.kind === 'compare') {
        const newer = snapshots.get(message.after)!
        const { diff, merged } = compareSnapshots(
          snapshots.get(message.before)!,
          newer,
          message.how,
        )
        const { question } = message
        const data = structuredClone({
          kind: 'compared' as const,
          question,
          diff,
          merged: toSent(merged, newer),
        })
        queueMicrotask(() => worker.onmessage?.({ data } as MessageEvent<FromCompare>))
      }
    },
  }
  return worker
}

const large = (count: number, gone: number) =>
  drawDump(
    [
      'Root  <class IORegistryEntry, id 0x1, retain 1>',
      ...Array.from({ length: count }, (_, i) => i)
        .filter(i => i !== gone)
        .map(
          i =>
            `  D${i}  <class IOService, id 0x${(i + 16).toString(16)}, retain 1>\n    "k" = ${i}`,
        ),
    ].join('\n'),
  )

test('what a worker compares is what the page would have compared', async () => {
  const worker = workerHere()
  const compare = createComparer(() => worker)
  const [one, two] = [large(5000, -1), large(5000, 17)]
  const here = compareSnapshots(one, two, how)
  const there = await compare(one, two, how)
  expect(there).toEqual(here)
  expect(there.merged.snapshot.sources[0]).toBe(two.sources[0])
  // Asked again in another way, neither is sent again.
  await compare(one, two, { ...how, identity: 'path' })
  expect(worker.sent).toEqual(['snapshot', 'snapshot', 'compare', 'compare'])
})

test('a newer question takes the place of the one before', async () => {
  const compare = createComparer(workerHere)
  const [one, two] = [large(5000, -1), large(5000, 3)]
  const first = compare(one, two, how)
  const second = compare(two, one, how)
  await expect(first).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
  expect((await second).diff.added).toHaveLength(1)
})
