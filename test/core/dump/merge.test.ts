import { expect, test } from 'vitest'
import { createArchiveReader } from '../../../core/dump/archive-reader.ts'
import { createHeaderReader, createTextReader } from '../../../core/dump/text-reader.ts'
import type { DumpReader } from '../../../core/dump/dump-summary.ts'
import { SnapshotBuilder } from '../../../core/registry/snapshot-builder.ts'
import { describeSnapshot } from '../../helpers/describe-snapshot.ts'
import { randomRegistry, type ModelEntry } from '../../helpers/registry-model.ts'
import { writeArchive } from '../../helpers/write-archive.ts'
import { writeText } from '../../helpers/write-text.ts'

const registry = randomRegistry({ seed: 21, nodes: 60 })
const archive = writeArchive(registry, { hasNamesForClasses: true })
const headers = writeText(registry, { hasChains: true, hasNoProperties: true })

function feed(reader: DumpReader, dump: string): void {
  const bytes = new TextEncoder().encode(dump)
  for (let at = 0; at < bytes.length; at += 1000) reader.push(bytes.slice(at, at + 1000))
  reader.finish()
}

function everyEntry(entry: ModelEntry): ModelEntry[] {
  return [entry, ...entry.clients.flatMap(everyEntry)]
}

test.each([
  ['before', ['headers', 'archive']],
  ['after', ['archive', 'headers']],
])('headers read %s the archive of a Darwin 17 guest give it its classes', (_, order) => {
  const builder = new SnapshotBuilder()
  for (const dump of order) {
    if (dump === 'headers') feed(createHeaderReader(builder, 'headers'), headers)
    else feed(createArchiveReader(builder, { plane: 'IOService', label: 'archive' }), archive)
  }
  const snapshot = builder.seal()
  const entries = everyEntry(registry)
  const nodes = describeSnapshot(snapshot)
  expect(nodes.map(node => [node.label.split('@')[0], node.className, node.classChain])).toEqual(
    entries.map(entry => [entry.name, entry.classChain.at(-1), entry.classChain.join(':')]),
  )
  // The archive's exact state word and nanoseconds stay, and its properties.
  expect(nodes.map(({ state }) => state)).toEqual(
    entries.map(({ service }) => service?.state ?? null),
  )
  expect(nodes.map(({ busyTimeNs }) => busyTimeNs)).toEqual(
    entries.map(({ service }) => service?.busyTimeNs ?? null),
  )
  expect(nodes.map(({ properties }) => properties.length)).toEqual(
    entries.map(({ properties }) => properties.length),
  )
  expect(snapshot.sources.map(({ label }) => label)).toEqual(['archive'])
  // So nothing is missing any more.
  expect(snapshot.problems).toEqual([])
})

test('headers add no plane', () => {
  const builder = new SnapshotBuilder()
  feed(createHeaderReader(builder, 'headers'), headers)
  feed(createArchiveReader(builder, { plane: 'IODeviceTree', label: 'archive' }), archive)
  expect(builder.seal().planes.map(({ plane }) => plane)).toEqual(['IODeviceTree'])
})

test('entries that only the headers know are not in the snapshot', () => {
  const builder = new SnapshotBuilder()
  feed(
    createHeaderReader(builder, 'headers'),
    `${headers}+-o Late  <class IOService, id 0xff, retain 1>\n`,
  )
  feed(createArchiveReader(builder, { plane: 'IOService', label: 'archive' }), archive)
  expect(builder.seal().entries.length).toBe(everyEntry(registry).length)
})

test('dumps that arrive at the same time keep apart', () => {
  const builder = new SnapshotBuilder()
  const first = createArchiveReader(builder, { plane: 'IOService', label: 'a' })
  const second = createTextReader(builder, { plane: 'IODeviceTree', label: 'b' })
  const bytes = [archive, writeText(registry)].map(dump => new TextEncoder().encode(dump))
  for (let at = 0; at < Math.max(bytes[0]!.length, bytes[1]!.length); at += 777) {
    first.push(bytes[0]!.slice(at, at + 777))
    second.push(bytes[1]!.slice(at, at + 777))
  }
  first.finish()
  second.finish()
  const snapshot = builder.seal()
  const length = everyEntry(registry).length
  expect(snapshot.entries.length).toBe(length)
  expect(snapshot.planes.map(plane => plane.length)).toEqual([length, length])
  const nodes = describeSnapshot(snapshot)
  expect(nodes.slice(0, length)).toEqual(nodes.slice(length))
})

test('a source over the limit is refused', () => {
  const builder = new SnapshotBuilder()
  const reader = createArchiveReader(builder, { label: 'huge' })
  const huge = { length: 2_000_000_001 } as Uint8Array
  expect(() => reader.push(huge)).toThrow(/larger than 2000 MB/)
})
