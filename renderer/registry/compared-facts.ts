import { busyDuration } from './busy-time.ts'
import {
  EntryFlag,
  type EntryIndex,
  type EntryTable,
  type Snapshot,
} from '../../core/registry/snapshot.ts'
import { describeState } from '../../core/verify/state-words.ts'
import type { Comparison } from '../state/app-state.ts'
import { textAt } from './columns.ts'

/** A fact of an entry that is another than before. */
export interface ComparedFact {
  readonly what: string
  readonly before: string
  readonly after: string
}

type Read = (snapshot: Snapshot, entry: EntryIndex) => string | null

const has = ({ flags }: EntryTable, entry: EntryIndex, flag: number) => (flags[entry]! & flag) !== 0

const facts: readonly (readonly [what: string, read: Read])[] = [
  ['class', ({ entries, strings }, entry) => textAt(strings, entries.className[entry]!)],
  [
    'state',
    ({ entries }, entry) =>
      has(entries, entry, EntryFlag.isService)
        ? describeState({ flags: entries.flags[entry]!, state: entries.state[entry]! }).words.join(
            ', ',
          )
        : null,
  ],
  [
    'busy count',
    ({ entries }, entry) =>
      has(entries, entry, EntryFlag.hasBusyCount) ? String(entries.busyCount[entry]) : null,
  ],
  [
    'retain count',
    ({ entries }, entry) =>
      has(entries, entry, EntryFlag.hasRetainCount) ? String(entries.retainCount[entry]) : null,
  ],
  [
    'busy time',
    ({ entries }, entry) =>
      has(entries, entry, EntryFlag.hasBusyTime) ? busyDuration(entries, entry).text : null,
  ],
]

/** What differs of an entry beside its properties; what one of both does not tell is no difference. */
export function comparedFacts(comparison: Comparison, entry: EntryIndex): readonly ComparedFact[] {
  const { merged, before, after } = comparison
  const partner = entry < merged.afterCount ? merged.beforeOf[entry]! : -1
  if (partner < 0) return []
  return facts.flatMap(([what, read]) => {
    const was = read(before.snapshot, partner)
    const is = read(after.snapshot, entry)
    return was === null || is === null || was === is ? [] : [{ what, before: was, after: is }]
  })
}
