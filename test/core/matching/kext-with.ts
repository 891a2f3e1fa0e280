import { installedKextFrom } from '../../../core/kext/read-info-plist.ts'
import type { InstalledKext } from '../../../core/kext/kext.ts'
import { dictionaryFrom } from '../kext/property-values.ts'

/** A kext with these personalities, as the kext library reads it. */
export function kextWith(
  bundleIdentifier: string,
  personalities: Record<string, object>,
  path = `/Library/Extensions/${bundleIdentifier.split('.').at(-1)!}.kext`,
): InstalledKext {
  return installedKextFrom(
    path,
    dictionaryFrom({
      CFBundleIdentifier: bundleIdentifier,
      CFBundlePackageType: 'KEXT',
      CFBundleVersion: '1.0',
      IOKitPersonalities: personalities,
    }),
  )
}
