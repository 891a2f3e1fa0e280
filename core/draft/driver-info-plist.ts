import type { DictionaryValue } from '../registry/property-value.ts'
import type { DraftLibraries } from './draft-libraries.ts'
import type { DraftNames } from './draft-names.ts'
import { dictionary, integer, text, type Entry } from './plist-values.ts'

export interface DraftedPersonality {
  /** `IOProviderClass` and the match keys. */
  readonly keys: readonly Entry[]
  /** Null: the kernel's default. */
  readonly category: string | null
  /** Null: none, which counts as 0. */
  readonly probeScore: number | null
  readonly hasUserClient: boolean
}

/** One personality, in the order an author reads it: whose it is, what it drives, how it competes. */
export function personalityOf(names: DraftNames, draft: DraftedPersonality): DictionaryValue {
  const entries: Entry[] = [
    ['CFBundleIdentifier', text(names.bundleIdentifier)],
    ['IOClass', text(names.className)],
    ...draft.keys,
  ]
  if (draft.category !== null) entries.push(['IOMatchCategory', text(draft.category)])
  if (draft.probeScore !== null) entries.push(['IOProbeScore', integer(draft.probeScore)])
  // IOService::newUserClient makes an instance of it for whoever opens the driver.
  if (draft.hasUserClient) entries.push(['IOUserClientClass', text(names.userClientClass)])
  return dictionary(entries)
}

/** The Info.plist of the drafted driver (facts: kexts, section 2). */
export function driverInfoPlist(
  names: DraftNames,
  personality: DictionaryValue,
  libraries: DraftLibraries['entries'],
): DictionaryValue {
  return dictionary([
    ['CFBundleDevelopmentRegion', text('English')],
    ['CFBundleExecutable', text(names.kextName)],
    ['CFBundleIdentifier', text(names.bundleIdentifier)],
    ['CFBundleInfoDictionaryVersion', text('6.0')],
    ['CFBundleName', text(names.kextName)],
    ['CFBundlePackageType', text('KEXT')],
    ['CFBundleShortVersionString', text('1.0.0')],
    ['CFBundleVersion', text('1.0.0')],
    ['IOKitPersonalities', dictionary([[names.kextName, personality]])],
    ['OSBundleLibraries', dictionary(libraries.map(([id, version]) => [id, text(version)]))],
  ])
}
