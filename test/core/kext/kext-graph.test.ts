import { expect, test } from 'vitest'
import { kextGraph, keepsLoaded, reachable, type KextGraph } from '../../../core/kext/kext-graph.ts'
import type { InstalledKext, LoadedKext } from '../../../core/kext/kext.ts'
import { loadedKext } from '../../helpers/loaded-kext.ts'

const kpi = loaded(1, 'com.apple.kpi.iokit', [])
const family = loaded(5, 'com.apple.iokit.IOPCIFamily', [1])
const driver = loaded(7, 'org.darwinos.Driver', [5, 1, 0])
const client = loaded(9, 'org.darwinos.Client', [7, 1])

test('load tags say who is linked against whom; tag 0 is the kernel and no kext', () => {
  const graph = kextGraph([kpi, family, driver, client], null)
  expect(linksOf(graph)).toEqual([
    'com.apple.iokit.IOPCIFamily > com.apple.kpi.iokit',
    'org.darwinos.Driver > com.apple.iokit.IOPCIFamily',
    'org.darwinos.Driver > com.apple.kpi.iokit',
    'org.darwinos.Client > org.darwinos.Driver',
    'org.darwinos.Client > com.apple.kpi.iokit',
  ])
  expect(graph.unknownTags).toBe(0)
  expect(kextGraph([driver], null).unknownTags).toBe(2)
})

test('an Info.plist adds versions, kexts that are not loaded, and those that nobody has', () => {
  const graph = kextGraph(
    [kpi, family, driver],
    [
      installed('org.darwinos.Driver', '1.0', [['com.apple.iokit.IOPCIFamily', '2.0']]),
      installed('org.darwinos.Idle', '3.1', [
        ['org.darwinos.Driver', '1.0'],
        ['org.nowhere.Missing', '1.0'],
      ]),
    ],
  )
  const kexts = Object.fromEntries(graph.kexts.map(kext => [kext.bundleIdentifier, kext]))
  expect(kexts['org.darwinos.Idle']).toMatchObject({ isLoaded: false, version: '3.1' })
  expect(kexts['org.nowhere.Missing']).toMatchObject({
    version: null,
    isLoaded: false,
    isInstalled: false,
  })
  const link = graph.links.find(
    ({ from, to }) =>
      graph.kexts[from]!.bundleIdentifier === 'org.darwinos.Driver' &&
      graph.kexts[to]!.bundleIdentifier === 'com.apple.iokit.IOPCIFamily',
  )
  // The one that is loaded is 1.0, which is older than what is asked for.
  expect(link).toMatchObject({ isLinked: true, wantedVersion: '2.0' })
  expect(link!.problem).toContain('which is older')
  const missing = graph.links.find(({ to }) => graph.kexts[to]!.version === null)
  expect(missing!.problem).toContain('No kext org.nowhere.Missing')
})

test('the build that is loaded says what it needs, not another that lies beside it', () => {
  const graph = kextGraph(
    [loaded(7, 'org.darwinos.Driver', [], '1.0')],
    [
      installed('org.darwinos.Driver', '2.0', [['org.new.Library', '1.0']]),
      installed('org.darwinos.Driver', '1.0', [['org.old.Library', '1.0']]),
    ],
  )
  expect(linksOf(graph)).toEqual(['org.darwinos.Driver > org.old.Library'])
})

test('what is linked against a kext keeps it loaded, and what is linked against that', () => {
  const graph = kextGraph(
    [kpi, family, driver, client],
    [installed('org.darwinos.Idle', '1.0', [['com.apple.iokit.IOPCIFamily', '1.0']])],
  )
  const names = (kexts: Iterable<number>) =>
    [...kexts].map(n => graph.kexts[n]!.bundleIdentifier).sort()
  const of = (name: string) => graph.numberOf.get(name)!
  expect(names(keepsLoaded(graph, of('com.apple.iokit.IOPCIFamily')))).toEqual([
    'org.darwinos.Client',
    'org.darwinos.Driver',
  ])
  // Asking for it in an Info.plist holds nothing.
  expect(names(keepsLoaded(graph, of('org.darwinos.Client')))).toEqual([])
  expect(names(keepsLoaded(graph, of('org.darwinos.Idle')))).toEqual([])
  expect(
    names(reachable(graph, of('com.apple.iokit.IOPCIFamily'), 'neededBy', { steps: 1 }).keys()),
  ).toEqual(['com.apple.iokit.IOPCIFamily', 'org.darwinos.Driver', 'org.darwinos.Idle'])
})

test('kexts that need each other and themselves make a graph that ends', () => {
  const graph = kextGraph([loaded(1, 'a.b.c', [2, 1]), loaded(2, 'd.e.f', [1])], null)
  expect(linksOf(graph)).toEqual(['a.b.c > d.e.f', 'd.e.f > a.b.c'])
  expect([...keepsLoaded(graph, 0)]).toEqual([1])
})

test('twenty thousand kexts take no long time', () => {
  const many = Array.from({ length: 20_000 }, (_, n) =>
    loaded(n + 1, `org.many.K${n}`, [n, n >> 1, n >> 2, n >> 3]),
  )
  const began = performance.now()
  const graph = kextGraph(many, null)
  expect(keepsLoaded(graph, 1).size).toBeGreaterThan(9000)
  expect(performance.now() - began).toBeLessThan(20_000)
})

function linksOf(graph: KextGraph): string[] {
  return graph.links.map(
    ({ from, to }) =>
      `${graph.kexts[from]!.bundleIdentifier} > ${graph.kexts[to]!.bundleIdentifier}`,
  )
}

function loaded(
  index: number,
  bundleIdentifier: string,
  linkedAgainst: readonly number[],
  version = '1.0',
): LoadedKext {
  const size = { size: 4096, wired: 4096 }
  return loadedKext({ index, bundleIdentifier, version, linkedAgainst, ...size })
}

function installed(
  bundleIdentifier: string,
  version: string,
  libraries: InstalledKext['libraries'],
): InstalledKext {
  return {
    path: `/Library/Extensions/${bundleIdentifier}.${version}.kext`,
    bundleIdentifier,
    version,
    executable: 'K',
    compatibleVersion: '1.0',
    libraries,
    personalities: [],
    problems: [],
    notes: [],
  }
}
