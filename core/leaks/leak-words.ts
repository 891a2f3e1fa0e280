import { countOf } from '../verify/compare-guests.ts'
import type { LeakInput } from './judge-leaks.ts'
import type { Growth, LeakCycle, LeakReport } from './leak-report.ts'

/** A load or an unload that did not do what it should. */
export function isBroken({ loadOutcome, unloadOutcome }: LeakCycle): boolean {
  return loadOutcome?.succeeded === false || unloadOutcome?.succeeded === false
}

/** What a hunt came to, or comes to so far, in one sentence or two. */
export function leakHeadline(
  input: LeakInput,
  verdict: LeakReport['verdict'],
  growth: readonly Growth[],
): string {
  switch (verdict) {
    case 'leaks':
      return leakSentence(
        input,
        growth.filter(each => each.isCertain),
      )
    case 'stopped':
      return stopSentence(input)
    case 'unknown':
      return input.cycles.length === 0
        ? 'No cycle has run yet.'
        : `${soFar(input)}: each unload succeeded, so no object of its own classes was left; other classes could not be counted, since the guest has no ioclasscount.`
    case 'clean':
      return `${soFar(input)}: no class of ${input.bundleIdentifier} has more objects than before.${toldToo(growth)}`
  }
}

function leakSentence(input: LeakInput, certain: readonly Growth[]): string {
  const [first] = certain
  const { name, cycle, before, after, what } = first!
  const isRefused =
    input.cycles.find(each => each.cycle === cycle)?.unloadOutcome?.kind === 'in-use'
  if (isRefused) {
    const names = certain
      .filter(each => each.cycle === cycle && each.what === 'class')
      .slice(0, 3)
      .map(each => `${countOf(each.after, 'object')} of ${each.name}`)
    return `Cycle ${cycle} left ${names.join(' and ')}, and the unload was refused because of that.`
  }
  if (what === 'class' && input.ownClasses.includes(name))
    return `Cycle ${cycle} left ${countOf(after - before, 'object')} of ${name}: ${before} before it, ${after} after it.`
  const since = cycle === 1 ? 'With each cycle' : `With each cycle from ${cycle} on`
  return what === 'class'
    ? `${since} there ${after - before === 1 ? 'is' : 'are'} ${countOf(after - before, 'object')} of ${name} more. The class is not the kext’s own, so look at what the kext makes of it and does not release.`
    : `${since} there is more memory in use as ${name}, about ${after - before} bytes each time.`
}

function stopSentence(input: LeakInput): string {
  const broken = input.cycles.find(isBroken)!
  const isLoad = broken.loadOutcome?.succeeded === false
  const outcome = (isLoad ? broken.loadOutcome : broken.unloadOutcome)!
  return `Cycle ${broken.cycle} ended at the ${isLoad ? 'load' : 'unload'}: ${outcome.headline.charAt(0).toLowerCase()}${outcome.headline.slice(1)}.`
}

function soFar({ cycles, plannedCycles }: LeakInput): string {
  return cycles.length < plannedCycles
    ? `${cycles.length} of ${countOf(plannedCycles, 'cycle')}`
    : countOf(cycles.length, 'cycle')
}

function toldToo(growth: readonly Growth[]): string {
  const classes = growth.filter(each => each.what === 'class')
  const allocations = growth.filter(each => each.what === 'allocation')
  const parts = [
    ...(classes.length === 0
      ? []
      : [
          `${classes
            .slice(0, 3)
            .map(each => each.name)
            .join(', ')}${classes.length > 3 ? ` and ${classes.length - 3} more classes` : ''}`,
        ]),
    ...allocations.slice(0, 2).map(each => each.name),
  ]
  if (parts.length === 0) return ''
  return ` ${parts.join(', ')} grew too, not with each cycle by the same; the rest of the system does that as well.`
}
