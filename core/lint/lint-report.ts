import type { Finding, Severity } from './finding.ts'

/** What was looked at. */
export type LintSubject =
  /** A `.kext` folder. */
  | 'bundle'
  /** A folder that a kext is built from. */
  | 'source-folder'
  /** A single Info.plist, without what it belongs to. */
  | 'info-plist'

/** Everything that lint says of one path. Plain data: it travels to the window as it is. */
export interface LintReport {
  /** Absolute, on the host. */
  readonly path: string
  readonly subject: LintSubject
  /** Empty where the Info.plist has none. */
  readonly bundleIdentifier: string
  readonly version: string
  /** What the guest it was held against is called; null where there was none. */
  readonly against: string | null
  /** Null for a codeless kext, a missing file and sources. */
  readonly executable: ExecutableSummary | null
  /** Folders of `Contents/PlugIns` that were looked at too; what was found there is among the findings. */
  readonly plugIns: readonly string[]
  /** Errors first. */
  readonly findings: readonly Finding[]
  /** How many more there are that are counted and not listed: a damaged file may have a million. */
  readonly omitted: number
  readonly counts: Readonly<Record<Severity, number>>
}

/** What the executable has for each architecture that could be read. */
export interface ExecutableSummary {
  readonly file: string
  readonly images: readonly {
    readonly architecture: string
    readonly fileType: string
    readonly uuid: string | null
    readonly classes: readonly { readonly name: string; readonly superclass: string | null }[]
    /** Classes of other kexts that it derives from or refers to, and the declared libraries that may have them. */
    readonly importedClasses: readonly {
      readonly name: string
      readonly libraries: readonly string[]
    }[]
    readonly undefinedSymbolCount: number
  }[]
}

export function countBySeverity(
  findings: readonly { readonly severity: Severity }[],
): Readonly<Record<Severity, number>> {
  const counts = { error: 0, warning: 0, note: 0 }
  for (const { severity } of findings) counts[severity]++
  return counts
}
