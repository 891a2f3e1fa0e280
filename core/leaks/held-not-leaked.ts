import type { BlockerReport } from '../unload/blocker-report.ts'
import type { LeakReport } from './leak-report.ts'

/**
 * Objects that an unload was refused for, and that are all still in the registry, are held by somebody and not leaked:
 * they go when that one lets go (facts: service-state, section 7). Any other report stays as it is.
 */
export function heldNotLeaked(
  leaks: LeakReport | null,
  { verdict, headline }: Pick<BlockerReport, 'verdict' | 'headline'>,
): LeakReport | null {
  if (leaks?.verdict !== 'leaks' || verdict !== 'held') return leaks
  const last = leaks.cycles.at(-1)
  if (last?.unloadOutcome?.kind !== 'in-use') return leaks
  const isOfRefusal = ({ what, cycle }: LeakReport['growth'][number]): boolean =>
    what === 'class' && cycle === last.cycle
  const growth = leaks.growth.filter(each => !isOfRefusal(each))
  if (growth.some(({ isCertain }) => isCertain)) return { ...leaks, growth }
  return {
    ...leaks,
    verdict: 'stopped',
    headline: `Cycle ${last.cycle} ended at the unload, for what is held is not leaked: ${headline}`,
    growth,
  }
}
