import { expect, test } from 'vitest'
import { emptyBitSet, fullBitSet, withBit } from '../../../core/registry/bit-set.ts'
import { createSearch, findNow } from '../../../core/query/search.ts'
import { planeNamed } from '../../../core/registry/lookup.ts'
import { nodeLabel } from '../../../core/registry/paths.ts'
import type { PlaneTable, Snapshot } from '../../../core/registry/snapshot.ts'
import { treeMove, typeAhead } from '../../../renderer/registry/tree-keys.ts'
import {
  filteredRows,
  isRowOpen,
  matchNumber,
  nextMatch,
  rowOfNode,
  treeRows,
  type TreeRows,
} from '../../../renderer/registry/tree-rows.ts'
import { demoSnapshot } from '../../helpers/demo-registry.ts'

const snapshot = demoSnapshot(true, 2)
const plane = planeNamed(snapshot, 'IOService')!
const noFolds = { openedInFilter: new Set<number>(), closedInFilter: new Set<number>() }
const all = treeRows(plane, fullBitSet(plane.length))

const matchesOf = (of: Snapshot, table: PlaneTable, text: string) =>
  findNow(createSearch(of, null), text, 'names').nodes[of.planes.indexOf(table)]!

function draw(rows: TreeRows): string[] {
  return Array.from(rows.nodes, n => '  '.repeat(plane.depth[n]!) + nodeLabel(snapshot, plane, n))
}

function nodeNamed(label: string, of: Snapshot = snapshot, table: PlaneTable = plane): number {
  for (let n = 0; n < table.length; n++) if (nodeLabel(of, table, n) === label) return n
  throw new Error(`no node is called ${label}`)
}

test('closing a provider hides its clients and nothing else', () => {
  const open = withBit(fullBitSet(plane.length), nodeNamed('AppleACPIPlatformExpert'), false)
  const shown = draw(treeRows(plane, open))
  expect(shown.slice(0, 4)).toEqual([
    'Root',
    '  iMac19,1',
    '    AppleACPIPlatformExpert',
    '    IOResources',
  ])
  expect(shown).toContain('      org_kextant_HelloNub')
})

test('a filter shows the hits and the way to them, under every provider', () => {
  const rows = filteredRows(plane, matchesOf(snapshot, plane, 'hidsystem'), noFolds)
  expect(draw(rows)).toEqual([
    'Root',
    '  iMac19,1',
    '    AppleACPIPlatformExpert',
    '      PS2K',
    '        IOHIDEventDriver',
    '          IOHIDSystem',
    '    IOResources',
    '      IOHIDSystem',
  ])
  expect(rows.matchCount).toBe(2)
})

test('a hit that was opened shows its clients, a provider that was folded hides its hits', () => {
  const matches = matchesOf(snapshot, plane, 'hidsystem')
  const folds = {
    openedInFilter: new Set([plane.length - 1, nodeNamed('IOHIDSystem')]),
    closedInFilter: new Set([nodeNamed('IOResources')]),
  }
  expect(draw(filteredRows(plane, matches, folds)).slice(4)).toEqual([
    '        IOHIDEventDriver',
    '          IOHIDSystem',
    '            IOHIDUserClient',
    '    IOResources',
  ])
})

test('the filter finds name@location as a row shows it, and a registry entry ID', () => {
  const found = (text: string) => {
    const rows = filteredRows(plane, matchesOf(snapshot, plane, text), noFolds)
    return draw(rows).at(-1)?.trim()
  }
  expect(found('pci0@0')).toBe('PCI0@0')
  expect(found('0x100000402')).toBe('org_kextant_HelloNub')
  expect(found('0x100000999')).toBeUndefined()
})

test('stepping through the matches goes around both ends', () => {
  const rows = filteredRows(plane, matchesOf(snapshot, plane, 'hidsystem'), noFolds)
  const first = nextMatch(rows, -1, 1)
  const second = nextMatch(rows, first, 1)
  expect([matchNumber(rows, first), matchNumber(rows, second)]).toEqual([1, 2])
  expect(nextMatch(rows, second, 1)).toBe(first)
  expect(nextMatch(rows, first, -1)).toBe(second)
  expect(nextMatch(filteredRows(plane, emptyBitSet(plane.length), noFolds), 0, 1)).toBe(-1)
})

test('every node of a row list is found at its row', () => {
  all.nodes.forEach((node, row) => expect(rowOfNode(all, node)).toBe(row))
  const rows = treeRows(plane, emptyBitSet(plane.length))
  expect(rowOfNode(rows, 5)).toBe(-1)
})

test('Right opens, then goes in; Left closes, then goes out', () => {
  const closed = treeRows(plane, withBit(fullBitSet(plane.length), 1, false))
  expect(treeMove(closed, 1, 'ArrowRight', 10)).toEqual({ kind: 'open', nodes: [1] })
  expect(treeMove(all, 1, 'ArrowRight', 10)).toEqual({ kind: 'select', row: 2 })
  expect(treeMove(all, 1, 'ArrowLeft', 10)).toEqual({ kind: 'close', nodes: [1] })
  expect(treeMove(closed, 1, 'ArrowLeft', 10)).toEqual({ kind: 'select', row: 0 })
  expect(isRowOpen(closed, 1)).toBe(false)
})

test('arrow and page keys stop at the ends', () => {
  const last = all.nodes.length - 1
  expect(treeMove(all, 0, 'ArrowUp', 10)).toEqual({ kind: 'select', row: 0 })
  expect(treeMove(all, last, 'PageDown', 10)).toEqual({ kind: 'select', row: last })
  expect(treeMove(all, 3, 'End', 10)).toEqual({ kind: 'select', row: last })
  expect(treeMove(all, -1, 'ArrowDown', 10)).toEqual({ kind: 'select', row: 0 })
  expect(treeMove({ ...all, nodes: new Int32Array(0) }, -1, 'ArrowDown', 10)).toBeNull()
})

test('the asterisk opens all that is below, the minus closes all but the way there', () => {
  const node = nodeNamed('IOResources')
  const row = rowOfNode(all, node)
  expect(treeMove(all, row, '*', 10)).toEqual({ kind: 'open-all-below', node })
  expect(treeMove(all, row, '-', 10)).toEqual({ kind: 'close-others', node })
})

test('a tree that is limited to an entry begins there, whatever is closed above it', () => {
  const top = nodeNamed('IOResources')
  const rows = treeRows(plane, withBit(fullBitSet(plane.length), 1, false), top)
  expect(draw(rows)[0]).toBe('    IOResources')
  expect(rows.nodes).toHaveLength(plane.end[top]! - top)
  // Left goes no further out than that.
  expect(treeMove(rows, rowOfNode(rows, top), 'ArrowLeft', 10)).toEqual({
    kind: 'close',
    nodes: [top],
  })
  const closed = treeRows(plane, emptyBitSet(plane.length), top)
  expect(treeMove(closed, 0, 'ArrowLeft', 10)).toBeNull()
})

test('a filter in a limited tree finds and counts what is below alone', () => {
  const matches = matchesOf(snapshot, plane, 'hidsystem')
  const rows = filteredRows(plane, matches, noFolds, nodeNamed('IOResources'))
  expect(draw(rows)).toEqual(['    IOResources', '      IOHIDSystem'])
  expect(rows.matchCount).toBe(1)
  const only = nextMatch(rows, -1, 1)
  expect(nextMatch(rows, only, 1)).toBe(only)
})

test('typing goes to the next row that begins so, around the end', () => {
  const at = (row: number, typed: string) => {
    const found = typeAhead(snapshot, all, row, typed)
    return found === -1 ? null : nodeLabel(snapshot, plane, all.nodes[found]!)
  }
  expect(at(0, 'p')).toBe('PCI0@0')
  expect(at(0, 'ps2')).toBe('PS2K')
  expect(at(all.nodes.length - 1, 'r')).toBe('Root')
  expect(at(0, 'zz')).toBeNull()
})
