import { dependencyNames } from '../kext/dependencies.ts'
import { instancesNamed } from '../kext/decode-outcome.ts'
import type { EntryIndex } from '../registry/snapshot.ts'
import {
  classesOf,
  compareGuests,
  countClasses,
  countOf,
  settledChecks,
  verdictOf,
} from './compare-guests.ts'
import type { RegistryView } from './observed-guest.ts'
import { hasState, viewRegistry } from './observed-guest.ts'
import { reportPersonality } from './personality-report.ts'
import type { Check, EntryBrief, KextReport, VerifyReport } from './report.ts'
import type { VerifyRequest } from './verify-load.ts'
import { outcomeChecks, reportKext } from './verify-load.ts'

/**
 * What an unload came to: are the instances, the kext and its classes gone; and where the kernel refused,
 * whether something is still in the registry or was leaked. Both observations must be of the same boot.
 */
export function verifyUnload(request: VerifyRequest): VerifyReport {
  const { bundle, before, after, settled, outcome } = request
  const views = { before: viewRegistry(before.snapshot), after: viewRegistry(after.snapshot) }
  const changes = compareGuests(before, after, views)
  const kext = reportKext(request)
  const named = instancesNamed(outcome?.evidence ?? []).map(each => each.className)
  const classNames = [...new Set([...classesOf(bundle), ...named])]
  const classCounts = countClasses(classNames, before, after, views.after)
  const remaining = classNames.flatMap(className => views.after.ofClass(className))
  const leaked = classCounts.filter(each => each.excess !== null && each.excess > 0)
  const checks: readonly Check[] = [
    ...outcomeChecks(outcome),
    kextCheck(kext),
    ...instanceChecks(remaining, views.after, classNames),
    ...classChecks(kext, classCounts),
    ...dependentChecks(request, kext),
    ...settledChecks(settled, 'a termination may be under way'),
    ...changes.checks,
  ]
  const personalities = bundle.personalities.map(
    personality =>
      reportPersonality(personality, {
        bundle,
        isLoaded: kext.isLoaded,
        view: views.after,
        newLogLines: changes.newLogLines,
        isSettled: settled.isSettled,
      }).report,
  )
  return {
    kind: 'unload',
    verdict: verdictOf(checks),
    headline: headlineOf(kext, remaining.length, leaked.length, request, views.after),
    kext,
    checks,
    personalities,
    added: changes.added,
    removed: changes.removed,
    classCounts,
    newLogLines: changes.newLogLines,
    newLogLinesMayLack: changes.newLogLinesMayLack,
    settled,
  }
}

function kextCheck(kext: KextReport): Check {
  return kext.isLoaded
    ? {
        status: 'fail',
        title: 'The kext is still loaded',
        detail: `The list of loaded kexts has ${kext.bundleIdentifier}, version ${kext.version}.`,
      }
    : {
        status: 'pass',
        title: 'The kext is gone',
        detail: `The list of loaded kexts does not have ${kext.bundleIdentifier}.`,
      }
}

function instanceChecks(
  remaining: readonly EntryIndex[],
  view: RegistryView,
  classNames: readonly string[],
): readonly Check[] {
  if (!view.knowsDrivers)
    return [
      {
        status: 'unknown',
        title: 'Instances',
        detail: 'This dump does not give the classes of entries, so instances cannot be told.',
      },
    ]
  if (classNames.length === 0) return []
  if (remaining.length === 0)
    return [
      {
        status: 'pass',
        title: 'No instance is in the registry',
        detail: `Nothing of class ${classNames.join(', ')} is left there.`,
      },
    ]
  return remaining.slice(0, 20).map(entry => {
    const brief = view.brief(entry)
    const clients = view.clientsOf(entry).map(client => view.brief(client))
    const isInactive = hasState(view.snapshot, entry, 'inactive') === true
    return {
      status: 'fail' as const,
      title: `${nameOf(brief)} is still in the registry`,
      detail: `${
        isInactive
          ? 'It was terminated and waits: somebody still has it open, or holds on to its attachment.'
          : 'It was not terminated.'
      }${clients.length === 0 ? '' : ` Its clients: ${clients.slice(0, 5).map(nameOf).join(', ')}.`}`,
    }
  })
}

/** A class is known to the kernel as long as its kext is loaded (facts: logs-and-misc, section 3). */
function classChecks(kext: KextReport, counts: VerifyReport['classCounts']): readonly Check[] {
  return counts.flatMap(({ className, before, after, live, excess }): readonly Check[] => {
    if (after === null)
      return before === null
        ? []
        : [
            {
              status: 'pass',
              title: `The class ${className} is gone`,
              detail: `The kernel counted ${before} before, and does not know it any more.`,
            },
          ]
    if (after === 0)
      return [
        {
          status: kext.isLoaded ? 'pass' : 'attention',
          title: `No objects of ${className} are counted`,
          detail: kext.isLoaded
            ? 'The class has no instances left.'
            : 'The kernel still knows the class, although the kext is not in the list.',
        },
      ]
    if (excess === null)
      return [
        {
          status: 'unknown',
          title: `${after} of ${className} are counted`,
          detail:
            'Without the classes of the registry’s entries it cannot be told whether they are leaked.',
        },
      ]
    if (excess === 0) return []
    return [
      {
        status: 'fail',
        title: `${countOf(excess, 'object')} of ${className} ${excess === 1 ? 'is' : 'are'} counted, but not in the registry`,
        detail: `The kernel counts ${after}, the registry shows ${live}. A reference was leaked: nothing can terminate such an object, and only a reboot removes it. (A direct subclass with instances that the registry does not show would also add 1.)`,
      },
    ]
  })
}

function dependentChecks(request: VerifyRequest, kext: KextReport): readonly Check[] {
  if (!kext.isLoaded) return []
  const names = dependencyNames(request.after.kexts).get(kext.bundleIdentifier)
  if (names === undefined || names.dependents.length === 0) return []
  return [
    {
      status: 'fail',
      title: 'Other kexts are linked against it',
      detail: `Unload these first: ${names.dependents.join(', ')}.`,
    },
  ]
}

function headlineOf(
  kext: KextReport,
  remainingCount: number,
  leakedCount: number,
  request: VerifyRequest,
  view: RegistryView,
): string {
  const name = kext.bundleIdentifier
  const { outcome } = request
  if (!kext.isLoaded) {
    if (remainingCount > 0) return `${name} is gone from the list, but instances are still there.`
    if (outcome?.kind === 'not-loaded') return `${name} was not loaded.`
    return view.knowsDrivers
      ? `${name} is unloaded, and no instance of it is left in the registry.`
      : `${name} is unloaded.`
  }
  if (remainingCount > 0)
    return `${name} is still loaded: ${countOf(remainingCount, 'instance')} of its classes ${remainingCount === 1 ? 'is' : 'are'} still in the registry.`
  if (leakedCount > 0)
    return `${name} is still loaded: its instances are gone from the registry, but still counted. They are leaked, and only a reboot helps.`
  return outcome?.succeeded === false
    ? `${name} is still loaded: ${outcome.headline.charAt(0).toLowerCase()}${outcome.headline.slice(1)}.`
    : `${name} is still loaded.`
}

function nameOf(brief: EntryBrief): string {
  return `${brief.name}${brief.id === null ? '' : ` (${brief.id})`}`
}
