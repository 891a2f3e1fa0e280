import { entryById, nodesOf, planeNamed, propertyOf, providersOf } from '../registry/lookup.ts'
import { readValue } from '../registry/read-value.ts'
import { EntryFlag, noString, type EntryIndex, type Snapshot } from '../registry/snapshot.ts'
import { stringAt } from '../registry/strings.ts'
import { valueNotation } from '../registry/value-notation.ts'
import {
  busyCountOf,
  hasOwnWork,
  hasState,
  idText,
  viewRegistry,
  type RegistryView,
} from '../verify/observed-guest.ts'
import { describeState } from '../verify/state-words.ts'
import type { ExpectationResult } from './expectation-report.ts'
import { propertyTitle, serviceTitle } from './expectation-titles.ts'
import type { ExpectedProperty, ExpectedService, StateWord } from './expectations.ts'
import { shortened } from './shapes.ts'
import { testValue, type Answer } from './test-property.ts'
import { plainOf } from './value-shapes.ts'

type Seen = Pick<ExpectationResult, 'status' | 'seen'>

/** Services that an expectation speaks of, as far as a dump tells. */
export interface Chosen {
  /** It is of that class and on that provider. */
  readonly certain: readonly EntryIndex[]
  /** Whether it is on that provider cannot be told. */
  readonly possible: readonly EntryIndex[]
  /** Terminated, and still there. */
  readonly terminated: readonly EntryIndex[]
  /** Why there may be more of them than the dump shows as such; null where it shows all. */
  readonly hiddenBecause: string | null
}

const views = new WeakMap<Snapshot, RegistryView>()

/** The view of a snapshot, made once for it: expectations are asked again and again. */
export function viewOf(snapshot: Snapshot): RegistryView {
  let view = views.get(snapshot)
  if (!view) views.set(snapshot, (view = viewRegistry(snapshot)))
  return view
}

/**
 * The results of one expected service: itself, then each of its properties.
 *
 * @param before the guest before the load, where it is known: what was busy then is not busy with this kext
 */
export function evaluateService(
  service: ExpectedService,
  snapshot: Snapshot,
  before: Snapshot | null = null,
): readonly ExpectationResult[] {
  const view = viewOf(snapshot)
  const chosen = chooseServices(service, view)
  const shared = {
    when: 'after-load' as const,
    ...(service.withinMs !== null && { withinMs: service.withinMs }),
  }
  return [
    {
      title: serviceTitle(service),
      ...judgeService(service, chosen, view, before && viewOf(before)),
      line: service.line,
      ...shared,
    },
    ...service.properties.map(property => ({
      title: propertyTitle(service, property),
      ...judgeProperty(property, service, chosen, view),
      line: property.line,
      ...shared,
    })),
  ]
}

/** By the tables of the view: no expectation goes through the registry again. */
export function chooseServices(service: ExpectedService, view: RegistryView): Chosen {
  const { className, withSubclasses, provider, state } = service
  const named = withSubclasses ? view.conformingTo(className) : view.ofClass(className)
  const wantsTerminated = state.some(word => sameWord(word, 'inactive'))
  const certain: EntryIndex[] = []
  const possible: EntryIndex[] = []
  const terminated: EntryIndex[] = []
  for (const entry of named) {
    const isOn = provider === null ? true : isOnProvider(entry, provider, view)
    if (isOn === false) continue
    if (hasState(view.snapshot, entry, 'inactive') === true && !wantsTerminated)
      terminated.push(entry)
    else (isOn === null ? possible : certain).push(entry)
  }
  return { certain, possible, terminated, hiddenBecause: whyHidden(service, view) }
}

function sameWord(a: StateWord, b: StateWord): boolean {
  const [left, right] = [plainOf(a), plainOf(b)]
  return left.name === right.name && left.isSo === right.isSo
}

/** How many entries have no class in the dump, and how many no superclasses. */
interface Unsaid {
  readonly classCount: number
  readonly chainCount: number
}

const unsaidOf = new WeakMap<RegistryView, Unsaid>()

function unsaidIn(view: RegistryView): Unsaid {
  let unsaid = unsaidOf.get(view)
  if (!unsaid) {
    let classCount = 0
    let chainCount = 0
    for (let entry = 0; entry < view.snapshot.entries.length; entry++) {
      if (view.classOf(entry) === null) classCount++
      if (view.classChainOf(entry) === null) chainCount++
    }
    unsaidOf.set(view, (unsaid = { classCount, chainCount }))
  }
  return unsaid
}

function whyHidden({ withSubclasses }: ExpectedService, view: RegistryView): string | null {
  const { classCount, chainCount } = unsaidIn(view)
  const { length } = view.snapshot.entries
  if (classCount > 0)
    return `this dump does not give the class of ${classCount} of its ${length} entries`
  return withSubclasses && chainCount > 0
    ? `this dump does not give the superclasses of ${chainCount} of its ${length} entries`
    : null
}

/** Whether one of the providers has this class, or a superclass of that name, or the name. */
function isOnProvider(entry: EntryIndex, wanted: string, view: RegistryView): Answer {
  const { snapshot } = view
  const plane = planeNamed(snapshot, 'IOService') ?? snapshot.planes[0]
  if (!plane) return null
  let answer: Answer = false
  for (const provider of providersOf(snapshot, plane, entry)) {
    if (view.classOf(provider) === wanted || nameIn(snapshot, provider) === wanted) return true
    const chain = view.classChainOf(provider)
    if (chain?.split(':').includes(wanted) === true) return true
    for (const node of nodesOf(snapshot, plane, provider)) {
      const name = plane.name[node]!
      if (name >= 0 && stringAt(snapshot.strings, name) === wanted) return true
    }
    // Its class may come from the wanted one.
    if (chain === null) answer = null
  }
  return answer
}

function judgeService(
  service: ExpectedService,
  chosen: Chosen,
  view: RegistryView,
  before: RegistryView | null,
): Seen {
  const { certain, possible, terminated, hiddenBecause } = chosen
  const { atLeast, atMost } = service.count
  const most = hiddenBecause === null ? certain.length + possible.length : Infinity
  const there = countText(certain.length, terminated.length)
  const why = hiddenBecause ?? 'whether the provider is of that class cannot be told'
  if (most < atLeast) {
    const remark = certain.length === 0 ? elsewhere(service, view) || refused(service) : ''
    return { status: 'fail', seen: `${there}${named(certain, view)}${remark}` }
  }
  if (atMost !== null && certain.length > atMost)
    return { status: 'fail', seen: `${there}${named(certain, view)}` }
  const state = judgeState(service.state, certain, view, before)
  if (state.status === 'fail') return state
  if (certain.length < atLeast || (atMost !== null && most > atMost)) {
    const maybe = possible.length === 0 ? '' : `, and ${possible.length} that may be one`
    return { status: 'unknown', seen: `${there}${maybe}; ${why}` }
  }
  if (state.status === 'unknown') return state
  return { status: 'pass', seen: `${there}${state.seen === '' ? '' : `: ${state.seen}`}` }
}

/** Nothing of that leaves a trace in the registry; the kernel log may have a word of the driver's own. */
function refused({ wouldWin }: ExpectedService): string {
  return wouldWin === true
    ? '; its keys hold there and nothing stands in its way, so probe() or start() has refused'
    : ''
}

/** Where there are such services, if not on that provider. */
function elsewhere({ className, provider }: ExpectedService, view: RegistryView): string {
  const others = provider === null ? [] : view.ofClass(className)
  if (others.length === 0) return ''
  const providers = others.slice(0, 3).map(entry => {
    const on = view.providerOf(entry)
    return on === null ? 'no provider' : shortened(nameIn(view.snapshot, on))
  })
  return `; ${others.length} of this class on ${[...new Set(providers)].join(', ')}`
}

function judgeState(
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

function judgeProperty(
  property: ExpectedProperty,
  service: ExpectedService,
  { certain, possible, hiddenBecause }: Chosen,
  view: RegistryView,
): Seen {
  if (certain.length === 0) {
    const isOpen = possible.length > 0 || hiddenBecause !== null || service.count.atLeast === 0
    return { status: isOpen ? 'unknown' : 'fail', seen: 'there is no such service' }
  }
  let unknown: Seen | null = null
  for (const entry of certain) {
    const { answer, seen } = askProperty(property, entry, view)
    const told = certain.length === 1 ? seen : `${nameOf(entry, view)}: ${seen}`
    if (answer === false) return { status: 'fail', seen: told }
    if (answer === null) unknown ??= { status: 'unknown', seen: told }
    else if (entry === certain.at(-1) && unknown === null)
      return {
        status: 'pass',
        seen: certain.length === 1 ? seen : `${seen}, on all ${certain.length}`,
      }
  }
  return unknown ?? { status: 'unknown', seen: 'there is no such service' }
}

function askProperty(
  { key, test }: ExpectedProperty,
  entry: EntryIndex,
  { snapshot }: RegistryView,
): { readonly answer: Answer; readonly seen: string } {
  const index = propertyOf(snapshot, entry, key)
  if (index < 0) {
    if ((snapshot.entries.flags[entry]! & EntryFlag.hasProperties) === 0)
      return { answer: null, seen: 'the dump does not show its properties' }
    return { answer: test.kind === 'absent', seen: 'there is no such property' }
  }
  const value = readValue(snapshot, index)
  const answer = testValue(value, test)
  const text = shortened(valueNotation(value), 100)
  if (answer !== null) return { answer, seen: text }
  return {
    answer,
    seen:
      text === '' ? 'the tool printed no value' : `${text}, which the dump does not give exactly`,
  }
}

function countText(count: number, terminatedCount: number): string {
  const terminated =
    terminatedCount === 0
      ? ''
      : `, and ${terminatedCount} that ${terminatedCount === 1 ? 'is' : 'are'} terminated`
  return `${count === 0 ? 'none' : count}${terminated}`
}

function named(entries: readonly EntryIndex[], view: RegistryView): string {
  if (entries.length === 0) return ''
  const names = entries.slice(0, 5).map(entry => nameOf(entry, view))
  return `: ${names.join(', ')}${entries.length > names.length ? ', …' : ''}`
}

export function nameOf(entry: EntryIndex, { snapshot }: RegistryView): string {
  const id = idText(snapshot, entry)
  return `${shortened(nameIn(snapshot, entry))}${id === null ? '' : ` (${id})`}`
}

function nameIn({ entries, strings }: Snapshot, entry: EntryIndex): string {
  const name = entries.name[entry]!
  return name === noString ? '?' : stringAt(strings, name)
}
