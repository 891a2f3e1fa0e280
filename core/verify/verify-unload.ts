import type { Outcome } from '../kext/outcome.ts'
import { nameOf } from '../unload/blocker-findings.ts'
import type { BlockerReport } from '../unload/blocker-report.ts'
import { leakReasons, whyNotTerminated, whyTerminated } from '../unload/blocker-words.ts'
import { explainWith } from '../unload/explain-blockers.ts'
import { compareGuests, countClasses, countOf, settledChecks, verdictOf } from './compare-guests.ts'
import { outcomeChecks, reportKext, type VerifyRequest } from './kext-report.ts'
import type { RegistryView } from './observed-guest.ts'
import { viewRegistry } from './observed-guest.ts'
import { reportPersonality } from './personality-report.ts'
import type { Check, KextReport, VerifyReport } from './report.ts'

/**
 * What an unload came to: are the instances, the kext and its classes gone; and where the kernel refused,
 * whether something is still in the registry or was leaked. Both observations must be of the same boot.
 */
export function verifyUnload(request: VerifyRequest): VerifyReport {
  const { bundle, before, after, settled, outcome } = request
  const views = { before: viewRegistry(before.snapshot), after: viewRegistry(after.snapshot) }
  const changes = compareGuests(before, after, views)
  const kext = reportKext(request)
  const blockers = explainWith(
    {
      bundleIdentifier: bundle.bundleIdentifier,
      guest: after,
      installed: [bundle],
      outcome,
      classes: request.classes ?? null,
    },
    views.after,
  )
  const classNames = blockers.classes.map(each => each.className)
  const checks: readonly Check[] = [
    ...outcomeChecks(outcome),
    kextCheck(kext),
    ...blockerChecks(blockers, views.after),
    ...classChecks(kext, blockers.classes, before.classCounts),
    ...dependentChecks(kext, blockers),
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
    headline: headlineOf(kext, blockers, outcome, views.after),
    kext,
    checks,
    personalities,
    added: changes.added,
    removed: changes.removed,
    classCounts: countClasses(classNames, before, after, views.after),
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

/** What is still in the way, by `explainBlockers`. */
function blockerChecks(blockers: BlockerReport, view: RegistryView): readonly Check[] {
  if (!view.knowsDrivers)
    return [
      {
        status: 'unknown',
        title: 'Instances',
        detail: 'This dump does not give the classes of entries, so instances cannot be told.',
      },
    ]
  const { instances, classes } = blockers
  if (instances.length > 0)
    return instances.slice(0, 20).map(instance => ({
      status: 'fail' as const,
      title: `${nameOf(instance.entry)} is still in the registry`,
      detail: instance.isTerminated ? whyTerminated(instance) : whyNotTerminated(instance),
    }))
  if (classes.length === 0) return []
  return [
    {
      status: 'pass',
      title: 'No instance is in the registry',
      detail: `Nothing of class ${classes.map(each => each.className).join(', ')} is left there.`,
    },
  ]
}

/** A class is known to the kernel as long as its kext is loaded (facts: logs-and-misc, section 3). */
function classChecks(
  kext: KextReport,
  classes: BlockerReport['classes'],
  before: ReadonlyMap<string, number> | null,
): readonly Check[] {
  return classes.flatMap((counted): readonly Check[] => {
    const { className, counted: after, unseen } = counted
    const was = before?.get(className)
    if (after === null)
      return was === undefined
        ? []
        : [
            {
              status: 'pass',
              title: `The class ${className} is gone`,
              detail: `The kernel counted ${was} before, and does not know it any more.`,
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
    if (unseen === null)
      return [
        {
          status: 'unknown',
          title: `${after} of ${className} are counted`,
          detail:
            'Without the classes of the registry’s entries it cannot be told whether they are leaked.',
        },
      ]
    if (unseen === 0) return []
    return [
      {
        status: 'fail',
        title: `${countOf(unseen, 'object')} of ${className} ${unseen === 1 ? 'is' : 'are'} counted, but not in the registry`,
        detail: leakReasons([counted]).join(' '),
      },
    ]
  })
}

function dependentChecks(kext: KextReport, blockers: BlockerReport): readonly Check[] {
  const linked = blockers.dependents.filter(each => each.how === 'linked')
  if (!kext.isLoaded || linked.length === 0) return []
  return [
    {
      status: 'fail',
      title: 'Other kexts are linked against it',
      detail: `Unload these first: ${linked.map(each => each.bundleIdentifier).join(', ')}.`,
    },
  ]
}

function headlineOf(
  kext: KextReport,
  blockers: BlockerReport,
  outcome: Outcome | null,
  view: RegistryView,
): string {
  const name = kext.bundleIdentifier
  if (kext.isLoaded) {
    if (blockers.verdict !== 'free' && blockers.verdict !== 'unknown') return blockers.headline
    return outcome?.succeeded === false
      ? `${name} is still loaded: ${outcome.headline.charAt(0).toLowerCase()}${outcome.headline.slice(1)}.`
      : `${name} is still loaded.`
  }
  if (blockers.instances.length > 0)
    return `${name} is gone from the list, but instances are still there.`
  if (outcome?.kind === 'not-loaded') return `${name} was not loaded.`
  return view.knowsDrivers
    ? `${name} is unloaded, and no instance of it is left in the registry.`
    : `${name} is unloaded.`
}
