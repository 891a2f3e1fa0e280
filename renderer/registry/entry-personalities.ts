import type { InstalledKext, Personality } from '../../core/kext/kext.ts'
import { stringAt } from '../../core/registry/property-value.ts'
import type { NamedValue } from './property-rows.ts'

export interface EntryPersonality {
  readonly personality: Personality
  readonly kextPath: string
  /** It agrees with the instance in everything an instance inherits; else only its class is named. */
  readonly producedIt: boolean
}

/** A driver's properties begin as a copy of its personality (facts: service-state, section 5). */
const inherited = ['CFBundleIdentifier', 'IOProviderClass', 'IOMatchCategory'] as const

/** The personalities that name this class, those that produced the instance first. */
export function personalitiesOf(
  installed: readonly InstalledKext[],
  className: string | null,
  properties: readonly NamedValue[],
): readonly EntryPersonality[] {
  const own = { kind: 'dictionary', entries: properties } as const
  const instanceClass = stringAt(own, 'IOClass')
  const wanted = new Set([className, instanceClass].filter(name => name != null))
  const found: EntryPersonality[] = []
  for (const kext of installed) {
    for (const personality of kext.personalities) {
      if (personality.ioClass === null || !wanted.has(personality.ioClass)) continue
      const expected: Readonly<Record<(typeof inherited)[number], string | null>> = {
        CFBundleIdentifier: personality.bundleIdentifier,
        IOProviderClass: personality.providerClass,
        IOMatchCategory: personality.matchCategory,
      }
      const producedIt =
        instanceClass === personality.ioClass &&
        inherited.every(key => expected[key] === null || stringAt(own, key) === expected[key])
      found.push({ personality, kextPath: kext.path, producedIt })
    }
  }
  return found.sort((a, b) => Number(b.producedIt) - Number(a.producedIt))
}
