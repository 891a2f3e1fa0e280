import { describePropertyChange } from '../diff/describe-property-change.ts'
import { showValue } from '../diff/show-value.ts'
import { ChangeBit, PlaceChange, type SnapshotDiff } from '../diff/snapshot-diff.ts'
import { nodesOf } from '../registry/lookup.ts'
import { nodeLabel, nodePath } from '../registry/paths.ts'
import {
  EntryFlag,
  noString,
  type EntryIndex,
  type NodeIndex,
  type PlaneTable,
  type Snapshot,
} from '../registry/snapshot.ts'
import { stringAt } from '../registry/strings.ts'
import { describeState } from '../verify/state-words.ts'

export type ChangeWhat =
  'new' | 'gone' | 'moved' | 'renamed' | 'class' | 'state' | 'busy' | 'property' | 'boot' | 'more'

/** One line of what a watch saw. Text of the guest is in it as it is. */
export interface ChangeRow {
  /** When the look was that showed it, in milliseconds since the epoch. */
  readonly at: number
  readonly what: ChangeWhat
  /** `0x…`, or null where there is none. */
  readonly entryId: string | null
  /** `IOService:/…`; null for what is about no entry. */
  readonly path: string | null
  /** The entry's name with its location; a sentence for what is about no entry. */
  readonly label: string
  readonly className: string | null
  /** The property, with the way into it: `IOPowerManagement/CurrentPowerState`. */
  readonly key: string | null
  /** The property alone. */
  readonly property: string | null
  /** Null: not there. */
  readonly before: string | null
  readonly after: string | null
}

/** Of one look; a bus that comes with thousands of entries is told in one more row. */
const mostOfLook = 500
/** Of the insides of one property. */
const mostInside = 5
const longestValue = 300

/**
 * What differs beyond noise, a row each: gone, new, then changed, in the order of the tables.
 *
 * @param before may be a merged snapshot: what had gone already is not told again
 */
export function changeRowsOf(
  diff: SnapshotDiff,
  before: Snapshot,
  after: Snapshot,
  at: number,
  limit = mostOfLook,
): readonly ChangeRow[] {
  const rows: ChangeRow[] = []
  let left = 0
  for (const row of allRows(diff, before, after, at)) {
    if (rows.length < limit) rows.push(row)
    else left++
    // Counting on would describe each of them.
    if (left > limit) break
  }
  if (left === 0) return rows
  const count = left > limit ? `More than ${limit}` : String(left)
  return [...rows, { ...noEntry(at, 'more'), label: `${count} more changes in the same look` }]
}

function noEntry(at: number, what: 'boot' | 'more'): ChangeRow {
  return {
    at,
    what,
    entryId: null,
    path: null,
    label: '',
    className: null,
    key: null,
    property: null,
    before: null,
    after: null,
  }
}

export function bootRow(at: number): ChangeRow {
  return {
    ...noEntry(at, 'boot'),
    label: 'The guest is another boot: what follows is compared with nothing before it',
  }
}

function* allRows(
  diff: SnapshotDiff,
  before: Snapshot,
  after: Snapshot,
  at: number,
): Generator<ChangeRow> {
  for (const entry of diff.removed) {
    if ((before.entries.flags[entry]! & EntryFlag.isTerminated) !== 0) continue
    yield { ...about(before, entry, at), what: 'gone' }
  }
  for (const entry of diff.added) yield { ...about(after, entry, at), what: 'new' }
  const { changed } = diff
  for (let row = 0; row < changed.length; row++) {
    const shown = changed.what[row]! & ~changed.muted[row]!
    if (shown !== 0) yield* changesOf(diff, before, after, row, shown, at)
  }
}

function* changesOf(
  diff: SnapshotDiff,
  before: Snapshot,
  after: Snapshot,
  row: number,
  shown: number,
  at: number,
): Generator<ChangeRow> {
  const { changed, properties } = diff
  const known = changed.before[row]!
  const entry = changed.after[row]!
  const base = about(after, entry, at)
  const one = before.entries
  const two = after.entries
  if ((shown & (ChangeBit.moved | ChangeBit.renamed)) !== 0) {
    for (let place = changed.firstPlace[row]!; place < changed.firstPlace[row + 1]!; place++) {
      yield { ...base, ...placeChange(diff, before, after, place) }
    }
  }
  if ((shown & ChangeBit.className) !== 0) {
    const name = (snapshot: Snapshot, of: EntryIndex) =>
      textOf(snapshot, snapshot.entries.className[of]!)
    yield { ...base, what: 'class', before: name(before, known), after: name(after, entry) }
  }
  if ((shown & ChangeBit.state) !== 0) {
    const words = (table: typeof one, of: EntryIndex) =>
      describeState({ flags: table.flags[of]!, state: table.state[of]! }).words.join(', ')
    yield { ...base, what: 'state', before: words(one, known), after: words(two, entry) }
  }
  if ((shown & ChangeBit.busyCount) !== 0) {
    const [was, is] = [one.busyCount[known]!, two.busyCount[entry]!]
    yield { ...base, what: 'busy', before: String(was), after: String(is) }
  }
  for (let p = changed.firstProperty[row]!; p < changed.firstProperty[row + 1]!; p++) {
    if (properties.mutedBy[p]! >= 0) continue
    const { key, changes } = describePropertyChange(diff, before, after, p, mostInside + 1)
    for (const change of changes.slice(0, mostInside)) {
      yield {
        ...base,
        what: 'property',
        key: [key, ...change.way].join('/'),
        property: key,
        before: change.before ? showValue(change.before, longestValue) : null,
        after: change.after ? showValue(change.after, longestValue) : null,
      }
    }
    if (changes.length > mostInside) {
      yield { ...base, what: 'property', key, property: key, before: '…', after: 'and more inside' }
    }
  }
}

function placeChange(
  { places, planes }: SnapshotDiff,
  before: Snapshot,
  after: Snapshot,
  place: number,
): Pick<ChangeRow, 'what' | 'before' | 'after'> {
  const pair = planes.both[places.plane[place]!]!
  const [one, two] = [before.planes[pair.before]!, after.planes[pair.after]!]
  const [from, to] = [places.before[place]!, places.after[place]!]
  if (places.kind[place] === PlaceChange.renamed) {
    const [was, is] = [nodeLabel(before, one, from), nodeLabel(after, two, to)]
    return { what: 'renamed', before: was, after: is }
  }
  const provider = (snapshot: Snapshot, plane: PlaneTable, node: NodeIndex) =>
    node < 0 || plane.parent[node]! < 0 ? null : nodePath(snapshot, plane, plane.parent[node]!)
  return {
    what: 'moved',
    before: provider(before, one, from),
    after: provider(after, two, to),
  }
}

function about(snapshot: Snapshot, entry: EntryIndex, at: number): ChangeRow {
  const { entries } = snapshot
  const hasId = (entries.flags[entry]! & EntryFlag.hasId) !== 0
  const base = {
    at,
    what: 'new' as const,
    entryId: hasId ? `0x${entries.id[entry]!.toString(16)}` : null,
    className: textOf(snapshot, entries.className[entry]!),
    key: null,
    property: null,
    before: null,
    after: null,
  }
  for (const plane of snapshot.planes) {
    const node = nodesOf(snapshot, plane, entry)[0]
    if (node === undefined) continue
    const label = nodeLabel(snapshot, plane, node)
    return { ...base, path: nodePath(snapshot, plane, node), label }
  }
  return { ...base, path: null, label: textOf(snapshot, entries.name[entry]!) ?? '?' }
}

function textOf({ strings }: Snapshot, index: number): string | null {
  return index === noString ? null : stringAt(strings, index)
}

/** What each kind of row is called. */
export const changeWords: Readonly<Record<ChangeWhat, string>> = {
  new: 'new',
  gone: 'gone',
  moved: 'moved',
  renamed: 'renamed',
  class: 'class',
  state: 'state',
  busy: 'busy',
  property: 'property',
  boot: 'reboot',
  more: 'more',
}
