import { resolveDependencies, type LibraryResolution } from '../kext/dependencies.ts'
import type { InstalledKext, LoadedKext } from '../kext/kext.ts'
import { stringAt } from '../registry/property-value.ts'
import type { PlistFinding, Severity } from './finding.ts'
import type { RuleName } from './rules.ts'
import { listed, quoted } from './show-value.ts'
import { createNearName } from './near-name.ts'

/** What is known of the guest that a bundle is to be loaded in. */
export interface LintGuest {
  /** What it is called: the file of a capture, or the target. */
  readonly label: string
  /** `x86_64`; null where the capture does not tell it. */
  readonly architecture: string | null
  readonly installed: readonly InstalledKext[] | null
  readonly loaded: readonly LoadedKext[] | null
  /** All classes the guest knows; null where neither counts nor class chains are there. */
  readonly classes: readonly string[] | null
}

/**
 * A bundle against one guest: its libraries (facts: kexts, section 4), what is loaded already, and the classes that
 * its personalities match on.
 *
 * @param uuids of the executable
 * @param companions kexts that come with it: its plug-ins, and the bundle they are in
 */
export function guestFindings(
  kext: InstalledKext,
  guest: LintGuest,
  uuids: readonly string[],
  companions: readonly InstalledKext[],
): readonly PlistFinding[] {
  return [
    ...libraryFindings(kext, guest, companions),
    ...loadedFindings(kext, guest, uuids),
    ...ownerFindings(kext, guest, companions),
    ...providerFindings(kext, guest),
  ]
}

const severities: Readonly<
  Record<LibraryResolution['kind'], readonly [Severity, RuleName, advice: string] | null>
> = {
  satisfied: null,
  // The Info.plist's own rules have said so.
  'invalid-version': null,
  'not-found': [
    'error',
    'library-not-found',
    'Install that kext first, or correct its identifier.',
  ],
  incompatible: [
    'error',
    'library-incompatible',
    'Ask for a version that the guest’s library serves.',
  ],
  'loaded-incompatible': [
    'error',
    'library-incompatible',
    'Ask for a version that the loaded library serves.',
  ],
  'not-a-library': [
    'error',
    'library-not-a-library',
    'Link against a kext that has an OSBundleCompatibleVersion.',
  ],
  undetermined: ['note', 'library-undetermined', ''],
}

function libraryFindings(
  kext: InstalledKext,
  { label, installed, loaded }: LintGuest,
  companions: readonly InstalledKext[],
): readonly PlistFinding[] {
  if (kext.libraries.length === 0) return []
  if (installed === null && loaded === null)
    return [
      {
        severity: 'note',
        rule: 'guest-incomplete',
        keyPath: ['OSBundleLibraries'],
        sentence: `${label} tells neither which kexts are loaded nor which are installed, so the libraries were not looked up.`,
        advice: 'Give a guest, or a capture that was saved from one.',
      },
    ]
  const report = resolveDependencies(kext, [...(installed ?? []), ...companions], loaded ?? [])
  const nearName = createNearName()
  const known = identifiers(installed, loaded)
  const findings: PlistFinding[] = []
  const unseen: string[] = []
  for (const { bundleIdentifier, kind, explanation, candidate } of report.direct) {
    // Of what is on the disk nothing is known: a kext that is not loaded may be there all the same.
    if (kind === 'not-found' && installed === null) {
      unseen.push(bundleIdentifier)
      continue
    }
    const told = severities[kind]
    if (told === null) continue
    const [severity, rule, advice] = told
    const near = kind === 'not-found' ? nearName(bundleIdentifier, known) : undefined
    const range =
      candidate !== null && candidate.compatibleVersion !== null
        ? ` It serves ${candidate.compatibleVersion} to ${candidate.version}.`
        : ''
    findings.push({
      severity,
      rule,
      keyPath: ['OSBundleLibraries', bundleIdentifier],
      sentence: explanation,
      advice:
        near === undefined
          ? `${advice}${rule === 'library-incompatible' ? range : ''}`
          : `${advice} ${near} is there.`,
    })
  }
  if (unseen.length > 0)
    findings.push({
      severity: 'note',
      rule: 'guest-incomplete',
      keyPath: ['OSBundleLibraries'],
      sentence: `${listed(unseen)} ${unseen.length === 1 ? 'is' : 'are'} not loaded, and ${label} does not tell what is installed.`,
      advice: 'Give a guest, or a capture that was saved from one.',
    })
  for (const sentence of report.indirect)
    findings.push({
      severity: 'error',
      rule: 'library-of-library',
      keyPath: ['OSBundleLibraries'],
      sentence,
      advice: 'Repair or install that library first.',
    })
  return findings
}

function identifiers(
  installed: readonly InstalledKext[] | null,
  loaded: readonly LoadedKext[] | null,
): ReadonlySet<string> {
  return new Set(
    [...(installed ?? []), ...(loaded ?? [])].map(({ bundleIdentifier }) => bundleIdentifier),
  )
}

function loadedFindings(
  kext: InstalledKext,
  { loaded }: LintGuest,
  uuids: readonly string[],
): readonly PlistFinding[] {
  const same = loaded?.find(each => each.bundleIdentifier === kext.bundleIdentifier)
  if (same === undefined || kext.bundleIdentifier === '') return []
  const isSameBuild = same.uuid !== null && uuids.includes(same.uuid)
  return [
    {
      severity: 'note',
      rule: 'guest-has-it',
      keyPath: ['CFBundleIdentifier'],
      sentence: isSameBuild
        ? `This very build is loaded already, as version ${same.version}.`
        : `Another build of it is loaded already, as version ${same.version}: the kernel keeps that one until it is unloaded.`,
      advice: isSameBuild ? '' : `Unload it first: kextunload -b ${kext.bundleIdentifier}`,
    },
  ]
}

/** The kext whose class a personality names has to be there, and to have code (facts: kexts, section 2). */
function ownerFindings(
  kext: InstalledKext,
  { label, installed, loaded }: LintGuest,
  companions: readonly InstalledKext[],
): readonly PlistFinding[] {
  if (installed === null) return []
  const onDisk = new Map(
    [...installed, ...companions].map(each => [each.bundleIdentifier, each] as const),
  )
  const inKernel = new Set(loaded?.map(({ bundleIdentifier }) => bundleIdentifier))
  return kext.personalities.flatMap(({ name, bundleIdentifier, properties }) => {
    const key = stringAt(properties, 'CFBundleIdentifierKernel')
    const owner = key ?? bundleIdentifier
    if (owner === kext.bundleIdentifier || owner === '' || isOfKernel(owner)) return []
    const found = onDisk.get(owner)
    const isCodeless = found !== undefined && found.executable === null
    if (inKernel.has(owner) || (found !== undefined && !isCodeless)) return []
    return [
      {
        severity: 'warning' as const,
        rule: 'owner-not-found' as const,
        keyPath: [
          'IOKitPersonalities',
          name,
          key === undefined ? 'CFBundleIdentifier' : 'CFBundleIdentifierKernel',
        ],
        sentence: isCodeless
          ? `Personality ${quoted(name)} belongs to ${owner}, which has no code in ${label}, so no driver can come from it.`
          : `Personality ${quoted(name)} belongs to ${owner}, which is neither installed nor loaded in ${label}.`,
        advice: 'Install that kext first, or name the one that has the class.',
      },
    ]
  })
}

/** The kernel itself and its interfaces, which are no kexts on a disk. */
function isOfKernel(bundleIdentifier: string): boolean {
  return /^com\.apple\.(?:kernel|kpi)(?:\.|$)/.test(bundleIdentifier)
}

/** A class that nobody has registered yet may come with a kext that is not loaded, so this is no error. */
function providerFindings(
  { personalities }: InstalledKext,
  { classes, label }: LintGuest,
): readonly PlistFinding[] {
  if (classes === null) return []
  const known = new Set(classes)
  const own = new Set(personalities.map(({ ioClass }) => ioClass))
  const told = new Set<string>()
  const nearName = createNearName()
  return personalities.flatMap(({ name, providerClass }): readonly PlistFinding[] => {
    if (providerClass === null || providerClass === '' || known.has(providerClass)) return []
    if (own.has(providerClass) || told.has(providerClass)) return []
    told.add(providerClass)
    const near = nearName(providerClass, known)
    return [
      {
        severity: near !== undefined ? 'warning' : 'note',
        rule: 'provider-class-unknown',
        keyPath: ['IOKitPersonalities', name, 'IOProviderClass'],
        sentence: `${label} knows no class ${providerClass}, so personality ${quoted(name)} matches nothing there as it is.`,
        advice:
          near !== undefined
            ? `Is ${near} meant?`
            : 'That changes once the kext that has the class is loaded.',
      },
    ]
  })
}
