import { libraryResolver } from './dependencies.ts'
import type { InstalledKext, LoadedKext } from './kext.ts'
import { compareVersions } from './version.ts'

/** One kext of the graph, whatever is known of it. */
export interface GraphKext {
  readonly bundleIdentifier: string
  /** Of the one that is loaded, else of the newest that is installed; null for one that is only asked for. */
  readonly version: string | null
  readonly isLoaded: boolean
  readonly isInstalled: boolean
  /** One of the kernel's own interfaces: cannot be loaded or unloaded. */
  readonly isKernel: boolean
}

/** `from` needs `to`. */
export interface GraphLink {
  /** -> `KextGraph.kexts` */
  readonly from: number
  readonly to: number
  /** The list of loaded kexts says so: what the kernel goes by (facts: kexts, section 6). */
  readonly isLinked: boolean
  /** The version that its Info.plist asks for; null where it does not name it. */
  readonly wantedVersion: string | null
  /** Why what is there does not serve; null when it does, or when it cannot be told. */
  readonly problem: string | null
}

/** Who needs whom among the kexts of a capture. */
export interface KextGraph {
  readonly kexts: readonly GraphKext[]
  readonly links: readonly GraphLink[]
  /** Numbers of the links that lead away from each kext, and to it. */
  readonly needs: readonly (readonly number[])[]
  readonly neededBy: readonly (readonly number[])[]
  readonly numberOf: ReadonlyMap<string, number>
  /** Load tags that no row of the list has: it was filtered or cut. Tag 0 is the kernel, which no tool prints. */
  readonly unknownTags: number
}

/**
 * Links of both sources: load tags of the kexts that are loaded, `OSBundleLibraries` of those that are installed. Of a loaded
 * kext the tags say what it is linked against; its Info.plist adds the versions. A kext that somebody asks for and nobody
 * has is in the graph as well.
 */
export function kextGraph(
  loaded: readonly LoadedKext[] | null,
  installed: readonly InstalledKext[] | null,
): KextGraph {
  const making = new GraphMaker()
  const byTag = new Map<number, number>()
  for (const kext of loaded ?? []) {
    const number = making.kext(kext.bundleIdentifier, kext.version, { isLoaded: true })
    if (kext.index !== null) byTag.set(kext.index, number)
  }
  // The build that is loaded says what it needs, not another one that lies beside it.
  const builds = new Map<string, InstalledKext>()
  for (const kext of installed ?? []) {
    if (kext.bundleIdentifier === '') continue
    const number = making.kext(kext.bundleIdentifier, kext.version, {
      isInstalled: true,
      isKernel: kext.isKernelComponent === true,
    })
    const other = builds.get(kext.bundleIdentifier)
    const wanted = making.kexts[number]!.version
    if (!other || (other.version !== wanted && kext.version === wanted)) {
      builds.set(kext.bundleIdentifier, kext)
    }
  }
  let unknownTags = 0
  for (const kext of loaded ?? []) {
    const from = making.numberOf.get(kext.bundleIdentifier)!
    for (const tag of new Set(kext.linkedAgainst)) {
      const to = byTag.get(tag)
      if (to !== undefined) making.link(from, to, { isLinked: true })
      else if (tag !== 0) unknownTags++
    }
  }
  const resolve = libraryResolver(installed ?? [], loaded ?? [])
  for (const kext of builds.values()) {
    const from = making.numberOf.get(kext.bundleIdentifier)!
    for (const { bundleIdentifier, wantedVersion, kind, explanation } of resolve(kext)) {
      if (bundleIdentifier === '') continue
      const to = making.kext(bundleIdentifier, null, {})
      const isFine = kind === 'satisfied' || kind === 'undetermined'
      making.link(from, to, { wantedVersion, problem: isFine ? null : explanation })
    }
  }
  return making.seal(unknownTags)
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

class GraphMaker {
  readonly kexts: Mutable<GraphKext>[] = []
  readonly numberOf = new Map<string, number>()
  readonly #links = new Map<number, Map<number, Mutable<GraphLink>>>()

  kext(
    bundleIdentifier: string,
    version: string | null,
    what: Partial<Pick<GraphKext, 'isLoaded' | 'isInstalled' | 'isKernel'>>,
  ): number {
    const before = this.numberOf.get(bundleIdentifier)
    if (before !== undefined) {
      const kext = this.kexts[before]!
      const isNewer = version !== null && compareVersions(version, kext.version ?? '') > 0
      if (kext.version === null || (!kext.isLoaded && isNewer)) kext.version = version
      if (what.isLoaded) kext.isLoaded = true
      if (what.isInstalled) kext.isInstalled = true
      if (what.isKernel) kext.isKernel = true
      return before
    }
    const number = this.kexts.push({
      bundleIdentifier,
      version,
      isLoaded: false,
      isInstalled: false,
      isKernel: isKernelIdentifier(bundleIdentifier),
      ...what,
    })
    this.numberOf.set(bundleIdentifier, number - 1)
    return number - 1
  }

  link(from: number, to: number, what: Partial<GraphLink>): void {
    if (from === to) return
    let away = this.#links.get(from)
    if (!away) this.#links.set(from, (away = new Map<number, Mutable<GraphLink>>()))
    const before = away.get(to)
    if (before) Object.assign(before, what)
    else {
      away.set(to, { from, to, isLinked: false, wantedVersion: null, problem: null, ...what })
    }
  }

  seal(unknownTags: number): KextGraph {
    const links = [...this.#links.values()].flatMap(away => [...away.values()])
    const needs: number[][] = this.kexts.map(() => [])
    const neededBy: number[][] = this.kexts.map(() => [])
    for (const [n, { from, to }] of links.entries()) {
      needs[from]!.push(n)
      neededBy[to]!.push(n)
    }
    return { kexts: this.kexts, links, needs, neededBy, numberOf: this.numberOf, unknownTags }
  }
}

function isKernelIdentifier(bundleIdentifier: string): boolean {
  return (
    bundleIdentifier.startsWith('com.apple.kpi.') ||
    bundleIdentifier === 'com.apple.kernel' ||
    bundleIdentifier.startsWith('com.apple.kernel.')
  )
}

/**
 * All kexts that a walk along links reaches, with the number of steps; the start with 0.
 *
 * @param way `needs`: what it needs; `neededBy`: what needs it
 */
export function reachable(
  graph: KextGraph,
  start: number,
  way: 'needs' | 'neededBy',
  most: { readonly steps?: number; readonly isLoadedOnly?: boolean } = {},
): ReadonlyMap<number, number> {
  const found = new Map([[start, 0]])
  let edge = [start]
  for (let step = 1; edge.length > 0 && step <= (most.steps ?? Infinity); step++) {
    const next: number[] = []
    for (const kext of edge) {
      for (const n of graph[way][kext]!) {
        const link = graph.links[n]!
        const other = way === 'needs' ? link.to : link.from
        if (found.has(other)) continue
        if (most.isLoadedOnly && !(link.isLinked && graph.kexts[other]!.isLoaded)) continue
        found.set(other, step)
        next.push(other)
      }
    }
    edge = next
  }
  return found
}

/**
 * The loaded kexts that keep this one from being unloaded: those linked against it, and those linked against them
 * (facts: kexts, section 8). Empty for one that is not loaded.
 */
export function keepsLoaded(graph: KextGraph, kext: number): ReadonlySet<number> {
  if (!graph.kexts[kext]!.isLoaded) return new Set()
  const found = new Set(reachable(graph, kext, 'neededBy', { isLoadedOnly: true }).keys())
  found.delete(kext)
  return found
}
