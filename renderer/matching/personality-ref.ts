import type { CatalogueItem, PersonalityOrigin } from '../../core/matching/catalogue-item.ts'

/** A personality as the window points at it: by where it is known from, which the next catalogue keeps. */
export interface PersonalityRef {
  readonly origin: PersonalityOrigin
  readonly name: string
}

export function refOf(item: CatalogueItem): PersonalityRef {
  return { origin: item.origin, name: item.name }
}

export function installedRef(kextPath: string, name: string): PersonalityRef {
  return { origin: { kind: 'installed', kextPath, name }, name }
}

/** Equal for two references to one personality. */
export function refKey({ origin, name }: PersonalityRef): string {
  switch (origin.kind) {
    case 'installed':
    case 'what-if':
      return JSON.stringify([origin.kind, origin.kextPath, origin.name])
    case 'instance':
      return JSON.stringify([origin.kind, origin.entry])
    case 'boot-cache':
      return JSON.stringify([origin.kind, origin.path, name])
  }
}

/** All keys under which an item is known: exact duplicates are one item (facts: matching, section 1). */
export function keysOf(item: CatalogueItem): readonly string[] {
  return [item.origin, ...item.alsoFrom].map(origin => refKey({ origin, name: item.name }))
}

/** The item that is meant, or null where the catalogue has it no more. */
export function findItem(
  items: readonly CatalogueItem[],
  ref: PersonalityRef,
): CatalogueItem | null {
  const wanted = refKey(ref)
  return items.find(item => keysOf(item).includes(wanted)) ?? null
}
