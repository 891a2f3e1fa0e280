import { CandidateIndex } from './candidate-index.ts'
import type { Catalogue } from './catalogue.ts'
import type { CatalogueItem } from './catalogue-item.ts'
import type { ClassHierarchy } from './class-hierarchy.ts'
import { familyOf } from './families.ts'
import type { FamilyTable } from './family.ts'
import type { Platform } from './platform.ts'
import type { SnapshotProvider } from './snapshot-provider.ts'

/** A personality that the kernel looks at for a service. */
export interface Collected {
  readonly item: CatalogueItem
  /** Of its provider class in the service's chain: 0 is the service's own class. Where that is no matter, 0 for all. */
  readonly depth: number
}

/**
 * Kernels up to about 10.8 go through all personalities and look whether the service is of the class; later ones go up
 * from the service's class, so that of equal scores the more derived comes first (facts: matching, section 2).
 */
const lastDarwinByCast = 12

/** Classes above IOService: the kernel does not look there (facts: matching, section 2). */
const aboveServices: ReadonlySet<string> = new Set(['IORegistryEntry', 'OSObject'])

export function isAboveServices(className: string): boolean {
  return aboveServices.has(className)
}

/** Personalities for a class that a service may have: its superclasses are not known that far. */
export interface OpenClass {
  /** Of services that have the class: what they would be asked besides the base keys. */
  readonly family: FamilyTable | null
  /** Without most of those that fail even so. */
  readonly index: CandidateIndex
}

/** Whether a service can have the class, by what every provider of the class's family shows. */
export function mayHaveClass({ family }: OpenClass, service: SnapshotProvider): boolean {
  if (!service.hasProperties) return true
  return (family?.marks ?? []).every(key => service.property(key) !== undefined)
}

/** Up to IOService; none of an entry that is no service, whatever personalities there are for its class. */
function classesLookedAt(service: SnapshotProvider): readonly string[] {
  const { classes } = service.chain
  const upTo = classes.indexOf('IOService')
  if (upTo >= 0) return classes.slice(0, upTo + 1)
  switch (service.conformsTo('IOService')) {
    case true:
      return [...classes, 'IOService']
    case false:
      return []
    case null:
      return classes
  }
}

export interface CandidateList {
  /** In the kernel's order: own score, then as it was collected. */
  readonly collected: readonly Collected[]
  /** The same for one service, without most of those that fail. */
  readonly index: CandidateIndex
  readonly open: readonly OpenClass[]
}

/** Finds the personalities for a service; services of one class share the answer. */
export class CandidateLists {
  readonly #catalogue: Catalogue
  readonly #hierarchy: ClassHierarchy
  readonly #platform: Platform | null
  readonly #isByCast: boolean
  readonly #lists = new Map<string, CandidateList>()
  readonly #providerClasses: ReadonlySet<string>
  readonly #openClasses = new Map<string, OpenClass>()

  /** @param darwinMajor of the guest; null where it is not known */
  constructor(
    catalogue: Catalogue,
    hierarchy: ClassHierarchy,
    platform: Platform | null,
    darwinMajor: number | null = null,
  ) {
    this.#catalogue = catalogue
    this.#hierarchy = hierarchy
    this.#platform = platform
    this.#isByCast = darwinMajor !== null && darwinMajor <= lastDarwinByCast
    const named = catalogue.items.flatMap(({ providerClass }) => providerClass ?? [])
    this.#providerClasses = new Set(named.filter(name => !isAboveServices(name)))
  }

  /** `findDrivers` (facts: matching, section 2). */
  for(service: SnapshotProvider): CandidateList {
    const isService = service.conformsTo('IOService')
    const { classes, isComplete } = service.chain
    const key = `${classes.join(':')} ${isComplete} ${isService}`
    let list = this.#lists.get(key)
    if (!list) this.#lists.set(key, (list = this.#collect(service)))
    return list
  }

  #collect(service: SnapshotProvider): CandidateList {
    const collected = classesLookedAt(service)
      .filter(className => !isAboveServices(className))
      .flatMap((className, depth) => this.#collectedAt(className, this.#isByCast ? 0 : depth))
    collected.sort(
      (a, b) =>
        b.item.probeScore - a.item.probeScore || a.depth - b.depth || a.item.index - b.item.index,
    )
    const open = service.chain.isComplete
      ? []
      : [...this.#providerClasses].filter(name => service.conformsTo(name) === null)
    const is = (name: string): boolean => service.conformsTo(name) === true
    return {
      collected,
      index: new CandidateIndex(collected, is, this.#platform),
      open: open.map(name => this.ofClass(name)),
    }
  }

  /** What a service would be asked that has the class. */
  ofClass(providerClass: string): OpenClass {
    let made = this.#openClasses.get(providerClass)
    if (!made) {
      const chain = this.#hierarchy.chainOf(providerClass)
      const is = (name: string): boolean => this.#hierarchy.conforms(providerClass, name) === true
      const collected = this.#collectedAt(providerClass, Number.MAX_SAFE_INTEGER)
      const family = familyOf({ chain }, this.#platform)
      made = { family, index: new CandidateIndex(collected, is, this.#platform) }
      this.#openClasses.set(providerClass, made)
    }
    return made
  }

  #collectedAt(className: string, depth: number): Collected[] {
    return this.#catalogue.forProviderClass(className).map(item => ({ item, depth }))
  }
}
