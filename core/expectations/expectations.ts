import type { Personality } from '../kext/kext.ts'
import type { PropertyValue } from '../registry/property-value.ts'

/** What a `kextant.yaml` says, read and checked. */
export interface Expectations {
  /** Where they come from. */
  readonly source:
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'derived'; readonly from: string }
  readonly bundleIdentifier: string
  /** Within what time after the load everything has to be so. */
  readonly withinMs: number
  /** Null: nothing is asked of the list of loaded kexts, as for a kext without code, which is not in it. */
  readonly kext: {
    /** False: it unloads itself, for nothing uses it, or it has no code. */
    readonly isLoaded: boolean
    readonly version: string | null
    /** `build`: that of the host's build; else a UUID, upper case. */
    readonly uuid: string | null
    readonly line: number | null
    readonly versionLine: number | null
    readonly uuidLine: number | null
  } | null
  /** Personalities of which at least one is to have an instance, whichever; null where that is not asked. */
  readonly anyInstance?: AnyInstance | null
  readonly services: readonly ExpectedService[]
  readonly log: readonly ExpectedLogLine[]
  /** Classes whose count is to be what it was before the load, once the kext is unloaded. */
  readonly classesBackToBaseline: readonly {
    readonly className: string
    readonly line: number | null
  }[]
}

/** Asked of a bundle of which nobody can tell where it will be started: hardware for one of it has to be there. */
export interface AnyInstance {
  readonly personalities: readonly Pick<
    Personality,
    'name' | 'ioClass' | 'providerClass' | 'bundleIdentifier'
  >[]
  /** Why there may be none, as matching has seen it before the load; null where it could not be asked. */
  readonly because: string | null
}

export interface ExpectedService {
  /** Null: of any class, with a filter. */
  readonly className: string | null
  /** Services that this filter finds (docs/filter.md), and that are of the class where one is named. */
  readonly filter?: string
  /** Instances of subclasses count too. */
  readonly withSubclasses: boolean
  /** Class or name of its provider. */
  readonly provider: string | null
  readonly count: { readonly atLeast: number; readonly atMost: number | null }
  /** `registered`, `!busy`, `matched`, … each of the instances has to have. */
  readonly state: readonly StateWord[]
  readonly properties: readonly ExpectedProperty[]
  /** By all that was seen before the load it is started there: where it is not, its own code has refused. */
  readonly wouldWin?: boolean
  /** Null: within the time that holds for everything. */
  readonly withinMs: number | null
  readonly line: number | null
}

/**
 * As `ioreg` prints them (facts: service-state, section 1); `!` turns a word around. `started` is no word of ioreg:
 * the provider is not busy with a `start()` of it that has not returned (section 2).
 */
export const stateNames = [
  'registered',
  'matched',
  'active',
  'inactive',
  'busy',
  'started',
] as const
export type StateName = (typeof stateNames)[number]
export type StateWord = StateName | `!${StateName}`

export interface ExpectedProperty {
  readonly key: string
  readonly test:
    | { readonly kind: 'equals'; readonly value: PropertyValue }
    /** The value's text has this in it. */
    | { readonly kind: 'contains'; readonly text: string }
    /** A regular expression for the value's text. */
    | { readonly kind: 'matches'; readonly pattern: string }
    | { readonly kind: 'present' }
    | { readonly kind: 'absent' }
  readonly line: number | null
}

export interface ExpectedLogLine {
  readonly test:
    | { readonly kind: 'contains'; readonly text: string }
    | { readonly kind: 'matches'; readonly pattern: string }
  /** False: no such line may appear. */
  readonly isWanted: boolean
  readonly when: 'load' | 'unload'
  readonly line: number | null
}

/** Where nothing else is said. */
export const usualWithinMs = 10_000

/** The longest time that any of it may take: who asks again and again may stop then. */
export function longestWithinMs({ withinMs, services }: Expectations): number {
  return services.reduce((most, each) => Math.max(most, each.withinMs ?? 0), withinMs)
}
