import {
  EntryFlag,
  noString,
  ServiceState,
  type EntryIndex,
  type Snapshot,
} from '../registry/snapshot.ts'
import { BusyTimes } from './busy-times.ts'
import type { CommonStrings } from './common-strings.ts'
import { ChangeBit } from './snapshot-diff.ts'

/** The columns of a pair of entries. */
export class FieldComparison {
  unknownClasses = 0
  private readonly before: Snapshot
  private readonly after: Snapshot
  private readonly ofBefore: Int32Array
  private readonly hasClasses: boolean
  private readonly busyTimes: BusyTimes

  constructor(before: Snapshot, after: Snapshot, common: CommonStrings) {
    this.before = before
    this.after = after
    this.ofBefore = common.ofBefore
    this.busyTimes = new BusyTimes(before.entries, after.entries)
    this.hasClasses = !hasNamesForClasses(before) && !hasNamesForClasses(after)
  }

  /** `ChangeBit`s */
  compare(known: EntryIndex, entry: EntryIndex): number {
    const one = this.before.entries
    const two = this.after.entries
    const flags = one.flags[known]! & two.flags[entry]!
    let what = 0
    const oneClass = one.className[known]!
    const twoClass = two.className[entry]!
    const isKnown = oneClass !== noString && twoClass !== noString
    const isEqual = isKnown && this.ofBefore[oneClass] === twoClass
    if (!isEqual) {
      if (isKnown && this.hasClasses) what |= ChangeBit.className
      else if (oneClass !== noString || twoClass !== noString) this.unknownClasses++
    }
    if (
      (flags & EntryFlag.isService) !== 0 &&
      stateDiffers(this.before, known, this.after, entry)
    ) {
      what |= ChangeBit.state
    }
    if ((flags & EntryFlag.hasBusyCount) !== 0 && one.busyCount[known] !== two.busyCount[entry]) {
      what |= ChangeBit.busyCount
    }
    if (this.busyTimes.difference(known, entry) !== 0) what |= ChangeBit.busyTime
    const hasRetain = (flags & EntryFlag.hasRetainCount) !== 0
    if (hasRetain && one.retainCount[known] !== two.retainCount[entry]) {
      what |= ChangeBit.retainCount
    }
    return what
  }
}

/** Text shows these three only (facts: service-state, section 1). */
const shownBits = ServiceState.inactive | ServiceState.registered | ServiceState.matched

function stateDiffers(
  before: Snapshot,
  known: EntryIndex,
  after: Snapshot,
  entry: EntryIndex,
): boolean {
  const one = before.entries.state[known]!
  const two = after.entries.state[entry]!
  const flags = before.entries.flags[known]! | after.entries.flags[entry]!
  if ((flags & EntryFlag.stateBitsUnordered) !== 0) return orderless(one) !== orderless(two)
  // Whatever is or was registered has been published once; so where both show that bit, both are whole words.
  const areWhole = (one & two & ServiceState.firstPublish) !== 0
  return ((one ^ two) & (areWhole ? -1 : shownBits)) !== 0
}

/** 10.3 and 10.4 print registered and matched swapped (facts: ioreg, section 3): how many of them are set. */
function orderless(state: number): number {
  const isRegistered = Number((state & ServiceState.registered) !== 0)
  const isMatched = Number((state & ServiceState.matched) !== 0)
  return 4 * (state & ServiceState.inactive) + isRegistered + isMatched
}

/** Every class is the entry's name: the fault of OS X 10.8 to macOS 10.13 (facts: ioreg, section 7). */
function hasNamesForClasses({ entries }: Snapshot): boolean {
  let known = 0
  for (let entry = 0; entry < entries.length; entry++) {
    if (entries.className[entry] === noString) continue
    if (entries.className[entry] !== entries.name[entry]) return false
    known++
  }
  return known > 1
}
