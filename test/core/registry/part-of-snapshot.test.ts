import { expect, test } from 'vitest'
import { planeNamed } from '../../../core/registry/lookup.ts'
import { nodeLabel } from '../../../core/registry/paths.ts'
import { partOfSnapshot } from '../../../core/registry/part-of-snapshot.ts'
import { readValue } from '../../../core/registry/read-value.ts'
import { checkSnapshot } from '../../../core/registry/snapshot-check.ts'
import type { PlaneTable, Snapshot } from '../../../core/registry/snapshot.ts'
import { writeText } from '../../../core/write/write-text.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { demoSnapshot } from '../../helpers/demo-registry.ts'
import { nodeNamed, snapshotFrom } from '../../helpers/plane-from.ts'
import { Random } from '../../helpers/random.ts'

const snapshot = snapshotFrom(`
  Root
    PCI0
      GFX0
        Display
      XHC1
    IOResources
`)
const plane = snapshot.planes[0]!

function drawn(of: Snapshot): string[] {
  const [table] = of.planes
  return Array.from({ length: table!.length }, (_, n) => {
    return '  '.repeat(table!.depth[n]!) + nodeLabel(of, table!, n)
  })
}
const part = (...labels: string[]) =>
  drawn(
    partOfSnapshot(
      snapshot,
      plane,
      labels.map(label => nodeNamed(plane, label)),
    ),
  )

test('what is left out is left out, and a node stands below the nearest one above it that is in', () => {
  expect(part('PCI0', 'Display', 'IOResources')).toEqual(['PCI0', '  Display', 'IOResources'])
  expect(part('GFX0', 'Display', 'XHC1')).toEqual(['GFX0', '  Display', 'XHC1'])
  expect(part()).toEqual([])
})

/** Slow and obvious: the depth of a node is how many of those that are in stand above it. */
function obvious(of: Snapshot, table: PlaneTable, nodes: readonly number[]): string[] {
  return nodes.map(node => {
    let depth = 0
    for (let n = table.parent[node]!; n !== -1; n = table.parent[n]!) {
      if (nodes.includes(n)) depth++
    }
    return '  '.repeat(depth) + nodeLabel(of, table, node)
  })
}

test('any nodes of a registry make a sound snapshot, with the properties they had', () => {
  const random = new Random(12)
  const whole = demoSnapshot(true, 6)
  const table = planeNamed(whole, 'IOService')!
  for (let round = 0; round < 60; round++) {
    const nodes = Array.from({ length: table.length }, (_, n) => n).filter(() => random.chance(0.3))
    const taken = partOfSnapshot(whole, table, nodes)
    expect(checkSnapshot(taken)).toBeNull()
    expect(drawn(taken)).toEqual(obvious(whole, table, nodes))
    for (const [index, node] of nodes.entries()) {
      const values = (of: Snapshot, entry: number) => {
        const { firstProperty } = of.entries
        const all = []
        for (let p = firstProperty[entry]!; p < firstProperty[entry + 1]!; p++) {
          all.push([of.properties.key[p], readValue(of, p)])
        }
        return all
      }
      const now = taken.planes[0]!.entry[index]!
      expect(values(taken, now)).toEqual(values(whole, table.entry[node]!))
    }
  }
})

test('its text is read again as the same part', () => {
  const nodes = ['PCI0', 'GFX0', 'Display'].map(label => nodeNamed(plane, label))
  const pieces = [...writeText(partOfSnapshot(snapshot, plane, nodes), { asides: false })]
  const text = pieces.map(piece => new TextDecoder().decode(piece)).join('')
  expect(drawn(readDump('any', text).snapshot)).toEqual(['PCI0', '  GFX0', '    Display'])
})
