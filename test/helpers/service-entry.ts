import type { PropertyValue } from '../../core/registry/property-value.ts'
import type { ModelEntry } from './registry-model.ts'

/** A service that is at rest, of which only properties and clients matter. */
export function serviceEntry(
  name: string,
  id: bigint,
  properties: readonly (readonly [string, PropertyValue])[],
  clients: readonly ModelEntry[] = [],
  location: string | null = null,
  className = 'IOService',
): ModelEntry {
  const classChain = ['IORegistryEntry', className]
  const service = { state: 0x1e, busyCount: 0, busyTimeNs: 0n }
  return { id, name, location, classChain, service, retainCount: 7, properties, clients }
}
