import { expect, test } from 'vitest'
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import { createArchiveReader } from '../../../core/dump/archive-reader.ts'
import { FailureError } from '../../../core/failure.ts'
import {
  decodeSnapshot,
  encodeSnapshot,
  packSnapshot,
  unpackSnapshot,
  type PackedSnapshot,
} from '../../../core/registry/snapshot-codec.ts'
import { SnapshotBuilder } from '../../../core/registry/snapshot-builder.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { describeSnapshot } from '../../helpers/describe-snapshot.ts'
import { Random } from '../../helpers/random.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import { writeArchive } from '../../helpers/write-archive.ts'
import { writeText } from '../../helpers/write-text.ts'

const registry = randomRegistry({ seed: 13, nodes: 50, isNasty: true })
const snapshots: [string, () => Snapshot][] = [
  ['an archive', () => readDump('archive', writeArchive(registry)).snapshot],
  ['an archive in chunks', () => readDump('archive', writeArchive(registry), 100).snapshot],
  ['text with problems', () => readDump('text', `noise\n${writeText(registry)}`).snapshot],
  ['nothing', () => new SnapshotBuilder().seal()],
]

function blobOf(snapshot: Snapshot): Uint8Array {
  return new Uint8Array(Buffer.concat(encodeSnapshot(snapshot)))
}

test.each(snapshots)('a snapshot of %s survives its binary form', (_, make) => {
  const snapshot = make()
  const decoded = decodeSnapshot(blobOf(snapshot))
  expect(describeSnapshot(decoded)).toEqual(describeSnapshot(snapshot))
  expect(decoded).toEqual(snapshot)
})

test('columns are views into the blob, also where it lies askew in its buffer', () => {
  const blob = blobOf(snapshots[0]![1]())
  expect(decodeSnapshot(blob).entries.id.buffer).toBe(blob.buffer)
  const askew = new Uint8Array(blob.length + 3)
  askew.set(blob, 3)
  expect(decodeSnapshot(askew.subarray(3))).toEqual(decodeSnapshot(blob))
})

test.each(snapshots)('a snapshot of %s goes to another thread and loses nothing', (_, make) => {
  const before = describeSnapshot(make())
  const packed = packSnapshot(make())
  const { port1, port2 } = new MessageChannel()
  port1.postMessage(packed, packed.buffers)
  const received = receiveMessageOnPort(port2) as { message: PackedSnapshot }
  expect(packed.buffers.every(buffer => buffer.byteLength === 0)).toBe(true)
  expect(describeSnapshot(unpackSnapshot(received.message))).toEqual(before)
  port1.close()
})

test('the bytes of a dump go to another thread without a copy, whether their length was known or not', () => {
  const dump = Buffer.from(writeArchive(randomRegistry({ seed: 14, nodes: 100 })))
  for (const expectedBytes of [undefined, dump.length, 10, 2e9 + 1]) {
    const builder = new SnapshotBuilder()
    const reader = createArchiveReader(builder, {
      plane: 'IOService',
      label: 'dump',
      expectedBytes,
    })
    for (let at = 0; at < dump.length; at += 7000) reader.push(dump.subarray(at, at + 7000))
    reader.finish()
    const snapshot = builder.seal()
    const { bytes } = snapshot.sources[0]!
    if (expectedBytes === dump.length) expect(bytes.buffer.byteLength).toBe(dump.length)
    const packed = packSnapshot(snapshot)
    expect(packed.buffers).toContain(bytes.buffer)
    expect(unpackSnapshot(packed)).toEqual(snapshot)
  }
})

test('the header is JSON', () => {
  const { header } = packSnapshot(snapshots[2]![1]())
  expect(JSON.parse(JSON.stringify(header))).toEqual(header)
})

function refusal(blob: Uint8Array): unknown {
  try {
    decodeSnapshot(blob)
    return null
  } catch (error) {
    return error
  }
}

test('a blob that is cut anywhere is refused', () => {
  const blob = blobOf(
    readDump('archive', writeArchive(randomRegistry({ seed: 1, nodes: 3 }))).snapshot,
  )
  for (let length = 0; length < blob.length; length++) {
    expect(refusal(blob.slice(0, length))).toBeInstanceOf(FailureError)
  }
})

test('another mark or version is refused', () => {
  const blob = blobOf(snapshots[0]![1]())
  for (const place of [0, 7, 8]) {
    const other = blob.slice()
    other[place]!++
    expect(refusal(other)).toBeInstanceOf(FailureError)
  }
})

test('a damaged blob is refused, or read without an index that points nowhere', () => {
  const blob = blobOf(
    readDump('archive', writeArchive(randomRegistry({ seed: 2, nodes: 6 }))).snapshot,
  )
  const random = new Random(7)
  for (let round = 0; round < 3000; round++) {
    const damaged = blob.slice()
    for (let i = 0; i < 3; i++) damaged[random.below(blob.length)] = random.below(256)
    try {
      describeSnapshot(decodeSnapshot(damaged))
    } catch (error) {
      expect(error).toBeInstanceOf(FailureError)
    }
  }
})
