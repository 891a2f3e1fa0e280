import { expect, test } from 'vitest'
import { FailureError } from '../../../core/failure.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { compareSnapshots } from '../../../renderer/compare/compare-snapshots.ts'
import { createComparer, type CompareWorker } from '../../../renderer/compare/create-comparer.ts'
import { toSent, type FromCompare, type ToCompare } from '../../../renderer/compare/messages.ts'
import { readDump } from '../../helpers/read-dumps.ts'

/** More entries than the page compares by itself. */
function large(name: string): Snapshot {
  const lines = Array.from(
    { length: 4100 },
    (_, i) => `  +-o ${name}${i}  <class IOService, id 0x${(i + 300).toString(16)}>`,
  )
  return readDump('text', ['+-o Root  <class IORegistryEntry, id 0x100>', ...lines, ''].join('\n'))
    .snapshot
}
const how = { identity: 'entry-id', noiseOff: [] } as const

test('cancelled, the worker ends, and the next comparison has one of its own, which is told everything', async () => {
  const [before, after] = [large('Old'), large('New')]
  const told: string[] = []
  let answers = false
  const comparer = createComparer(() => {
    const worker: CompareWorker = {
      postMessage(message: ToCompare) {
        told.push(message.kind)
        if (message.kind !== 'compare' || !answers) return
        const { diff, merged } = compareSnapshots(before, after, how)
        const data = {
          kind: 'compared',
          question: message.question,
          diff,
          merged: toSent(merged, after),
        } as const
        setTimeout(() => worker.onmessage!({ data } as MessageEvent<FromCompare>))
      },
      terminate: () => void told.push('ended'),
      onmessage: null,
      onerror: null,
    }
    return worker
  })
  const cancel = new AbortController()
  const first = comparer(before, after, how, cancel.signal)
  await expect.poll(() => told).toEqual(['snapshot', 'snapshot', 'compare'])
  cancel.abort()
  await expect(first).rejects.toMatchObject(new FailureError({ kind: 'cancelled' }))
  answers = true
  const { diff } = await comparer(before, after, how, new AbortController().signal)
  expect(diff.changed.length).toBe(4100)
  expect(told).toEqual([
    'snapshot',
    'snapshot',
    'compare',
    'ended',
    'snapshot',
    'snapshot',
    'compare',
  ])
  // A signal of a comparison that is over ends nothing.
  const late = new AbortController()
  await comparer(before, after, how, late.signal)
  late.abort()
  expect(told.filter(kind => kind === 'ended')).toHaveLength(1)
})
