import { showValue } from '../diff/show-value.ts'
import { compileFilter } from '../query/filter/compile-filter.ts'
import type { FilterNode } from '../query/filter/filter-tree.ts'
import { parseFilter } from '../query/filter/parse-filter.ts'
import type { EntryMarks } from '../diff/entry-marks.ts'
import { nextBit } from '../registry/bit-set.ts'
import { entryById, propertyOf } from '../registry/lookup.ts'
import { nodesAtPath } from '../registry/paths.ts'
import { readValue } from '../registry/read-value.ts'
import { EntryFlag, type EntryIndex, type Snapshot } from '../registry/snapshot.ts'
import type { RuleEntry, WatchRule } from './watch-rules.ts'

/** What rules are asked of: what is shown, entries that are gone included. */
export interface RuledLook {
  readonly snapshot: Snapshot
  readonly marks: EntryMarks | null
  /** The kext that owns an entry, or null where that is not known. */
  readonly kextOf: (entry: EntryIndex) => string | null
}

/** What each rule saw last, by its ID: the first look only says how it stands. */
export type RuleMemory = ReadonlyMap<string, Seen>
type Seen = number | string | null

export interface RuleHit {
  readonly rule: WatchRule
  /** What happened, as a sentence. Text of the guest is in it as it is. */
  readonly sentence: string
  /** The first entry that a filter hits; -1 where it hits none, and for a rule that names its entry. */
  readonly first: EntryIndex
}

/** Asks the rules of the newest look. A rule that is off, or whose filter does not read, sees nothing. */
export function evaluateRules(
  rules: readonly WatchRule[],
  memory: RuleMemory,
  look: RuledLook,
): { readonly memory: RuleMemory; readonly hits: readonly RuleHit[] } {
  const seen = new Map<string, Seen>()
  const hits: RuleHit[] = []
  for (const rule of rules) {
    if (!rule.isOn) continue
    const saw =
      rule.kind === 'filter' ? hitsOf(rule.filter, look) : { count: seenBy(rule, look), first: -1 }
    if (!saw) continue
    const { count: now, first } = saw
    seen.set(rule.id, now)
    const before = memory.get(rule.id)
    const sentence = before === undefined ? null : sentenceOf(rule, before, now)
    if (sentence !== null) hits.push({ rule, sentence, first })
  }
  return { memory: seen, hits }
}

type EntryRule = Exclude<WatchRule, { readonly kind: 'filter' }>

function seenBy(rule: EntryRule, { snapshot }: RuledLook): Seen {
  const entry = entryOf(snapshot, rule.entry)
  switch (rule.kind) {
    case 'gone':
      return entry === -1 ? null : 1
    case 'busy': {
      const hasCount =
        entry !== -1 && (snapshot.entries.flags[entry]! & EntryFlag.hasBusyCount) !== 0
      // Without the entry it is not busy, and was not seen to become so.
      return hasCount ? snapshot.entries.busyCount[entry]! : null
    }
    case 'property': {
      const property = entry === -1 ? -1 : propertyOf(snapshot, entry, rule.key)
      return property === -1 ? null : showValue(readValue(snapshot, property), longestValue)
    }
  }
}

const longestValue = 10_000

function sentenceOf(rule: WatchRule, before: Seen, now: Seen): string | null {
  switch (rule.kind) {
    case 'filter': {
      const [was, is] = [Number(before), Number(now)]
      if (rule.when === 'first') {
        const count = is === 1 ? '1 entry' : `${is} entries`
        return was === 0 && is > 0 ? `“${rule.filter}” has its first hit: ${count}.` : null
      }
      return was > 0 && is === 0 ? `“${rule.filter}” has lost its last hit.` : null
    }
    case 'busy':
      return Number(before) > 0 && now === 0
        ? `The busy count of ${rule.entry.label} has returned to 0 from ${before}.`
        : null
    case 'gone':
      return before !== null && now === null ? `${rule.entry.label} is gone.` : null
    case 'property': {
      if (before === now) return null
      const what = `${rule.key} of ${rule.entry.label}`
      if (now === null) return `${what} is gone; it was ${short(before)}.`
      if (before === null) return `${what} has come: ${short(now)}.`
      return `${what} has changed from ${short(before)} to ${short(now)}.`
    }
  }
}

function short(value: Seen): string {
  const text = String(value)
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}

/** An entry that is there; -1 for one that is gone. */
function entryOf(snapshot: Snapshot, { id, path }: RuleEntry): EntryIndex {
  const isThere = (entry: EntryIndex) =>
    entry !== -1 && (snapshot.entries.flags[entry]! & EntryFlag.isTerminated) === 0
  if (id !== null) {
    const entry = entryById(snapshot, BigInt(id))
    if (isThere(entry)) return entry
  }
  if (path === null) return -1
  for (const plane of snapshot.planes) {
    // What was unloaded and loaded again stands beside what is gone, under one path.
    for (const node of nodesAtPath(snapshot, plane, path)) {
      if (isThere(plane.entry[node]!)) return plane.entry[node]!
    }
  }
  return -1
}

/** Entries that pass; what is gone counts only where the filter speaks of it. Undefined where it does not read. */
function hitsOf(
  text: string,
  look: RuledLook,
): { readonly count: number; readonly first: EntryIndex } | undefined {
  const parsed = parseFilter(text)
  if (!parsed.ok) return undefined
  const { snapshot, marks, kextOf } = look
  const filter = compileFilter(parsed.filter, {
    snapshot,
    scope: 'names',
    values: null,
    marks,
    kextOf,
  })
  const countsGone = parsed.filter.root !== null && speaksOfGone(parsed.filter.root)
  const { flags, length } = snapshot.entries
  const isHit = new Uint8Array(length)
  for (const plane of snapshot.planes) {
    const nodes = allOf(filter.find(plane))
    for (let node = nextBit(nodes, 0); node !== -1; node = nextBit(nodes, node + 1)) {
      const entry = plane.entry[node]!
      if (countsGone || (flags[entry]! & EntryFlag.isTerminated) === 0) isHit[entry] = 1
    }
  }
  return { count: isHit.reduce((sum, each) => sum + each, 0), first: isHit.indexOf(1) }
}

function allOf<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

function speaksOfGone(node: FilterNode): boolean {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.terms.some(speaksOfGone)
    case 'not':
      return speaksOfGone(node.term)
    case 'test':
      return node.test.kind === 'mark' && node.test.mark === 'gone'
  }
}
