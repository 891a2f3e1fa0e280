import { ServiceState } from '../registry/snapshot.ts'

/** One bit of the public state word (facts: service-state, section 1). */
export interface StateBit {
  readonly bit: number
  readonly name: string
  readonly setWhen: string
  readonly isSet: boolean
}

const known: readonly Omit<StateBit, 'isSet'>[] = [
  { bit: ServiceState.inactive, name: 'inactive', setWhen: 'its termination began' },
  { bit: ServiceState.registered, name: 'registered', setWhen: 'a pass of matching began on it' },
  { bit: ServiceState.matched, name: 'matched', setWhen: 'a pass of matching came to its end' },
  { bit: ServiceState.firstPublish, name: 'first publish', setWhen: 'it was registered once' },
  { bit: ServiceState.firstMatch, name: 'first match', setWhen: 'it was matched once' },
  {
    bit: ServiceState.invisible,
    name: 'invisible',
    setWhen: 'it is hidden from matching by user space',
  },
]

/** Text dumps give the first three only; the others stay clear there. */
export const bitsOfText = 3

/** All bits that have a name, and those without one that are set. */
export function stateBits(state: number): readonly StateBit[] {
  const named = known.map(each => ({ ...each, isSet: (state & each.bit) !== 0 }))
  const rest = known.reduce((left, { bit }) => left & ~bit, state) >>> 0
  if (rest === 0) return named
  return [...named, { bit: rest, name: 'others', setWhen: 'not known', isSet: true }]
}
