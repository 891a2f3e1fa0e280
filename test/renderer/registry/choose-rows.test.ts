import { expect, test } from 'vitest'
import { fullBitSet } from '../../../core/registry/bit-set.ts'
import {
  chooseAll,
  chooseAlso,
  chooseHere,
  chooseRange,
  keepChosen,
  nodesMeant,
} from '../../../renderer/registry/choose-rows.ts'
import { rowOfNode, treeRows } from '../../../renderer/registry/tree-rows.ts'
import type { ChosenNodes } from '../../../renderer/state/navigation-state.ts'
import { allOpenBut, draw, nodeNamed, snapshotFrom } from '../../helpers/plane-from.ts'

const snapshot = snapshotFrom(`
  Root
    PCI0
      GFX0
      XHC1
    IOResources
    USB
`)
const plane = snapshot.planes[0]!
const rows = treeRows(plane, fullBitSet(plane.length))
const at = (label: string) => nodeNamed(plane, label)
const rowOf = (label: string) => rowOfNode(rows, at(label))
const names = (chosen: ChosenNodes | null, selected: number) =>
  draw(plane, nodesMeant(chosen, selected)).map(name => name.trim())

test('Shift takes the rows from where the choice began, in both directions', () => {
  const down = chooseRange(snapshot, rows, null, at('PCI0'), rowOf('XHC1'))
  expect(names(down, at('XHC1'))).toEqual(['PCI0', 'GFX0', 'XHC1'])
  const up = chooseRange(snapshot, rows, down, at('XHC1'), rowOf('Root'))
  expect(names(up, at('Root'))).toEqual(['Root', 'PCI0'])
  // Back to one row, and there is no choice any more.
  expect(chooseRange(snapshot, rows, up, at('Root'), rowOf('PCI0'))).toBeNull()
})

test('Shift passes over what is folded away', () => {
  const folded = treeRows(plane, allOpenBut(plane, 'PCI0'))
  const chosen = chooseRange(snapshot, folded, null, at('PCI0'), 2)
  expect(names(chosen, at('IOResources'))).toEqual(['PCI0', 'IOResources'])
})

test('Ctrl adds a row and takes it away again; one is always left', () => {
  const two = chooseAlso(snapshot, rows, null, at('GFX0'), rowOf('USB'))
  expect(names(two.chosen, two.selected)).toEqual(['GFX0', 'USB'])
  expect(two.selected).toBe(at('USB'))
  const one = chooseAlso(snapshot, rows, two.chosen, two.selected, rowOf('USB'))
  expect(names(one.chosen, one.selected)).toEqual(['GFX0'])
  const still = chooseAlso(snapshot, rows, one.chosen, one.selected, rowOf('GFX0'))
  expect(names(still.chosen, still.selected)).toEqual(['GFX0'])
})

test('the focus moves on and what is chosen stays; Space takes the row there in or out', () => {
  // From GFX0 over XHC1 to IOResources: two that do not lie side by side, without a pointer.
  let chosen = keepChosen(snapshot, rows, null, at('GFX0'), rowOf('XHC1'))
  expect(names(chosen, at('XHC1'))).toEqual(['GFX0'])
  chosen = keepChosen(snapshot, rows, chosen, at('XHC1'), rowOf('IOResources'))
  chosen = chooseHere(snapshot, rows, chosen, at('IOResources'))
  expect(names(chosen, at('IOResources'))).toEqual(['GFX0', 'IOResources'])
  // Out again: the focus stays, and what is left is chosen.
  chosen = chooseHere(snapshot, rows, chosen, at('IOResources'))
  expect(names(chosen, at('IOResources'))).toEqual(['GFX0'])
  // Back to the one that is chosen: the selection is one row as ever, which Space cannot take out.
  chosen = keepChosen(snapshot, rows, chosen, at('IOResources'), rowOf('GFX0'))
  expect(chosen).toBeNull()
  expect(chooseHere(snapshot, rows, null, at('GFX0'))).toBeNull()
})

test('all rows are those that the tree has, folded ones not', () => {
  const folded = treeRows(plane, allOpenBut(plane, 'PCI0'))
  expect(names(chooseAll(snapshot, folded, at('Root')), at('Root'))).toEqual([
    'Root',
    'PCI0',
    'IOResources',
    'USB',
  ])
})
