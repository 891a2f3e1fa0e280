import type { StateWord } from '../../core/query/filter/filter-tree.ts'
import {
  filterForClass,
  filterForCount,
  filterForId,
  filterForKext,
  filterForKey,
  filterForName,
  filterForProperty,
  filterForState,
  filterForUnder,
  filterWith,
  filterWithout,
} from '../../core/query/filter/write-filter.ts'
import type { PropertyValue } from '../../core/registry/property-value.ts'

/** What a field shows, as a piece of a filter, and as a name for a rule that is made of it. */
export interface FilterTerm {
  readonly text: string
  readonly name: string
}

/** How a term joins the filter that is there. */
export type Joining = 'alone' | 'and' | 'and-not'

export function joinTerm(filter: string, { text }: FilterTerm, how: Joining): string {
  if (how === 'alone') return text
  return how === 'and' ? filterWith(filter, text) : filterWithout(filter, text)
}

export const termFor = {
  /** With subclasses, where the dump tells them. */
  className: (className: string): FilterTerm => ({
    text: filterForClass(className),
    name: className,
  }),
  name: (name: string): FilterTerm => ({ text: filterForName(name), name }),
  key: (key: string): FilterTerm => ({ text: filterForKey(key), name: `Has ${key}` }),
  /** A property of that value; of a list or long data that it is there. */
  property: (key: string, value: PropertyValue): FilterTerm => {
    const text = filterForProperty(key, value)
    return { text, name: text.startsWith('key:') ? `Has ${key}` : text }
  },
  kext: (bundleIdentifier: string): FilterTerm => ({
    text: filterForKext(bundleIdentifier),
    name: bundleIdentifier,
  }),
  /** As a row shows it: `registered`, `!matched`. */
  state: (state: StateWord, isNot = false): FilterTerm => ({
    text: filterForState(state, isNot),
    name: isNot ? `Not ${state}` : state,
  }),
  busy: (count: number): FilterTerm => ({
    text: filterForCount('busy', '==', BigInt(count)),
    name: `Busy ${count}`,
  }),
  id: (id: bigint): FilterTerm => ({ text: filterForId(id), name: `ID 0x${id.toString(16)}` }),
  /** @param place `IOService:/…` or `0x…` */
  under: (place: string): FilterTerm => ({ text: filterForUnder(place), name: `Below ${place}` }),
} as const
