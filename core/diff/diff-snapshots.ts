import { stringAt } from '../registry/strings.ts'
import type { EntryIndex, Snapshot } from '../registry/snapshot.ts'
import { chooseIdentity, type BootSessions, type IdentityChoice } from './choose-identity.ts'
import { commonStrings, type CommonStrings } from './common-strings.ts'
import { FieldComparison } from './compare-fields.ts'
import { comparePlaces } from './compare-places.ts'
import { PropertyComparison } from './compare-properties.ts'
import { findMoves } from './find-moves.ts'
import { LabelNumbers } from './node-labels.ts'
import { chosenRules, NoiseFilter, type NoiseChoice } from './noise.ts'
import { lackingIds, partnersById } from './pair-by-id.ts'
import { PathPairing } from './pair-by-path.ts'
import { Pairing } from './pairing.ts'
import { entrySide, planeSide } from './plane-side.ts'
import {
  ChangeBit,
  PlaceChange,
  type ComparedPlanes,
  type Identity,
  type SnapshotDiff,
} from './snapshot-diff.ts'

export interface DiffOptions {
  /** `auto`, unless given: `chooseIdentity` has the rule. */
  readonly identity?: Identity | 'auto'
  readonly boots?: BootSessions
  readonly noise?: NoiseChoice
  /** Compare values byte by byte where their hashes are equal: for snapshots that somebody may have forged. */
  readonly comparesBytes?: boolean
}

/**
 * What differs between two snapshots. Time grows with their size and, beyond that, with what differs: values
 * of equal hashes are never decoded.
 *
 * Entries are compared, each by what its first place showed. What a dump printed of one at a second place (other
 * counts, a property block of its own: the sightings of a snapshot) is not; that it has such a place is.
 */
export function diffSnapshots(
  before: Snapshot,
  after: Snapshot,
  options: DiffOptions = {},
): SnapshotDiff {
  const rules = chosenRules(options.noise)
  const noise = new NoiseFilter(rules)
  const common = commonStrings(before.strings, after.strings)
  const planes = comparedPlanes(before, after)
  const partners = partnersById(before, after)
  const choice = identityFor(before, after, common, partners, options)

  const pairing = new Pairing(before, after)
  if (choice.identity === 'entry-id') pairing.pairAll(partners)
  const labels = new LabelNumbers(before, after, common)
  pairByPath(before, after, { common, labels, planes, noise, pairing, identity: choice.identity })
  return compareAll(before, after, {
    ...choice,
    common,
    labels,
    planes,
    noise,
    pairing,
    rules,
    comparesBytes: options.comparesBytes ?? false,
  })
}

function identityFor(
  before: Snapshot,
  after: Snapshot,
  common: CommonStrings,
  partners: Int32Array,
  { identity = 'auto', boots }: DiffOptions,
): IdentityChoice {
  if (identity === 'auto') return chooseIdentity(before, after, common, partners, boots)
  return { identity, because: 'it was asked for' }
}

/** IOService first: most entries stand there, and what it pairs helps the others. */
function comparedPlanes(before: Snapshot, after: Snapshot): ComparedPlanes {
  const names = (snapshot: Snapshot) => snapshot.planes.map(plane => plane.plane)
  const both = names(before)
    .map((name, index) => ({ name, before: index, after: names(after).indexOf(name) }))
    .filter(plane => plane.after >= 0)
    .sort((a, b) => Number(b.name === 'IOService') - Number(a.name === 'IOService'))
  const shared = new Set(both.map(plane => plane.name))
  return {
    both,
    onlyBefore: names(before).filter(name => !shared.has(name)),
    onlyAfter: names(after).filter(name => !shared.has(name)),
  }
}

interface PathInput {
  readonly common: CommonStrings
  readonly labels: LabelNumbers
  readonly planes: ComparedPlanes
  readonly noise: NoiseFilter
  readonly pairing: Pairing
  readonly identity: Identity
}

/** Everything in `path` identity; beside IDs only what has none (a line that was clipped before its ID). */
function pairByPath(before: Snapshot, after: Snapshot, input: PathInput): void {
  const { common, labels, planes, noise, pairing, identity } = input
  let mayPair: { before: Uint8Array; after: Uint8Array } | undefined
  if (identity === 'entry-id') {
    const lacking = { before: lackingIds(before), after: lackingIds(after) }
    if (!lacking.before || !lacking.after) return
    mayPair = { before: lacking.before, after: lacking.after }
  }
  const noisyKeys = new Set(noise.keys)
  const syntaxes = (snapshot: Snapshot) =>
    [...new Set(snapshot.sources.map(source => source.syntax))].sort().join(' ')
  const hasEqualSyntax = syntaxes(before) === syntaxes(after)
  const sides = [
    entrySide(before, common, noisyKeys, hasEqualSyntax),
    entrySide(after, undefined, noisyKeys, hasEqualSyntax),
  ] as const
  for (const each of planes.both) {
    const onePlane = before.planes[each.before]!
    const twoPlane = after.planes[each.after]!
    const one = planeSide(sides[0], onePlane, labels.of('before', onePlane))
    const two = planeSide(sides[1], twoPlane, labels.of('after', twoPlane))
    const paths = new PathPairing(pairing, after, one, two, mayPair)
    paths.pairPlane()
    findMoves(pairing, paths, { entries: sides[0], before: one, after: two })
  }
}

interface CompareInput extends PathInput {
  readonly because: string
  readonly rules: SnapshotDiff['noise']['rules']
  readonly comparesBytes: boolean
}

function compareAll(before: Snapshot, after: Snapshot, input: CompareInput): SnapshotDiff {
  const { common, labels, planes, noise, pairing, rules } = input
  const places = comparePlaces(before, after, common, labels, pairing, planes.both)
  const properties = new PropertyComparison(before, after, common, noise, input.comparesBytes)
  const fields = new FieldComparison(before, after, common)
  const muted = new Uint32Array(rules.length)
  const rows = {
    before: [] as EntryIndex[],
    after: [] as EntryIndex[],
    what: [] as number[],
    muted: [] as number[],
    firstProperty: [] as number[],
    firstPlace: [] as number[],
  }
  const placeRows: number[] = []
  for (let entry = 0; entry < after.entries.length; entry++) {
    const known = pairing.beforeOf[entry]!
    if (known < 0) continue
    const firstProperty = properties.length
    const mutedProperties = properties.compare(known, entry)
    const propertyCount = properties.length - firstProperty
    let what = fields.compare(known, entry)
    if (propertyCount > 0) what |= ChangeBit.properties
    const firstPlace = placeRows.length
    if (places.has(entry)) {
      for (const row of places.rowsOf(entry)) {
        placeRows.push(row)
        const isRenamed = places.kind[row] === PlaceChange.renamed
        what |= isRenamed ? ChangeBit.renamed : ChangeBit.moved
      }
    }
    if (what === 0) continue
    let mutedBits = 0
    const className = stringAt(after.strings, after.entries.className[entry]!)
    for (let bit = 1; bit < ChangeBit.properties; bit <<= 1) {
      const rule = (what & bit) === 0 ? -1 : noise.ofField(bit, className)
      if (rule < 0) continue
      muted[rule]!++
      mutedBits |= bit
    }
    if (propertyCount > 0 && mutedProperties === propertyCount) mutedBits |= ChangeBit.properties
    rows.before.push(known)
    rows.after.push(entry)
    rows.what.push(what)
    rows.muted.push(mutedBits)
    rows.firstProperty.push(firstProperty)
    rows.firstPlace.push(firstPlace)
  }
  for (const rule of properties.mutedBy) if (rule >= 0) muted[rule]!++

  const unseen = {
    before: onlyElsewhere(before, planes.onlyBefore, planes),
    after: onlyElsewhere(after, planes.onlyAfter, planes),
  }
  const removed = withoutPartner(pairing.afterOf, unseen.before)
  const added = withoutPartner(pairing.beforeOf, unseen.after)
  return {
    identity: input.identity,
    because: input.because,
    afterOf: pairing.afterOf,
    beforeOf: pairing.beforeOf,
    added: added.entries,
    removed: removed.entries,
    changed: {
      length: rows.after.length,
      before: Int32Array.from(rows.before),
      after: Int32Array.from(rows.after),
      what: Uint16Array.from(rows.what),
      muted: Uint16Array.from(rows.muted),
      firstProperty: Uint32Array.from([...rows.firstProperty, properties.length]),
      firstPlace: Uint32Array.from([...rows.firstPlace, placeRows.length]),
    },
    places: {
      length: placeRows.length,
      plane: Uint16Array.from(placeRows, row => places.plane[row]!),
      kind: Uint8Array.from(placeRows, row => places.kind[row]!),
      before: Int32Array.from(placeRows, row => places.before[row]!),
      after: Int32Array.from(placeRows, row => places.after[row]!),
    },
    properties: {
      length: properties.length,
      before: Int32Array.from(properties.before),
      after: Int32Array.from(properties.after),
      mutedBy: Int16Array.from(properties.mutedBy),
    },
    planes,
    uncomparable: {
      entries: removed.unseen + added.unseen,
      classes: fields.unknownClasses,
      propertyBlocks: properties.unknownBlocks,
      values: properties.unknownValues,
    },
    noise: { rules, muted },
  }
}

/** 1 for entries that stand in no plane that both snapshots have; null when there are none. */
function onlyElsewhere(
  snapshot: Snapshot,
  others: readonly string[],
  planes: ComparedPlanes,
): Uint8Array | null {
  if (others.length === 0) return null
  const isElsewhere = new Uint8Array(snapshot.entries.length).fill(1)
  const shared = new Set(planes.both.map(plane => plane.name))
  for (const plane of snapshot.planes) {
    if (shared.has(plane.plane)) for (const entry of plane.entry) isElsewhere[entry] = 0
  }
  return isElsewhere
}

function withoutPartner(
  partnerOf: Int32Array,
  isUnseen: Uint8Array | null,
): { readonly entries: Int32Array; readonly unseen: number } {
  const entries: EntryIndex[] = []
  let unseen = 0
  for (let entry = 0; entry < partnerOf.length; entry++) {
    if (partnerOf[entry]! >= 0) continue
    if (isUnseen?.[entry]) unseen++
    else entries.push(entry)
  }
  return { entries: Int32Array.from(entries), unseen }
}
