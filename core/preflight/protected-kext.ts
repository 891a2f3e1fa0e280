import type { InstalledKext } from '../kext/kext.ts'

/** An identifier of Apple's; the kernel and its tools go by this prefix too (facts: kexts, sections 4 and 8). */
export function isAppleKext(bundleIdentifier: string): boolean {
  return bundleIdentifier.startsWith('com.apple.')
}

/** An interface of the kernel, old or new, or the kernel itself: built in, and loaded as long as it runs. */
export function isKernelInterface(bundleIdentifier: string): boolean {
  return (
    bundleIdentifier === '__kernel__' ||
    bundleIdentifier.startsWith('com.apple.kpi.') ||
    bundleIdentifier === 'com.apple.kernel' ||
    bundleIdentifier.startsWith('com.apple.kernel.')
  )
}

/** What `OSBundleRequired` says a kext is there for (facts: kexts, section 2). */
const bootPurposes: Readonly<Record<string, string>> = {
  Root: 'starting the guest',
  'Local-Root': 'starting the guest from a disk of its own',
  'Network-Root': 'starting the guest from the network',
  Console: 'the console',
  'Safe Boot': 'safe boot',
}

/** What the bundle says the guest needs it for when it starts; null where it says nothing. */
export function bootPurpose(kext: Pick<InstalledKext, 'bundleRequired'> | null): string | null {
  const level = kext?.bundleRequired
  return level === undefined || !Object.hasOwn(bootPurposes, level) ? null : bootPurposes[level]!
}

/**
 * Why a kext is part of what the guest runs on, as a clause that goes on from “It”; null where nothing says so. Which
 * driver the root device hangs on is in no fact that a capture has, so only names and the bundle's own words count.
 */
export function whyProtected(
  bundleIdentifier: string,
  kext: Pick<InstalledKext, 'bundleRequired' | 'isKernelComponent'> | null,
): string | null {
  if (isKernelInterface(bundleIdentifier))
    return 'is one of the kernel’s own interfaces, which every other kext is linked against'
  if (kext?.isKernelComponent === true)
    return 'declares itself a part of the kernel (OSKernelResource or OSBundleIsInterface)'
  const purpose = bootPurpose(kext)
  // Of a kext in development it says when it may be loaded, not that the guest depends on it.
  if (purpose !== null && isAppleKext(bundleIdentifier))
    return `is declared as needed for ${purpose} (OSBundleRequired is ${kext!.bundleRequired})`
  return null
}

/**
 * Why it is certain that kextunload will not unload a kext; null where that cannot be told beforehand, as for most:
 * instances, dependents and its own stop routine decide when it is tried (facts: kexts, sections 8 and 14).
 */
export function whyNotUnloadable(
  bundleIdentifier: string,
  kext: Pick<InstalledKext, 'isKernelComponent' | 'allowsUserTerminate'> | null,
): string | null {
  if (isKernelInterface(bundleIdentifier) || kext?.isKernelComponent === true)
    return 'It is built into the kernel.'
  // Without its Info.plist nobody knows whether it has the key.
  if (isAppleKext(bundleIdentifier) && kext !== null && kext.allowsUserTerminate !== true)
    return 'The kernel terminates services of a com.apple.* kext for user space only where its Info.plist has OSBundleAllowUserTerminate, and this one has not.'
  return null
}
