import { nodesOf } from '../registry/lookup.ts'
import { nodePath } from '../registry/paths.ts'
import {
  EntryFlag,
  noString,
  type EntryIndex,
  type PlaneTable,
  type Snapshot,
} from '../registry/snapshot.ts'
import { stringAt } from '../registry/strings.ts'
import { propertyValueToJson, type JsonValue } from '../write/value-json.ts'
import { planesOf } from './describe-diff.ts'
import { describePropertyChange } from './describe-property-change.ts'
import {
  ChangeBit,
  isSame,
  PlaceChange,
  summarize,
  type DiffSummary,
  type Identity,
  type SnapshotDiff,
  type Uncomparable,
} from './snapshot-diff.ts'

/** A diff as JSON; docs/command-line.md describes it. Plain data: no bigint, no bytes, no columns. */
export interface DiffJson {
  readonly same: boolean
  readonly identity: Identity
  readonly because: string
  readonly summary: DiffSummary
  readonly planes: {
    readonly compared: readonly string[]
    readonly onlyBefore: readonly string[]
    readonly onlyAfter: readonly string[]
  }
  readonly added: readonly EntryJson[]
  readonly removed: readonly EntryJson[]
  readonly changed: readonly ChangedEntryJson[]
  /** Muted changes for each noise rule that muted any. */
  readonly noise: Readonly<Record<string, number>>
  readonly uncomparable: Uncomparable
}

export interface EntryJson {
  /** `0x100000316`, or null where the dump has no ID. */
  readonly id: string | null
  readonly path: string
  readonly class: string | null
}

export interface ChangedEntryJson {
  readonly before: EntryJson
  readonly after: EntryJson
  readonly changes: readonly ChangeJson[]
}

export type ChangeJson =
  | {
      readonly what: 'moved' | 'attached' | 'detached' | 'renamed'
      readonly plane: string
      /** Paths in that plane; null: not there. */
      readonly before: string | null
      readonly after: string | null
    }
  | {
      readonly what: 'class' | 'state' | 'busyCount' | 'busyTime' | 'retainCount'
      /** A class, or a number as decimal text: the state word, a count, nanoseconds. */
      readonly before: string
      readonly after: string
      /** It is noise; only there with `all`. */
      readonly isNoise?: true
    }
  | {
      readonly what: 'property'
      readonly key: string
      /** Into dictionaries and arrays; empty for the whole value. */
      readonly way: readonly string[]
      /** Null: not there. */
      readonly before: JsonValue | null
      readonly after: JsonValue | null
      /** The rule by which it is noise; only there with `all`. */
      readonly noise?: string
    }

/** @param all noise too */
export function diffToJson(
  diff: SnapshotDiff,
  before: Snapshot,
  after: Snapshot,
  all = false,
): DiffJson {
  const { changed, noise, planes } = diff
  const tables = planesOf(diff, before, after)
  const rows: ChangedEntryJson[] = []
  for (let row = 0; row < changed.length; row++) {
    const shown = all ? changed.what[row]! : changed.what[row]! & ~changed.muted[row]!
    if (shown === 0) continue
    rows.push({
      before: entryJson(before, tables.before, changed.before[row]!),
      after: entryJson(after, tables.after, changed.after[row]!),
      changes: [
        ...placeChanges(diff, before, after, row, shown),
        ...fieldChanges(diff, before, after, row, shown),
        ...propertyChanges(diff, before, after, row, all),
      ],
    })
  }
  return {
    same: isSame(diff, all),
    identity: diff.identity,
    because: diff.because,
    summary: summarize(diff),
    planes: {
      compared: planes.both.map(plane => plane.name),
      onlyBefore: planes.onlyBefore,
      onlyAfter: planes.onlyAfter,
    },
    added: Array.from(diff.added, entry => entryJson(after, tables.after, entry)),
    removed: Array.from(diff.removed, entry => entryJson(before, tables.before, entry)),
    changed: rows,
    noise: Object.fromEntries(
      noise.rules.map((rule, i) => [rule.name, noise.muted[i]!] as const).filter(([, n]) => n > 0),
    ),
    uncomparable: diff.uncomparable,
  }
}

function entryJson(
  snapshot: Snapshot,
  planes: readonly PlaneTable[],
  entry: EntryIndex,
): EntryJson {
  const { entries, strings } = snapshot
  const plane = planes.find(each => nodesOf(snapshot, each, entry).length > 0)
  const className = entries.className[entry]!
  const hasId = (entries.flags[entry]! & EntryFlag.hasId) !== 0
  return {
    id: hasId ? `0x${entries.id[entry]!.toString(16)}` : null,
    path: plane ? nodePath(snapshot, plane, nodesOf(snapshot, plane, entry)[0]!) : '',
    class: className === noString ? null : stringAt(strings, className),
  }
}

const placeNames = {
  [PlaceChange.moved]: 'moved',
  [PlaceChange.attached]: 'attached',
  [PlaceChange.detached]: 'detached',
  [PlaceChange.renamed]: 'renamed',
} as const

function* placeChanges(
  { changed, places, planes }: SnapshotDiff,
  before: Snapshot,
  after: Snapshot,
  row: number,
  shown: number,
): Generator<ChangeJson> {
  for (let at = changed.firstPlace[row]!; at < changed.firstPlace[row + 1]!; at++) {
    const kind = places.kind[at] as keyof typeof placeNames
    const bit = kind === PlaceChange.renamed ? ChangeBit.renamed : ChangeBit.moved
    if ((shown & bit) === 0) continue
    const plane = planes.both[places.plane[at]!]!
    const pathOf = (snapshot: Snapshot, table: number, node: number) =>
      node < 0 ? null : nodePath(snapshot, snapshot.planes[table]!, node)
    yield {
      what: placeNames[kind],
      plane: plane.name,
      before: pathOf(before, plane.before, places.before[at]!),
      after: pathOf(after, plane.after, places.after[at]!),
    }
  }
}

function* fieldChanges(
  { changed }: SnapshotDiff,
  before: Snapshot,
  after: Snapshot,
  row: number,
  shown: number,
): Generator<ChangeJson> {
  const fields = [
    [
      'className',
      'class',
      ({ entries, strings }: Snapshot, entry: EntryIndex) =>
        stringAt(strings, entries.className[entry]!),
    ],
    ['state', 'state', ({ entries }: Snapshot, entry: EntryIndex) => entries.state[entry]],
    [
      'busyCount',
      'busyCount',
      ({ entries }: Snapshot, entry: EntryIndex) => entries.busyCount[entry],
    ],
    [
      'busyTime',
      'busyTime',
      ({ entries }: Snapshot, entry: EntryIndex) => entries.busyTimeNs[entry],
    ],
    [
      'retainCount',
      'retainCount',
      ({ entries }: Snapshot, entry: EntryIndex) => entries.retainCount[entry],
    ],
  ] as const
  for (const [name, what, read] of fields) {
    const bit = ChangeBit[name]
    if ((shown & bit) === 0) continue
    const isNoise = (changed.muted[row]! & bit) !== 0
    yield {
      what,
      before: String(read(before, changed.before[row]!)),
      after: String(read(after, changed.after[row]!)),
      ...(isNoise ? { isNoise: true as const } : {}),
    }
  }
}

function* propertyChanges(
  diff: SnapshotDiff,
  before: Snapshot,
  after: Snapshot,
  row: number,
  all: boolean,
): Generator<ChangeJson> {
  const { changed, properties } = diff
  for (let at = changed.firstProperty[row]!; at < changed.firstProperty[row + 1]!; at++) {
    if (!all && properties.mutedBy[at]! >= 0) continue
    const { key, noise, changes } = describePropertyChange(diff, before, after, at)
    for (const { way, before: old, after: now } of changes) {
      yield {
        what: 'property',
        key,
        way,
        before: old ? propertyValueToJson(old) : null,
        after: now ? propertyValueToJson(now) : null,
        ...(noise === null ? {} : { noise }),
      }
    }
  }
}
