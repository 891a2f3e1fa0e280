import { expect, test } from 'vitest'
import type { InstalledKext, LoadedKext } from '../../../core/kext/kext.ts'
import { libraryGraph, type LibrarySources } from '../../../core/preflight/library-graph.ts'
import type { LibraryGraph } from '../../../core/preflight/preflight-report.ts'
import { kext, loadedKexts } from './drawn-kext.ts'

const system = ['com.apple.kpi.iokit (17.7.0)', 'com.apple.kpi.libkern (17.7.0)', 'com.x.Old (1.0)']

const guest = (installed: readonly InstalledKext[], loaded = system): LibrarySources => ({
  installed: [kext('com.x.Other 1.0'), ...installed],
  loaded: loadedKexts(...loaded),
})

/** `foo 1.0 -> lib 2.0*`: a star for loaded, `K` for a KPI, `✗` for a line that does not hold. */
function draw({ nodes, edges }: LibraryGraph): string[] {
  const name = (at: number): string => {
    const { bundleIdentifier, version, isLoaded, isKpi } = nodes[at]!
    return `${bundleIdentifier} ${version ?? '?'}${isLoaded ? '*' : ''}${isKpi ? 'K' : ''}`
  }
  return edges.map(
    ({ from, to, wantedVersion, isSatisfied }) =>
      `${name(from)} ${isSatisfied ? '->' : '✗'} ${name(to)} for ${wantedVersion}`,
  )
}

test('libraries of libraries are below them, and each is one node', () => {
  const found = libraryGraph(
    kext('foo 1.0 <- com.apple.kpi.iokit 17.0, a 1.0'),
    guest([kext('a 2.0 (1.0) <- b 1.0, com.apple.kpi.iokit 17.0'), kext('b 1.0 (1.0)')]),
  )
  expect(draw(found)).toEqual([
    'foo 1.0 -> com.apple.kpi.iokit 17.7.0*K for 17.0',
    'foo 1.0 -> a 2.0 for 1.0',
    'a 2.0 -> b 1.0 for 1.0',
    'a 2.0 -> com.apple.kpi.iokit 17.7.0*K for 17.0',
  ])
  expect(found.nodes.map(({ problem }) => problem)).toEqual([null, null, null, null])
})

test('what is missing or does not fit says so', () => {
  const found = libraryGraph(
    kext('foo 1.0 <- gone 1.0, com.x.Old 2.0, a 3.0'),
    guest([kext('a 2.0 (1.0)')]),
  )
  expect(draw(found)).toEqual([
    'foo 1.0 ✗ gone ? for 1.0',
    'foo 1.0 ✗ com.x.Old 1.0* for 2.0',
    'foo 1.0 ✗ a 2.0 for 3.0',
  ])
  const problems = found.nodes.map(({ problem }) => problem ?? '')
  expect(problems[1]).toContain('No kext gone is installed or loaded')
  expect(problems[2]).toContain('1.0 is loaded, which is older')
  expect(problems[3]).toContain('serves 1.0 to 2.0 only')
})

test('circles end, also through the kext itself', () => {
  const found = libraryGraph(
    kext('foo 1.0 (1.0) <- a 1.0'),
    guest([kext('a 1.0 (1.0) <- b 1.0'), kext('b 1.0 (1.0) <- a 1.0, foo 1.0')]),
  )
  expect(found.nodes.map(({ bundleIdentifier }) => bundleIdentifier)).toEqual(['foo', 'a', 'b'])
  expect(found.edges.map(({ from, to }) => `${from}${to}`)).toEqual(['01', '12', '21', '20'])
})

test('a loaded library was resolved when it was loaded: its lines hold', () => {
  const found = libraryGraph(
    kext('foo 1.0 <- com.x.Lib 1.0'),
    guest([kext('com.x.Lib 1.0 (1.0) <- vanished 1.0')], [...system, 'com.x.Lib (1.0)']),
  )
  expect(draw(found)).toContain('com.x.Lib 1.0* -> vanished ? for 1.0')
  expect(found.nodes.at(-1)!.problem).toBe(null)
})

test('without a guest nothing is claimed', () => {
  const found = libraryGraph(kext('foo 1.0 <- a 1.0'), null)
  expect(draw(found)).toEqual(['foo 1.0 ✗ a ? for 1.0'])
  expect(found.nodes[1]!.problem).toBe(null)
})

test.each([
  ['the list of loaded kexts is not known', { loaded: null, installed: [kext('b 1.0')] }],
  ['the installed kexts are not known', { loaded: [] as LoadedKext[], installed: [] }],
])('a library that is not seen is no fault where %s', (_title, sources) => {
  const found = libraryGraph(kext('foo 1.0 <- com.apple.kpi.iokit 17.0'), sources)
  expect(found.nodes[1]).toMatchObject({ isKpi: true, problem: null })
})

test('a hostile guest’s graph has bounds', () => {
  const many = Array.from({ length: 2000 }, (_, i) => {
    const needs = Array.from({ length: 40 }, (_, j) => `lib${(i * 7 + j * 13) % 2000} 1.0`)
    return kext(`lib${i} 1.0 (1.0) <- ${needs.join(', ')}`)
  })
  const startedAt = performance.now()
  const found = libraryGraph(kext('foo 1.0 <- lib0 1.0'), guest(many))
  expect(performance.now() - startedAt).toBeLessThan(20_000)
  expect(found.nodes.length).toBeLessThanOrEqual(300)
  expect(found.nodes.length).toBeGreaterThan(200)
  expect(found.edges.length).toBeLessThanOrEqual(1500)
  const indices = found.edges.flatMap(({ from, to }) => [from, to])
  expect(Math.max(...indices)).toBeLessThan(300)
})
