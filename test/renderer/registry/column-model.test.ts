import { expect, test } from 'vitest'
import { emptyBitSet, setBit, type BitSet } from '../../../core/registry/bit-set.ts'
import { nodeLabel } from '../../../core/registry/paths.ts'
import {
  columnMove,
  columnsOf,
  shownClients,
  type Column,
} from '../../../renderer/registry/column-model.ts'
import { nodeNamed, snapshotFrom } from '../../helpers/plane-from.ts'

const snapshot = snapshotFrom(`
  Root
    iMac
      PCI0
        GFX0
          Display
        XHC1
    IOResources
`)
const plane = snapshot.planes[0]!
const at = (label: string) => nodeNamed(plane, label)
const name = (node: number) => (node === -1 ? '' : nodeLabel(snapshot, plane, node))

/** `Root: [iMac] IOResources | iMac: PCI0` */
function drawn(columns: readonly Column[]): string {
  return columns
    .map(({ provider, nodes, selected }) => {
      const names = Array.from(nodes, (node, n) =>
        n === selected ? `[${name(node)}]` : name(node),
      )
      return `${name(provider)}: ${names.join(' ')}`
    })
    .join(' | ')
}
const matching = (...labels: string[]): BitSet => {
  const bits = emptyBitSet(plane.length)
  for (const label of labels) setBit(bits, at(label))
  return bits
}
const columns = (node: number, top = -1, matches: BitSet | null = null) =>
  columnsOf(plane, top, node, shownClients({ plane, matches }))

test('each column has the clients of what is selected in the one before', () => {
  expect(drawn(columns(at('PCI0')))).toBe(
    'Root: [iMac] IOResources | iMac: [PCI0] | PCI0: GFX0 XHC1',
  )
  // What has no clients opens no column.
  expect(drawn(columns(at('XHC1')))).toBe(
    'Root: [iMac] IOResources | iMac: [PCI0] | PCI0: GFX0 [XHC1]',
  )
  expect(drawn(columns(at('Root')))).toBe('Root: iMac IOResources')
  expect(drawn(columns(-1))).toBe('Root: iMac IOResources')
})

test('a browser that is limited to an entry begins with its clients', () => {
  expect(drawn(columns(at('GFX0'), at('PCI0')))).toBe('PCI0: [GFX0] XHC1 | GFX0: Display')
  expect(drawn(columns(at('IOResources'), at('PCI0')))).toBe('PCI0: GFX0 XHC1')
})

test('of several roots the first column has them all', () => {
  const matches = snapshotFrom(`
    A
      B
    C
  `)
  const table = matches.planes[0]!
  const found = columnsOf(table, -1, 1, shownClients({ plane: table, matches: null }))
  expect(found.map(({ nodes }) => [...nodes])).toEqual([[0, 2], [1]])
})

test('with a filter columns have hits and the way there, and below a hit everything', () => {
  const hits = matching('GFX0')
  expect(drawn(columns(at('GFX0'), -1, hits))).toBe(
    'Root: [iMac] | iMac: [PCI0] | PCI0: [GFX0] | GFX0: Display',
  )
})

test('arrows move in a column, into the next one and back', () => {
  const from = (label: string, key: string) =>
    name(columnMove(columns(at(label)), at(label), key, 10)!)
  expect(from('GFX0', 'ArrowDown')).toBe('XHC1')
  expect(from('XHC1', 'ArrowDown')).toBe('XHC1')
  expect(from('PCI0', 'ArrowRight')).toBe('GFX0')
  expect(from('GFX0', 'ArrowLeft')).toBe('PCI0')
  expect(from('iMac', 'ArrowLeft')).toBe('Root')
  expect(from('Root', 'ArrowRight')).toBe('iMac')
  expect(from('iMac', 'End')).toBe('IOResources')
  expect(columnMove(columns(at('XHC1')), at('XHC1'), 'ArrowRight', 10)).toBe(-1)
  expect(columnMove(columns(at('XHC1')), at('XHC1'), 'x', 10)).toBeNull()
})
