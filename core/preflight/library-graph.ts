import { libraryResolver, type LibraryResolution } from '../kext/dependencies.ts'
import type { InstalledKext, LoadedKext } from '../kext/kext.ts'
import { isKernelInterface } from './protected-kext.ts'
import type { LibraryGraph, LibraryNode } from './preflight-report.ts'

/** More than anybody can look at; a real kext has some dozens below it. */
const mostNodes = 300
const mostEdges = 1500

/** What a guest has to link against; null where that is not known. */
export interface LibrarySources {
  readonly installed: readonly InstalledKext[]
  readonly loaded: readonly LoadedKext[] | null
}

/** A guest that has not told of its kexts, or only of a part of them, proves nothing to be missing. */
export function knowsAllLibraries({ installed, loaded }: LibrarySources): boolean {
  return installed.length > 0 && loaded !== null
}

/**
 * `OSBundleLibraries` of a kext and of what serves it, breadth first: node 0 is the kext, and each identifier is one
 * node however often it is wanted, so circles end (facts: kexts, section 4). At most 300 nodes and 1500 edges.
 *
 * @param guest null where it is not known what the guest has: then nothing is satisfied, and no node is at fault
 */
export function libraryGraph(kext: InstalledKext, guest: LibrarySources | null): LibraryGraph {
  const nodes: LibraryNode[] = [
    {
      bundleIdentifier: kext.bundleIdentifier,
      version: kext.version === '' ? null : kext.version,
      isLoaded:
        guest?.loaded?.some(each => each.bundleIdentifier === kext.bundleIdentifier) ?? false,
      isKpi: isKernelInterface(kext.bundleIdentifier),
      problem: null,
    },
  ]
  const edges: LibraryGraph['edges'][number][] = []
  const indexOf = new Map([[kext.bundleIdentifier, 0]])
  const resolve = libraryResolver(guest?.installed ?? [], guest?.loaded ?? [])
  const isSure = guest !== null && knowsAllLibraries(guest)
  const bundles = new Map((guest?.installed ?? []).map(each => [each.path, each]))

  const pending: { readonly from: number; readonly owner: InstalledKext }[] = [
    { from: 0, owner: kext },
  ]
  for (let at = 0; at < pending.length; at++) {
    const { from, owner } = pending[at]!
    // What is linked already was resolved when it was loaded; only its lines are drawn.
    const isLinked = from > 0 && nodes[from]!.isLoaded
    for (const resolution of resolve(owner)) {
      if (edges.length >= mostEdges) break
      const { bundleIdentifier, wantedVersion, candidate } = resolution
      const isSatisfied = isLinked || (guest !== null && serves(resolution))
      const problem = isSatisfied || guest === null ? null : problemOf(resolution, isSure)
      let to = indexOf.get(bundleIdentifier)
      if (to === undefined) {
        if (nodes.length >= mostNodes) continue
        to = nodes.length
        indexOf.set(bundleIdentifier, to)
        nodes.push({
          bundleIdentifier,
          version: candidate?.version ?? null,
          isLoaded: candidate?.isLoaded ?? false,
          isKpi: isKernelInterface(bundleIdentifier),
          problem,
        })
        const library = candidate?.path == null ? undefined : bundles.get(candidate.path)
        if (library !== undefined) pending.push({ from: to, owner: library })
      } else if (problem !== null && nodes[to]!.problem === null) {
        nodes[to] = { ...nodes[to]!, problem }
      }
      edges.push({ from, to, wantedVersion, isSatisfied })
    }
  }
  return { nodes, edges }
}

function serves({ kind }: LibraryResolution): boolean {
  return kind === 'satisfied' || kind === 'undetermined'
}

function problemOf({ kind, explanation }: LibraryResolution, isSure: boolean): string | null {
  return kind === 'not-found' && !isSure ? null : explanation
}
