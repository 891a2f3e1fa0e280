import type { InstalledKext } from '../kext/kext.ts'
import { SnapshotBuilder } from '../registry/snapshot-builder.ts'
import { buildCatalogue, type Catalogue, type CatalogueSources } from './catalogue.ts'
import { isSamePersonality } from './same-personality.ts'

/**
 * The catalogue with personalities of the user's added, as `buildCatalogue` with them as `whatIf` would make it, but
 * without reading the snapshot again: for those who try one after another.
 */
export function extendCatalogue(
  base: Catalogue,
  whatIf: readonly InstalledKext[],
  { darwinMajor }: Pick<CatalogueSources, 'darwinMajor'> = {},
): Catalogue {
  const added = buildCatalogue({ snapshot: nothing(), installed: [], darwinMajor, whatIf })
  const items = [...base.items]
  for (const item of added.items) {
    const twin = base
      .forProviderClass(item.providerClass!)
      .find(other => isSamePersonality(other.properties, item.properties))
    if (twin) items[twin.index] = { ...twin, alsoFrom: [...twin.alsoFrom, item.origin] }
    else items.push({ ...item, index: items.length })
  }
  const changed = new Set(added.items.map(item => item.providerClass))
  return {
    items,
    forProviderClass: name =>
      changed.has(name)
        ? items.filter(item => item.providerClass === name)
        : base.forProviderClass(name),
    ignored: [...base.ignored, ...added.ignored],
    notes: base.notes,
  }
}

let empty: CatalogueSources['snapshot'] | undefined

function nothing(): CatalogueSources['snapshot'] {
  return (empty ??= new SnapshotBuilder().seal())
}
