import { planeNamed, propertyOf, providersOf } from '../registry/lookup.ts'
import { readValue } from '../registry/read-value.ts'
import { stringAt } from '../registry/strings.ts'
import { EntryFlag, noString, type EntryIndex, type Snapshot } from '../registry/snapshot.ts'
import { classTable, type TableLink } from './class-table.ts'
import { darwinVersionOf, platformOf } from './platform.ts'

export const root = 'OSObject'
export const service = 'IOService'
/** What every registry has at its top, whatever a dump says. */
const fixed: ReadonlySet<string> = new Set([service, 'IORegistryEntry', root])

/** Real chains have some ten classes, and a hostile one must not take long. */
export const longestChain = 200
/** Provider classes that one class is seen to be of; real ones are a few. */
const mostImplied = 50

/** `A:B:C` as the dump writes it, superclass first, as classes, most derived first. */
export function classesIn(chain: string): readonly string[] {
  const names = chain.split(':', longestChain).filter(name => name !== '')
  return [...new Set(names.reverse())]
}

/** A dump that shows names for classes may still show what the personality asked for; the two are the same. */
export function classNameOf(snapshot: Snapshot, entry: EntryIndex): string | null {
  const className = snapshot.entries.className[entry]!
  if (className !== noString) return stringAt(snapshot.strings, className)
  return textOf(snapshot, entry, 'IOClass')
}

function textOf(snapshot: Snapshot, entry: EntryIndex, key: string): string | null {
  const property = propertyOf(snapshot, entry, key)
  if (property < 0) return null
  const value = readValue(snapshot, property)
  return value.kind === 'string' && value.text !== '' ? value.text : null
}

export interface Walked {
  /** The class and its superclasses, up to the first that is not known. */
  readonly certain: readonly string[]
  readonly usedTable: boolean
  /** Superclasses of the last of them, one of which is right. */
  readonly moved: readonly string[]
}

/** What is right above each class: by the chains of the dump, else by the table of public classes. */
export class ClassLinks {
  readonly #snapshot: Snapshot
  readonly #ofDump: ReadonlyMap<string, string>
  readonly #isOfGuest: (link: TableLink) => boolean
  #implied: ReadonlyMap<string, ReadonlySet<string>> | undefined

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
    this.#ofDump = linksOfDump(snapshot)
    this.#isOfGuest = linkFilter(snapshot)
  }

  walk(className: string): Walked {
    const certain = [className]
    let usedTable = false
    for (let at = className; certain.length < longestChain;) {
      let superclass = this.#ofDump.get(at)
      if (superclass === undefined) {
        const links = (classTable().get(at) ?? []).filter(this.#isOfGuest)
        if (links.length > 1) {
          return { certain, usedTable: true, moved: links.map(link => link.superclass) }
        }
        superclass = links[0]?.superclass
        if (superclass !== undefined && !fixed.has(at)) usedTable = true
      }
      // Above itself: somebody made this up.
      if (superclass === undefined || certain.includes(superclass)) break
      certain.push(superclass)
      at = superclass
    }
    return { certain, usedTable, moved: [] }
  }

  impliedAbove(className: string): ReadonlySet<string> {
    return (this.#implied ??= this.#findImplied()).get(className) ?? none
  }

  /**
   * Provider classes of the drivers that matching put on services of a class (facts: matching, section 8), and
   * IOService for all that has a state.
   */
  #findImplied(): ReadonlyMap<string, ReadonlySet<string>> {
    const implied = new Map<string, Set<string>>()
    const add = (className: string, superclass: string): void => {
      if (className === superclass) return
      const above = implied.get(className)
      if (above === undefined) implied.set(className, new Set([superclass]))
      else if (above.size < mostImplied) above.add(superclass)
    }
    const { entries } = this.#snapshot
    const plane = planeNamed(this.#snapshot, 'IOService')
    for (let entry = 0; entry < entries.length; entry++) {
      if ((entries.flags[entry]! & EntryFlag.isService) !== 0) {
        const className = classNameOf(this.#snapshot, entry)
        if (className !== null) add(className, service)
      }
      if (plane === undefined) continue
      const wanted = this.#wantedByDriver(entry)
      if (wanted === null) continue
      // With several providers it does not show on which of them it matched.
      const [provider, ...others] = providersOf(this.#snapshot, plane, entry)
      if (provider === undefined || others.length > 0) continue
      const ofProvider = classNameOf(this.#snapshot, provider)
      if (ofProvider === null || isUsbAlias(ofProvider, wanted)) continue
      add(ofProvider, wanted)
    }
    return implied
  }

  /** What the personality of a driver asked for; null for what is no driver, or has another's properties. */
  #wantedByDriver(entry: EntryIndex): string | null {
    const wanted = textOf(this.#snapshot, entry, 'IOProviderClass')
    // Each is one object, and nothing comes from their classes: the driver has moved on to another provider.
    if (wanted === null || wanted === 'IOResources' || wanted === 'IOUserResources') return null
    if (propertyOf(this.#snapshot, entry, 'IOMatchCategory') < 0) return null
    const className = this.#snapshot.entries.className[entry]!
    if (className === noString) return wanted
    const itself = stringAt(this.#snapshot.strings, className)
    return textOf(this.#snapshot, entry, 'IOClass') === itself ? wanted : null
  }
}

const none: ReadonlySet<string> = new Set()

/** Nubs of one of these are shown under the name of the other (facts: matching, section 8). */
function isUsbAlias(className: string, wanted: string): boolean {
  return /^IOUSB(?:Host)?(?:Device|Interface)$/.test(className) && wanted.startsWith('IOUSB')
}

/** Of two chains that say different things of one class the first counts. */
function linksOfDump({ entries, strings }: Snapshot): ReadonlyMap<string, string> {
  const links = new Map<string, string>()
  const seen = new Set<number>()
  for (let entry = 0; entry < entries.length; entry++) {
    const chain = entries.classChain[entry]!
    if (chain === noString || seen.has(chain)) continue
    seen.add(chain)
    const classes = classesIn(stringAt(strings, chain))
    for (let i = 0; i + 1 < classes.length; i++) {
      const name = classes[i]!
      if (!links.has(name) && !fixed.has(name)) links.set(name, classes[i + 1]!)
    }
  }
  return links
}

/** Lines of the table that hold for the guest; what is not known of it, all may be. */
function linkFilter(snapshot: Snapshot): (link: TableLink) => boolean {
  const platform = platformOf(snapshot)
  const version = darwinVersionOf(snapshot)
  return link =>
    (link.platform === null || platform === null || link.platform === platform) &&
    (version === null || (link.from <= version && version <= link.to))
}
