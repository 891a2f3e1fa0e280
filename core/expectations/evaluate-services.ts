import { propertyOf } from '../registry/lookup.ts'
import { readValue } from '../registry/read-value.ts'
import { EntryFlag, type EntryIndex, type Snapshot } from '../registry/snapshot.ts'
import { valueNotation } from '../registry/value-notation.ts'
import type { RegistryView } from '../verify/observed-guest.ts'
import { chooseServices, nameIn, nameOf, viewOf, type Chosen } from './choose-services.ts'
import type { ExpectationResult } from './expectation-report.ts'
import { propertyTitle, serviceTitle } from './expectation-titles.ts'
import type { ExpectedProperty, ExpectedService } from './expectations.ts'
import { judgeState, type Seen } from './judge-state.ts'
import { shortened } from './shapes.ts'
import { testValue, type Answer } from './test-property.ts'

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
  const others = provider === null || className === null ? [] : view.ofClass(className)
  if (others.length === 0) return ''
  const providers = others.slice(0, 3).map(entry => {
    const on = view.providerOf(entry)
    return on === null ? 'no provider' : shortened(nameIn(view.snapshot, on))
  })
  return `; ${others.length} of this class on ${[...new Set(providers)].join(', ')}`
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
