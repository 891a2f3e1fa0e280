import { compileFilter, findFiltered } from '../query/filter/compile-filter.ts'
import { createKextOf } from '../query/filter/kext-of-entry.ts'
import { parseFilter } from '../query/filter/parse-filter.ts'
import { emptyBitSet, hasBit, nextBit, setBit, type BitSet } from '../registry/bit-set.ts'
import { nodesOf, planeNamed, providersOf } from '../registry/lookup.ts'
import { noString, type EntryIndex, type Snapshot } from '../registry/snapshot.ts'
import { stringAt } from '../registry/strings.ts'
import { hasState, idText, viewRegistry, type RegistryView } from '../verify/observed-guest.ts'
import type { ExpectedService, StateWord } from './expectations.ts'
import { shortened } from './shapes.ts'
import type { Answer } from './test-property.ts'
import { plainOf } from './value-shapes.ts'

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

/** By the tables of the view: no expectation goes through the registry again. */
export function chooseServices(service: ExpectedService, view: RegistryView): Chosen {
  const { provider, state } = service
  const named = namedServices(service, view)
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

/** Of the class, and found by the filter: whichever is there. */
function namedServices(
  { className, withSubclasses, filter }: ExpectedService,
  view: RegistryView,
): readonly EntryIndex[] {
  const ofClass =
    className === null
      ? null
      : withSubclasses
        ? view.conformingTo(className)
        : view.ofClass(className)
  if (filter === undefined) return ofClass ?? []
  const found = foundBy(filter, view.snapshot)
  return ofClass ? ofClass.filter(entry => hasBit(found, entry)) : bitsIn(found)
}

const foundByFilters = new WeakMap<Snapshot, Map<string, BitSet>>()

/** The services that a filter finds: what stands in the service plane. Asked once of each snapshot. */
function foundBy(text: string, snapshot: Snapshot): BitSet {
  let known = foundByFilters.get(snapshot)
  if (!known) foundByFilters.set(snapshot, (known = new Map<string, BitSet>()))
  const before = known.get(text)
  if (before) return before
  const found = emptyBitSet(snapshot.entries.length)
  const plane = planeNamed(snapshot, 'IOService') ?? snapshot.planes[0]
  const parsed = parseFilter(text)
  // A file was checked when it was read.
  if (plane && parsed.ok) {
    const compiled = compileFilter(parsed.filter, {
      snapshot,
      scope: 'names',
      values: null,
      marks: null,
      kextOf: createKextOf(snapshot, new Map()),
    })
    for (const node of bitsIn(findFiltered(compiled, plane))) setBit(found, plane.entry[node]!)
  }
  known.set(text, found)
  return found
}

function bitsIn(bits: BitSet): number[] {
  const set: number[] = []
  for (let at = nextBit(bits, 0); at !== -1; at = nextBit(bits, at + 1)) set.push(at)
  return set
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

function whyHidden(
  { className, withSubclasses, filter }: ExpectedService,
  view: RegistryView,
): string | null {
  if (className === null && !asksClass(filter)) return null
  const { classCount, chainCount } = unsaidIn(view)
  const { length } = view.snapshot.entries
  if (classCount > 0)
    return `this dump does not give the class of ${classCount} of its ${length} entries`
  return withSubclasses && chainCount > 0
    ? `this dump does not give the superclasses of ${chainCount} of its ${length} entries`
    : null
}

/** A filter that asks for no class is answered by a dump that tells none. */
const asksClass = (filter: string | undefined): boolean => /class[:=]/i.test(filter ?? '')

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

export function nameOf(entry: EntryIndex, { snapshot }: RegistryView): string {
  const id = idText(snapshot, entry)
  return `${shortened(nameIn(snapshot, entry))}${id === null ? '' : ` (${id})`}`
}

export function nameIn({ entries, strings }: Snapshot, entry: EntryIndex): string {
  const name = entries.name[entry]!
  return name === noString ? '?' : stringAt(strings, name)
}
