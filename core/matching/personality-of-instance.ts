import type { InstalledKext, Personality } from '../kext/kext.ts'
import type { PropertyValue } from '../registry/property-value.ts'
import { stringAt, valueAt } from '../registry/property-value.ts'
import type { EntryIndex, Snapshot } from '../registry/snapshot.ts'
import { isEqualTo } from './equality.ts'
import { instancePersonality } from './instance-personality.ts'

/** What tells of the personality that made a driver, for one that is looked at: see `InstanceOrigins` for all of them. */
export interface PersonalityOfInstance {
  /** Keys inside `IOKitPersonalities` that fit alike; one as a rule, none where no Info.plist that is known has it. */
  readonly names: readonly string[]
  readonly bundleIdentifier: string | null
  readonly providerClass: string | null
  /** `IODefaultMatchCategory` where the personality names none. */
  readonly category: string
  /** `IOProbeScore` of the driver: with the points of the family. Null where the dump shows none. */
  readonly score: number | null
  /** What was asked of the provider beside its class, in the personality's order. */
  readonly matchedOn: readonly (readonly [key: string, value: PropertyValue])[]
}

/** Personalities of a hostile Info.plist are not compared for ever. */
const mostCompared = 500

/**
 * A driver's properties begin as a copy of its personality (facts: service-state, section 5): class, provider class and bundle
 * have to be the same, and of those that remain the ones with the fewest keys that differ now.
 *
 * @returns null for an entry that matching did not make
 */
export function personalityOfInstance(
  snapshot: Snapshot,
  entry: EntryIndex,
  installed: readonly InstalledKext[] | null,
): PersonalityOfInstance | null {
  const instance = instancePersonality(snapshot, entry)
  if (!instance) return null
  const { properties, adjustedScore } = instance
  const bundleIdentifier = stringAt(properties, 'CFBundleIdentifier') ?? null
  const ioClass = stringAt(properties, 'IOClass')
  const providerClass = stringAt(properties, 'IOProviderClass') ?? null
  const category = stringAt(properties, 'IOMatchCategory') ?? 'IODefaultMatchCategory'
  let names: string[] = []
  let fewest = Infinity
  let compared = 0
  for (const kext of installed ?? []) {
    for (const personality of kext.personalities) {
      if (
        personality.ioClass !== ioClass ||
        personality.providerClass !== providerClass ||
        (personality.matchCategory ?? 'IODefaultMatchCategory') !== category ||
        (bundleIdentifier !== null && personality.bundleIdentifier !== bundleIdentifier)
      ) {
        continue
      }
      if (++compared > mostCompared) break
      const differing = differences(personality, properties)
      if (differing < fewest) [fewest, names] = [differing, []]
      if (differing === fewest && !names.includes(personality.name)) names.push(personality.name)
    }
  }
  return {
    names,
    bundleIdentifier,
    providerClass,
    category,
    score: adjustedScore,
    matchedOn: properties.entries.filter(([key]) => askingKeys.has(key)),
  }
}

/** Match keys of the personality that the driver does not have as they are. */
function differences(personality: Personality, instance: Personality['properties']): number {
  let count = 0
  for (const [key, value] of personality.properties.entries) {
    if (!askingKeys.has(key)) continue
    const now = valueAt(instance, key)
    if (now === undefined || isEqualTo(value, now) === false) count++
  }
  return count
}

/** Base keys of passive matching and those of the families that are asked most (facts: matching, sections 4 and 6). */
const askingKeys: ReadonlySet<string> = new Set([
  'IONameMatch',
  'IOLocationMatch',
  'IOPropertyMatch',
  'IOPropertyExistsMatch',
  'IOPathMatch',
  'IOParentMatch',
  'IOResourceMatch',
  'IOPCIMatch',
  'IOPCIPrimaryMatch',
  'IOPCISecondaryMatch',
  'IOPCIClassMatch',
  'idVendor',
  'idProduct',
  'bDeviceClass',
  'bDeviceSubClass',
  'bDeviceProtocol',
  'bInterfaceNumber',
  'bConfigurationValue',
  'bInterfaceClass',
  'bInterfaceSubClass',
  'bInterfaceProtocol',
  'DeviceUsagePairs',
  'Content Hint',
  'IOTTYBaseName',
])
