import type { InstalledKext } from '../kext/kext.ts'
import { forArchitecture, installedKextFrom } from '../kext/read-info-plist.ts'
import { fileTypeName } from '../macho/format.ts'
import type { MachOReading } from '../macho/mach-o.ts'
import { valueAt, type DictionaryValue, type PropertyValue } from '../registry/property-value.ts'
import { catalogueFindings } from './catalogue-rules.ts'
import { executableFindings } from './executable-rules.ts'
import { fileFindings, type BundleEntry } from './file-rules.ts'
import { bySeverity, type Finding, type PlistFinding } from './finding.ts'
import { guestFindings, type LintGuest } from './guest-rules.ts'
import { infoPlistFindings } from './info-plist-rules.ts'
import { createPossibleHomes } from './kernel-classes.ts'
import { kpiFindings } from './kpi-rules.ts'
import {
  countBySeverity,
  type ExecutableSummary,
  type LintReport,
  type LintSubject,
} from './lint-report.ts'
import { matchFindings } from './match-rules.ts'
import { misspeltInfoKeys } from './misspelt-keys.ts'
import { sourceFindings, type SourceTree } from './source-rules.ts'
import { createNearName } from './near-name.ts'
import { quoted } from './show-value.ts'

/** One Info.plist with what lies beside it. Files are named relative to the path that is linted. */
export interface LintPart {
  /** Where its `.kext` is inside the whole: empty, or `Contents/PlugIns/Bar.kext`. */
  readonly folder: string
  /** The Info.plist: `Contents/Info.plist`. */
  readonly infoFile: string
  readonly info: PropertyValue
  /** Null where the bundle names none, or it is not to be looked at. */
  readonly executable: {
    readonly file: string
    /** Null: there is no such file. */
    readonly reading: MachOReading | null
  } | null
  /** Names in the folder that the executable should be in. */
  readonly executableNames: readonly string[]
}

export interface LintInput {
  readonly path: string
  readonly subject: LintSubject
  /** The bundle itself first, then its plug-ins. */
  readonly parts: readonly [LintPart, ...LintPart[]]
  /** Of a bundle: all its files, its own folder included. */
  readonly entries: readonly BundleEntry[]
  /** Of a source folder. */
  readonly sources: SourceTree | null
  /** What whoever read the path has to say of it. */
  readonly remarks: readonly Finding[]
  readonly guest: LintGuest | null
}

/**
 * Everything that can be said of a bundle, a source folder or an Info.plist before it is built, pushed or loaded. The
 * rules are in `rules.ts`, each with one place that decides it.
 *
 * @throws FailureError `not-a-bundle` when an Info.plist is no dictionary
 */
export function lintBundle(input: LintInput): LintReport {
  const { parts, guest } = input
  const read = parts.map(part => readPart(part, guest))
  const kexts = read.map(({ kext }) => kext)
  const sorted = bySeverity([
    ...input.remarks,
    ...read.flatMap((each, index) => partFindings(each, input, kexts.toSpliced(index, 1))),
    ...(input.sources === null ? [] : sourceFindings(kexts[0]!, parts[0].infoFile, input.sources)),
    ...fileFindings(input.entries),
  ])
  return {
    path: input.path,
    subject: input.subject,
    bundleIdentifier: kexts[0]!.bundleIdentifier,
    version: kexts[0]!.version,
    against: guest?.label ?? null,
    executable: summaryOf(parts[0], kexts[0]!),
    plugIns: parts.slice(1).map(({ folder }) => folder),
    findings: sorted.slice(0, mostFindings),
    omitted: Math.max(0, sorted.length - mostFindings),
    counts: countBySeverity(sorted),
  }
}

/** More than anybody reads; the largest of Apple's bundles has two hundred. */
const mostFindings = 2000
/** Classes and libraries in a summary: the largest of Apple's kexts define some hundreds. */
const mostSummed = 1000
/** Names of personalities and keys are shown by their beginning where they are longer. */
const longestKey = 200

interface ReadPart {
  readonly part: LintPart
  readonly kext: InstalledKext
  /** As the architecture sees it. */
  readonly info: DictionaryValue
  /** As it ends the names of keys. */
  readonly architecture: string
}

function readPart(part: LintPart, guest: LintGuest | null): ReadPart {
  const code = guest?.architecture ?? preferred(architecturesOf(part)) ?? 'x86_64'
  // Keys have no variant for arm64e: `OSBundleLibraries_arm64` (facts: kexts, section 2).
  const architecture = code === 'arm64e' ? 'arm64' : code
  const kext = installedKextFrom(part.folder, part.info, architecture)
  // installedKextFrom has refused everything that is no dictionary.
  const info = forArchitecture(part.info as DictionaryValue, architecture)
  return { part, kext, info, architecture }
}

function architecturesOf({ executable }: LintPart): readonly string[] {
  const reading = executable?.reading
  if (reading?.kind !== 'mach-o') return []
  return reading.images.flatMap(each => (each.kind === 'image' ? [each.image.architecture] : []))
}

/** Of several architectures the one that most guests have. */
function preferred(architectures: readonly string[]): string | undefined {
  return ['x86_64', 'arm64e'].find(each => architectures.includes(each)) ?? architectures[0]
}

function partFindings(
  { part, kext, info, architecture }: ReadPart,
  { subject, guest }: LintInput,
  companions: readonly InstalledKext[],
): readonly Finding[] {
  const plist: readonly PlistFinding[] = [
    ...infoPlistFindings(info, { isSource: subject !== 'bundle' }),
    ...misspeltInfoKeys(info),
    ...kpiFindings(kext, is64Bit(part, guest)),
    ...catalogueFindings(kext),
    ...personalityTables(info).flatMap(([name, table]) =>
      matchFindings(`Personality ${quoted(name)}`, table, ['IOKitPersonalities', name]),
    ),
    ...(guest === null ? [] : guestFindings(kext, guest, uuidsOf(part), companions)),
  ]
  const inPlist = (finding: PlistFinding): Finding => {
    const { keyPath, ...rest } = finding
    return {
      ...rest,
      where: {
        file: part.infoFile,
        keyPath: writtenPath(part.info as DictionaryValue, keyPath, architecture),
        line: null,
      },
    }
  }
  const findings = plist.map(inPlist)
  for (const { keyPath, ...rest } of codeFindings(part, kext, subject, guest))
    findings.push(
      keyPath === null
        ? {
            ...rest,
            where: { file: part.executable?.file ?? part.folder, keyPath: [], line: null },
          }
        : inPlist({ ...rest, keyPath }),
    )
  return findings
}

/** Personalities as they are written: what the kext library inserts is no condition and no mistake. */
function personalityTables(info: DictionaryValue): readonly (readonly [string, DictionaryValue])[] {
  const all = valueAt(info, 'IOKitPersonalities')
  if (all?.kind !== 'dictionary') return []
  return all.entries.flatMap(([name, value]) =>
    value.kind === 'dictionary' ? [[name, value] as const] : [],
  )
}

function codeFindings(
  part: LintPart,
  kext: InstalledKext,
  subject: LintSubject,
  guest: LintGuest | null,
): ReturnType<typeof executableFindings> {
  const { executable, executableNames } = part
  if (subject !== 'bundle') return []
  if (executable === null) {
    if (kext.executable !== null || executableNames.length === 0) return []
    return [
      {
        severity: 'warning',
        rule: 'executable-not-named',
        keyPath: ['CFBundleExecutable'],
        sentence: `Contents/MacOS holds ${executableNames[0]!}, and no CFBundleExecutable names it: the kext has no code for the guest.`,
        advice: `Set CFBundleExecutable to ${executableNames[0]!}, or take the file out.`,
      },
    ]
  }
  if (executable.reading === null) {
    const near = createNearName()(kext.executable ?? '', executableNames)
    return [
      {
        severity: 'error',
        rule: 'executable-missing',
        keyPath: ['CFBundleExecutable'],
        sentence: `CFBundleExecutable names ${kext.executable ?? ''}, and there is no file ${executable.file}.`,
        advice:
          near === undefined ? 'Build the kext.' : `${near} is there: write that, or rename it.`,
      },
    ]
  }
  return executableFindings({
    kext,
    reading: executable.reading,
    guestArchitecture: guest?.architecture ?? null,
  })
}

/** Whether the rules for 64-bit code hold; null where neither the guest nor the code tells. */
function is64Bit(part: LintPart, guest: LintGuest | null): boolean | null {
  const known = guest?.architecture ?? preferred(architecturesOf(part))
  return known === undefined ? null : known.includes('64')
}

function uuidsOf({ executable }: LintPart): readonly string[] {
  if (executable?.reading?.kind !== 'mach-o') return []
  return executable.reading.images.flatMap(each =>
    each.kind === 'image' ? (each.image.uuid ?? []) : [],
  )
}

/** The way as it is written: `IOKitPersonalities_x86_64` where that has replaced the generic key. */
function writtenPath(
  info: DictionaryValue,
  keyPath: readonly string[],
  architecture: string,
): readonly string[] {
  const [first, ...rest] = keyPath
  if (first === undefined) return keyPath
  const own = `${first}_${architecture}`
  const written = valueAt(info, own) === undefined ? first : own
  return [written, ...rest].map(key =>
    key.length > longestKey ? `${key.slice(0, longestKey)}…` : key,
  )
}

function summaryOf(part: LintPart, kext: InstalledKext): ExecutableSummary | null {
  if (part.executable?.reading?.kind !== 'mach-o') return null
  const homesOf = createPossibleHomes(kext.libraries.map(([id]) => id))
  return {
    file: part.executable.file,
    images: part.executable.reading.images.flatMap(each =>
      each.kind === 'malformed'
        ? []
        : [
            {
              architecture: each.image.architecture,
              fileType: fileTypeName(each.image.fileType),
              uuid: each.image.uuid,
              classes: each.image.classes
                .slice(0, mostSummed)
                .map(({ name, superclass }) => ({ name, superclass })),
              importedClasses: each.image.importedClasses
                .slice(0, mostSummed)
                .map(name => ({ name, libraries: homesOf(name).slice(0, mostSummed) })),
              undefinedSymbolCount: each.image.undefinedSymbols.length,
            },
          ],
    ),
  }
}
