import { stringAt } from '../registry/strings.ts'
import { noString, type EntryIndex, type Snapshot } from '../registry/snapshot.ts'
import { classesIn, classNameOf, ClassLinks, longestChain, root, service } from './class-links.ts'
import { isResourceClass } from './service-classes.ts'
import type { ClassChain } from './verdict.ts'

/**
 * Which superclasses the classes of a snapshot have. Known are they, the surest first,
 *
 *   from chains that the dump itself shows (`ioreg -i`, documents of IORegistryExplorer)
 *   from the table of public classes
 *   from what ran: a driver is on a provider of the class that its personality asks for
 *
 * The last tells that a class is somewhere above, and not what lies between.
 */
export interface ClassHierarchy {
  /** Of a class, or of an entry, whose own chain comes first. */
  chainOf(of: string | EntryIndex): ClassChain
  /** Whether a class, or an entry's, is another or comes from it. Null: a superclass that decides is not known. */
  conforms(of: string | EntryIndex, base: string): boolean | null
}

const hierarchies = new WeakMap<Snapshot, ClassHierarchy>()

/** The hierarchy of a snapshot; made once. */
export function classHierarchyOf(snapshot: Snapshot): ClassHierarchy {
  let hierarchy = hierarchies.get(snapshot)
  if (!hierarchy) hierarchies.set(snapshot, (hierarchy = new SnapshotClasses(snapshot)))
  return hierarchy
}

/** What is known of the superclasses of one class. */
interface Lineage {
  /** The class and its superclasses without a gap, most derived first. */
  readonly certain: readonly string[]
  /** The last of `certain` is OSObject. */
  readonly isComplete: boolean
  readonly usedTable: boolean
  /** Beyond the gap: classes that are certainly above, most derived first as far as that is known. */
  readonly above: readonly string[]
  /** What may lie in the gap; null: anything below `floor`. */
  readonly between: readonly string[] | null
  /** The most derived class beyond the gap that is known up to OSObject, but for moves; null where none is. */
  readonly floor: string | null
  readonly isImplied: boolean
}

class SnapshotClasses implements ClassHierarchy {
  readonly #snapshot: Snapshot
  readonly #links: ClassLinks
  /** By chain of the dump, as its string's index. */
  readonly #ofChains = new Map<number, ClassChain>()
  readonly #chains = new Map<string, ClassChain>()
  readonly #lineages = new Map<string, Lineage>()

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
    this.#links = new ClassLinks(snapshot)
  }

  chainOf(of: string | EntryIndex): ClassChain {
    if (typeof of === 'number') return this.#chainOfEntry(of)
    let chain = this.#chains.get(of)
    if (!chain) this.#chains.set(of, (chain = this.#chainOfClass(of)))
    return chain
  }

  conforms(of: string | EntryIndex, base: string): boolean | null {
    if (typeof of === 'string') return this.#conforms(of, base)
    const chain = this.chainOf(of)
    if (chain.classes.includes(base)) return true
    if (chain.isComplete) return false
    const className = chain.classes[0]
    return className === undefined ? null : this.#conforms(className, base)
  }

  #chainOfEntry(entry: EntryIndex): ClassChain {
    const { entries, strings } = this.#snapshot
    const shown = entries.classChain[entry]!
    if (shown !== noString) {
      let chain = this.#ofChains.get(shown)
      if (!chain) {
        chain = this.#chainShown(classesIn(stringAt(strings, shown)))
        this.#ofChains.set(shown, chain)
      }
      return chain
    }
    const className = classNameOf(this.#snapshot, entry)
    return className === null ? unknownChain : this.chainOf(className)
  }

  /** A chain of the dump, and what is known above its top. */
  #chainShown(shown: readonly string[]): ClassChain {
    const top = shown.at(-1)
    if (top === undefined) return unknownChain
    const above = this.chainOf(top)
    const classes = [...shown, ...above.classes.slice(1).filter(name => !shown.includes(name))]
    return { classes, isComplete: above.isComplete, source: 'dump' }
  }

  #chainOfClass(className: string): ClassChain {
    const { certain, isComplete, usedTable, above, isImplied } = this.#lineageOf(className)
    const source = isImplied
      ? 'implied'
      : usedTable
        ? 'table'
        : certain.length > 1
          ? 'dump'
          : 'unknown'
    const upTo = above.indexOf(service)
    // That a service is one says nothing of what is missing before it.
    const shown = upTo < 0 ? above : above.slice(0, upTo)
    return { classes: [...certain, ...shown], isComplete, source }
  }

  #conforms(className: string, base: string): boolean | null {
    const { certain, isComplete, above, between, floor } = this.#lineageOf(className)
    if (certain.includes(base) || above.includes(base)) return true
    // There is one object of each, and of no class below (facts: matching, section 6.1).
    if (isComplete || isResourceClass(base)) return false
    if (between !== null) return between.includes(base) ? null : false
    // Above the gap a class may be that has moved.
    if (floor !== null && this.#conforms(floor, base) === null) return null
    return this.#mayLieBetween(base, certain.at(-1)!, floor) ? null : false
  }

  /** Whether a class may be in a gap: it would have to come from what is beyond, and not from what is below. */
  #mayLieBetween(base: string, below: string, floor: string | null): boolean {
    const lineage = this.#lineageOf(base)
    if (lineage.certain.includes(below) || lineage.above.includes(below)) return false
    if (!lineage.isComplete || floor === null) return true
    return lineage.certain.includes(floor)
  }

  #lineageOf(className: string): Lineage {
    const known = this.#lineages.get(className)
    if (known) return known
    // Of a class that comes from itself no more is known than its name; somebody made that up.
    this.#lineages.set(className, { ...nothingKnown, certain: [className] })
    const lineage = this.#findLineage(className)
    this.#lineages.set(className, lineage)
    return lineage
  }

  #findLineage(className: string): Lineage {
    const walked = this.#links.walk(className)
    const { certain, usedTable, moved } = walked
    const whole = { certain, usedTable, above: [], between: [], floor: null, isImplied: false }
    if (certain.at(-1) === root) return { ...whole, isComplete: true }
    if (moved.length > 0) return { ...whole, ...this.#acrossMoves(moved), isComplete: false }
    return { ...whole, ...this.#acrossGap(certain), isComplete: false }
  }

  /** A class that moved over the years, in a snapshot that does not tell the year: what all places share. */
  #acrossMoves(moved: readonly string[]): Pick<Lineage, 'above' | 'between' | 'floor'> {
    const lineages = moved.map(superclass => this.#lineageOf(superclass))
    const ways = lineages.map(({ certain, above }) => [...certain, ...above])
    const above = ways[0]!.filter(name => ways.every(way => way.includes(name)))
    const possible = [...ways, ...lineages.map(({ between }) => between ?? [])].flat()
    const between = [...new Set(possible)].filter(name => !above.includes(name))
    return { above, between, floor: above[0] ?? null }
  }

  /** What ran tells of classes beyond the gap. Their own implied superclasses count too. */
  #acrossGap(certain: readonly string[]): Omit<Lineage, 'certain' | 'isComplete' | 'usedTable'> {
    const found = new Set<string>()
    const open = [...certain]
    let isImplied = false
    let whole: readonly string[] = []
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      for (const superclass of this.#links.impliedAbove(name)) {
        if (found.has(superclass) || found.size >= longestChain) continue
        if (certain.includes(superclass)) continue
        const way = this.#wayUp(superclass)
        // It would be its own superclass.
        if (way.some(above => certain.includes(above))) continue
        if (superclass !== service) isImplied = true
        if (way.at(-1) === root && way.length > whole.length) whole = way
        for (const above of way) found.add(above)
        open.push(...way)
      }
    }
    // What everything is known of comes last, in its order: the others are below it or unrelated.
    const above = [...found].filter(name => !whole.includes(name))
    return { above: [...above, ...whole], between: null, floor: whole[0] ?? null, isImplied }
  }

  /** A class and all that is certainly above it by the dump's chains and the table. */
  #wayUp(className: string): readonly string[] {
    const { certain, moved } = this.#links.walk(className)
    return moved.length === 0 ? certain : [...certain, ...this.#lineageOf(certain.at(-1)!).above]
  }
}

const nothingKnown: Omit<Lineage, 'certain'> = {
  isComplete: false,
  usedTable: false,
  above: [],
  between: null,
  floor: null,
  isImplied: false,
}

const unknownChain: ClassChain = { classes: [], isComplete: false, source: 'unknown' }
