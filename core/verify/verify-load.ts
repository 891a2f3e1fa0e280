import type { Outcome } from '../kext/outcome.ts'
import {
  classesOf,
  compareGuests,
  countClasses,
  countOf,
  settledChecks,
  verdictOf,
} from './compare-guests.ts'
import { outcomeChecks, reportKext, type VerifyRequest } from './kext-report.ts'
import type { ObservedGuest } from './observed-guest.ts'
import { isBusy, viewRegistry } from './observed-guest.ts'
import type { PersonalityAnswer } from './personality-report.ts'
import { reportPersonalities } from './personality-report.ts'
import type { Check, KextReport, VerifyReport } from './report.ts'

/**
 * What a load came to: is the kext in, did its personalities match, did `registerService()` take effect,
 * what changed. Both observations must be of the same boot.
 */
export function verifyLoad(request: VerifyRequest): VerifyReport {
  const { bundle, before, after, settled } = request
  const views = { before: viewRegistry(before.snapshot), after: viewRegistry(after.snapshot) }
  const changes = compareGuests(before, after, views)
  const kext = reportKext(request)
  const isIn = kext.isLoaded || bundle.executable === null
  // Many personalities are for hardware that is not there; one instance of any is enough.
  const answers = reportPersonalities({
    bundle,
    isLoaded: isIn,
    view: views.after,
    newLogLines: changes.newLogLines,
    isSettled: settled.isSettled,
    isLibraryInUse: isLinkedAgainst(after, kext.bundleIdentifier),
  })
  const classCounts = countClasses(
    [...new Set([...classesOf(bundle), ...(request.classes ?? [])])],
    before,
    after,
    views.after,
  )
  const checks: readonly Check[] = [
    ...outcomeChecks(request.outcome),
    ...kextChecks(kext, request),
    ...(isIn ? answers.map(answer => answer.check) : []),
    ...excessChecks(classCounts),
    ...logChecks(changes.newLogLines, kext.bundleIdentifier),
    ...restChecks(request),
    ...changes.checks,
  ]
  return {
    kind: 'load',
    verdict: verdictOf(checks),
    headline: headlineOf(kext, isIn, answers, request.outcome, checks),
    kext,
    checks,
    personalities: answers.map(answer => answer.report),
    added: changes.added,
    removed: changes.removed,
    classCounts,
    newLogLines: changes.newLogLines,
    newLogLinesMayLack: changes.newLogLinesMayLack,
    settled,
  }
}

function isLinkedAgainst({ kexts }: ObservedGuest, bundleIdentifier: string): boolean {
  const index = kexts.find(each => each.bundleIdentifier === bundleIdentifier)?.index ?? null
  return index !== null && kexts.some(each => each.linkedAgainst.includes(index))
}

/**
 * A registry that never comes to rest after a load is a mistake of what was loaded: a `start()` or a `probe()` that
 * does not return. One that was busy before, or has come to rest since, is only told of.
 */
function restChecks({ before, after, settled }: VerifyRequest): readonly Check[] {
  const isOurs = isBusy(after.snapshot) && !isBusy(before.snapshot)
  return settledChecks(settled, 'what is said here may change').map(check =>
    isOurs
      ? {
          ...check,
          status: 'fail',
          detail: `${check.detail} It was at rest before the load: a start() or a probe() does not return, or matching goes on and on.`,
        }
      : check,
  )
}

function kextChecks(kext: KextReport, request: VerifyRequest): readonly Check[] {
  const { bundle, settled } = request
  if (!kext.isLoaded) {
    if (bundle.executable === null)
      return [
        {
          status: 'pass',
          title: 'The kext has no code of its own',
          detail: 'Only its personalities go to the kernel; it is in no list of loaded kexts.',
        },
      ]
    if (kext.isAutoUnloaded)
      return [
        {
          status: 'fail',
          title: 'The kext is gone again',
          detail: `The tool reported success, but ${settled.waitedMs >= 60_000 ? 'now ' : ''}the kext is not in the list. The kernel unloads a kext by itself when it has no instances and nothing is linked against it, at the earliest a minute after it was loaded.`,
        },
      ]
    const isPending = request.outcome?.isPending === true
    return [
      {
        status: isPending ? 'attention' : 'fail',
        title: isPending ? 'The kext is not loaded yet' : 'The kext is not loaded',
        detail: `The list of loaded kexts does not have ${kext.bundleIdentifier}.`,
      },
    ]
  }
  return [...versionChecks(kext), ...loadedBeforeChecks(kext)]
}

function versionChecks(kext: KextReport): readonly Check[] {
  const uuid = kext.uuid === null ? '' : `, UUID ${kext.uuid}`
  if (kext.isSameVersion === true)
    return [
      {
        status: 'pass',
        title: `The kext is loaded, version ${kext.version}`,
        detail: `It is the bundle’s version${uuid}.`,
      },
    ]
  if (kext.isSameVersion === false)
    return [
      {
        status: 'fail',
        title: 'Another build is loaded',
        detail: `Version ${kext.version}${uuid} is in the kernel, and it is not the bundle’s build (version ${kext.bundleVersion}). Unload it, then load again.`,
      },
    ]
  return [
    {
      status: 'unknown',
      title: `The kext is loaded, version ${kext.version}`,
      detail: `Whether it is the bundle’s cannot be told: its version is ${kext.bundleVersion ?? 'not known'}.`,
    },
  ]
}

function loadedBeforeChecks(kext: KextReport): readonly Check[] {
  if (!kext.wasLoadedBefore) return []
  return [
    {
      status: 'attention',
      title: 'It was loaded before',
      detail: 'Its load tag is the one it had before the action, so no new code was loaded.',
    },
  ]
}

function excessChecks(counts: VerifyReport['classCounts']): readonly Check[] {
  return counts.flatMap(({ className, after, live, excess }) =>
    excess === null || excess === 0
      ? []
      : [
          {
            status: 'attention' as const,
            title: `${className}: more objects than entries`,
            detail: `The kernel counts ${after}, the registry shows ${live}. Objects that are not attached or were leaked make the difference, or subclasses that the registry does not show: each direct subclass with instances adds 1.`,
          },
        ],
  )
}

/** Messages that always mean a mistake of a driver (facts: service-state, section 6). */
function logChecks(lines: readonly string[], bundleIdentifier: string): readonly Check[] {
  const found = lines.filter(
    line =>
      line.includes('not registry member at registerService()') ||
      (line.includes(bundleIdentifier) && /\b(?:failed|did not start|Can't load)\b/.test(line)),
  )
  return found.slice(0, 5).map(line => ({
    status: 'attention' as const,
    title: 'The kernel log complains',
    detail: line.includes('not registry member at registerService()')
      ? `“${line}”: registerService() was called on an object that was not attached, and did nothing.`
      : `“${line}”`,
  }))
}

function headlineOf(
  kext: KextReport,
  isIn: boolean,
  answers: readonly PersonalityAnswer[],
  outcome: Outcome | null,
  checks: readonly Check[],
): string {
  const name = kext.bundleIdentifier
  if (outcome?.isPending) return `${name} is not loaded yet: ${uncapitalised(outcome.headline)}.`
  if (outcome?.succeeded === false)
    return `${name} was not loaded: ${uncapitalised(outcome.headline)}.`
  if (kext.isAutoUnloaded) return `${name} was loaded and is gone again.`
  if (!isIn) return `${name} is not loaded.`
  if (kext.isSameVersion === false) return `Another build of ${name} is loaded.`
  if (answers.length === 0) return `${name} is loaded; it has no personalities${remarkOf(checks)}.`
  const having = answers.filter(({ report }) => report.registration !== 'no-instance')
  if (having.length === 0)
    return `${name} is loaded, but none of its personalities has an instance.`
  const count = (verdict: string): number =>
    having.filter(({ report }) => report.registration === verdict).length
  if (count('not-registered') > 0)
    return `${name} is loaded and has matched, but registerService() has not taken effect.`
  if (count('terminating') > 0) return `${name} is loaded; an instance of it is being terminated.`
  if (count('matching-in-progress') > 0) {
    const starting = having
      .flatMap(({ report }) => report.instances)
      .find(instance => instance.stateWords.includes('!registered'))
    return starting
      ? `${name} is loaded, but start() of ${starting.name} has not returned.`
      : `${name} is loaded; matching is still in progress.`
  }
  if (count('unknown') > 0) return `${name} is loaded and has matched; its state is not known.`
  const without = answers.length - having.length
  return `${name} is loaded, and registerService() took effect${without === 0 ? '' : `; ${countOf(without, 'personality has', 'personalities have')} no instance`}${remarkOf(checks)}.`
}

/** What is to be looked at all the same, where the sentence would else sound as if nothing were. */
function remarkOf(checks: readonly Check[]): string {
  const worst =
    checks.find(({ status }) => status === 'fail') ??
    checks.find(({ status }) => status === 'attention')
  return worst ? `, but: ${uncapitalised(worst.title)}` : ''
}

function uncapitalised(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
