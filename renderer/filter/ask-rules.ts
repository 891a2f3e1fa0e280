import type { ColourRule } from '../../core/contract/preferences.ts'
import type { CompiledFilter } from '../../core/query/filter/compile-filter.ts'
import { hasBit, setBit, emptyBitSet, type BitSet } from '../../core/registry/bit-set.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import type { OpenCapture } from '../state/app-state.ts'
import { compiledFor } from './compile.ts'
import { mostRules, type RuledEntries } from './rule-numbers.ts'
import { runSlowly } from './run-slowly.ts'

/** Work for one rule that has to look at keys and values, in all. */
const budgetMs = 5000

/** The entries with a place that a filter finds, whatever the plane. Stops at each `yield`. */
export function* entriesFound(
  snapshot: Snapshot,
  filter: CompiledFilter,
): Generator<undefined, BitSet> {
  const entries = emptyBitSet(snapshot.entries.length)
  for (const plane of snapshot.planes) {
    const nodes = yield* filter.find(plane)
    for (let node = 0; node < plane.length; node++) {
      if (hasBit(nodes, node)) setBit(entries, plane.entry[node]!)
    }
    yield
  }
  return entries
}

/**
 * Asks the rules of a capture, those that names and states answer first, and tells what is known each time that more
 * is. The first answer comes at once where all rules are quick.
 */
export async function askRules(
  current: OpenCapture,
  all: readonly ColourRule[],
  tell: (ruled: RuledEntries) => void,
  signal: AbortSignal,
): Promise<void> {
  const { snapshot } = current
  const asked = all
    .filter(rule => rule.isOn && rule.filter.trim() !== '')
    .map(rule => ({ rule, filter: compiledFor(current, rule.filter, 'names') }))
    .filter(({ filter }) => filter !== null)
    .slice(0, mostRules)
  const rules = asked.map(({ rule }) => rule)
  const numbers = new Uint8Array(snapshot.entries.length)
  const unfinished = new Set<string>()
  const say = (isComplete: boolean) =>
    tell({
      snapshot,
      rules,
      numbers: numbers.slice(),
      counts: countsOf(rules, numbers),
      unfinished: new Set(unfinished),
      isComplete,
    })
  if (rules.length === 0) {
    say(true)
    return
  }
  const ask = async (index: number) => {
    const { rule, filter } = asked[index]!
    const found = await runSlowly(entriesFound(snapshot, filter!), { budgetMs, signal })
    if (found) mark(numbers, index + 1, found)
    else unfinished.add(rule.id)
  }
  const places = asked.map((_, index) => index)
  const slow = places.filter(index => !asked[index]!.filter!.isQuick)
  for (const index of places) if (asked[index]!.filter!.isQuick) await ask(index)
  if (signal.aborted) return
  say(slow.length === 0)
  for (const index of slow) {
    await ask(index)
    if (signal.aborted) return
    say(index === slow.at(-1))
  }
}

/** The first rule that fits counts, in whatever order the answers come. */
function mark(numbers: Uint8Array, number: number, found: BitSet): void {
  for (let entry = 0; entry < numbers.length; entry++) {
    const now = numbers[entry]!
    if ((now === 0 || now > number) && hasBit(found, entry)) numbers[entry] = number
  }
}

function countsOf(rules: readonly ColourRule[], numbers: Uint8Array): ReadonlyMap<string, number> {
  const counts = new Array<number>(rules.length + 1).fill(0)
  if (rules.length > 0)
    for (let entry = 0; entry < numbers.length; entry++) counts[numbers[entry]!]!++
  return new Map(rules.map(({ id }, index) => [id, counts[index + 1]!]))
}
