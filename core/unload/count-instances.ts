import type { RegistryView } from '../verify/observed-guest.ts'
import type { CountedClass } from './blocker-report.ts'

/**
 * Counts of classes next to the entries that are there.
 *
 * The kernel counts an object for its class, and adds 1 to a class for each direct subclass that has
 * instances (facts: logs-and-misc, section 3). What is left over is in no entry: leaked, or never attached.
 *
 * @param counts by `ioclasscount`; null where it is not there
 * @param services classes that are known to be those of services, from personalities
 * @param named what the kernel counted when it refused to unload; used where `counts` does not know a class
 */
export function countInstances(
  classNames: readonly string[],
  counts: ReadonlyMap<string, number> | null,
  view: RegistryView,
  services: ReadonlySet<string> = new Set(),
  named: ReadonlyMap<string, number> = new Map(),
): readonly CountedClass[] {
  return classNames.map(className => {
    const counted = counts?.get(className) ?? named.get(className) ?? null
    const live = view.ofClass(className).length
    const fromSubclasses = view
      .directSubclasses(className)
      .filter(subclass => (counts?.get(subclass) ?? named.get(subclass) ?? 0) > 0).length
    // A dump without classes still tells drivers by their properties: enough, if they make up the count.
    const isComplete = view.knowsClasses || (live > 0 && live === counted)
    const inRegistry = isComplete ? live : null
    return {
      className,
      counted,
      inRegistry,
      fromSubclasses,
      isService: live > 0 || services.has(className),
      unseen:
        counted === null || inRegistry === null
          ? null
          : Math.max(0, counted - inRegistry - fromSubclasses),
    }
  })
}
