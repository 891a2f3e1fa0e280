import type { MatchKeyChoice } from './match-keys.ts'
import { text, type Entry } from './plist-values.ts'
import { namesOf, type ServiceLook } from './service-look.ts'

const mostNames = 4

/**
 * Nubs of the device tree and of ACPI: `IONameMatch` compares with `name`, `compatible`, `device_type` and `model`,
 * then with the entry's name (facts: matching, section 4.1). Of `compatible` the first is the most specific.
 */
export function nameChoices(look: ServiceLook): readonly MatchKeyChoice[] {
  const providerClass = look.classAmong(
    'IOACPIPlatformDevice',
    'AppleARMIODevice',
    'IOPlatformDevice',
    'IOPlatformExpertDevice',
  )
  if (!providerClass) return []
  const names = new Map<string, string>()
  for (const key of ['compatible', 'name', 'model', 'device_type']) {
    for (const name of namesOf(look.property(key))) {
      // An asterisk at the end would be a wildcard in the personality.
      if (!name.endsWith('*') && !names.has(name)) names.set(name, key)
    }
  }
  if (names.size === 0 && /^[\x20-\x7e]+$/.test(look.name)) names.set(look.name, '')
  return [...names].slice(0, mostNames).map(([name, key], index) => ({
    id: index === 0 ? 'name' : `name-${index + 1}`,
    title: `every ${providerClass} called ${name}`,
    why:
      key === ''
        ? `IONameMatch compares with the name of the entry, where no property has a name.`
        : `IONameMatch compares with the names in the property ${key} of the nub, which firmware gives to each kind of device.`,
    keys: [['IOProviderClass', text(providerClass)] as Entry, ['IONameMatch', text(name)] as Entry],
    needsOwnCategory: false,
  }))
}
