import { expect, test } from 'vitest'
import type { LibraryGraph } from '../../../core/preflight/preflight-report.ts'
import { layOutLibraries } from '../../../renderer/charts/library-graph-layout.ts'
import { librarySummary } from '../../../renderer/charts/library-graph.tsx'
import { libraries } from '../action/sample-troubles.ts'

test('a library stands behind everything that asks for it', () => {
  const { places, links } = layOutLibraries(libraries)
  const column = (node: number) => places[node]!.x
  for (const { from, to } of libraries.edges) expect(column(from)).toBeLessThan(column(to))
  // The kernel's interface is asked for by the kext and by its family: it comes after both.
  expect(column(2)).toBeGreaterThan(column(1))
  expect(links.filter(({ isSatisfied }) => !isSatisfied)).toHaveLength(1)
})

test('no two boxes lie on each other', () => {
  const { places } = layOutLibraries(libraries)
  expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(libraries.nodes.length)
})

test('libraries that ask for each other end, and every one has its place', () => {
  const ring = graph(3, [
    [0, 1],
    [1, 2],
    [2, 1],
    [2, 2],
    [0, 9],
  ])
  const { places } = layOutLibraries(ring)
  expect(places).toHaveLength(3)
  expect(places.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true)
})

test('an empty graph has a size all the same', () => {
  expect(layOutLibraries({ nodes: [], edges: [] })).toMatchObject({ places: [], links: [] })
})

test('the summary counts what is loaded and what is missing', () => {
  expect(librarySummary(libraries)).toBe('3 libraries: 2 loaded, 1 missing or not fitting')
})

function graph(count: number, edges: readonly (readonly [number, number])[]): LibraryGraph {
  return {
    nodes: Array.from({ length: count }, (_, n) => ({
      bundleIdentifier: `org.darwinos.${n}`,
      version: '1.0',
      isLoaded: true,
      isKpi: false,
      problem: null,
    })),
    edges: edges.map(([from, to]) => ({ from, to, wantedVersion: '1.0', isSatisfied: true })),
  }
}
