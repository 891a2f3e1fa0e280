import { readValue } from '../registry/read-value.ts'
import { findString, stringAt } from '../registry/strings.ts'
import { EntryFlag, noString, type EntryIndex, type Snapshot } from '../registry/snapshot.ts'
import { BusyTimes } from './busy-times.ts'
import type { CommonStrings } from './common-strings.ts'
import type { Identity } from './snapshot-diff.ts'

export interface IdentityChoice {
  readonly identity: Identity
  readonly because: string
}

/** What a caller may know of the boots that two snapshots are of. */
export interface BootSessions {
  /** `kern.bootsessionuuid` of each; null or absent: not known. */
  readonly before?: string | null
  readonly after?: string | null
}

/**
 * Do registry entry IDs of two snapshots mean the same objects? Only within one boot, and the IDs of two
 * boots overlap: each begins at 0x100000100, and a machine gives its first entries the same ones every time.
 * To pair by ID wrongly is the worst a diff can do, so whatever speaks against one boot decides:
 *
 * 1. boot session UUIDs, if the caller has both or the dumps show both (`BootSessionUUID` of IOPMrootDomain
 *    in real dumps of 10.10 and later): the same boot exactly when they are equal
 * 2. another kernel (`IOKitBuildVersion` of the root), or too few IDs in common: not known to be one boot
 * 3. an object never changes its class, and keeps its name but for the few that are renamed while they
 *    start: more than one class in 200, or one entry in 50 that is called otherwise, is another boot
 * 4. busy time is only ever added to: if it grew for one entry and shrank for another, these are two boots.
 *    It is in no way the same after another boot, and mostly untouched in one: half of the times that are
 *    not zero must be equal
 *
 * @param partners for each entry of `before` the one of `after` with its ID, or -1
 */
export function chooseIdentity(
  before: Snapshot,
  after: Snapshot,
  common: CommonStrings,
  partners: Int32Array,
  boots: BootSessions = {},
): IdentityChoice {
  const counts = countShared(before, after, common, partners)
  if (counts.withId.before === 0 || counts.withId.after === 0) {
    const which =
      counts.withId.before > 0 ? 'the second' : counts.withId.after > 0 ? 'the first' : 'neither'
    return byPath(
      which === 'neither'
        ? 'neither snapshot has registry entry IDs'
        : `${which} snapshot has no registry entry IDs`,
    )
  }
  const given = sameBoot(boots.before ?? null, boots.after ?? null)
  if (given !== null) return byBoot(given, 'the boot session UUIDs')
  const shown = sameBoot(...bootSessions(before, after, common))
  if (shown !== null) return byBoot(shown, 'the boot session UUIDs that IOPMrootDomain shows')
  const kernels = [kernelOf(before), kernelOf(after)]
  if (kernels[0] !== null && kernels[1] !== null && kernels[0] !== kernels[1]) {
    return byPath('the kernels are different, so IDs are of two boots')
  }
  return byEvidence(counts)
}

function byPath(because: string): IdentityChoice {
  return { identity: 'path', because }
}

function byBoot(isSame: boolean, what: string): IdentityChoice {
  return isSame
    ? { identity: 'entry-id', because: `${what} are equal` }
    : { identity: 'path', because: `${what} are different, so IDs mean other objects` }
}

function sameBoot(before: string | null, after: string | null): boolean | null {
  if (before === null || after === null || before === '' || after === '') return null
  return before.toUpperCase() === after.toUpperCase()
}

/** Entries of both snapshots that have one ID, and how far they agree. */
interface SharedCounts {
  readonly withId: { readonly before: number; readonly after: number }
  readonly shared: number
  readonly otherClass: number
  readonly otherName: number
  readonly busyGrew: number
  readonly busyShrank: number
  /** Of those that are not zero in both. */
  readonly busyEqual: number
}

function byEvidence(counts: SharedCounts): IdentityChoice {
  const { shared, otherClass, otherName, busyGrew, busyShrank, busyEqual } = counts
  const smaller = Math.min(counts.withId.before, counts.withId.after)
  // The root has one ID in every boot.
  if (shared <= 1 && smaller > 1) return byPath('no registry entry ID is in both')
  if (shared * 2 < smaller) {
    return byPath(`only ${shared} of ${smaller} registry entry IDs are in both`)
  }
  if (otherClass * 200 > shared) {
    return byPath(`${otherClass} of ${shared} IDs that are in both belong to another class`)
  }
  if (otherName * 50 > shared) {
    return byPath(`${otherName} of ${shared} IDs that are in both belong to another name`)
  }
  if (busyGrew > 0 && busyShrank > 0) {
    return byPath(
      `busy times grew for ${busyGrew} IDs and shrank for ${busyShrank}, which one boot cannot do`,
    )
  }
  const changed = busyGrew + busyShrank
  if (changed > busyEqual) {
    return byPath(`busy times differ for ${changed} of ${changed + busyEqual} IDs: another boot`)
  }
  const times = busyEqual > 0 ? `, and ${busyEqual} busy times are equal` : ''
  return {
    identity: 'entry-id',
    because: `${shared} of ${smaller} IDs belong to the same names and classes in both${times}`,
  }
}

function countShared(
  before: Snapshot,
  after: Snapshot,
  common: CommonStrings,
  partners: Int32Array,
): SharedCounts {
  const one = before.entries
  const two = after.entries
  const { ofBefore } = common
  const busyTimes = new BusyTimes(one, two)
  const isOther = (a: number, b: number) => a !== noString && b !== noString && ofBefore[a] !== b
  const counts = {
    withId: { before: 0, after: 0 },
    shared: 0,
    otherClass: 0,
    otherName: 0,
    busyGrew: 0,
    busyShrank: 0,
    busyEqual: 0,
  }
  for (let entry = 0; entry < two.length; entry++) {
    if ((two.flags[entry]! & EntryFlag.hasId) !== 0) counts.withId.after++
  }
  for (let entry = 0; entry < one.length; entry++) {
    if ((one.flags[entry]! & EntryFlag.hasId) === 0) continue
    counts.withId.before++
    const partner = partners[entry]!
    if (partner < 0) continue
    counts.shared++
    const oneName = one.name[entry]!
    const oneClass = one.className[entry]!
    const twoName = two.name[partner]!
    const twoClass = two.className[partner]!
    const hasOtherName = isOther(oneName, twoName)
    // IOObjectClass of 10.8 to 10.13 is the name (facts: ioreg, section 7): no sign of another object.
    const isDoubtful = oneClass === oneName || twoClass === twoName
    if (isOther(oneClass, twoClass) && (hasOtherName || !isDoubtful)) counts.otherClass++
    if (hasOtherName) counts.otherName++
    const grown = busyTimes.difference(entry, partner)
    if (grown > 0) counts.busyGrew++
    else if (grown < 0) counts.busyShrank++
    else if (busyTimes.isCounted(entry, partner)) counts.busyEqual++
  }
  return counts
}

/** Each snapshot's `BootSessionUUID`, or null. */
function bootSessions(
  before: Snapshot,
  after: Snapshot,
  common: CommonStrings,
): [string | null, string | null] {
  // By its name, which is that of its class: archives of 10.8 to 10.13 do not tell classes.
  const name = findString(before.strings, 'IOPMrootDomain')
  if (name === noString) return [null, null]
  const one = before.entries.name.indexOf(name)
  const two = after.entries.name.indexOf(common.ofBefore[name]!)
  return [textProperty(before, one, 'BootSessionUUID'), textProperty(after, two, 'BootSessionUUID')]
}

/** Of the registry's root, which comes first; in a dump of matches nothing is known of it. */
function kernelOf(snapshot: Snapshot): string | null {
  return textProperty(snapshot, 0, 'IOKitBuildVersion')
}

/** A look at one entry; `propertyOf` would look for the key among all strings first. */
function textProperty(snapshot: Snapshot, entry: EntryIndex, key: string): string | null {
  const { entries, properties, strings } = snapshot
  if (entry < 0 || entry >= entries.length) return null
  for (let p = entries.firstProperty[entry]!; p < entries.firstProperty[entry + 1]!; p++) {
    if (stringAt(strings, properties.key[p]!) !== key) continue
    const value = readValue(snapshot, p)
    return value.kind === 'string' ? value.text : null
  }
  return null
}
