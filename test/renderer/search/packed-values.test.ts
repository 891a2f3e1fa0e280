import { expect, test } from 'vitest'
import { readValue } from '../../../core/registry/read-value.ts'
import { decodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { packedValues } from '../../../renderer/search/packed-values.ts'
import { demoSnapshot, encoded } from '../../helpers/demo-registry.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import { writeArchive } from '../../helpers/write-archive.ts'
import { writeBinaryArchive } from '../../helpers/write-documents.ts'
import { writeText } from '../../helpers/write-text.ts'

function packed(snapshot: Snapshot): Snapshot {
  const steps = packedValues(snapshot)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

test.each([
  ['text', () => writeText(randomRegistry({ seed: 5, nodes: 200, isNasty: true }))],
  ['XML', () => writeArchive(randomRegistry({ seed: 6, nodes: 200, isNasty: true }))],
  ['a binary property list', () => writeBinaryArchive(randomRegistry({ seed: 7, nodes: 100 }))],
])('every value of %s is as before, and equal ones are kept once', (_, write) => {
  const { snapshot } = readDump('any', write())
  const kept = packed(snapshot)
  for (let property = 0; property < snapshot.properties.length; property++) {
    expect(readValue(kept, property)).toEqual(readValue(snapshot, property))
  }
  const bytes = (of: Snapshot) => of.sources.reduce((sum, source) => sum + source.bytes.length, 0)
  if (snapshot.sources[0]!.syntax !== 'binary-plist') {
    expect(bytes(kept)).toBeLessThan(bytes(snapshot) * 0.6)
  }
})

test('nothing of it is a view of the capture’s bytes', () => {
  const snapshot = decodeSnapshot(encoded(demoSnapshot(true)))
  const blob = snapshot.strings.bytes.buffer
  const buffers: unknown[] = []
  const look = (value: object) => {
    for (const field of Object.values(value) as unknown[]) {
      if (ArrayBuffer.isView(field)) buffers.push(field.buffer)
      else if (typeof field === 'object' && field !== null) look(field)
    }
  }
  look(packed(snapshot))
  expect(buffers.length).toBeGreaterThan(30)
  expect(buffers).not.toContain(blob)
})
