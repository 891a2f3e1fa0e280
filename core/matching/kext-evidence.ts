import { stringAt, valueAt } from '../registry/property-value.ts'
import type { Snapshot } from '../registry/snapshot.ts'
import type { CatalogueItem } from './catalogue-item.ts'
import type { ProviderViews } from './snapshot-provider.ts'

/** Is the kext of a personality loaded? */
export interface KextEvidence {
  /** Null where nothing tells. */
  isLoaded(item: CatalogueItem): boolean | null
}

/**
 * @param loaded identifiers of the loaded kexts; null where no list was taken. Then a driver that runs tells that
 * its kext is loaded, and nothing tells that one is not.
 */
export function kextEvidence(
  snapshot: Snapshot,
  views: ProviderViews,
  loaded: ReadonlySet<string> | null,
): KextEvidence {
  let running: ReadonlySet<string> | undefined
  return {
    isLoaded: item => {
      const module = moduleOf(item)
      if (module === '' || isBuiltIn(module, item)) return true
      if (loaded) return loaded.has(module)
      running ??= runningBundles(snapshot, views)
      return running.has(module) ? true : null
    },
  }
}

/** The kext that has the kernel class (facts: matching, section 1). */
function moduleOf({ properties, bundleIdentifier }: CatalogueItem): string {
  return stringAt(properties, 'CFBundleIdentifierKernel') ?? bundleIdentifier
}

/** Parts of the kernel are there without being listed. */
function isBuiltIn(module: string, { properties }: CatalogueItem): boolean {
  const builtIn = valueAt(properties, 'KernelConfigTable')
  return (
    module === '__kernel__' ||
    module === 'com.apple.kernel' ||
    module.startsWith('com.apple.kernel.') ||
    module.startsWith('com.apple.kpi.') ||
    (builtIn?.kind === 'boolean' && builtIn.value)
  )
}

function runningBundles(snapshot: Snapshot, views: ProviderViews): ReadonlySet<string> {
  const found = new Set<string>()
  for (let entry = 0; entry < snapshot.entries.length; entry++) {
    if (!views.isActive(entry)) continue
    const bundle = views.fresh(entry).property('CFBundleIdentifier')
    if (bundle?.kind === 'string') found.add(bundle.text)
  }
  return found
}
