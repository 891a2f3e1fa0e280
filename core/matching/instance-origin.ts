import type { PropertyValue } from '../registry/property-value.ts'
import type { EntryIndex } from '../registry/snapshot.ts'
import { baseKeyNames } from './base-keys.ts'
import type { Catalogue } from './catalogue.ts'
import type { CatalogueItem } from './catalogue-item.ts'
import { isEqualTo } from './equality.ts'
import type { PassiveMatch } from './passive-match.ts'
import type { ProviderViews, SnapshotProvider } from './snapshot-provider.ts'

/** Which personality made a driver, by what the driver inherited from it. */
export interface InstanceOrigin {
  readonly item: CatalogueItem
  /** Keys of the personality that the driver no longer has as they were. */
  readonly changed: readonly string[]
  /** Others that fit as well. */
  readonly alike: readonly CatalogueItem[]
}

/**
 * Finds the personality of an instance: a driver's properties begin as a copy of it, all keys included
 * (facts: service-state, section 5). Class, provider class, bundle and category have to be the same, and the keys that no
 * driver sets itself. Of those the one that holds for the provider, and with the score that the driver has; then the
 * one with the fewest keys that differ, and with the most that are there.
 */
export class InstanceOrigins {
  readonly #views: ProviderViews
  readonly #passive: PassiveMatch
  readonly #byClass = new Map<string, CatalogueItem[]>()
  readonly #known = new Map<EntryIndex, InstanceOrigin | null>()

  constructor(catalogue: Catalogue, views: ProviderViews, passive: PassiveMatch) {
    this.#views = views
    this.#passive = passive
    for (const item of catalogue.items) {
      // The guest does not know these, so none of its drivers is from there.
      if (item.origin.kind === 'what-if') continue
      const className = item.ioClass ?? ''
      const others = this.#byClass.get(className)
      if (others) others.push(item)
      else this.#byClass.set(className, [item])
    }
  }

  /** Null for an entry that matching did not make, or whose personality is not in the catalogue. */
  of(entry: EntryIndex): InstanceOrigin | null {
    let origin = this.#known.get(entry)
    if (origin === undefined) {
      const view = this.#views.fresh(entry)
      origin = isInstance(view) ? this.#find(view) : null
      this.#known.set(entry, origin)
    }
    return origin
  }

  /** Has the personality made an active client of this service? */
  runsOn(item: CatalogueItem, service: EntryIndex): boolean {
    return this.#views
      .clients(service)
      .some(client => this.#views.isActive(client) && this.of(client)?.item === item)
  }

  #find(instance: SnapshotProvider): InstanceOrigin | null {
    const inherited = inheritedBy(instance)
    const className = stringOf(inherited('IOClass')) ?? ''
    const ofKind = (this.#byClass.get(className) ?? []).filter(item => isOfKind(item, inherited))
    const fitting = ofKind
      .map(item => ({
        item,
        ...compareKeys(item, inherited),
        // Asking is needed only to tell several apart.
        misfit: ofKind.length > 1 ? this.#misfitOf(item, instance) : 0,
      }))
      .sort(
        (a, b) =>
          a.changedMatchKeys - b.changedMatchKeys ||
          a.misfit - b.misfit ||
          a.changed.length - b.changed.length ||
          b.same - a.same ||
          a.item.index - b.item.index,
      )
    const [best] = fitting
    if (!best || (best.changedMatchKeys > 0 && fitting.length > 1)) return null
    const isAsGood = (other: typeof best): boolean =>
      other.changedMatchKeys === best.changedMatchKeys &&
      other.misfit === best.misfit &&
      other.changed.length === best.changed.length &&
      other.same === best.same
    return {
      item: best.item,
      changed: best.changed,
      alike: fitting
        .slice(1)
        .filter(isAsGood)
        .map(({ item }) => item),
    }
  }

  /** 0: it holds for the provider with the driver's score. 1: with another. 2: cannot be told. 3: it fails. */
  #misfitOf(item: CatalogueItem, instance: SnapshotProvider): number {
    const provider = this.#views.matchedOn(instance.entry)
    if (provider === null) return 2
    const answer = this.#passive.quick(item.properties, this.#views.of(provider))
    if (answer === 'unknown') return 2
    if (answer === 'fails') return 3
    return answer === scoreOf(instance) ? 0 : 1
  }
}

/** `IOProbeScore` of an instance: the adjusted one, 32 bits, signed. Null where the dump shows none. */
export function scoreOf(instance: SnapshotProvider): number | null {
  const value = instance.property('IOProbeScore')
  return value?.kind === 'integer' ? Number(BigInt.asIntN(32, value.value)) : null
}

/**
 * Did matching make it? A nub that a driver makes does not have these keys (facts: service-state, section 5), unless it
 * was given a copy of the driver's own: then its class is another than the personality names.
 */
export function isInstance(view: SnapshotProvider): boolean {
  if (view.property('IOMatchedPersonality')?.kind === 'dictionary') return true
  const ioClass = view.property('IOClass')
  return (
    ioClass?.kind === 'string' &&
    (view.className === '' || view.className === ioClass.text) &&
    view.property('IOProviderClass')?.kind === 'string'
  )
}

/** The match category of a driver: matching leaves it on all that it makes, nubs do not have it. */
export function categoryOf(view: SnapshotProvider): string | null {
  const category = view.property('IOMatchCategory')
  return category?.kind === 'string' ? category.text : null
}

/** DriverKit keeps the whole personality of an instance in a property of its own. */
function inheritedBy(instance: SnapshotProvider): (key: string) => PropertyValue | undefined {
  const whole = instance.property('IOMatchedPersonality')
  if (whole?.kind !== 'dictionary') return key => instance.property(key)
  const values = new Map(whole.entries)
  return key => values.get(key)
}

function isOfKind(
  item: CatalogueItem,
  inherited: (key: string) => PropertyValue | undefined,
): boolean {
  const category = stringOf(inherited('IOMatchCategory')) ?? 'IODefaultMatchCategory'
  const bundle = stringOf(inherited('CFBundleIdentifier'))
  return (
    stringOf(inherited('IOProviderClass')) === item.providerClass &&
    category === item.category &&
    (bundle === undefined || bundle === item.bundleIdentifier)
  )
}

/** Not compared: matching writes them into the copy, or user space into what it sends. */
const rewritten: ReadonlySet<string> = new Set([
  'IOProbeScore',
  'IOMatchCategory',
  'IOClass',
  'IOProviderClass',
  'CFBundleIdentifier',
  'CFBundleIdentifierKernel',
  'IOPersonalityPublisher',
])

/** What no driver has a reason to set: it is asked of its provider, and describes nothing of itself. */
const matchKeys: ReadonlySet<string> = new Set([
  ...baseKeyNames,
  'IOParentMatch',
  ...['IOPCIMatch', 'IOPCIPrimaryMatch', 'IOPCISecondaryMatch', 'IOPCIClassMatch'],
  'IOResourceMatch',
])

interface Likeness {
  readonly changed: readonly string[]
  readonly changedMatchKeys: number
  readonly same: number
}

function compareKeys(
  { properties }: CatalogueItem,
  inherited: (key: string) => PropertyValue | undefined,
): Likeness {
  const changed: string[] = []
  let changedMatchKeys = 0
  let same = 0
  for (const [key, value] of properties.entries) {
    if (rewritten.has(key)) continue
    const now = inherited(key)
    // What the dump does not show exactly counts as neither.
    const answer = now === undefined ? false : isEqualTo(value, now)
    if (answer === true) same++
    if (answer !== false) continue
    changed.push(key)
    if (matchKeys.has(key)) changedMatchKeys++
  }
  return { changed, changedMatchKeys, same }
}

function stringOf(value: PropertyValue | undefined): string | undefined {
  return value?.kind === 'string' ? value.text : undefined
}
