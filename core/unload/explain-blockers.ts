import { instancesNamed } from '../kext/outcome-details.ts'
import type { InstalledKext } from '../kext/kext.ts'
import type { Outcome, OutcomeKind } from '../kext/outcome.ts'
import { stringAt } from '../registry/property-value.ts'
import { viewRegistry, type ObservedGuest, type RegistryView } from '../verify/observed-guest.ts'
import { adviceFor } from './blocker-advice.ts'
import type { BlockerFindings } from './blocker-findings.ts'
import type { BlockerReport } from './blocker-report.ts'
import { explanationOf, headlineOf } from './blocker-words.ts'
import { countInstances } from './count-instances.ts'
import { findDependents } from './find-dependents.ts'
import { findInstances } from './find-instances.ts'
import { judgeBlockers } from './judge-blockers.ts'
import { unloadOrder } from './unload-order.ts'

export interface BlockerInput {
  readonly bundleIdentifier: string
  /** The guest as it is now: before the unload, or after it was refused. */
  readonly guest: ObservedGuest
  readonly installed: readonly InstalledKext[]
  /** What the tool said; null before. */
  readonly outcome: Outcome | null
  /** The classes that the kext's executable defines, where it was read; else they come from the personalities. */
  readonly classes: readonly string[] | null
}

/**
 * Joins dependents, class counts and live entries into what keeps a kext from being unloaded, and tells apart what is
 * still in the registry and what is gone from it but counted (facts: service-state, section 7; kexts, section 8).
 */
export function explainBlockers(input: BlockerInput): BlockerReport {
  return explainWith(input, viewRegistry(input.guest.snapshot))
}

/** `explainBlockers` for those who have made the view already. */
export function explainWith(input: BlockerInput, view: RegistryView): BlockerReport {
  const { bundleIdentifier, guest, installed, outcome } = input
  const named = new Map(
    instancesNamed(outcome?.evidence ?? []).map(({ className, count }) => [className, count]),
  )
  const declared = declaredClasses(input)
  const classNames = [...new Set([...knownClasses(input, declared, view), ...named.keys()])]
  const { instances, instanceCount, omittedCount } = findInstances(
    bundleIdentifier,
    classNames,
    view,
    installed,
  )
  const classes = countInstances(classNames, guest.classCounts, view, new Set(declared), named)
  const kin = findDependents(bundleIdentifier, guest.kexts, installed)
  const facts: Omit<BlockerFindings, 'verdict'> = {
    bundleIdentifier,
    when: wasTried(outcome) ? 'after-refusal' : 'before',
    ...kin,
    instances,
    instanceCount,
    classes,
    isLoaded:
      isUnlisted(guest) || guest.kexts.some(kext => kext.bundleIdentifier === bundleIdentifier),
    order: unloadOrder(bundleIdentifier, guest.kexts),
    unseen: classes.filter(each => (each.unseen ?? 0) > 0),
    wasNamed: named.size > 0,
    missing: missingFacts(classNames, guest, view),
  }
  const findings: BlockerFindings = { ...facts, verdict: judgeBlockers(facts, outcome) }
  return {
    bundleIdentifier,
    when: findings.when,
    verdict: findings.verdict,
    headline: headlineOf(findings),
    explanation: explanationOf(findings),
    dependents: kin.dependents,
    dependencies: kin.dependencies,
    instances,
    classes,
    advice: adviceFor(findings),
    missing: findings.missing,
    omittedCount,
  }
}

/** Outcomes of an unload that the kernel never heard of: the instances are as they were. */
const notTried: ReadonlySet<OutcomeKind> = new Set([
  'not-privileged',
  'not-found',
  'usage',
  'handed-over',
  'kextd-unreachable',
  'policy',
  'disabled',
  'interaction',
])

function wasTried(outcome: Outcome | null): boolean {
  return outcome !== null && !notTried.has(outcome.kind)
}

/** What the kext's own personalities make and open; services, all of them. */
function declaredClasses({ bundleIdentifier, installed }: BlockerInput): readonly string[] {
  const own = installed
    .flatMap(kext => kext.personalities)
    .filter(each => each.bundleIdentifier === bundleIdentifier)
  return own
    .flatMap(({ ioClass, properties }) => [
      ioClass ?? '',
      stringAt(properties, 'IOUserClientClass') ?? '',
    ])
    .filter(name => name !== '')
}

/**
 * From the executable where it was read. Else what personalities make and open, and the classes of live services
 * that name the kext, unless another kext has personalities with them.
 */
function knownClasses(
  { bundleIdentifier, installed, classes }: BlockerInput,
  declared: readonly string[],
  view: RegistryView,
): readonly string[] {
  if (classes !== null) return classes
  const foreign = new Set(
    installed
      .flatMap(kext => kext.personalities)
      .map(each => (each.bundleIdentifier === bundleIdentifier ? '' : (each.ioClass ?? ''))),
  )
  const live: string[] = []
  for (let entry = 0; entry < view.snapshot.entries.length; entry++) {
    if (view.stringProperty(entry, 'CFBundleIdentifier') !== bundleIdentifier) continue
    const className = view.classOf(entry) ?? ''
    if (!foreign.has(className)) live.push(className)
    live.push(view.stringProperty(entry, 'IOUserClientClass') ?? '')
  }
  return [...new Set([...declared, ...live])].filter(name => name !== '')
}

/** No kernel is without its KPIs: an empty list is one that could not be read. */
function isUnlisted({ kexts }: ObservedGuest): boolean {
  return kexts.length === 0
}

function missingFacts(
  classNames: readonly string[],
  guest: ObservedGuest,
  view: RegistryView,
): readonly string[] {
  const missing: string[] = []
  if (classNames.length === 0)
    missing.push(
      'Which classes the kext defines is not known: neither its executable nor a personality of it was found.',
    )
  if (isUnlisted(guest))
    missing.push(
      'There is no list of loaded kexts, so kexts that are linked against it cannot be told.',
    )
  if (guest.classCounts === null)
    missing.push(
      'There are no class counts: the guest has no ioclasscount, or it failed. Objects outside the registry cannot be told.',
    )
  if (!view.knowsDrivers)
    missing.push('This dump does not give the classes of entries, so instances cannot be told.')
  else if (!view.knowsClasses)
    missing.push(
      'This dump gives the classes of drivers only, so user clients and nubs of the kext may be there unseen.',
    )
  return missing
}
