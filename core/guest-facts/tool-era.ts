/*
 * What the major version of Darwin implies for the tools of a guest
 * (facts: kexts, section 1; ioreg, section 7; logs-and-misc, section 4).
 */

export interface ToolEra {
  readonly darwinMajor: number
  /** `Mac OS X 10.6`, `macOS 13`; null for a Darwin the table does not know. */
  readonly macos: string | null
  /** `kextload`, `kextunload`, `kextutil` do the work themselves; later they hand it to `kmutil`. */
  readonly loadsWithKextTools: boolean
  readonly hasKmutil: boolean
  /** `ioreg -a` exists. */
  readonly hasArchives: boolean
  /** `IOObjectClass` of an archive holds the entry's name, not its class. */
  readonly archiveClassIsName: boolean
  readonly hasClassCounts: boolean
  /** `kextstat` has a column of UUIDs. */
  readonly listsUuids: boolean
  /** Code signatures are checked when a kext is loaded. */
  readonly checksSignatures: boolean
  /** Kexts of third parties wait for the approval of a user (exit code 27). */
  readonly needsApproval: boolean
  /** Code of a kext lies in a collection: new code needs a reboot. */
  readonly usesCollections: boolean
  /** Lines of `dmesg` begin with the uptime. */
  readonly stampsKernelLog: boolean
  /** A kext that nobody uses goes away by itself, a minute or two after it was loaded. */
  readonly unloadsUnusedKexts: boolean | 'unverified'
}

const macosNames: ReadonlyMap<number, string> = new Map([
  [6, 'Mac OS X 10.2'],
  [7, 'Mac OS X 10.3'],
  [8, 'Mac OS X 10.4'],
  [9, 'Mac OS X 10.5'],
  [10, 'Mac OS X 10.6'],
  [11, 'Mac OS X 10.7'],
  [12, 'OS X 10.8'],
  [13, 'OS X 10.9'],
  [14, 'OS X 10.10'],
  [15, 'OS X 10.11'],
  [16, 'macOS 10.12'],
  [17, 'macOS 10.13'],
  [18, 'macOS 10.14'],
  [19, 'macOS 10.15'],
  [20, 'macOS 11'],
  [21, 'macOS 12'],
  [22, 'macOS 13'],
  [23, 'macOS 14'],
  [24, 'macOS 15'],
  [25, 'macOS 26'],
])

/** The macOS that a major version of Darwin belongs to, or null. */
export function macosOfDarwin(darwinMajor: number): string | null {
  return macosNames.get(darwinMajor) ?? null
}

/** What to expect of a guest's tools. A guest may differ: darwinOS brings the tools of its choice. */
export function toolEra(darwinMajor: number): ToolEra {
  return {
    darwinMajor,
    macos: macosOfDarwin(darwinMajor),
    loadsWithKextTools: darwinMajor < 20,
    hasKmutil: darwinMajor >= 20,
    hasArchives: darwinMajor >= 12,
    archiveClassIsName: darwinMajor >= 12 && darwinMajor <= 17,
    hasClassCounts: darwinMajor >= 10,
    listsUuids: darwinMajor >= 15,
    checksSignatures: darwinMajor >= 13,
    needsApproval: darwinMajor >= 17,
    usesCollections: darwinMajor >= 20,
    stampsKernelLog: darwinMajor >= 20,
    unloadsUnusedKexts: darwinMajor >= 20 ? 'unverified' : darwinMajor >= 10,
  }
}
