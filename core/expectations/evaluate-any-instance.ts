import type { EntryIndex, Snapshot } from '../registry/snapshot.ts'
import { hasState, type ObservedGuest, type RegistryView } from '../verify/observed-guest.ts'
import { nameOf, viewOf } from './choose-services.ts'
import { hasStarted, startRemark } from './judge-state.ts'
import type { ExpectationResult } from './expectation-report.ts'
import type { AnyInstance } from './expectations.ts'

type Seen = Pick<ExpectationResult, 'status' | 'seen'>

const mostNamed = 5

/**
 * Whether one of the personalities has an instance whose `start()` has returned; where none has, why, as matching has
 * seen it.
 *
 * @param before the guest before the load, where it is known
 */
export function evaluateAnyInstance(
  expected: AnyInstance,
  bundleIdentifier: string,
  { snapshot, kexts }: ObservedGuest,
  before: Snapshot | null,
): Seen {
  const view = viewOf(snapshot)
  const entries = [
    ...new Set(expected.personalities.flatMap(personality => instancesOf(personality, view))),
  ]
  if (entries.length > 0) {
    const first = before && viewOf(before)
    const states = entries.map(entry => ({ entry, answer: hasStarted(entry, view, first) }))
    const best = states.find(({ answer }) => answer === true)
    if (best) return { status: 'pass', seen: namesOf(entries, view) }
    const open = states.find(({ answer }) => answer === null)
    const { entry } = open ?? states[0]!
    return {
      status: open ? 'unknown' : 'fail',
      seen: `${nameOf(entry, view)}; ${startRemark(entry, view, open ? 'may not have' : 'has not')}`,
    }
  }
  if (!view.knowsDrivers)
    return { status: 'unknown', seen: 'this dump does not give the classes of entries' }
  const own = kexts.find(each => each.bundleIdentifier === bundleIdentifier)
  const users = own?.index == null ? [] : kexts.filter(each => isLinked(each, own.index!))
  if (users.length > 0) {
    const names = users.slice(0, mostNamed).map(each => each.bundleIdentifier)
    const more = users.length > names.length ? ', …' : ''
    // A library is of use without.
    return { status: 'unknown', seen: `none; linked against it: ${names.join(', ')}${more}` }
  }
  return { status: 'fail', seen: whyNone(expected) }
}

function isLinked({ linkedAgainst }: ObservedGuest['kexts'][number], index: number): boolean {
  return linkedAgainst.includes(index)
}

/**
 * An instance's properties begin as a copy of its personality, so what is said otherwise there comes from another one
 * (facts: service-state, section 5).
 */
function instancesOf(
  { ioClass, providerClass, bundleIdentifier }: AnyInstance['personalities'][number],
  view: RegistryView,
): readonly EntryIndex[] {
  if (ioClass === null) return []
  return view.ofClass(ioClass).filter(entry => {
    if (hasState(view.snapshot, entry, 'inactive') === true) return false
    const provider = view.stringProperty(entry, 'IOProviderClass')
    const owner = view.stringProperty(entry, 'CFBundleIdentifier')
    return (
      (provider === null || providerClass === null || provider === providerClass) &&
      (owner === null || owner === bundleIdentifier)
    )
  })
}

function namesOf(entries: readonly EntryIndex[], view: RegistryView): string {
  const names = entries.slice(0, mostNamed).map(entry => nameOf(entry, view))
  return `${names.join(', ')}${entries.length > names.length ? ', …' : ''}`
}

/** A sentence of its own becomes the end of this one. */
function whyNone({ because }: AnyInstance): string {
  if (because === null) return 'none'
  const end = because.replace(/\.$/, '')
  return `none; ${end.charAt(0).toLowerCase()}${end.slice(1)}`
}
