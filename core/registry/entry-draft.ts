import { growColumn } from './grow-column.ts'
import { EntryIdIndex } from './entry-id-index.ts'
import { EntryFlag, noString, type EntryIndex, type StringIndex } from './snapshot.ts'

/** Set while building where state and times come from an archive, which tells more than text does. */
const fromArchive = 1 << 15
/** Set while building where a later dump told more of the entry than its first place shows. */
const toldMore = 1 << 14

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
    const known = this.byId.find(this.id, this.id[2 * entry]!, this.id[2 * entry + 1]!)
    if (known === -1) this.byId.add(this.id, entry)
    else if (known !== entry) this.merge(known, entry)
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

  private grow(): void {
    const needed = this.length
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
