import { propertyOf } from '../../core/registry/lookup.ts'
import { valueAt, type DictionaryValue } from '../../core/registry/property-value.ts'
import { readValue } from '../../core/registry/read-value.ts'
import type { EntryIndex, Snapshot } from '../../core/registry/snapshot.ts'

/** What power management says of a service (facts: service-state, section 9). Numbers are ordinals of its states. */
export interface PowerStates {
  readonly current: number | null
  readonly max: number | null
  /** Lines for the hover card, in the dump's words. */
  readonly facts: readonly (readonly [string, string])[]
}

const shown = [
  'CurrentPowerState',
  'MaxPowerState',
  'DesiredPowerState',
  'DevicePowerState',
  'DriverPowerState',
  'ChildrenPowerState',
  'PowerOverrideOn',
  'PowerClamp',
  'IdleTimerPeriod',
] as const

/** null for an entry without `IOPowerManagement`: it has not joined power management, or the dump has no properties. */
export function powerStates(snapshot: Snapshot, entry: EntryIndex): PowerStates | null {
  const property = propertyOf(snapshot, entry, 'IOPowerManagement')
  if (property === -1) return null
  const value = readValue(snapshot, property)
  if (value.kind !== 'dictionary') return null
  return {
    current: ordinalAt(value, 'CurrentPowerState'),
    max: ordinalAt(value, 'MaxPowerState'),
    facts: shown.flatMap((key): (readonly [string, string])[] => {
      const found = valueAt(value, key)
      if (found?.kind === 'integer') {
        const unit = key === 'IdleTimerPeriod' ? ' ms' : ''
        return [[key, `${found.value}${unit}`]]
      }
      return found?.kind === 'boolean' ? [[key, found.value ? 'Yes' : 'No']] : []
    }),
  }
}

/** A guest may write anything: an ordinal is a small number. */
function ordinalAt(dictionary: DictionaryValue, key: string): number | null {
  const value = valueAt(dictionary, key)
  if (value?.kind !== 'integer') return null
  return value.value >= 0n && value.value < 1000n ? Number(value.value) : null
}

/** `2 of 2, highest`: what the ordinals say. What each state means is the driver's own matter. */
export function powerWords({ current, max }: PowerStates): string {
  if (current === null) return 'state not told'
  if (max === null) return `state ${current}`
  const word = current >= max ? ', highest' : current === 0 ? ', lowest' : ''
  return `${current} of ${max}${word}`
}
