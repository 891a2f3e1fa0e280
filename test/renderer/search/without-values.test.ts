import { expect, test } from 'vitest'
import { createSearch, findNow } from '../../../core/query/search.ts'
import { decodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import { withoutValues } from '../../../renderer/search/without-values.ts'
import { demoSnapshot, encoded } from '../../helpers/demo-registry.ts'

test('nothing of it is a view of the capture’s bytes, and names are found as before', () => {
  const snapshot = decodeSnapshot(encoded(demoSnapshot(true)))
  const blob = snapshot.strings.bytes.buffer
  const kept = withoutValues(snapshot)
  const buffers: unknown[] = []
  const look = (value: object) => {
    for (const field of Object.values(value) as unknown[]) {
      if (ArrayBuffer.isView(field)) buffers.push(field.buffer)
      else if (typeof field === 'object' && field !== null) look(field)
    }
  }
  look(kept)
  expect(buffers.length).toBeGreaterThan(30)
  expect(buffers).not.toContain(blob)
  const found = (of: typeof snapshot) => findNow(createSearch(of, null), 'pci', 'names')
  expect(found(kept)).toEqual(found(snapshot))
})
