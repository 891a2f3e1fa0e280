import type { ClassRegistry } from './class-registry.ts'
import type { Registry } from './registry.ts'

/** In bytes, under the names that `IOKitDiagnostics` and `ioalloccount` have (facts: logs-and-misc, section 3). */
export interface AllocationCounts {
  readonly 'Instance allocation': number
  readonly 'Container allocation': number
  readonly 'IOMalloc allocation': number
  readonly 'Pageable allocation': number
}

/** What a settled 10.13 machine has in use beyond what this model counts. */
const elsewhere = { instances: 2_900_000, containers: 2_100_000, malloc: 29_117_440 }
const pageableBytes = 201_326_592
/** A property takes about this much in its dictionary. */
const propertyBytes = 16

/** The kernel's memory as far as IOKit counts it: it follows objects, properties and `IOMalloc`. */
export class Allocations {
  readonly #classes: ClassRegistry
  readonly #registry: Registry
  #mallocBytes = elsewhere.malloc

  constructor(classes: ClassRegistry, registry: Registry) {
    this.#classes = classes
    this.#registry = registry
  }

  allocated(bytes: number): void {
    this.#mallocBytes += bytes
  }

  freed(bytes: number): void {
    this.#mallocBytes = Math.max(0, this.#mallocBytes - bytes)
  }

  counts(): AllocationCounts {
    let properties = 0
    for (const entry of this.#registry.entries()) properties += entry.properties.size
    return {
      'Instance allocation': elsewhere.instances + this.#classes.instanceBytes(),
      'Container allocation': elsewhere.containers + properties * propertyBytes,
      'IOMalloc allocation': this.#mallocBytes,
      'Pageable allocation': pageableBytes,
    }
  }
}
