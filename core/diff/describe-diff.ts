import { nodesOf } from '../registry/lookup.ts'
import { nodeLabel } from '../registry/paths.ts'
import { EntryFlag, type EntryIndex, type PlaneTable, type Snapshot } from '../registry/snapshot.ts'
import { stringAt } from '../registry/strings.ts'
import { describeState } from '../verify/state-words.ts'
import { describePropertyChange } from './describe-property-change.ts'
import { entryBlocks, shortPath, type EntryBlock } from './entry-blocks.ts'
import { showValue } from './show-value.ts'
import {
  ChangeBit,
  changeNames,
  isNothingShared,
  PlaceChange,
  summarize,
  type SnapshotDiff,
} from './snapshot-diff.ts'

export interface DescribeOptions {
  /** Noise too. */
  readonly all?: boolean
  /** Lines at most; the last then says that more are left out. */
  readonly lineLimit?: number
}

/**
 * A diff as lines for a terminal:
 *
 *   2 added, 1 removed, 1 moved, 1 changed
 *   compared by registry entry ID: the boot session UUIDs are equal
 *   - IOService:/…/Old  <class Old, id 0x100000301>
 *   + IOService:/…/MyKext  <class MyKext, id 0x100000315>
 *       MyKextUserClient  <class MyKextUserClient, id 0x100000316>
 *   → IOService:/…/disk0  <class IOMedia, id 0x100000299>
 *       from IOService:/…/IOBlockStorageDriver
 *   ~ IOService:/…/PCI0@0  <class IOPCIDevice, id 0x100000120>
 *       state: !registered, !matched, active → registered, matched, active
 *       "IOClass": "a" → "b"
 *       "IOPowerManagement"/CurrentPowerState: 2 → 4
 *   12 changes are noise and not shown: busy-time 10, hid-idle-time 2
 *
 * Text of the dumps is in it as it is: whoever prints it to a terminal takes control characters out.
 */
export function describeDiff(
  diff: SnapshotDiff,
  before: Snapshot,
  after: Snapshot,
  options: DescribeOptions = {},
): string[] {
  const limit = options.lineLimit ?? 5000
  const lines: string[] = []
  for (const line of diffLines(diff, before, after, options.all ?? false)) {
    if (lines.length >= limit) {
      lines.push(`… more than ${limit} lines; the rest is not shown here, JSON has all of it`)
      break
    }
    lines.push(line)
  }
  return [...lines, ...remarks(diff, options.all ?? false)]
}

function* diffLines(
  diff: SnapshotDiff,
  before: Snapshot,
  after: Snapshot,
  all: boolean,
): Generator<string> {
  yield headline(diff, all)
  const identity = diff.identity === 'entry-id' ? 'registry entry ID' : 'path, class and location'
  yield `compared by ${identity}: ${diff.because}`
  const planes = planesOf(diff, before, after)
  for (const block of entryBlocks(before, planes.before, diff.removed)) {
    yield* blockLines('-', before, block)
  }
  for (const block of entryBlocks(after, planes.after, diff.added)) {
    yield* blockLines('+', after, block)
  }
  const { changed } = diff
  const shown = (row: number) =>
    all ? changed.what[row]! : changed.what[row]! & ~changed.muted[row]!
  for (const areMoves of [true, false]) {
    for (let row = 0; row < changed.length; row++) {
      const isMove = (shown(row) & ChangeBit.moved) !== 0
      if (shown(row) === 0 || isMove !== areMoves) continue
      yield `${isMove ? '→' : '~'} ${whereIs(after, planes.after, changed.after[row]!)}`
      yield* changeLines(diff, before, after, row, shown(row), all ? 'all' : 'plain')
    }
  }
}

function headline(diff: SnapshotDiff, all: boolean): string {
  if (isNothingShared(diff)) return 'nothing to compare: no plane is in both'
  const summary = summarize(diff)
  const moved = summary.by.moved
  const parts = [
    [summary.added, 'new'],
    [summary.removed, 'gone'],
    [moved, 'moved'],
    [summary.changed - moved, 'changed'],
  ] as const
  const told = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`)
  const noise = summary.muted === 0 ? '' : all ? `; ${summary.muted} changes of noise` : ''
  return `${told.length === 0 ? 'no differences' : told.join(', ')}${noise}`
}

function remarks(diff: SnapshotDiff, all: boolean): string[] {
  const lines: string[] = []
  const { muted, uncomparable } = summarize(diff)
  if (muted > 0 && !all) {
    const byRule = diff.noise.rules
      .map((rule, i) => ({ name: rule.name, count: diff.noise.muted[i]! }))
      .filter(({ count }) => count > 0)
      .map(({ name, count }) => `${name} ${count}`)
    lines.push(`${muted} changes are noise and not shown: ${byRule.join(', ')}`)
  }
  if (uncomparable > 0) {
    const { entries, classes, propertyBlocks, values } = diff.uncomparable
    const parts = [
      [entries, 'entries that stand only in planes that the other does not have'],
      [classes, 'classes'],
      [propertyBlocks, 'entries whose properties only one of the two shows'],
      [values, 'values that one of the two does not tell'],
    ] as const
    const told = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
    lines.push(`not comparable: ${told.join(', ')}`)
  }
  const only = (names: readonly string[], which: string) =>
    names.length > 0 ? [`only ${which} has the plane ${names.join(', ')}`] : []
  return [
    ...lines,
    ...only(diff.planes.onlyBefore, 'the first'),
    ...only(diff.planes.onlyAfter, 'the second'),
  ]
}

/** Planes in the order in which an entry is looked for: those of both first. */
export function planesOf(
  diff: SnapshotDiff,
  before: Snapshot,
  after: Snapshot,
): { readonly before: readonly PlaneTable[]; readonly after: readonly PlaneTable[] } {
  const ordered = (snapshot: Snapshot, first: readonly number[]) => [
    ...first.map(index => snapshot.planes[index]!),
    ...snapshot.planes.filter((_, index) => !first.includes(index)),
  ]
  return {
    before: ordered(
      before,
      diff.planes.both.map(plane => plane.before),
    ),
    after: ordered(
      after,
      diff.planes.both.map(plane => plane.after),
    ),
  }
}

const shownBelow = 10

function* blockLines(mark: string, snapshot: Snapshot, block: EntryBlock): Generator<string> {
  const { plane, node, below } = block
  const base = plane.depth[node]!
  yield `${mark} ${shortPath(snapshot, plane, node)}  ${classOf(snapshot, plane.entry[node]!)}`
  for (const client of below.slice(0, shownBelow)) {
    const indent = '  '.repeat(Math.min(plane.depth[client]! - base, levelsShown))
    const label = nodeLabel(snapshot, plane, client)
    yield `${mark} ${indent}  ${label}  ${classOf(snapshot, plane.entry[client]!)}`
  }
  const rest = below.length - shownBelow
  if (rest > 0) yield `${mark}     … and ${rest} more below it`
}

const levelsShown = 20

function classOf({ entries, strings }: Snapshot, entry: EntryIndex): string {
  const className = stringAt(strings, entries.className[entry]!)
  const hasId = (entries.flags[entry]! & EntryFlag.hasId) !== 0
  const id = hasId ? `, id 0x${entries.id[entry]!.toString(16)}` : ''
  return `<class ${className || '?'}${id}>`
}

function whereIs(snapshot: Snapshot, planes: readonly PlaneTable[], entry: EntryIndex): string {
  for (const plane of planes) {
    const node = nodesOf(snapshot, plane, entry)[0]
    if (node !== undefined) {
      return `${shortPath(snapshot, plane, node)}  ${classOf(snapshot, entry)}`
    }
  }
  return classOf(snapshot, entry)
}

/**
 * What differs of one changed entry, a line each, indented by four blanks.
 *
 * @param row of `diff.changed`
 * @param shown `ChangeBit`s to tell of
 * @param which changes of properties: those that are no noise, only noise, or all
 */
export function* changeLines(
  diff: SnapshotDiff,
  before: Snapshot,
  after: Snapshot,
  row: number,
  shown: number,
  which: 'plain' | 'muted' | 'all',
): Generator<string> {
  const { changed, places, properties } = diff
  const known = changed.before[row]!
  const entry = changed.after[row]!
  for (let at = changed.firstPlace[row]!; at < changed.firstPlace[row + 1]!; at++) {
    const bit = places.kind[at] === PlaceChange.renamed ? ChangeBit.renamed : ChangeBit.moved
    if ((shown & bit) !== 0) yield `    ${placeLine(diff, before, after, at)}`
  }
  for (const name of changeNames) {
    if ((shown & ChangeBit[name]) === 0) continue
    const line = fieldLine(name, before, known, after, entry)
    if (line) yield `    ${line}`
  }
  for (let at = changed.firstProperty[row]!; at < changed.firstProperty[row + 1]!; at++) {
    if (which !== 'all' && properties.mutedBy[at]! >= 0 !== (which === 'muted')) continue
    const { key, changes } = describePropertyChange(diff, before, after, at, shownChanges + 1)
    for (const { way, before: old, after: now } of changes.slice(0, shownChanges)) {
      const path = [`"${key}"`, ...way].join('/')
      if (!old) yield `    + ${path} = ${now ? showValue(now) : ''}`
      else if (!now) yield `    - ${path} = ${showValue(old)}`
      else yield `    ${path}: ${showValue(old)} → ${showValue(now)}`
    }
    if (changes.length > shownChanges) yield `    "${key}": … and more inside`
  }
}

const shownChanges = 20

function placeLine(diff: SnapshotDiff, before: Snapshot, after: Snapshot, row: number): string {
  const { places, planes } = diff
  const plane = planes.both[places.plane[row]!]!
  const one = before.planes[plane.before]!
  const two = after.planes[plane.after]!
  const b = places.before[row]!
  const a = places.after[row]!
  switch (places.kind[row]) {
    case PlaceChange.moved:
      return `from ${shortPath(before, one, one.parent[b]!)} to ${shortPath(after, two, two.parent[a]!)}`
    case PlaceChange.attached:
      return `also at ${shortPath(after, two, two.parent[a]!)}`
    case PlaceChange.detached:
      return `no longer at ${shortPath(before, one, one.parent[b]!)}`
    default:
      return `${plane.name} name: ${nodeLabel(before, one, b)} → ${nodeLabel(after, two, a)}`
  }
}

function fieldLine(
  name: (typeof changeNames)[number],
  before: Snapshot,
  known: EntryIndex,
  after: Snapshot,
  entry: EntryIndex,
): string | null {
  const one = before.entries
  const two = after.entries
  switch (name) {
    case 'className': {
      const was = stringAt(before.strings, one.className[known]!)
      return `class: ${was} → ${stringAt(after.strings, two.className[entry]!)}`
    }
    case 'state': {
      const words = (table: typeof one, at: number) =>
        describeState({ flags: table.flags[at]!, state: table.state[at]! }).words.join(', ')
      const was = words(one, known)
      const is = words(two, entry)
      if (was !== is) return `state: ${was} → ${is}`
      return `state: 0x${one.state[known]!.toString(16)} → 0x${two.state[entry]!.toString(16)}`
    }
    case 'busyCount':
      return `busy: ${one.busyCount[known]} → ${two.busyCount[entry]}`
    case 'busyTime':
      return `busy time: ${one.busyTimeNs[known]} → ${two.busyTimeNs[entry]} ns`
    case 'retainCount':
      return `retain count: ${one.retainCount[known]} → ${two.retainCount[entry]}`
    default:
      return null
  }
}
