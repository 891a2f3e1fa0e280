import type { InstalledKext, LoadedKext } from '../kext/kext.ts'
import { compareVersions, versionNumber } from '../kext/version.ts'
import type { ProviderKit } from './provider-kits.ts'

/** darwinOS is of the Darwin 17 generation. */
const kpiVersion = '17.0'
const kpis = ['com.apple.kpi.iokit', 'com.apple.kpi.libkern'] as const

export interface KextsOfGuest {
  /** Null where the capture does not tell. */
  readonly loaded: readonly LoadedKext[] | null
  readonly installed: readonly InstalledKext[] | null
  /** `17.7.0`; null where it is not known. */
  readonly darwinRelease: string | null
}

export interface DraftLibraries {
  /** `OSBundleLibraries`: id and version. */
  readonly entries: readonly (readonly [bundleIdentifier: string, version: string])[]
  /** The provider's class may be named in the code, as its kext can be linked against. */
  readonly kit: ProviderKit | null
  /** Sentences. */
  readonly warnings: readonly string[]
}

/**
 * What a driver links against: the interfaces of the kernel, and the kext of its provider's class. Versions
 * must be between a library's compatible version and its own (facts: kexts, section 4), so the family gets the
 * version that the guest has.
 */
export function draftLibraries(kit: ProviderKit | null, guest: KextsOfGuest): DraftLibraries {
  const warnings: string[] = []
  const version = kpiVersionFor(guest)
  if (version !== kpiVersion) {
    warnings.push(
      `The guest’s kernel is older than darwinOS: the draft asks for version ${version} of the kernel’s interfaces instead of ${kpiVersion}.`,
    )
  }
  const entries: (readonly [string, string])[] = kpis.map(id => [id, version])
  if (kit === null || kit.library === null) return { entries, kit, warnings }
  const family = familyVersion(kit.library, guest)
  if (typeof family === 'string') {
    return { entries: [[kit.library, family] as const, ...entries], kit, warnings }
  }
  warnings.push(
    `${kit.className} is a class of ${kit.library}, ${family.because}, so the draft does not link against it and treats its provider as an IOService.`,
  )
  return { entries, kit: null, warnings }
}

/** The version of a kext that the guest has and that may be linked against, or why there is none. */
function familyVersion(
  id: string,
  { loaded, installed }: KextsOfGuest,
): string | { readonly because: string } {
  const onDisk = (installed ?? [])
    .filter(kext => kext.bundleIdentifier === id && versionNumber(kext.version) !== null)
    .sort((a, b) => compareVersions(b.version, a.version))
  const running = loaded?.find(kext => kext.bundleIdentifier === id)
  const version = running?.version ?? onDisk[0]?.version
  if (version === undefined) {
    return {
      because:
        loaded === null && installed === null
          ? 'whose version this capture does not tell'
          : 'which the guest neither has loaded nor installed',
    }
  }
  const isLibrary = onDisk.length === 0 || onDisk.some(kext => kext.compatibleVersion !== null)
  return isLibrary ? version : { because: 'which declares no OSBundleCompatibleVersion' }
}

/** As darwinOS has it; of an older kernel its own. */
function kpiVersionFor({ loaded, darwinRelease }: KextsOfGuest): string {
  const own = loaded?.find(kext => kext.bundleIdentifier === kpis[0])?.version ?? darwinRelease
  if (own === null || own === undefined || versionNumber(own) === null) return kpiVersion
  return compareVersions(own, kpiVersion) < 0 ? `${own.split('.')[0]}.0` : kpiVersion
}
