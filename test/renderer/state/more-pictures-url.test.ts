import { expect, test } from 'vitest'
import {
  initialKextGraph,
  initialRegistryMap,
} from '../../../renderer/state/more-pictures-state.ts'
import {
  readKextGraph,
  readRegistryMap,
  writeKextGraph,
  writeRegistryMap,
} from '../../../renderer/state/more-pictures-url.ts'

test('what is as at first is not in the address', () => {
  const query = new URLSearchParams()
  writeKextGraph(query, initialKextGraph)
  writeRegistryMap(query, initialRegistryMap)
  expect(query.toString()).toBe('')
})

test('what was chosen of a picture is read from the address again', () => {
  const query = new URLSearchParams()
  const graph = { ...initialKextGraph, focus: 'a & b=c', stepsUp: 0, kernel: 'hidden' as const }
  const map = {
    by: 'kext' as const,
    size: 'bytes' as const,
    shape: 'icicle' as const,
    showsUnknown: false,
    way: ['class:IOService', 'class:a&b'],
    range: { from: 40, to: 90 },
  }
  writeKextGraph(query, graph)
  writeRegistryMap(query, map)
  const again = new URLSearchParams(query.toString())
  expect(readKextGraph(again)).toEqual(graph)
  expect(readRegistryMap(again)).toEqual(map)
})

test('an address typed by hand is read as far as it makes sense', () => {
  const query = new URLSearchParams('up=-3&down=999&kpi=x&map=cube&size=1&shape=&part=9-2')
  expect(readKextGraph(query)).toEqual(initialKextGraph)
  expect(readRegistryMap(query)).toEqual(initialRegistryMap)
})
