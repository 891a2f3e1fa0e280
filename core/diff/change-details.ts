import { nodeLabel } from '../registry/paths.ts'
import type { EntryIndex, Snapshot } from '../registry/snapshot.ts'
import { stringAt } from '../registry/strings.ts'
import { describeState } from '../verify/state-words.ts'
import { describePropertyChange } from './describe-property-change.ts'
import { shortPath } from './entry-blocks.ts'
import { showValue } from './show-value.ts'
import {
  ChangeBit,
  changeNames,
  PlaceChange,
  type ChangeName,
  type SnapshotDiff,
} from './snapshot-diff.ts'

/** One thing that differs of an entry. */
export interface ChangeDetail {
  readonly kind: 'place' | 'field' | 'property'
  /** `state`, `IOService provider`, a key and the way into its value: `IOPowerManagement/CurrentPowerState`. */
  readonly what: string
  /** Null: it was, or is, not there. Text of the dumps is in it as it is. */
  readonly before: string | null
  readonly after: string | null
  /** The rule by which it is noise, or null. */
  readonly noise: string | null
}

const valueLimit = 400

/**
 * What differs of one changed entry, property by property, with nested values; values are decoded here.
 *
 * @param row of `diff.changed`
 * @param all noise too
 * @param limit of details
 */
export function changeDetails(
  diff: SnapshotDiff,
  before: Snapshot,
  after: Snapshot,
  row: number,
  all = false,
  limit = 200,
): readonly ChangeDetail[] {
  const { changed, properties } = diff
  const details: ChangeDetail[] = []
  for (let at = changed.firstPlace[row]!; at < changed.firstPlace[row + 1]!; at++) {
    details.push(placeDetail(diff, before, after, at))
  }
  const known = changed.before[row]!
  const entry = changed.after[row]!
  for (const name of changeNames) {
    const bit = ChangeBit[name]
    if ((changed.what[row]! & bit) === 0) continue
    const isNoise = (changed.muted[row]! & bit) !== 0
    if (isNoise && !all) continue
    const texts = fieldTexts(name, before, known, after, entry)
    if (!texts) continue
    const rule = isNoise ? diff.noise.rules.find(({ fields }) => fields?.includes(name)) : undefined
    details.push({ kind: 'field', ...texts, noise: rule?.name ?? null })
  }
  for (let at = changed.firstProperty[row]!; at < changed.firstProperty[row + 1]!; at++) {
    if (properties.mutedBy[at]! >= 0 && !all) continue
    if (details.length >= limit) break
    const { key, changes, noise } = describePropertyChange(diff, before, after, at, limit)
    for (const { way, before: old, after: now } of changes) {
      if (details.length >= limit) break
      details.push({
        kind: 'property',
        what: [key, ...way].join('/'),
        before: old ? showValue(old, valueLimit) : null,
        after: now ? showValue(now, valueLimit) : null,
        noise,
      })
    }
  }
  return details
}

function placeDetail(
  { places, planes }: SnapshotDiff,
  before: Snapshot,
  after: Snapshot,
  row: number,
): ChangeDetail {
  const plane = planes.both[places.plane[row]!]!
  const one = before.planes[plane.before]!
  const two = after.planes[plane.after]!
  const b = places.before[row]!
  const a = places.after[row]!
  const isRenamed = places.kind[row] === PlaceChange.renamed
  const was = b < 0 ? null : isRenamed ? nodeLabel(before, one, b) : above(before, one, b)
  const is = a < 0 ? null : isRenamed ? nodeLabel(after, two, a) : above(after, two, a)
  const what = `${isRenamed ? 'name' : 'provider'} in ${plane.name}`
  return { kind: 'place', what, before: was, after: is, noise: null }
}

function above(snapshot: Snapshot, plane: Snapshot['planes'][number], node: number): string | null {
  const parent = plane.parent[node]!
  return parent < 0 ? null : shortPath(snapshot, plane, parent)
}

function fieldTexts(
  name: ChangeName,
  before: Snapshot,
  known: EntryIndex,
  after: Snapshot,
  entry: EntryIndex,
): Pick<ChangeDetail, 'what' | 'before' | 'after'> | null {
  const one = before.entries
  const two = after.entries
  switch (name) {
    case 'className':
      return {
        what: 'class',
        before: stringAt(before.strings, one.className[known]!),
        after: stringAt(after.strings, two.className[entry]!),
      }
    case 'state': {
      const words = (table: typeof one, at: number) =>
        describeState({ flags: table.flags[at]!, state: table.state[at]! }).words.join(', ')
      const [was, is] = [words(one, known), words(two, entry)]
      if (was !== is) return { what: 'state', before: was, after: is }
      const word = (state: number) => `0x${state.toString(16)}`
      return { what: 'state', before: word(one.state[known]!), after: word(two.state[entry]!) }
    }
    case 'busyCount':
      return {
        what: 'busy',
        before: String(one.busyCount[known]),
        after: String(two.busyCount[entry]),
      }
    case 'busyTime':
      return {
        what: 'busy time',
        before: `${one.busyTimeNs[known]} ns`,
        after: `${two.busyTimeNs[entry]} ns`,
      }
    case 'retainCount':
      return {
        what: 'retain count',
        before: String(one.retainCount[known]),
        after: String(two.retainCount[entry]),
      }
    case 'moved':
    case 'renamed':
    case 'properties':
      return null
  }
}
