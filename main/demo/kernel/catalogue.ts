import type { DictionaryValue } from '../../../core/registry/property-value.ts'
import { stringAt, valueAt } from '../../../core/registry/property-value.ts'
import { isEqual, numberOf } from './values.ts'

/** One matching dictionary as it was sent to the kernel: `CFBundleIdentifier` is there. */
export type CatalogueEntry = DictionaryValue

/** `IOCatalogue`: every personality the kernel knows, by provider class (facts: matching, section 1). */
export class Catalogue {
  readonly #byProviderClass = new Map<string, CatalogueEntry[]>()

  /**
   * Adds personalities in order. One without `IOProviderClass` is silently ignored; an exact duplicate is
   * not added twice.
   * @returns those that are new.
   */
  add(personalities: readonly DictionaryValue[]): readonly CatalogueEntry[] {
    const added: CatalogueEntry[] = []
    for (const personality of personalities) {
      const providerClass = stringAt(personality, 'IOProviderClass')
      if (providerClass === undefined) continue
      let list = this.#byProviderClass.get(providerClass)
      if (!list) this.#byProviderClass.set(providerClass, (list = []))
      if (list.some(known => isEqual(known, personality))) continue
      list.push(personality)
      added.push(personality)
    }
    return added
  }

  /** Removes every personality of one kext. @returns how many there were. */
  removeBundle(bundleIdentifier: string): number {
    let removed = 0
    for (const [providerClass, list] of this.#byProviderClass) {
      const kept = list.filter(p => stringAt(p, 'CFBundleIdentifier') !== bundleIdentifier)
      removed += list.length - kept.length
      this.#byProviderClass.set(providerClass, kept)
    }
    return removed
  }

  all(): readonly CatalogueEntry[] {
    return [...this.#byProviderClass.values()].flat()
  }

  /**
   * `findDrivers`: personalities for a class and its superclasses up to IOService, best `IOProbeScore`
   * first; ties keep the order "most derived provider class, then insertion" (facts: matching, section 2).
   * @param classChain the service's class first.
   */
  findDrivers(classChain: readonly string[]): readonly CatalogueEntry[] {
    const found: CatalogueEntry[] = []
    for (const className of classChain) {
      found.push(...(this.#byProviderClass.get(className) ?? []))
      if (className === 'IOService') break
    }
    return found.sort((a, b) => probeScoreOf(b) - probeScoreOf(a))
  }
}

/** Missing or not a number counts as 0. */
export function probeScoreOf(personality: CatalogueEntry): number {
  return numberOf(valueAt(personality, 'IOProbeScore')) ?? 0
}
