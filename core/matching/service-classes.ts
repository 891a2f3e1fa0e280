import { propertyOf } from '../registry/lookup.ts'
import { stringAt } from '../registry/strings.ts'
import { EntryFlag, type EntryIndex, type Snapshot } from '../registry/snapshot.ts'
import type { ClassChain } from './verdict.ts'

/** What is asked of a class hierarchy here. */
export interface KnownClasses {
  chainOf(entry: EntryIndex): ClassChain
  /** Null: not known. */
  conforms(className: string, superclass: string): boolean | null
}

/** Of which classes a service is, as far as is known. */
export interface ServiceClasses {
  readonly className: string
  readonly chain: ClassChain
  /** Null: a superclass is not known, so it can't be told. */
  conformsTo(className: string): boolean | null
}

/**
 * Some tools show nubs of USB by an override name, `IOUSBDevice` for an `IOUSBHostDevice` (facts: matching, section 8).
 * The compatibility clone beside it is an `IOUSBDevice` and shown so, too. What tells the two apart was observed in
 * dumps of OS X 10.11 to macOS 11: each host nub, and no clone, has this property.
 */
const hostNubKey = 'USBPortType'
const overrides: ReadonlyMap<string, string> = new Map([
  ['IOUSBDevice', 'IOUSBHostDevice'],
  ['IOUSBInterface', 'IOUSBHostInterface'],
])

export function isResourceClass(className: string): boolean {
  return className === 'IOResources' || className === 'IOUserResources'
}

/** The classes of the services of one snapshot. What was asked of one class is kept for all of it. */
export class ClassesOfServices {
  readonly #snapshot: Snapshot
  readonly #classes: KnownClasses
  /** By chain, which the hierarchy makes once for a class; apart for those known to be services. */
  readonly #services = new Map<ClassChain, ServiceClasses>()
  readonly #others = new Map<ClassChain, ServiceClasses>()
  readonly #hosts = new Map<ClassChain, ClassChain>()

  constructor(snapshot: Snapshot, classes: KnownClasses) {
    this.#snapshot = snapshot
    this.#classes = classes
  }

  of(entry: EntryIndex): ServiceClasses {
    const { entries, strings } = this.#snapshot
    const className = stringAt(strings, entries.className[entry]!)
    const chain = this.#chainOf(entry, className)
    const isService = (entries.flags[entry]! & EntryFlag.isService) !== 0
    const all = isService ? this.#services : this.#others
    let known = all.get(chain)
    if (known?.className !== className) {
      known = new Conforming(className, chain, isService, this.#classes)
      all.set(chain, known)
    }
    return known
  }

  /** Of the class that stands behind an override name: the shown superclasses go with the name. */
  #chainOf(entry: EntryIndex, className: string): ClassChain {
    const chain = this.#classes.chainOf(entry)
    const host = overrides.get(className)
    if (host === undefined || propertyOf(this.#snapshot, entry, hostNubKey) < 0) return chain
    let ofHost = this.#hosts.get(chain)
    if (!ofHost) {
      const service = chain.classes.indexOf('IOService')
      const above = service < 0 ? [] : chain.classes.slice(service)
      this.#hosts.set(chain, (ofHost = { ...chain, classes: [host, ...above] }))
    }
    return ofHost
  }
}

class Conforming implements ServiceClasses {
  readonly className: string
  readonly chain: ClassChain
  readonly #isService: boolean
  readonly #classes: KnownClasses
  readonly #answers = new Map<string, boolean | null>()

  constructor(className: string, chain: ClassChain, isService: boolean, classes: KnownClasses) {
    this.className = className
    this.chain = chain
    this.#isService = isService
    this.#classes = classes
  }

  conformsTo(wanted: string): boolean | null {
    let answer = this.#answers.get(wanted)
    if (answer === undefined) this.#answers.set(wanted, (answer = this.#asked(wanted)))
    return answer
  }

  #asked(wanted: string): boolean | null {
    if (this.chain.classes.includes(wanted)) return true
    // Whatever has a service's state is one.
    if (this.#isService && wanted === 'IOService') return true
    if (this.chain.isComplete) return false
    const [className] = this.chain.classes
    return className === undefined ? null : this.#classes.conforms(className, wanted)
  }
}
