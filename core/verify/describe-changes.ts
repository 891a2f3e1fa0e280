import { changeLines } from '../diff/describe-diff.ts'
import { diffSnapshots } from '../diff/diff-snapshots.ts'
import { ChangeBit, type SnapshotDiff } from '../diff/snapshot-diff.ts'
import { newLinesSince } from '../guest-facts/read-kernel-log.ts'
import type { InstalledKext } from '../kext/kext.ts'
import type { Snapshot } from '../registry/snapshot.ts'
import type { ActionChanges, ChangedEntry } from './action-changes.ts'
import { newSubtree } from './new-subtree.ts'
import { viewRegistry, type ObservedGuest, type RegistryView } from './observed-guest.ts'

export interface ChangesInput {
  readonly before: ObservedGuest
  readonly after: ObservedGuest
  /** `kern.bootsessionuuid` of each; null where it is not known. */
  readonly boots: { readonly before: string | null; readonly after: string | null }
  readonly installed: readonly InstalledKext[]
}

/** A record is kept for good, so each of its lists has an end. */
const entryLimit = 500
const mutedLimit = 300
const lineLimit = 40
const lineLength = 600
const logLimit = 1000

/** What is different after an action, and what of it is only noise. Both observations are of one boot, or of two. */
export function describeChanges({ before, after, boots, installed }: ChangesInput): ActionChanges {
  const diff = diffSnapshots(before.snapshot, after.snapshot, { boots })
  const entries = [
    ...allOf('added', diff.added, after.snapshot),
    ...allOf('removed', diff.removed, before.snapshot),
    ...changedRows(diff),
  ]
  const muted = mutedRows(diff)
  const views = { before: viewRegistry(before.snapshot), after: viewRegistry(after.snapshot) }
  const tell = teller(diff, views)
  const log = logBetween(before, after, boots)
  return {
    identity: diff.identity,
    because: diff.because,
    entries: entries.slice(0, entryLimit).map(tell),
    muted: muted.slice(0, mutedLimit).map(tell),
    noise: diff.noise.rules
      .map((rule, i) => ({ rule: rule.name.replaceAll('-', ' '), count: diff.noise.muted[i]! }))
      .filter(({ count }) => count > 0),
    subtree: newSubtree(views.after, diff.added, installed),
    logLines: log.lines,
    logLinesMayLack: log.mayLackLines,
    omittedCount: Math.max(0, entries.length - entryLimit) + Math.max(0, muted.length - mutedLimit),
  }
}

/** A change before it is put into words: most of a large diff is only counted. */
type Change =
  | { readonly what: 'added' | 'removed'; readonly entry: number }
  | {
      readonly what: 'moved' | 'changed'
      readonly row: number
      readonly shown: number
      readonly which: 'plain' | 'muted'
    }

function allOf(
  what: 'added' | 'removed',
  entries: Int32Array,
  snapshot: Snapshot,
): readonly Change[] {
  // In the order of the service plane, so that clients come after their providers.
  const plane = snapshot.planes.find(each => each.plane === 'IOService')
  const wanted = new Set(entries)
  const inOrder: number[] = []
  for (const entry of plane?.entry ?? []) if (wanted.delete(entry)) inOrder.push(entry)
  return [...inOrder, ...wanted].map(entry => ({ what, entry }))
}

function changedRows(diff: SnapshotDiff): readonly Change[] {
  const { changed } = diff
  const changes: Change[] = []
  for (let row = 0; row < changed.length; row++) {
    const shown = changed.what[row]! & ~changed.muted[row]!
    if (shown === 0) continue
    const what = (shown & ChangeBit.moved) !== 0 ? 'moved' : 'changed'
    changes.push({ what, row, shown, which: 'plain' })
  }
  // What moved tells more than what changed where it is.
  return changes.toSorted((a, b) => Number(b.what === 'moved') - Number(a.what === 'moved'))
}

/** Entries with noise; one that has other changes too is told of twice, each with its own lines. */
function mutedRows(diff: SnapshotDiff): readonly Change[] {
  const { changed, properties } = diff
  const changes: Change[] = []
  for (let row = 0; row < changed.length; row++) {
    let shown = changed.muted[row]!
    for (let at = changed.firstProperty[row]!; at < changed.firstProperty[row + 1]!; at++)
      if (properties.mutedBy[at]! >= 0) shown |= ChangeBit.properties
    if (shown !== 0) changes.push({ what: 'changed', row, shown, which: 'muted' })
  }
  return changes
}

function teller(
  diff: SnapshotDiff,
  views: { readonly before: RegistryView; readonly after: RegistryView },
): (change: Change) => ChangedEntry {
  const [before, after] = [views.before.snapshot, views.after.snapshot]
  return change => {
    if ('entry' in change) {
      const view = change.what === 'added' ? views.after : views.before
      return { entry: view.brief(change.entry), what: change.what, lines: [] }
    }
    const { row, shown, which, what } = change
    const lines: string[] = []
    for (const line of changeLines(diff, before, after, row, shown, which)) {
      if (lines.length === lineLimit) {
        lines.push('… and more')
        break
      }
      const text = line.trim()
      lines.push(text.length > lineLength ? `${text.slice(0, lineLength)}…` : text)
    }
    return { entry: views.after.brief(diff.changed.after[row]!), what, lines }
  }
}

/** The lines that came in between; of another boot all of them, and what the old one said last is lost. */
function logBetween(
  before: ObservedGuest,
  after: ObservedGuest,
  boots: ChangesInput['boots'],
): { readonly lines: readonly string[]; readonly mayLackLines: boolean } {
  if (after.kernelLog === null) return { lines: [], mayLackLines: true }
  const isOtherBoot = boots.before !== null && boots.after !== null && boots.before !== boots.after
  const log =
    before.kernelLog === null || isOtherBoot
      ? { lines: after.kernelLog, mayLackLines: true }
      : newLinesSince(before.kernelLog, after.kernelLog)
  return {
    lines: log.lines.slice(-logLimit).map(line => line.slice(0, 2000)),
    mayLackLines: log.mayLackLines || log.lines.length > logLimit,
  }
}
