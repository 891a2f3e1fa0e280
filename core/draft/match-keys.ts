import { familyChoices } from './family-choices.ts'
import { dictionary, text, type Entry } from './plist-values.ts'
import type { ServiceLook } from './service-look.ts'
import { othersOfClass, tellingProperties } from './telling-properties.ts'

/** Keys of a personality that select a service. */
export interface MatchKeyChoice {
  /** Short and stable; `--keys` of the command line names it. */
  readonly id: string
  /** What it selects, as a phrase: `this device, by vendor and device`. */
  readonly title: string
  /** A sentence: why these keys, and by which rule they match. */
  readonly why: string
  /** `IOProviderClass` first, in the order they are written. */
  readonly keys: readonly Entry[]
  /** Without one it shuts many others out, or is not accepted. */
  readonly needsOwnCategory: boolean
}

/**
 * Ways to select a service by a personality, the best first: by what its family is made to be matched by, then by
 * its own properties, then by its class alone. Never by what changes by itself or differs after a boot: counters,
 * power, registry entry IDs. What each of them would match besides is for the matcher to say.
 *
 * Empty where the dump does not tell the class: a personality without a provider class is ignored
 * (facts: matching, section 1).
 */
export function suggestMatchKeys(look: ServiceLook): readonly MatchKeyChoice[] {
  if (look.className === '') return []
  const byFamily = familyChoices(look)
  if (look.classAmong('IOResources', 'IOUserResources')) return byFamily
  const providerClass = byFamily[0] ? providerClassOf(byFamily[0]) : look.className
  return [...byFamily, ...generalChoices(look, providerClass)]
}

/** `IOProviderClass` of a choice. */
export function providerClassOf({ keys }: Pick<MatchKeyChoice, 'keys'>): string {
  const value = keys.find(([key]) => key === 'IOProviderClass')?.[1]
  return value?.kind === 'string' ? value.text : ''
}

function generalChoices(look: ServiceLook, providerClass: string): MatchKeyChoice[] {
  // The SCSI family accepts a personality without its keys in a category of its own only (facts: matching, section 6.6).
  const needsOwnCategory = look.classAmong('IOSCSIPeripheralDeviceNub') !== null
  const others = othersOfClass(look)
  const byClass: MatchKeyChoice = {
    id: 'class',
    title: `every ${providerClass}, by the class alone`,
    why:
      others.length === 0
        ? `This is the only ${providerClass} here, and IOProviderClass accepts the class and its subclasses.`
        : `IOProviderClass accepts the class and its subclasses, so the driver starts on each of them.`,
    keys: [['IOProviderClass', text(providerClass)]],
    needsOwnCategory,
  }
  const telling = tellingProperties(look, others)
  if (telling.entries.length === 0) return [byClass]
  const named = telling.entries.map(([key]) => key).join(', ')
  const byProperties: MatchKeyChoice = {
    id: 'properties',
    title: `this one, by its properties: ${named}`,
    why:
      telling.remaining === 0
        ? 'IOPropertyMatch wants these properties of the service to be equal; they do not change by themselves, and no other of its class has the same.'
        : `IOPropertyMatch wants these properties of the service to be equal; they do not change by themselves. ${telling.remaining} more of its class have the same.`,
    keys: [
      ['IOProviderClass', text(providerClass)],
      ['IOPropertyMatch', dictionary(telling.entries)],
    ],
    needsOwnCategory,
  }
  // With nobody to tell it from, the class says all, and less can be mistaken.
  return others.length === 0 ? [byClass, byProperties] : [byProperties, byClass]
}
