import type { PropertyValue } from '../registry/property-value.ts'
import { outcomeOf, type Decided } from './decided.ts'
import type { SnapshotProvider } from './snapshot-provider.ts'
import type { KeyCheck } from './verdict.ts'

/** One base key of a matching table, made ready to be asked of many services. */
export interface BaseKey {
  readonly key: string
  /** Nothing is made: for those who ask a million times. */
  readonly test: (provider: SnapshotProvider) => Decided
  /** What was compared with what; one for each member of an `IOPropertyMatch`. */
  readonly explain: (provider: SnapshotProvider) => readonly KeyCheck[]
}

/** Where a service is not shown with its properties, whatever asks for one is open. */
export const noProperties = 'The dump does not show the properties of this service.'

/** A key that one test decides, and one check tells. */
export function single(
  key: string,
  wanted: PropertyValue,
  test: BaseKey['test'],
  tell: (
    provider: SnapshotProvider,
    answer: Decided,
  ) => { readonly found: PropertyValue | null; readonly note: string | null },
): BaseKey {
  return {
    key,
    test,
    explain: provider => {
      const answer = test(provider)
      return [{ key, outcome: outcomeOf(answer), wanted, ...tell(provider, answer) }]
    },
  }
}

/** Why the comparison with a property is open. */
export function openNote({ hasProperties }: SnapshotProvider, found: PropertyValue | null): string {
  if (found === null) return hasProperties ? 'It cannot be told.' : noProperties
  return 'The dump does not show the value exactly enough to compare it.'
}
