import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { FailureError } from '../../../core/failure.ts'
import { decodeSnapshot, encodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import { checkSnapshot } from '../../../core/registry/snapshot-check.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import {
  beginFollowing,
  followLook,
  lookHow,
  purge,
  takeLook,
  type FollowedLooks,
} from '../../../core/watch/follow-looks.ts'
import type { CompareWorker } from '../../../renderer/compare/create-comparer.ts'
import { createLookReader } from '../../../renderer/compare/read-look.ts'
import { compareWorkerHere } from '../../helpers/compare-worker.ts'
import { describeSnapshot } from '../../helpers/describe-snapshot.ts'
import { copyRegistry, editRegistry } from '../../helpers/edit-registry.ts'
import { Random } from '../../helpers/random.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import { writeText } from '../../helpers/write-text.ts'

// The worker's own code, in this thread.

const asked: string[] = []
let startWorker: () => CompareWorker

beforeAll(async () => {
  startWorker = await compareWorkerHere(kind => asked.push(kind))
})
afterAll(() => vi.unstubAllGlobals())

const blob = (snapshot: Snapshot) => new Uint8Array(Buffer.concat(encodeSnapshot(snapshot)))

/** Small here. */
const small = 100

/** Looks at one registry, between which a few things happen. */
function someLooks(count: number): readonly Snapshot[] {
  let root = copyRegistry(randomRegistry({ seed: 4, nodes: 200 }))
  return Array.from({ length: count }, (_, i) => {
    root = copyRegistry(root)
    if (i > 0) editRegistry(root, new Random(i), 16)
    return readDump('text', writeText(root)).snapshot
  })
}

/** All that is shown of a watch. */
function shown({ merged, changes, look }: FollowedLooks) {
  return {
    merged: describeSnapshot(merged.snapshot),
    look: describeSnapshot(look),
    beforeOf: merged.beforeOf,
    marks: merged.marks,
    changes,
  }
}

test('a large registry is followed in the worker as it is on the page, also after a purge, and each look is sent once', async () => {
  const looks = someLooks(5)
  const source = { snapshot: (id: string) => Promise.resolve(blob(looks[Number(id)]!)) }
  const reader = createLookReader(source, decodeSnapshot, startWorker, small)
  let here = beginFollowing(looks[0]!)
  let beside = beginFollowing(looks[0]!)
  for (let i = 1; i < looks.length; i++) {
    const how = lookHow(beside, i * 1000)
    const read = await reader.read(String(i), { snapshot: beside.merged.snapshot, how })
    expect(checkSnapshot(read.compared!.merged.snapshot)).toBeNull()
    beside = takeLook(beside, read.snapshot, read.compared!, how)
    here = followLook(here, looks[i]!, i * 1000)
    expect(shown(beside)).toEqual(shown(here))
    if (i === 2) {
      expect(beside.merged.marks.bits.length).toBeGreaterThan(beside.merged.afterCount)
      here = purge(here)
      beside = purge(beside)
    }
  }
  expect(asked.filter(kind => kind === 'snapshot')).toHaveLength(1)
  expect(asked.filter(kind => kind === 'look')).toHaveLength(4)
  reader.end()
  expect(asked.at(-1)).toBe('terminated')
})

test('a worker that may fetch a look does so; one that the host no longer has is told as that', async () => {
  const [before, look] = someLooks(2) as [Snapshot, Snapshot]
  const bytes = blob(look)
  vi.stubGlobal('fetch', (url: string) =>
    Promise.resolve(url === 'at:known' ? new Response(bytes) : new Response('', { status: 404 })),
  )
  const source = {
    snapshot: () => Promise.reject(new Error('the page is not asked')),
    snapshotUrl: (id: string) => `at:${id}`,
  }
  const reader = createLookReader(source, decodeSnapshot, startWorker, small)
  const how = lookHow(beginFollowing(before), 1000)
  const read = await reader.read('known', { snapshot: before, how })
  expect(describeSnapshot(read.snapshot)).toEqual(describeSnapshot(look))
  await expect(reader.read('gone', { snapshot: before, how })).rejects.toThrow(FailureError)
})

test('small registries, the first look, and all looks after the worker broke are read on the page', async () => {
  const few = readDump('text', writeText(randomRegistry({ seed: 1, nodes: 20 }))).snapshot
  const [before, look] = someLooks(2) as [Snapshot, Snapshot]
  let given = look
  const source = { snapshot: () => Promise.resolve(blob(given)) }
  let worker: CompareWorker | null = null
  const reader = createLookReader(
    source,
    decodeSnapshot,
    () => {
      worker = startWorker()
      // It ends when it is asked for the first time.
      worker.postMessage = () =>
        void setTimeout(() => worker!.onerror!(new Event('error') as ErrorEvent))
      return worker
    },
    small,
  )
  expect((await reader.read('look', null)).compared).toBeNull()
  given = few
  const how = lookHow(beginFollowing(few), 1000)
  expect((await reader.read('look', { snapshot: few, how })).compared).toBeNull()
  expect(worker).toBeNull()
  given = look
  const large = { snapshot: before, how: lookHow(beginFollowing(before), 1000) }
  const read = await reader.read('look', large)
  expect(worker).not.toBeNull()
  expect(read.compared).toBeNull()
  expect(describeSnapshot(read.snapshot)).toEqual(describeSnapshot(look))
})
