import { expect, test } from 'vitest'
import { decodeSnapshot } from '../../core/registry/snapshot-codec.ts'
import { createCaptureStore } from '../../main/service/captures.ts'
import { emptyCapture } from '../helpers/empty-capture.ts'
import { snapshotFrom } from '../helpers/plane-from.ts'

const snapshot = snapshotFrom(`
  Root
    PCI0
      GFX0
`)

function taken(snapshotId: string) {
  const capture = emptyCapture({ snapshotId })
  const record = {
    source: { kind: 'file' as const, label: 'dump' },
    takenAt: capture.takenAt,
    durationMs: 1,
    identity: null,
    commands: [],
    missing: [],
    problems: [],
  }
  return { capture, snapshot, evidence: { record, outputs: [] } }
}

test('the newest captures are kept, and the oldest goes first', () => {
  const store = createCaptureStore()
  expect(store.latest()).toBeNull()
  const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
  for (const id of ids) store.add(taken(id))
  expect(store.latest()!.capture.snapshotId).toBe('h')
  const kept = ids.filter(id => {
    try {
      return store.find(id).capture.snapshotId === id
    } catch {
      return false
    }
  })
  expect(kept).toEqual(['c', 'd', 'e', 'f', 'g', 'h'])
})

test('a capture that is gone is said to be, for its facts and for its columns', () => {
  const store = createCaptureStore()
  const failure = { failure: { kind: 'unknown-snapshot', snapshotId: 'x' } }
  expect(() => store.find('x')).toThrow(expect.objectContaining(failure))
  expect(() => store.bytes('x')).toThrow(expect.objectContaining(failure))
})

test('the columns of a capture read back as its snapshot', () => {
  const store = createCaptureStore()
  store.add(taken('a'))
  const back = decodeSnapshot(new Uint8Array(Buffer.concat(store.bytes('a'))))
  expect(back.planes[0]!.end).toEqual(snapshot.planes[0]!.end)
  expect(back.entries.length).toBe(3)
})
