import { expect, test } from 'vitest'
import { emptyBitSet, hasBit, setBit, type BitSet } from '../../../core/registry/bit-set.ts'
import type { PlaneTable } from '../../../core/registry/snapshot.ts'
import { filteredNodes, visibleNodes } from '../../../core/registry/visible-nodes.ts'
import { allOpenBut, draw, nodeNamed, planeFrom } from '../../helpers/plane-from.ts'
import { Random } from '../../helpers/random.ts'

const plane = planeFrom(`
  Root
    PCI0
      GFX0
        Display
      XHC1
    IOResources
`)

const bits = (...labels: string[]): BitSet => {
  const set = emptyBitSet(plane.length)
  for (const label of labels) setBit(set, nodeNamed(plane, label))
  return set
}

test('closing a provider hides its clients and nothing else', () => {
  const shown = visibleNodes(plane, allOpenBut(plane, 'PCI0'))
  expect(draw(plane, shown)).toEqual(['Root', '  PCI0', '  IOResources'])
})

test('with nothing open, only the roots are shown', () => {
  expect(draw(plane, visibleNodes(plane, bits()))).toEqual(['Root'])
})

test('a filter shows matches and the way to them, though nothing is open', () => {
  const nodes = filteredNodes(plane, bits('Display'), bits())
  expect(draw(plane, nodes)).toEqual(['Root', '  PCI0', '    GFX0', '      Display'])
})

test('an open match shows what is below it, a closed one only the way to other matches', () => {
  expect(draw(plane, filteredNodes(plane, bits('PCI0'), bits('PCI0')))).toEqual([
    'Root',
    '  PCI0',
    '    GFX0',
    '    XHC1',
  ])
  expect(draw(plane, filteredNodes(plane, bits('PCI0', 'Display'), bits()))).toEqual([
    'Root',
    '  PCI0',
    '    GFX0',
    '      Display',
  ])
})

test('a node folded while filtering hides the matches below it', () => {
  const nodes = filteredNodes(plane, bits('Display', 'IOResources'), bits(), bits('PCI0'))
  expect(draw(plane, nodes)).toEqual(['Root', '  PCI0', '  IOResources'])
})

test('a filter that nothing matches shows nothing', () => {
  expect(filteredNodes(plane, bits(), allOpenBut(plane))).toHaveLength(0)
})

/** A random tree as columns: each node below the one before, or below one above that. */
function randomPlane(random: Random, length: number): PlaneTable {
  const lines: string[] = []
  let depth = 0
  for (let node = 0; node < length; node++) {
    depth = node === 0 ? 0 : random.below(depth + 2)
    lines.push(`${'  '.repeat(depth)}n${node}`)
  }
  return planeFrom(lines.join('\n'))
}

const randomBits = (random: Random, length: number, share: number): BitSet => {
  const set = emptyBitSet(length)
  for (let i = 0; i < length; i++) if (random.chance(share)) setBit(set, i)
  return set
}

test.each([1, 2, 3, 4, 5, 6])(
  'rows agree with asking every node about its parents (seed %i)',
  seed => {
    const random = new Random(seed)
    const tree = randomPlane(random, 200)
    const open = randomBits(random, tree.length, 0.6)
    const matches = randomBits(random, tree.length, 0.05)
    const above = (node: number): number[] => (node < 0 ? [] : [node, ...above(tree.parent[node]!)])
    const all = Array.from({ length: tree.length }, (_, node) => node)

    const isVisible = (node: number) =>
      above(node)
        .slice(1)
        .every(parent => hasBit(open, parent))
    expect([...visibleNodes(tree, open)]).toEqual(all.filter(isVisible))

    const leads = (node: number) => all.some(n => hasBit(matches, n) && above(n).includes(node))
    const isBelowMatch = (node: number): boolean => {
      const parent = tree.parent[node]!
      if (parent < 0 || !hasBit(open, parent)) return false
      return hasBit(matches, parent) || isBelowMatch(parent)
    }
    const shown = filteredNodes(tree, matches, open)
    expect([...shown]).toEqual(all.filter(node => leads(node) || isBelowMatch(node)))

    const folded = randomBits(random, tree.length, 0.3)
    const isFoldedAway = (node: number) =>
      above(node)
        .slice(1)
        .some(parent => hasBit(folded, parent))
    expect([...filteredNodes(tree, matches, open, folded)]).toEqual(
      [...shown].filter(node => !isFoldedAway(node)),
    )
  },
)
