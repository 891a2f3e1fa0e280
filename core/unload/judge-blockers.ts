import type { Outcome } from '../kext/outcome.ts'
import { isHeldBefore, type BlockerFindings } from './blocker-findings.ts'
import type { BlockerVerdict } from './blocker-report.ts'

type Facts = Omit<BlockerFindings, 'verdict'>

/** What the findings come to; what the tool said decides first, since it knows what the kernel answered. */
export function judgeBlockers(facts: Facts, outcome: Outcome | null): BlockerVerdict {
  if (outcome?.kind === 'stop-failed') return 'stop-refused'
  if (outcome?.kind === 'terminate-disallowed') return 'protected'
  if (outcome?.kind === 'not-loaded' || !facts.isLoaded) return 'not-loaded'
  const isReferenced =
    facts.unseenReferences > 0 || facts.dependents.some(each => each.how === 'linked')
  // The kernel looks at references first: where it named instances, there were none (facts: kexts, section 8).
  if (outcome?.kind === 'referenced' || (isReferenced && !facts.wasNamed)) return 'referenced'
  if (facts.when === 'before') return verdictBefore(facts)
  return verdictAfter(facts, outcome)
}

function verdictBefore(facts: Facts): BlockerVerdict {
  if (facts.bundleIdentifier.startsWith('com.apple.')) return 'protected'
  if (facts.instances.some(isHeldBefore)) return 'held'
  // While it runs, a driver may have objects that were never attached; without one there is nobody to free them.
  if (facts.instances.length === 0 && facts.unseen.length > 0) return 'leaked'
  return facts.missing.length > 0 ? 'unknown' : 'free'
}

function verdictAfter(facts: Facts, outcome: Outcome | null): BlockerVerdict {
  const isHeld = facts.instances.length > 0
  if (isHeld) {
    // Objects of other classes may be the instance's own helpers, and go with it.
    return facts.unseen.some(each => each.isService) ? 'held-and-leaked' : 'held'
  }
  if (facts.unseen.length > 0) return 'leaked'
  if (
    facts.missing.length > 0 ||
    facts.classes.some(each => each.unseen === null && each.counted !== null)
  )
    return 'unknown'
  // Refused because of instances that are gone by now, or for a reason that is none of ours.
  return outcome?.kind === 'in-use' ? 'free' : 'unknown'
}
