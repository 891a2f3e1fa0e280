import { dependencyNames } from '../kext/dependencies.ts'
import type { LoadedKext } from '../kext/kext.ts'

/**
 * The kexts to unload so that this one can go, those that nothing is linked against first, itself last. Circles,
 * which the kernel does not make, end the walk.
 *
 *   Uses → Family ← Other, Both → Uses and Other      unloadOrder(Family): Both, Uses, Other, Family
 *
 * A kext that is not in the list stands alone.
 */
export function unloadOrder(
  bundleIdentifier: string,
  kexts: readonly LoadedKext[],
): readonly string[] {
  const names = dependencyNames(kexts)
  const order: string[] = []
  const seen = new Set([bundleIdentifier])
  // Depth first with an own stack: a chain can be as long as a hostile guest likes.
  const path = [{ name: bundleIdentifier, next: 0 }]
  for (let at = path.at(-1); at; at = path.at(-1)) {
    const dependent = names.get(at.name)?.dependents[at.next++]
    if (dependent === undefined) {
      order.push(at.name)
      path.pop()
    } else if (!seen.has(dependent)) {
      seen.add(dependent)
      path.push({ name: dependent, next: 0 })
    }
  }
  return order
}
