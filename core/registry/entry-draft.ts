import { appended, ascending, growColumn } from './grow-column.ts'
import { EntryIdIndex } from './entry-id-index.ts'
import { EntryFlag, noString, type EntryIndex, type StringIndex } from './snapshot.ts'

/** Set while building where state and times come from an archive, which tells more than text does. */
const fromArchive = 1 << 15
/** Set while building where a later dump told more of the entry than its first place shows. */
const toldMore = 1 << 14

/** What `EntryDraft.addAll` takes: one item of each for each entry, two words where there are 64 bits. */
export interface EntryColumns {
  readonly id: Uint32Array<ArrayBuffer>
  readonly name: Int32Array<ArrayBuffer>
  readonly textClass: Int32Array<ArrayBuffer>
  readonly archiveClass: Int32Array<ArrayBuffer>
  readonly classChain: Int32Array<ArrayBuffer>
  /** `EntryFlag`, and the bit above for a state that an archive told. */
  readonly flags: Uint16Array<ArrayBuffer>
  readonly state: Uint32Array<ArrayBuffer>
  readonly busyCount: Uint32Array<ArrayBuffer>
  readonly busyTime: Uint32Array<ArrayBuffer>
  readonly retainCount: Uint32Array<ArrayBuffer>
  /** Counted from the first of them: itself where it is finished and has properties, else -1. */
  readonly propertyOwner: Int32Array<ArrayBuffer>
}

/** Which of these entries are finished, in the order in which they were, counted from the first. */
export interface FinishedEntries {
  readonly order: Int32Array
  /**
   * Where all of them are finished: pairs of one and a later one with its ID, in order of the latter. Null where
   * somebody has to look.
   */
  readonly twins: Int32Array | null
}

/**
 * Entries while dumps are read. A reader opens one draft for each node it meets; `finish` finds out by
 * ID whether the entry is known already, and then the draft becomes an alias of it. An archive tells
 * the ID only after the children (XML keys are sorted), so aliases are resolved when sealing.
 */
export class EntryDraft {
  length = 0
  /** Two words for each entry: low, high. */
  id = new Uint32Array(2 * 256)
  name = new Int32Array(256)
  /** From text, which always prints the kernel's class. */
  textClass = new Int32Array(256)
  /** From `IOObjectClass`, which held the entry's name on 10.8–10.13 (facts: ioreg, section 7). */
  archiveClass = new Int32Array(256)
  archiveClassSource = new Uint8Array(256)
  classChain = new Int32Array(256)
  flags = new Uint16Array(256)
  state = new Uint32Array(256)
  busyCount = new Uint32Array(256)
  busyTime = new Uint32Array(2 * 256)
  retainCount = new Uint32Array(256)
  /** The entry this draft turned out to be: itself, or an earlier one. */
  alias = new Int32Array(256)
  /** The draft whose property block counts for this entry, or -1: the first that has any. */
  propertyOwner = new Int32Array(256)

  private readonly byId = new EntryIdIndex()
  /** So many drafts, the first ones, are finished but in no index yet. */
  private unindexed = 0

  /** A draft of which nothing is known. */
  open(): EntryIndex {
    const entry = this.length++
    if (entry >= this.name.length) this.grow()
    this.name[entry] = noString
    this.textClass[entry] = noString
    this.archiveClass[entry] = noString
    this.classChain[entry] = noString
    this.alias[entry] = entry
    this.propertyOwner[entry] = -1
    return entry
  }

  /** Drafts of which all this is known, some of them finished. The columns become the draft's own. */
  addAll(entries: EntryColumns, source: number, finished: FinishedEntries): EntryIndex {
    const first = this.length
    const count = entries.name.length
    this.id = appended(this.id, 2 * first, entries.id)
    this.name = appended(this.name, first, entries.name)
    this.textClass = appended(this.textClass, first, entries.textClass)
    this.archiveClass = appended(this.archiveClass, first, entries.archiveClass)
    const sources = new Uint8Array(count).fill(source)
    this.archiveClassSource = appended(this.archiveClassSource, first, sources)
    this.classChain = appended(this.classChain, first, entries.classChain)
    this.flags = appended(this.flags, first, entries.flags)
    this.state = appended(this.state, first, entries.state)
    this.busyCount = appended(this.busyCount, first, entries.busyCount)
    this.busyTime = appended(this.busyTime, 2 * first, entries.busyTime)
    this.retainCount = appended(this.retainCount, first, entries.retainCount)
    this.alias = appended(this.alias, first, ascending(first, count))
    this.propertyOwner = appended(this.propertyOwner, first, entries.propertyOwner)
    this.length += count
    this.finishAll(first, finished)
    return first
  }

  private finishAll(first: EntryIndex, { order, twins }: FinishedEntries): void {
    if (first > 0 || !twins) {
      this.propertyOwner.fill(-1, first, this.length)
      for (let i = 0; i < order.length; i++) this.finish(first + order[i]!)
      return
    }
    for (let i = 0; i < twins.length; i += 2) this.merge(twins[i]!, twins[i + 1]!)
    this.unindexed = this.length
  }

  setId(entry: EntryIndex, low: number, high: number): void {
    this.id[2 * entry] = low
    this.id[2 * entry + 1] = high
    this.flags[entry]! |= EntryFlag.hasId
  }

  setArchiveClass(entry: EntryIndex, className: StringIndex, source: number): void {
    this.archiveClass[entry] = className
    this.archiveClassSource[entry] = source
  }

  /** The raw word of an archive. */
  setArchiveState(entry: EntryIndex, state: number): void {
    this.state[entry] = state
    this.flags[entry]! |= EntryFlag.isService | fromArchive
  }

  setBusyTime(entry: EntryIndex, low: number, high: number, isWholeMs: boolean): void {
    this.busyTime[2 * entry] = low
    this.busyTime[2 * entry + 1] = high
    this.flags[entry]! |= EntryFlag.hasBusyTime | (isWholeMs ? EntryFlag.busyTimeInMs : 0)
  }

  /** Everything about the draft is known: is it an entry that another node showed before? */
  finish(entry: EntryIndex): void {
    const flags = this.flags[entry]!
    if ((flags & EntryFlag.hasProperties) !== 0) this.propertyOwner[entry] = entry
    if ((flags & EntryFlag.hasId) === 0) return
    if (this.unindexed > 0) this.indexRest()
    const known = this.byId.findOrAdd(this.id, entry)
    if (known !== entry) this.merge(known, entry)
  }

  /** Left to whoever finishes the next: after the only dump of a snapshot nobody does. */
  private indexRest(): void {
    for (let entry = 0; entry < this.unindexed; entry++) {
      const isKnown = (this.flags[entry]! & EntryFlag.hasId) !== 0 && this.alias[entry] === entry
      if (isKnown) this.byId.add(this.id, entry)
    }
    this.unindexed = 0
  }

  /** Does the draft's row say more than the node that opened it shows? */
  isToldMore(entry: EntryIndex): boolean {
    return (this.flags[entry]! & toldMore) !== 0
  }

  /** The ID index survives a seal only inside; look-ups over a sealed snapshot are in `lookup.ts`. */
  private merge(known: EntryIndex, again: EntryIndex): void {
    this.alias[again] = known
    const hadClass = this.textClass[known] !== noString
    for (const column of [this.name, this.textClass, this.classChain, this.propertyOwner]) {
      if (column[known] === noString) column[known] = column[again]!
    }
    if (this.archiveClass[known] === noString) {
      this.setArchiveClass(known, this.archiveClass[again]!, this.archiveClassSource[again]!)
    }
    const before = this.flags[known]!
    const now = this.flags[again]!
    const isNew = (bit: number) => (now & bit) !== 0 && (before & bit) === 0
    if (isNew(EntryFlag.isService) || isNew(fromArchive)) this.state[known] = this.state[again]!
    if (isNew(EntryFlag.hasBusyCount)) this.busyCount[known] = this.busyCount[again]!
    if (isNew(EntryFlag.hasRetainCount)) this.retainCount[known] = this.retainCount[again]!
    // Text tells no nanoseconds: where it prints no time, that is not a finer one.
    const isFiner = (before & EntryFlag.busyTimeInMs) !== 0 && (now & fromArchive) !== 0
    let flags = before | now
    if (isNew(EntryFlag.hasBusyTime) || ((now & EntryFlag.hasBusyTime) !== 0 && isFiner)) {
      this.busyTime[2 * known] = this.busyTime[2 * again]!
      this.busyTime[2 * known + 1] = this.busyTime[2 * again + 1]!
      flags = (flags & ~EntryFlag.busyTimeInMs) | (now & EntryFlag.busyTimeInMs)
    } else {
      flags = (flags & ~EntryFlag.busyTimeInMs) | (before & EntryFlag.busyTimeInMs)
    }
    // An archive's state word is ordered; so is a known one that had no doubt.
    if (isNew(fromArchive) || ((before & EntryFlag.isService) !== 0 && !isDoubtful(before))) {
      flags &= ~EntryFlag.stateBitsUnordered
    }
    const isMore = ((flags ^ before) & shownFlags) !== 0 || isFiner
    if (isMore || hadClass !== (this.textClass[known] !== noString)) flags |= toldMore
    this.flags[known] = flags
  }

  /** Room for so many in all: what is written once need not be copied. */
  reserve(count: number): void {
    if (count > this.name.length) this.grow(count)
  }

  private grow(wanted = 0): void {
    const needed = Math.max(this.length, wanted, 2 * this.name.length, 16)
    this.id = growColumn(this.id, 2 * needed)
    this.name = growColumn(this.name, needed)
    this.textClass = growColumn(this.textClass, needed)
    this.archiveClass = growColumn(this.archiveClass, needed)
    this.archiveClassSource = growColumn(this.archiveClassSource, needed)
    this.classChain = growColumn(this.classChain, needed)
    this.flags = growColumn(this.flags, needed)
    this.state = growColumn(this.state, needed)
    this.busyCount = growColumn(this.busyCount, needed)
    this.busyTime = growColumn(this.busyTime, 2 * needed)
    this.retainCount = growColumn(this.retainCount, needed)
    this.alias = growColumn(this.alias, needed)
    this.propertyOwner = growColumn(this.propertyOwner, needed)
  }
}

/** The bits of a sealed entry. */
export function publicFlags(flags: number): number {
  return flags & ~(fromArchive | toldMore)
}

/** What a node's line shows, beside its names and numbers. */
const shownFlags =
  EntryFlag.isService |
  EntryFlag.hasBusyCount |
  EntryFlag.hasBusyTime |
  EntryFlag.busyTimeInMs |
  EntryFlag.hasRetainCount

function isDoubtful(flags: number): boolean {
  return (flags & EntryFlag.stateBitsUnordered) !== 0
}
