import { expect, test } from 'vitest'
import { emptyBitSet, fullBitSet, setBit } from '../../../core/registry/bit-set.ts'
import { shownSiblingPlaces } from '../../../renderer/registry/sibling-places.ts'
import { filteredRows, treeRows, type TreeRows } from '../../../renderer/registry/tree-rows.ts'
import { draw, nodeNamed, planeFrom } from '../../helpers/plane-from.ts'
import { Random } from '../../helpers/random.ts'

const plane = planeFrom(`
  Root
    PCI0
      GFX0
      XHC1
      LPC
    Resources
    USB
`)
const noFolds = { openedInFilter: new Set<number>(), closedInFilter: new Set<number>() }

function told(rows: TreeRows): string[] {
  const places = shownSiblingPlaces(rows)
  return draw(plane, rows.nodes).map((name, row) => {
    const { position, size } = places.of(row)
    return `${name} ${position}/${size}`
  })
}

test('of a filtered tree only siblings that are shown are counted', () => {
  const matches = emptyBitSet(plane.length)
  for (const name of ['XHC1', 'LPC', 'USB']) setBit(matches, nodeNamed(plane, name))
  expect(told(filteredRows(plane, matches, noFolds))).toEqual([
    'Root 1/1',
    '  PCI0 1/2',
    '    XHC1 1/2',
    '    LPC 2/2',
    '  USB 2/2',
  ])
})

test('roots are siblings too', () => {
  const two = planeFrom(`
    Root
      PCI0
    Other
  `)
  const places = shownSiblingPlaces(treeRows(two, fullBitSet(two.length)))
  expect([0, 1, 2].map(places.of)).toEqual([
    { position: 1, size: 2 },
    { position: 1, size: 1 },
    { position: 2, size: 2 },
  ])
})

test('the entry that a tree is limited to stands alone at its top', () => {
  expect(told(treeRows(plane, fullBitSet(plane.length), nodeNamed(plane, 'PCI0')))).toEqual([
    '  PCI0 1/1',
    '    GFX0 1/3',
    '    XHC1 2/3',
    '    LPC 3/3',
  ])
})

test('places are those that counting row by row gives, with folds too', () => {
  const random = new Random(8)
  for (let round = 0; round < 100; round++) {
    const matches = emptyBitSet(plane.length)
    const openedInFilter = new Set<number>()
    for (let n = 0; n < plane.length; n++) {
      if (random.chance(0.4)) setBit(matches, n)
      if (random.chance(0.4)) openedInFilter.add(n)
    }
    const rows = filteredRows(plane, matches, { ...noFolds, openedInFilter })
    const places = shownSiblingPlaces(rows)
    // In any order: which row is asked first is no matter.
    for (let asked = 0; asked < 2 * rows.nodes.length; asked++) {
      const row = random.below(rows.nodes.length)
      const node = rows.nodes[row]!
      const siblings = [...rows.nodes].filter(n => plane.parent[n] === plane.parent[node])
      expect(places.of(row)).toEqual({
        position: siblings.indexOf(node) + 1,
        size: siblings.length,
      })
    }
  }
})
