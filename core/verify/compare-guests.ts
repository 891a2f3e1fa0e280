import { newLinesSince } from '../guest-facts/read-kernel-log.ts'
import type { InstalledKext } from '../kext/kext.ts'
import { stringAt } from '../registry/property-value.ts'
import type { EntryIndex, Snapshot } from '../registry/snapshot.ts'
import { EntryFlag } from '../registry/snapshot.ts'
import { countInstances } from '../unload/count-instances.ts'
import type { ObservedGuest, RegistryView } from './observed-guest.ts'
import type { Check, EntryBrief, VerifyReport } from './report.ts'

/** What an action changed, whatever it was. */
export interface GuestChanges {
  readonly added: readonly EntryBrief[]
  readonly removed: readonly EntryBrief[]
  readonly newLogLines: readonly string[]
  readonly newLogLinesMayLack: boolean
  /** What cannot be compared, and why. */
  readonly checks: readonly Check[]
}

/**
 * Compares two observations of one boot: registry entry IDs are never used twice within it, so an entry
 * is added or removed exactly when its ID is (facts: service-state, section 8).
 */
export function compareGuests(
  before: ObservedGuest,
  after: ObservedGuest,
  views: { readonly before: RegistryView; readonly after: RegistryView },
): GuestChanges {
  const checks: Check[] = []
  const idsBefore = idsOf(before.snapshot)
  const idsAfter = idsOf(after.snapshot)
  const hasIds = idsBefore.size > 0 && idsAfter.size > 0
  if (!hasIds)
    checks.push({
      status: 'unknown',
      title: 'What was added and removed',
      detail: 'A dump without registry entry IDs cannot tell an old entry from a new one.',
    })

  const log = newLog(before, after)
  if (before.kernelLog === null || after.kernelLog === null)
    checks.push({
      status: 'unknown',
      title: 'Kernel log',
      detail: 'The log could not be read; dmesg needs root.',
    })
  else if (log.mayLackLines)
    checks.push({
      status: 'unknown',
      title: 'Kernel log',
      detail: 'The log has wrapped since the action began; lines may be missing.',
    })

  return {
    added: hasIds ? missingFrom(idsBefore, idsAfter, views.after) : [],
    removed: hasIds ? missingFrom(idsAfter, idsBefore, views.before) : [],
    newLogLines: log.lines,
    newLogLinesMayLack: log.mayLackLines,
    checks,
  }
}

function idsOf(snapshot: Snapshot): ReadonlyMap<bigint, EntryIndex> {
  const ids = new Map<bigint, EntryIndex>()
  const { length, flags, id } = snapshot.entries
  for (let entry = 0; entry < length; entry++)
    if ((flags[entry]! & EntryFlag.hasId) !== 0) ids.set(id[entry]!, entry)
  return ids
}

function missingFrom(
  there: ReadonlyMap<bigint, EntryIndex>,
  here: ReadonlyMap<bigint, EntryIndex>,
  view: RegistryView,
): readonly EntryBrief[] {
  return [...here].filter(([id]) => !there.has(id)).map(([, entry]) => view.brief(entry))
}

function newLog(
  before: ObservedGuest,
  after: ObservedGuest,
): { readonly lines: readonly string[]; readonly mayLackLines: boolean } {
  if (before.kernelLog === null || after.kernelLog === null)
    return { lines: [], mayLackLines: true }
  return newLinesSince(before.kernelLog, after.kernelLog)
}

/** The classes a bundle is known to define: what its personalities make, and their user clients. */
export function classesOf(bundle: InstalledKext): readonly string[] {
  const own = bundle.personalities.filter(each => each.bundleIdentifier === bundle.bundleIdentifier)
  const classes = own.flatMap(({ ioClass, properties }) => [
    ioClass ?? '',
    stringAt(properties, 'IOUserClientClass') ?? '',
  ])
  return [...new Set(classes)].filter(name => name !== '')
}

/** Counts of the given classes, before and after, next to the entries that are there afterwards. */
export function countClasses(
  classNames: readonly string[],
  before: ObservedGuest,
  after: ObservedGuest,
  view: RegistryView,
): VerifyReport['classCounts'] {
  return countInstances(classNames, after.classCounts, view).map(each => ({
    className: each.className,
    before: before.classCounts?.get(each.className) ?? null,
    after: each.counted,
    live: each.inRegistry,
    excess: each.unseen,
  }))
}

/** @param consequence what may be otherwise in a moment, as the end of the sentence */
export function settledChecks(
  settled: VerifyReport['settled'],
  consequence: string,
): readonly Check[] {
  if (settled.isSettled) return []
  return [
    {
      status: 'attention',
      title: 'The registry has not come to rest',
      detail: `Something was still busy after ${Math.round(settled.waitedMs / 100) / 10} s; ${consequence}.`,
    },
  ]
}

export function verdictOf(checks: readonly Check[]): VerifyReport['verdict'] {
  if (checks.some(check => check.status === 'fail')) return 'bad'
  return checks.some(check => check.status === 'attention') ? 'attention' : 'good'
}

/** `1 entry`, `3 entries`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
