import type { PropertyValue } from '../../../core/registry/property-value.ts'
import type { ClassRegistry } from './class-registry.ts'
import type { Entry } from './registry.ts'

/** Nubs of the device tree compare these properties, in this order (facts: matching, section 4.1). */
const nubProperties = ['name', 'compatible', 'device_type', 'model'] as const

/**
 * `compareName`.
 * @returns what `IONameMatched` becomes: the device's own string, or null when the name does not fit.
 */
export function compareName(
  classes: ClassRegistry,
  provider: Entry,
  wanted: string,
): string | null {
  const isPlatformDevice = classes.conforms(provider.className, 'IOPlatformDevice')
  const isExpert = classes.conforms(provider.className, 'IOPlatformExpertDevice')
  if (isPlatformDevice || isExpert || classes.conforms(provider.className, 'IOPCIDevice')) {
    // The root expert accepts the made-up name of the ACPI platform.
    if (isExpert && wanted === 'ACPI') return wanted
    for (const key of nubProperties) {
      const hit = namesIn(provider.properties.get(key)).find(name => fits(name, wanted))
      if (hit !== undefined) return hit
    }
    return isPlatformDevice && fits(provider.name, wanted) ? wanted : null
  }
  return provider.name === wanted ? wanted : null
}

/** A trailing `*` of the personality is a prefix wildcard. */
function fits(name: string, wanted: string): boolean {
  return wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted
}

/** A string, or data holding a list of strings with a NUL after each. */
function namesIn(value: PropertyValue | undefined): readonly string[] {
  if (value?.kind === 'string') return [value.text]
  if (value?.kind !== 'data') return []
  return new TextDecoder('latin1')
    .decode(value.bytes)
    .split('\0')
    .filter(name => name !== '')
}
