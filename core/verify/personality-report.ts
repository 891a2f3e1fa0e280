import type { InstalledKext, Personality } from '../kext/kext.ts'
import { stringAt } from '../registry/property-value.ts'
import type { EntryIndex } from '../registry/snapshot.ts'
import { EntryFlag } from '../registry/snapshot.ts'
import { countOf } from './compare-guests.ts'
import type { RegistryView } from './observed-guest.ts'
import { busyCountOf, hasOwnWork, hasState } from './observed-guest.ts'
import type { Check, InstanceReport, PersonalityReport, RegistrationVerdict } from './report.ts'
import { describeState } from './state-words.ts'

/** What one personality came to, and the check that follows from it. */
export interface PersonalityAnswer {
  readonly report: PersonalityReport
  readonly check: Check
}

/** The worse of two instances decides what is said of the personality. */
const worstFirst: readonly RegistrationVerdict[] = [
  'not-registered',
  'terminating',
  'matching-in-progress',
  'unknown',
  'registered',
]

/** What is said of all personalities of a bundle, one after the other. */
export function reportPersonalities(
  context: Parameters<typeof reportPersonality>[1] & {
    /** A kext that others are linked against is of use without an instance. */
    readonly isLibraryInUse: boolean
  },
): readonly PersonalityAnswer[] {
  const answers = context.bundle.personalities.map(each => reportPersonality(each, context))
  const hasAny = answers.some(({ report }) => report.registration !== 'no-instance')
  const status = hasAny ? 'pass' : context.isLibraryInUse ? 'attention' : 'fail'
  return answers.map(answer =>
    answer.report.registration === 'no-instance'
      ? { ...answer, check: { ...answer.check, status } }
      : answer,
  )
}

/**
 * Whether a personality has an instance, and whether `registerService()` took effect on it
 * (facts: service-state, sections 3 and 4).
 */
export function reportPersonality(
  personality: Personality,
  context: {
    readonly bundle: InstalledKext
    readonly isLoaded: boolean
    readonly view: RegistryView
    readonly newLogLines: readonly string[]
    readonly isSettled: boolean
  },
): PersonalityAnswer {
  const { view } = context
  const mustRegister = reasonToRegister(personality, context.bundle)
  const instances = (personality.ioClass === null ? [] : view.ofClass(personality.ioClass))
    .filter(entry => isFrom(personality, entry, view))
    .map(entry => reportInstance(entry, view, mustRegister, context.isSettled))
  const registration =
    worstFirst.find(verdict => instances.some(each => each.registration === verdict)) ??
    ('no-instance' as const)
  const whyNone = registration === 'no-instance' ? whyNoInstance(personality, context) : null
  const report: PersonalityReport = {
    personality: personality.name,
    ioClass: personality.ioClass,
    providerClass: personality.providerClass,
    matchCategory: personality.matchCategory,
    instances,
    registration,
    whyNone,
  }
  return { report, check: checkOf(report, mustRegister) }
}

/**
 * Two personalities may share a class. An instance's properties begin as a copy of its personality, so a
 * different `IOProviderClass` there means that another personality made it.
 */
function isFrom(personality: Personality, entry: EntryIndex, view: RegistryView): boolean {
  const made = view.stringProperty(entry, 'IOProviderClass')
  return made === null || personality.providerClass === null || made === personality.providerClass
}

/** Why this driver has to be findable, or null where it need not be. */
export function reasonToRegister(personality: Personality, bundle: InstalledKext): string | null {
  const userClient = stringAt(personality.properties, 'IOUserClientClass')
  if (userClient !== undefined && userClient !== '')
    return `its personality declares the user client ${userClient}, and an application that looks for the service by matching does not find it`
  const dependent = bundle.personalities.find(
    each =>
      each !== personality &&
      each.providerClass !== null &&
      each.providerClass === personality.ioClass,
  )
  if (dependent !== undefined)
    return `the personality “${dependent.name}” matches on it, and drivers are matched on registered services only`
  return null
}

function reportInstance(
  entry: EntryIndex,
  view: RegistryView,
  mustRegister: string | null,
  isSettled: boolean,
): InstanceReport {
  const { snapshot } = view
  const provider = view.providerOf(entry)
  const flags = snapshot.entries.flags[entry]!
  const { words } = describeState({ flags, state: snapshot.entries.state[entry]! })
  const registration = registrationOf(entry, provider, view)
  return {
    ...view.brief(entry),
    provider: provider === null ? null : view.brief(provider),
    stateWords: words,
    busyCount: busyCountOf(snapshot, entry),
    registration,
    explanation: explain(registration, words.includes('registered'), mustRegister, isSettled),
  }
}

function registrationOf(
  entry: EntryIndex,
  provider: EntryIndex | null,
  view: RegistryView,
): RegistrationVerdict {
  const { snapshot } = view
  const isRegistered = hasState(snapshot, entry, 'registered')
  const isMatched = hasState(snapshot, entry, 'matched')
  if (isRegistered === undefined || isMatched === undefined) return 'unknown'
  if (hasState(snapshot, entry, 'inactive')) return 'terminating'
  if (isRegistered && isMatched) return 'registered'
  const isUnordered = (snapshot.entries.flags[entry]! & EntryFlag.stateBitsUnordered) !== 0
  if (isRegistered || (isUnordered && isMatched)) return 'matching-in-progress'
  return provider !== null && hasOwnWork(provider, view) ? 'matching-in-progress' : 'not-registered'
}

function explain(
  registration: RegistrationVerdict,
  isRegistered: boolean,
  mustRegister: string | null,
  isSettled: boolean,
): string {
  switch (registration) {
    case 'registered':
      return 'registerService() took effect: drivers are matched on it, and applications can find it.'
    case 'matching-in-progress':
      return isRegistered
        ? 'registerService() took effect, and the first pass of matching on it has not ended: it runs, or it waits for a kext to be loaded.'
        : 'start() has not returned yet, or hangs: the pass of matching on its provider that called it is still under way.'
    case 'terminating':
      return 'It was terminated and waits for its clients to close it and let go.'
    case 'unknown':
      return 'The dump shows no state for it.'
    case 'not-registered':
      return mustRegister === null
        ? `It is attached, but registerService() has not taken effect${isSettled ? '' : ' so far'}. That is a mistake only if applications or other drivers are to find it; of the matched drivers on real systems 19 % do not register.`
        : `It is attached, but registerService() has not taken effect${isSettled ? '' : ' so far'}: ${mustRegister}.`
  }
}

function checkOf(report: PersonalityReport, mustRegister: string | null): Check {
  const name = `Personality “${report.personality}”`
  if (report.registration === 'no-instance')
    return { status: 'attention', title: `${name} has no instance`, detail: report.whyNone ?? '' }
  const decisive = report.instances.find(each => each.registration === report.registration)!
  const instances = countOf(report.instances.length, 'instance')
  const detail = `${decisive.name}${decisive.id === null ? '' : ` (${decisive.id})`}: ${decisive.explanation}`
  switch (report.registration) {
    case 'registered':
      return { status: 'pass', title: `${name}: ${instances}, registered`, detail }
    case 'not-registered':
      return {
        status: mustRegister === null ? 'attention' : 'fail',
        title: `${name}: ${instances}, not registered`,
        detail,
      }
    case 'matching-in-progress':
      return { status: 'attention', title: `${name}: ${instances}, matching in progress`, detail }
    case 'terminating':
      return { status: 'attention', title: `${name}: ${instances}, terminating`, detail }
    case 'unknown':
      return { status: 'unknown', title: `${name}: ${instances}`, detail }
  }
}

/** Says no more than the registry and the log show: what happened inside probe() leaves no trace. */
function whyNoInstance(
  personality: Personality,
  context: {
    readonly isLoaded: boolean
    readonly view: RegistryView
    readonly newLogLines: readonly string[]
  },
): string {
  const { view } = context
  const { ioClass, providerClass } = personality
  if (ioClass === null) return 'The personality has no IOClass, so nothing can be made from it.'
  if (providerClass === null)
    return 'The personality has no IOProviderClass; the kernel’s catalogue ignores it without a word.'
  const isAllocationRefused = context.newLogLines.some(line =>
    line.includes(`Couldn't alloc class "${ioClass}"`),
  )
  if (isAllocationRefused)
    return `The kernel log says that the class ${ioClass} could not be allocated: the kext does not define it, or it is abstract or not an IOService.`
  if (!context.isLoaded) return 'The kext is not loaded.'
  if (!view.knowsDrivers)
    return 'This dump does not give the classes of entries, so instances cannot be told.'
  if (!view.knowsClasses)
    return `No driver of class ${ioClass} is in the registry. This dump does not give the classes of nubs, so whether there is a ${providerClass} to match on cannot be told.`

  const services = view
    .conformingTo(providerClass)
    .filter(entry => hasState(view.snapshot, entry, 'inactive') !== true)
  const exactness = view.knowsSubclasses
    ? ''
    : ` Services of subclasses of ${providerClass} would do as well, but this dump does not show them as such.`
  if (services.length === 0)
    return `There is no service of class ${providerClass} on this machine now, so there is nothing to match on.${exactness}`
  const registered = services.filter(entry => hasState(view.snapshot, entry, 'registered') === true)
  const count = countOf(services.length, 'service')
  if (services.some(entry => hasState(view.snapshot, entry, 'registered') === undefined))
    return `There ${services.length === 1 ? 'is' : 'are'} ${count} of class ${providerClass}, but the dump does not show whether it is registered.${exactness}`
  if (registered.length === 0)
    return `There ${services.length === 1 ? 'is' : 'are'} ${count} of class ${providerClass}, but none is registered, and drivers are matched on registered services only.${exactness}`
  const taken = takenBy(personality, registered, view)
  const there = `There ${registered.length === 1 ? 'is' : 'are'} ${countOf(registered.length, 'registered service')} of class ${providerClass}`
  if (taken !== null) return `${there}, but ${taken}.`
  return `${there}. A key of the personality does not hold for it, another driver won, or probe() or start() refused; the registry does not show which.`
}

/** `the category IOFoo is taken on all of them (by A, B)`, or null where one of them is free. */
function takenBy(
  personality: Personality,
  providers: readonly EntryIndex[],
  view: RegistryView,
): string | null {
  const category = personality.matchCategory ?? 'IODefaultMatchCategory'
  const holders = providers.map(provider =>
    view
      .clientsOf(provider)
      .find(
        client =>
          hasState(view.snapshot, client, 'inactive') === false &&
          view.stringProperty(client, 'IOMatchCategory') === category,
      ),
  )
  if (holders.some(holder => holder === undefined)) return null
  const names = [...new Set(holders.map(holder => view.brief(holder!).name))].slice(0, 5)
  return `the match category ${category} is taken on ${providers.length === 1 ? 'it' : 'all of them'} by ${names.join(', ')}`
}
