import { EntryMark } from '../../../core/diff/entry-marks.ts'
import { EntryFlag, type EntryIndex, type Snapshot } from '../../../core/registry/snapshot.ts'
import { textAt } from '../../registry/columns.ts'
import { stateBrief } from '../../registry/service-state.ts'
import type { OpenCapture } from '../../state/app-state.ts'
import type { ColourBy } from '../../state/pictures-state.ts'
import { familyOfChain } from './class-family.ts'
import {
  hueCount,
  hueSlot,
  noneSlot,
  otherSlot,
  type ColourScale,
  type ColourSlot,
} from './colour-scale.ts'
import { kextsOfEntries } from './entry-kexts.ts'
import { countNames, noName, type EntryNames } from './entry-names.ts'
import { KnownOf } from './known-of.ts'
import { noColour } from './scene.ts'

/** By its marks is another one for each capture that is shown, and made at once. */
type OfTables = Exclude<ColourBy, 'diff'>
const known = new KnownOf<Map<OfTables, ColourScale>>()
const diffs = new WeakMap<OpenCapture, ColourScale>()

/** The colours of a capture; made once for each. One pass over the columns: milliseconds at 100 000 entries. */
export function colourScale(current: OpenCapture, by: ColourBy): ColourScale {
  if (by === 'diff') {
    let scale = diffs.get(current)
    if (!scale) diffs.set(current, (scale = byDiff(current)))
    return scale
  }
  const scales = known.get(current, () => new Map())
  let scale = scales.get(by)
  if (!scale) scales.set(by, (scale = make(current, by)))
  return scale
}

/** Whether that is made already. */
export function hasScale(current: OpenCapture, by: OfTables): boolean {
  return known.find(current)?.has(by) === true
}

function make(current: OpenCapture, by: OfTables): ColourScale {
  switch (by) {
    case 'kext':
      return byName('kext', 'Kext', kextsOfEntries(current), 'No kext known', 'Other kexts')
    case 'family':
      return byName(
        'family',
        'Family',
        familyNames(current.snapshot),
        'No family',
        'Other families',
      )
    case 'state':
      return byState(current.snapshot)
    case 'age':
      return byAge(current.snapshot)
  }
}

/** The most frequent names get a hue each. */
function byName(
  by: ColourBy,
  title: string,
  all: EntryNames,
  none: string,
  other: string,
): ColourScale {
  const { of, names } = all
  const counts = countNames(all)
  const shown = mostFrequent(names, counts)
  const slots = shown.map((at, n) => hueSlot(n, names[at]!))
  const [otherAt, noneAt] = [slots.length, slots.length + 1]
  slots.push(otherSlot(other), noneSlot(none))
  // The first is that of `noName`.
  const slotOf = new Int16Array(names.length + 1).fill(otherAt)
  slotOf[0] = noneAt
  for (const [n, at] of shown.entries()) slotOf[at + 1] = n
  const places = new Map(shown.map((at, n) => [names[at]!, n]))
  return {
    by,
    title,
    slots,
    ofEntry: entry => slotOf[(of[entry] ?? noName) + 1]!,
    ofKext: id => (by === 'kext' ? (places.get(id) ?? otherAt) : noColour),
  }
}

/** As many as there are hues, the most frequent first: a dump may name tens of thousands, which are not sorted for ten of them. */
function mostFrequent(names: readonly string[], counts: Int32Array): readonly number[] {
  const isBefore = (a: number, b: number) =>
    counts[a]! > counts[b]! || (counts[a] === counts[b] && names[a]! < names[b]!)
  const best: number[] = []
  for (let at = 0; at < names.length; at++) {
    if (counts[at] === 0) continue
    const last = best[hueCount - 1]
    if (last !== undefined && !isBefore(at, last)) continue
    const place = best.findIndex(other => isBefore(at, other))
    best.splice(place === -1 ? best.length : place, 0, at)
    if (best.length > hueCount) best.pop()
  }
  return best
}

function familyNames({ entries, strings }: Snapshot): EntryNames {
  const notAsked = -2
  const names: string[] = []
  const numbers = new Map<string, number>()
  const ofChain = new Int32Array(strings.length + 1).fill(notAsked)
  const of = new Int32Array(entries.length)
  for (let entry = 0; entry < of.length; entry++) {
    const chain = entries.classChain[entry]!
    const at = chain >= 0 ? chain : entries.className[entry]!
    if (ofChain[at + 1] === notAsked) {
      const family = familyOfChain(textAt(strings, at)?.split(':') ?? [])
      if (family !== null && !numbers.has(family)) numbers.set(family, names.push(family) - 1)
      ofChain[at + 1] = family === null ? noName : numbers.get(family)!
    }
    of[entry] = ofChain[at + 1]!
  }
  return { of, names }
}

const stateSlots: readonly ColourSlot[] = [
  { text: 'registered', ink: 'good', fill: 'good-soft', sign: 'disc' },
  { text: '!registered', ink: 'idle', fill: 'idle-soft', sign: 'ring' },
  { text: '!matched', ink: 'warn', fill: 'warn-soft', sign: 'triangle' },
  { text: 'inactive', ink: 'bad', fill: 'bad-soft', sign: 'cross' },
  { text: 'terminated', ink: 'bad', fill: 'bad-soft', sign: 'cross' },
  { text: 'no service', ink: 'hue-none', fill: 'hue-none-fill', sign: 'dot' },
]

function byState({ entries }: Snapshot): ColourScale {
  const places = new Map(stateSlots.map(({ text }, n) => [text, n]))
  const known = new Map<number, number>()
  // Neighbours are often of one state.
  let [lastFlags, lastState, last] = [-1, -1, 0]
  return {
    by: 'state',
    title: 'State',
    slots: stateSlots,
    ofEntry: entry => {
      const [flags, state] = [entries.flags[entry]!, entries.state[entry]!]
      if (flags === lastFlags && state === lastState) return last
      // Few states, many entries: each pair of bits is put into words once.
      const bits = flags * 0x1_0000_0000 + state
      let place = known.get(bits)
      if (place === undefined) {
        place = places.get(stateBrief(entries, entry)?.word ?? 'no service')!
        known.set(bits, place)
      }
      ;[lastFlags, lastState, last] = [flags, state, place]
      return place
    },
    ofKext: () => noColour,
  }
}

/** The kernel counts registry entry IDs up, so they tell which entry is older, not when it came. */
function byAge({ entries }: Snapshot): ColourScale {
  const ids = new BigUint64Array(entries.length)
  let count = 0
  for (let e = 0; e < entries.length; e++) {
    if (entries.flags[e]! & EntryFlag.hasId) ids[count++] = entries.id[e]!
  }
  const sorted = ids.subarray(0, count).sort()
  const parts = 5
  const first = (part: number) => sorted[Math.floor((part * sorted.length) / parts)] ?? 0n
  const words = ['Oldest fifth', 'Second', 'Third', 'Fourth', 'Newest fifth']
  const slots: ColourSlot[] = words.map((word, part) => {
    const ink = `age-${(part + 1) as 1}` as const
    const sign = `step${(part + 1) as 1}` as const
    const text = sorted.length === 0 ? word : `${word}, from 0x${first(part).toString(16)}`
    return { text, ink, fill: `${ink}-fill`, sign }
  })
  slots.push(noneSlot('ID not known'))
  return {
    by: 'age',
    title: 'Age, by entry ID',
    slots,
    ofEntry: entry => {
      if (!(entries.flags[entry]! & EntryFlag.hasId)) return parts
      const id = entries.id[entry]!
      let part = parts - 1
      while (part > 0 && id < first(part)) part--
      return part
    },
    ofKext: () => noColour,
    ...(sorted.length === 0
      ? { note: 'This dump has no registry entry IDs, so it does not tell what is older.' }
      : {}),
  }
}

const diffSlots: readonly ColourSlot[] = [
  { text: 'new', ink: 'good', fill: 'good-soft', sign: 'plus' },
  { text: 'gone', ink: 'bad', fill: 'bad-soft', sign: 'cross' },
  { text: 'changed', ink: 'warn', fill: 'warn-soft', sign: 'triangle' },
  { text: 'moved', ink: 'hue-5', fill: 'hue-5-fill', sign: 'diamond' },
  noneSlot('as before'),
]

function byDiff({ marks }: OpenCapture): ColourScale {
  return {
    by: 'diff',
    title: 'Diff',
    slots: diffSlots,
    ofEntry: entry => {
      const bits = marks?.bits[entry] ?? 0
      if (bits & EntryMark.gone) return 1
      if (bits & EntryMark.new) return 0
      if (bits & EntryMark.moved) return 3
      return bits & EntryMark.changed ? 2 : 4
    },
    ofKext: () => noColour,
    ...(marks
      ? {}
      : { note: 'Nothing to compare with: choose another snapshot, or watch the guest.' }),
  }
}

/** Whether an entry is kept although it is gone: drawn struck through. */
export function isGone({ marks, snapshot }: OpenCapture, entry: EntryIndex): boolean {
  return (
    ((marks?.bits[entry] ?? 0) & EntryMark.gone) !== 0 ||
    (snapshot.entries.flags[entry]! & EntryFlag.isTerminated) !== 0
  )
}
