import type { PropertyValue } from '../registry/property-value.ts'
import type { EntryIndex } from '../registry/snapshot.ts'
import type { ClassChain } from './verdict.ts'

/** What matching asks of a service that drivers may match on. */
export interface ProviderView {
  readonly entry: EntryIndex
  readonly className: string
  readonly chain: ClassChain
  /** Null: a superclass is not known, so it can't be told. */
  conformsTo(className: string): boolean | null
  /** The dump shows its properties (`ioreg -l`); else a property that is not there is not known. */
  readonly hasProperties: boolean
  /** An own property, decoded once; undefined where there is none by that name. */
  property(key: string): PropertyValue | undefined
  /** The name of the entry itself, not of a plane. */
  readonly name: string
  readonly location: string | null
}
