import { propertyOf } from './lookup.ts'
import { readValue } from './read-value.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * The planes that the guest had, as `IORegistryPlanes` on the root lists them, IOService first: more than the
 * snapshot holds, where not all were dumped. Empty where the root does not tell.
 */
export function planeNames(snapshot: Snapshot): readonly string[] {
  const root = snapshot.planes[0]?.entry[0]
  if (root === undefined) return []
  const property = propertyOf(snapshot, root, 'IORegistryPlanes')
  if (property < 0) return []
  const value = readValue(snapshot, property)
  if (value.kind !== 'dictionary') return []
  const names = value.entries.map(([name]) => name)
  return [
    ...names.filter(name => name === 'IOService'),
    ...names.filter(name => name !== 'IOService'),
  ]
}
