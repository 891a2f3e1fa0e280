/**
 * `OSMetaClass`: which classes the kernel knows, who derives from whom, which kext brought each, and how
 * many instances live.
 */
export interface KernelClass {
  readonly name: string
  /** null for `OSObject` alone. */
  readonly superclass: string | null
  readonly bundleIdentifier: string
}

/** A class as a kext's executable declares it. */
export interface ClassDeclaration {
  readonly name: string
  readonly superclass: string
}

export class ClassRegistry {
  readonly #classes = new Map<string, KernelClass>()
  readonly #subclasses = new Map<string, Set<string>>()
  /** Instances of exactly this class. */
  readonly #own = new Map<string, number>()

  constructor() {
    this.#add({ name: 'OSObject', superclass: null, bundleIdentifier: 'com.apple.kernel' })
  }

  get(name: string): KernelClass | undefined {
    return this.#classes.get(name)
  }

  names(): IterableIterator<string> {
    return this.#classes.keys()
  }

  /**
   * Registers the classes of one kext, superclasses first.
   * @returns the first class that stands in the way: a duplicate, or one whose superclass is unknown.
   */
  define(
    bundleIdentifier: string,
    declarations: readonly ClassDeclaration[],
  ): { readonly duplicate: KernelClass } | { readonly orphan: ClassDeclaration } | null {
    for (const { name } of declarations) {
      const known = this.#classes.get(name)
      if (known) return { duplicate: known }
    }
    const added: ClassDeclaration[] = []
    let waiting = [...declarations]
    while (waiting.length > 0) {
      const ready = waiting.filter(d => this.#classes.has(d.superclass))
      if (ready.length === 0) {
        for (const { name } of added) this.#remove(name)
        return { orphan: waiting[0]! }
      }
      for (const { name, superclass } of ready) this.#add({ name, superclass, bundleIdentifier })
      added.push(...ready)
      waiting = waiting.filter(d => !ready.includes(d))
    }
    return null
  }

  /** Forgets every class of a kext that is being unloaded. */
  undefine(bundleIdentifier: string): void {
    for (const { name } of this.ofBundle(bundleIdentifier)) this.#remove(name)
  }

  ofBundle(bundleIdentifier: string): readonly KernelClass[] {
    return [...this.#classes.values()].filter(c => c.bundleIdentifier === bundleIdentifier)
  }

  /** The class, its superclass, … `OSObject`. Empty when the class is unknown. */
  chain(name: string): readonly string[] {
    const chain: string[] = []
    for (
      let at = this.#classes.get(name);
      at;
      at = at.superclass ? this.#classes.get(at.superclass) : undefined
    ) {
      chain.push(at.name)
    }
    return chain
  }

  conforms(name: string, ancestor: string): boolean {
    for (
      let at = this.#classes.get(name);
      at;
      at = at.superclass ? this.#classes.get(at.superclass) : undefined
    ) {
      if (at.name === ancestor) return true
    }
    return false
  }

  created(name: string, count = 1): void {
    this.#own.set(name, (this.#own.get(name) ?? 0) + count)
  }

  freed(name: string): void {
    this.#own.set(name, Math.max(0, (this.#own.get(name) ?? 0) - 1))
  }

  /**
   * `OSMetaClass::getInstanceCount`: own instances, plus one for every direct subclass whose own count
   * is not zero (facts: logs-and-misc, section 3).
   */
  instanceCount(name: string): number {
    let count = this.#own.get(name) ?? 0
    for (const subclass of this.#subclasses.get(name) ?? []) {
      if (this.instanceCount(subclass) > 0) count += 1
    }
    return count
  }

  /**
   * Bytes of all objects. No sizes are known here, so a class is taken to add 24 bytes to its superclass: enough
   * for a count that goes up and down with the objects.
   */
  instanceBytes(): number {
    let bytes = 0
    for (const [name, count] of this.#own) bytes += count * 24 * this.chain(name).length
    return bytes
  }

  #add(added: KernelClass): void {
    this.#classes.set(added.name, added)
    if (added.superclass === null) return
    const siblings = this.#subclasses.get(added.superclass)
    if (siblings) siblings.add(added.name)
    else this.#subclasses.set(added.superclass, new Set([added.name]))
  }

  #remove(name: string): void {
    const removed = this.#classes.get(name)
    if (removed?.superclass) this.#subclasses.get(removed.superclass)?.delete(name)
    this.#classes.delete(name)
    this.#own.delete(name)
  }
}
