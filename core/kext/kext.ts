import type { DictionaryValue } from '../registry/property-value.ts'

/** One row of `kextstat` or `kmutil showloaded` (facts: kexts, section 6). */
export interface LoadedKext {
  /** Load tag, unique within a boot up to 10.15; null where the tool printed `??`. */
  readonly index: number | null
  /** References by the linkage of other kexts. Not the number of instances. */
  readonly refs: number | null
  /** Hexadecimal text as printed (`0xffffff7f80c00000`, `0`), or null for `????`. Not an identity. */
  readonly address: string | null
  /** Bytes. */
  readonly size: number | null
  readonly wired: number | null
  readonly architecture: string | null
  readonly bundleIdentifier: string
  readonly version: string
  /** Upper case; null in eras without the column and for `no UUID`. */
  readonly uuid: string | null
  /** Load tags of the kexts this one is linked against, in the order printed. */
  readonly linkedAgainst: readonly number[]
}

/** One matching dictionary of a driver. */
export interface Personality {
  /** Its key inside `IOKitPersonalities`; the kernel does not know it. */
  readonly name: string
  /** The bundle whose Info.plist holds it. */
  readonly publisher: string
  /** `CFBundleIdentifier` of the personality, which the kext library inserts when it is missing. */
  readonly bundleIdentifier: string
  readonly ioClass: string | null
  readonly providerClass: string | null
  /** As written; the kernel takes `IODefaultMatchCategory` when it is null. */
  readonly matchCategory: string | null
  readonly probeScore: number | null
  readonly properties: DictionaryValue
}

/** A kext that lies on a disk: the guest's or the host's. */
export interface InstalledKext {
  /** Path of the `.kext` folder. */
  readonly path: string
  readonly bundleIdentifier: string
  readonly version: string
  readonly executable: string | null
  /** `OSBundleCompatibleVersion`: present means the kext is a library. */
  readonly compatibleVersion: string | null
  /** `OSBundleLibraries`: id and version wanted. */
  readonly libraries: readonly (readonly [bundleIdentifier: string, version: string])[]
  readonly personalities: readonly Personality[]
  /** `OSBundleRequired`, where it is there: eligible for early boot, or for safe boot. */
  readonly bundleRequired?: string
  /** `OSKernelResource` or `OSBundleIsInterface`: one of the kernel's own interfaces. */
  readonly isKernelComponent?: true
  /** `OSBundleAllowUserTerminate`: user space may terminate instances of a com.apple.* kext. */
  readonly allowsUserTerminate?: true
  /** What is wrong with its Info.plist, in sentences, errors first; empty when nothing is. */
  readonly problems: readonly string[]
  /** What the tools remark on and what works all the same: conventions. */
  readonly notes: readonly string[]
}
