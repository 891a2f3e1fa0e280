import { entryById } from '../registry/lookup.ts'
import { EntryFlag, type EntryIndex, type Snapshot } from '../registry/snapshot.ts'
import {
  busyCountOf,
  hasOwnWork,
  hasState,
  idText,
  type RegistryView,
} from '../verify/observed-guest.ts'
import { describeState } from '../verify/state-words.ts'
import { nameIn, nameOf } from './choose-services.ts'
import type { ExpectationResult } from './expectation-report.ts'
import type { StateWord } from './expectations.ts'
import { shortened } from './shapes.ts'
import type { Answer } from './test-property.ts'
import { plainOf } from './value-shapes.ts'

export type Seen = Pick<ExpectationResult, 'status' | 'seen'>

/** Whether each of the services has each of the words; the first that has not decides. */
export function judgeState(
  words: readonly StateWord[],
  entries: readonly EntryIndex[],
  view: RegistryView,
  before: RegistryView | null,
): Seen {
  let unknown: Seen | null = null
  for (const entry of entries) {
    const answers = words.map(word => ({ word, answer: hasWord(word, entry, view, before) }))
    const failed = answers.filter(({ answer }) => answer === false)
    if (failed.length > 0) {
      const hangs = failed.some(({ word }) => word === 'started')
      const seen = `${nameOf(entry, view)} is ${stateText(entry, view.snapshot)}`
      return { status: 'fail', seen: hangs ? `${seen}; ${startRemark(entry, view)}` : seen }
    }
    const open = answers.find(({ answer }) => answer === null)
    if (open)
      unknown ??= {
        status: 'unknown',
        seen:
          plainOf(open.word).name === 'started' && busyProviderOf(entry, view) !== null
            ? `${nameOf(entry, view)} is there, and ${startRemark(entry, view, 'may not have')}`
            : `the dump does not tell whether ${nameOf(entry, view)} is ${open.word}`,
      }
  }
  if (unknown) return unknown
  const [first] = entries
  return {
    status: 'pass',
    seen: first === undefined ? '' : `${nameOf(first, view)} ${stateText(first, view.snapshot)}`,
  }
}

/** `its start() has not returned: FWCF is still busy with it`. */
export function startRemark(entry: EntryIndex, view: RegistryView, has = 'has not'): string {
  const provider = busyProviderOf(entry, view)
  const who = provider === null ? 'its provider' : shortened(nameIn(view.snapshot, provider))
  return `its start() ${has} returned: ${who} is still busy with matching`
}

function busyProviderOf(entry: EntryIndex, view: RegistryView): EntryIndex | null {
  const provider = view.providerOf(entry)
  return provider !== null && hasOwnWork(provider, view) ? provider : null
}

/**
 * Has `start()` returned? The pass of matching that called it keeps the provider busy until then (facts:
 * service-state, section 2). Null where the provider may be busy with somebody else: it was so before the load, or
 * another of its clients is as far as this one.
 *
 * @param before null where nobody looked before the load
 */
export function hasStarted(
  entry: EntryIndex,
  view: RegistryView,
  before: RegistryView | null,
): Answer {
  const { snapshot } = view
  const provider = view.providerOf(entry)
  if (provider === null) return true
  if (busyCountOf(snapshot, provider) === null) return null
  if (!hasOwnWork(provider, view)) return true
  if (before !== null) {
    const idOf = (each: EntryIndex): string | null => idText(snapshot, each)
    if (idOf(entry) === null || entryWithId(before.snapshot, idOf(entry)) !== null) return null
    const then = entryWithId(before.snapshot, idOf(provider))
    return then !== null && hasOwnWork(then, before) ? null : false
  }
  const isOnTheWay = (each: EntryIndex): boolean =>
    hasState(snapshot, each, 'registered') === false &&
    hasState(snapshot, each, 'inactive') === false
  const others = view.clientsOf(provider).filter(each => each !== entry && isOnTheWay(each))
  return isOnTheWay(entry) && others.length === 0 ? false : null
}

function entryWithId(snapshot: Snapshot, id: string | null): EntryIndex | null {
  if (id === null) return null
  const at = entryById(snapshot, BigInt(id))
  return at < 0 ? null : at
}

function hasWord(
  word: StateWord,
  entry: EntryIndex,
  view: RegistryView,
  before: RegistryView | null,
): Answer {
  const { snapshot } = view
  const { name, isSo } = plainOf(word)
  if (name === 'started') {
    const answer = hasStarted(entry, view, before)
    return answer === null ? null : answer === isSo
  }
  if (name === 'busy') {
    const count = busyCountOf(snapshot, entry)
    return count === null ? null : count > 0 === isSo
  }
  const holds = hasState(snapshot, entry, name)
  if (holds === undefined) return null
  // 10.3 and 10.4 print these two words swapped: where they differ, which of them holds is open.
  if (
    name !== 'inactive' &&
    (snapshot.entries.flags[entry]! & EntryFlag.stateBitsUnordered) !== 0
  ) {
    const other = hasState(snapshot, entry, name === 'registered' ? 'matched' : 'registered')
    if (other !== holds) return null
  }
  return holds === isSo
}

function stateText(entry: EntryIndex, snapshot: Snapshot): string {
  const flags = snapshot.entries.flags[entry]!
  const { words } = describeState({ flags, state: snapshot.entries.state[entry]! })
  const busy = busyCountOf(snapshot, entry)
  const all = [...words, ...(busy === null ? [] : [`busy ${busy}`])]
  return all.length === 0 ? 'there, and the dump shows no state' : all.join(', ')
}
