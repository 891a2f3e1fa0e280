import type { EntryIndex, Snapshot } from '../../../core/registry/snapshot.ts'
import { textAt } from '../../registry/columns.ts'

type EntriesByClass = ReadonlyMap<string, readonly EntryIndex[]>

const known = new WeakMap<Snapshot, EntriesByClass>()

/** The entries of exactly this class. Built once per snapshot: one pass over the class column. */
export function entriesOfClass(snapshot: Snapshot, className: string): readonly EntryIndex[] {
  let byClass = known.get(snapshot)
  if (!byClass) known.set(snapshot, (byClass = groupByClass(snapshot)))
  return byClass.get(className) ?? []
}

function groupByClass({ entries, strings }: Snapshot): EntriesByClass {
  const groups = new Map<string, EntryIndex[]>()
  for (let e = 0; e < entries.length; e++) {
    const className = textAt(strings, entries.className[e]!)
    if (className === null) continue
    const group = groups.get(className)
    if (group) group.push(e)
    else groups.set(className, [e])
  }
  return groups
}
