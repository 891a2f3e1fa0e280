import type { DictionaryValue } from '../../registry/property-value.ts'
import type { FamilyResult, FamilyTable } from '../family.ts'
import type { ProviderView } from '../provider-view.ts'
import {
  allMustHold,
  compareKey,
  noPoints,
  oncePerPersonality,
  someDiffers,
  wantedKeys,
} from './key-checks.ts'

/**
 * A family that asks for equality of some keys where the personality has them, and gives no points:
 *
 *   storage (facts: matching, section 6.5), FireWire and ATA (section 6.7)
 */
function equalProperties(family: string, keys: readonly string[]): FamilyTable {
  const wantedOf = oncePerPersonality(personality => wantedKeys(personality, keys))
  const points = noPoints(family)
  const holds: FamilyResult = { kind: 'holds', points, checks: [] }
  return {
    family,
    keys,
    match(personality: DictionaryValue, provider: ProviderView): FamilyResult {
      const wanted = wantedOf(personality)
      if (wanted.length === 0) return holds
      const checks = wanted.map(([key, value]) => compareKey(key, value, provider))
      return allMustHold(family, checks, () => points)
    },
    isMiss: (personality, provider) => someDiffers(wantedOf(personality), provider),
  }
}

/** `IOMedia`. In the order of IOMedia.cpp. */
export const storageFamily = equalProperties('Storage', [
  'Content',
  'Content Hint',
  'Ejectable',
  'Leaf',
  'Open',
  'Preferred Block Size',
  'Removable',
  'Size',
  'UUID',
  'Whole',
  'Writable',
])

export const fireWireUnitFamily = equalProperties('FireWire unit', [
  'Unit_Spec_ID',
  'Unit_SW_Version',
  'Vendor_ID',
  'GUID',
])

export const fireWireDeviceFamily = equalProperties('FireWire device', ['Vendor_ID', 'GUID'])

/** A failure also makes the score zero, which nobody sees: what fails has no score. */
export const ataFamily = equalProperties('ATA', ['ata device type'])
