import { isUserClient, type StateContext } from './state-words.ts'

/** Kinds of service that register more or less often (facts: service-state, section 4). */
export type ServiceKind = 'user-client' | 'matched-driver' | 'other'

export interface BaseRate {
  readonly kind: ServiceKind
  /** As part of a sentence: `user clients`. */
  readonly name: string
  readonly registered: number
  readonly notRegistered: number
}

const rates: readonly BaseRate[] = [
  { kind: 'user-client', name: 'user clients', registered: 25, notRegistered: 1779 },
  { kind: 'matched-driver', name: 'matched drivers', registered: 922, notRegistered: 220 },
  {
    kind: 'other',
    name: 'nubs, streams and helper objects',
    registered: 1338,
    notRegistered: 2048,
  },
]

/** Where the numbers come from. */
export const baseRateSource = 'eight saved registries of real machines, OS X 10.8 to macOS 11'

/** How often services of this one's kind are registered. */
export function baseRateOf(
  entry: Pick<StateContext, 'className' | 'classChain' | 'hasMatchCategory'>,
): BaseRate {
  const kind = isUserClient(entry)
    ? 'user-client'
    : entry.hasMatchCategory
      ? 'matched-driver'
      : 'other'
  return rates.find(rate => rate.kind === kind)!
}

/** The share of the kind that is as this service is, in percent, never 0 or 100 where there are others. */
export function shareAlike({ registered, notRegistered }: BaseRate, isRegistered: boolean): number {
  const alike = isRegistered ? registered : notRegistered
  const all = registered + notRegistered
  return Math.min(99, Math.max(1, Math.round((100 * alike) / all)))
}

/** Is it usual that a service of this kind is (or is not) registered? A sentence with the number and its basis. */
export function baseRateSentence(rate: BaseRate, isRegistered: boolean): string {
  const all = (rate.registered + rate.notRegistered).toLocaleString('en-US')
  const state = isRegistered ? 'are registered' : 'are not registered'
  return `${shareAlike(rate, isRegistered)} % of ${all} ${rate.name} ${state}, as this one, in ${baseRateSource}.`
}
