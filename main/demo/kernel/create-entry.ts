import type { Boot } from './boot.ts'
import { Entry } from './registry.ts'
import type { Properties } from './values.ts'

/** A new object that is not attached yet. Counts as an instance of its class. */
export function createEntry(
  boot: Boot,
  className: string,
  name: string,
  properties: Properties,
): Entry {
  const isService = boot.classes.conforms(className, 'IOService')
  boot.classes.created(className)
  return new Entry(className, name, properties, isService)
}
