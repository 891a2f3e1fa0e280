import { ask } from '../../core/contract/transport.ts'
import type { BuildComparison } from '../../core/kext/compare-builds.ts'
import type { ActionContext } from './store.ts'

export interface BuildActions {
  /** Compares host's build, guest's file and loaded image; the answer is kept in the state too. */
  readonly compareBuilds: (
    bundleIdentifier: string,
    signal?: AbortSignal,
  ) => Promise<BuildComparison>
  /** The bundle on the host that a kext comes from, from now on. */
  readonly followBuild: (bundleIdentifier: string, hostPath: string) => void
  /** Not told again until something about it changes. */
  readonly dismissBuild: (comparison: BuildComparison) => void
}

export function buildActions({ store, transport }: ActionContext): BuildActions {
  return {
    compareBuilds: async (bundleIdentifier, signal) => {
      const bundlePath = store.getState().builds.hostPaths.get(bundleIdentifier) ?? null
      const comparison = await ask(
        transport,
        'builds.compare',
        { bundleIdentifier, bundlePath },
        signal ? { signal } : {},
      )
      store.setState(({ builds }) => {
        const before = builds.compared.get(bundleIdentifier)
        // The same once more is no news: what was put aside stays so.
        if (before && isSame(before, comparison)) return {}
        const compared = new Map(builds.compared).set(bundleIdentifier, comparison)
        return { builds: { ...builds, compared } }
      })
      return comparison
    },
    followBuild: (bundleIdentifier, hostPath) =>
      store.setState(({ builds }) =>
        builds.hostPaths.get(bundleIdentifier) === hostPath
          ? {}
          : {
              builds: {
                ...builds,
                hostPaths: new Map(builds.hostPaths).set(bundleIdentifier, hostPath),
              },
            },
      ),
    dismissBuild: comparison =>
      store.setState(({ builds }) => ({
        builds: { ...builds, dismissed: new Set(builds.dismissed).add(comparison) },
      })),
  }
}

function isSame(a: BuildComparison, b: BuildComparison): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** Not one and the same: what is tried in the guest is not what was built last. */
export function isStale({ verdict }: BuildComparison): boolean {
  return verdict === 'file-differs' || verdict === 'loaded-differs' || verdict === 'both-differ'
}
