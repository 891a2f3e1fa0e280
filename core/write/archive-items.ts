import { propertyRowAt } from '../registry/place-rows.ts'
import {
  EntryFlag,
  noString,
  type NodeIndex,
  type PropertyIndex,
  type Snapshot,
  type StringIndex,
} from '../registry/snapshot.ts'
import { Added, KeyOrder, type AddedCode } from './archive-keys.ts'
import type { LossTally } from './write-losses.ts'
import { classAt, classChainAt, type PartOptions, type WrittenPart } from './written-part.ts'
import { xmlLoss } from './xml-value.ts'

export interface ArchiveWriteOptions extends PartOptions {
  /**
   * `IOObjectInheritance` where a chain is known, as `-i` on macOS 11 and later writes it. When absent: as the
   * dump was made. A text dump without `-i` tells the root's chain all the same, for it has but one class.
   */
  readonly hasChains?: boolean
  /**
   * `IOObjectClass` holds the name, as OS X 10.8 to macOS 10.13 write it (facts: ioreg, section 7). When absent: as
   * the dump was made, where nothing else tells the class.
   */
  readonly hasNamesForClasses?: boolean
}

/** What stands in the dictionary of each node: its properties and the keys that ioreg adds, sorted. */
export class ArchiveItems {
  private readonly snapshot: Snapshot
  private readonly part: WrittenPart
  private readonly losses: LossTally
  private readonly order: KeyOrder
  private readonly hasNamesForClasses: boolean
  private readonly hadNamesForClasses: boolean
  private readonly hasChains: boolean
  /** No archive is among the sources: states and times are what text tells of them. */
  private readonly isTextOnly: boolean

  constructor(
    snapshot: Snapshot,
    part: WrittenPart,
    options: ArchiveWriteOptions,
    losses: LossTally,
  ) {
    this.snapshot = snapshot
    this.part = part
    this.losses = losses
    this.order = new KeyOrder(snapshot)
    this.hasNamesForClasses = options.hasNamesForClasses === true
    this.hadNamesForClasses =
      options.hasNamesForClasses === undefined &&
      snapshot.sources.some(source => source.hasNamesForClasses)
    this.isTextOnly = snapshot.sources.every(({ syntax }) => syntax === 'text')
    const { classChain, className } = snapshot.entries
    const isLong = (chain: StringIndex, row: number) =>
      chain !== noString && chain !== className[row]
    this.hasChains = options.hasChains ?? (!this.isTextOnly || classChain.some(isLong))
  }

  /** Properties by their index, added keys by their code. */
  of(node: NodeIndex): readonly number[] {
    const { entries, properties } = this.snapshot
    const { plane } = this.part
    const row = plane.sighting[node]!
    const flags = entries.flags[row]!
    const items: number[] = []
    const hasClients = plane.end[node] !== node + 1 && plane.depth[node]! < this.part.lastDepth
    const put = (isKnown: boolean, code: AddedCode) => void (isKnown && items.push(code))
    const owner = propertyRowAt(this.snapshot, plane, node)
    for (let p = entries.firstProperty[owner]!; p < entries.firstProperty[owner + 1]!; p++) {
      if (!this.order.isAdded(properties.key[p]!)) items.push(p)
      else this.losses.note('properties that are named as a key of ioreg’s own are left out')
    }
    put(this.classOf(node) !== noString, Added.className)
    put(this.hasChains && this.chainOf(node) !== noString, Added.classChain)
    put((flags & EntryFlag.hasRetainCount) !== 0, Added.retainCount)
    put(hasClients, Added.children)
    put((flags & EntryFlag.hasId) !== 0, Added.id)
    put(plane.location[node] !== noString, Added.location)
    put(plane.name[node] !== noString, Added.name)
    put((flags & EntryFlag.hasBusyCount) !== 0, Added.busyCount)
    put((flags & EntryFlag.hasBusyTime) !== 0, Added.busyTime)
    put((flags & EntryFlag.isService) !== 0, Added.state)
    this.noteCoarse(flags)
    this.order.sort(items, properties.key)
    for (let i = 1; i < items.length; i++) {
      const isTwice = items[i]! >= 0 && items[i - 1]! >= 0 && this.sameKey(items[i]!, items[i - 1]!)
      if (isTwice) this.losses.note(xmlLoss.duplicateKey)
    }
    return items
  }

  private sameKey(a: PropertyIndex, b: PropertyIndex): boolean {
    const { key } = this.snapshot.properties
    return key[a] === key[b]
  }

  /** The string that `IOObjectClass` holds, or `noString`. */
  classOf(node: NodeIndex): StringIndex {
    const { plane } = this.part
    const known = classAt(this.snapshot, plane, node)
    const isName = this.hasNamesForClasses || (this.hadNamesForClasses && known === noString)
    return isName ? plane.name[node]! : known
  }

  chainOf(node: NodeIndex): StringIndex {
    return classChainAt(this.snapshot, this.part.plane, node)
  }

  /** What an archive would tell exactly and text tells roughly; the archive written from it shows no doubt. */
  private noteCoarse(flags: number): void {
    if ((flags & EntryFlag.busyTimeInMs) !== 0) {
      this.losses.note('busy times are known in whole milliseconds only')
    }
    if ((flags & EntryFlag.stateBitsUnordered) !== 0) {
      this.losses.note('registered and matched may stand for each other')
    }
    if (this.isTextOnly && (flags & EntryFlag.isService) !== 0) {
      this.losses.note('states are known by their printed words only; the other bits are clear')
    }
  }
}
