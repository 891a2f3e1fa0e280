import type { InstalledKext } from '../kext/kext.ts'
import type { DictionaryValue } from '../registry/property-value.ts'
import { valueAt } from '../registry/property-value.ts'
import { PersonalityIndex } from './same-personality.ts'

/** The personalities that user space sent at boot, 10.6 to 10.15 (facts: kexts, section 2). */
export interface BootPersonalities {
  /** Of the file in the guest. */
  readonly path: string
  /** How many there are in the file. */
  readonly total: number
  /** All of them; or those that no installed kext has, where `notSent` is there. */
  readonly personalities: readonly DictionaryValue[]
  /** The personalities of installed kexts that are not among them. */
  readonly notSent?: readonly (readonly [kextPath: string, name: string])[]
}

/**
 * A boot cache without the personalities of the installed kexts, which are nearly all: what a capture carries of
 * it stays small. Which of theirs it lacks is noted.
 */
export function withoutInstalled(
  bootCache: BootPersonalities,
  installed: readonly InstalledKext[] | null,
  darwinMajor: number | null,
): BootPersonalities {
  if (installed === null) return bootCache
  const sent = new PersonalityIndex()
  for (const properties of bootCache.personalities) sent.add({ properties })
  const onDisk = new PersonalityIndex()
  const notSent: (readonly [string, string])[] = []
  for (const { path, personalities } of installed) {
    for (const { name, properties } of personalities) {
      const own = asSent(properties, darwinMajor)
      onDisk.add({ properties: own })
      if (!sent.find(own)) notSent.push([path, name])
    }
  }
  const personalities = bootCache.personalities.filter(properties => !onDisk.find(properties))
  return { ...bootCache, personalities, notSent }
}

/** CFBundleIdentifierKernel is added by user space from 10.15 on (facts: matching, section 1). */
const firstDarwinWithKernelIdentifier = 19

/** A personality with the id of the kext that has the kernel class, where user space adds it. */
export function asSent(properties: DictionaryValue, darwinMajor: number | null): DictionaryValue {
  if (darwinMajor === null || darwinMajor < firstDarwinWithKernelIdentifier) return properties
  const own = valueAt(properties, 'CFBundleIdentifier')
  if (own === undefined || valueAt(properties, 'CFBundleIdentifierKernel') !== undefined) {
    return properties
  }
  return {
    kind: 'dictionary',
    entries: [...properties.entries, ['CFBundleIdentifierKernel', own]],
  }
}
