import { FailureError } from '../failure.ts'
import type { Severity } from '../lint/finding.ts'
import { infoPlistFindings } from '../lint/info-plist-rules.ts'
import type { DictionaryValue, PropertyValue } from '../registry/property-value.ts'
import { stringAt, valueAt } from '../registry/property-value.ts'
import type { InstalledKext, Personality } from './kext.ts'

/**
 * Interprets a decoded Info.plist (facts: kexts, section 2).
 *
 * A bundle with mistakes is still described: `problems` says what is wrong, errors first. The properties
 * of a personality are as the kext library sends them to the kernel: with the bundle's identifier where
 * the personality has none, and with `IOPersonalityPublisher` where it names another kext.
 *
 * @param architecture the one whose keys replace the generic ones: `IOKitPersonalities_x86_64`
 * @throws FailureError `not-a-bundle` when the property list is not a dictionary
 */
export function installedKextFrom(
  path: string,
  value: PropertyValue,
  architecture = 'x86_64',
): InstalledKext {
  if (value.kind !== 'dictionary')
    throw new FailureError({
      kind: 'not-a-bundle',
      path,
      detail: 'its Info.plist does not hold a dictionary',
    })
  const info = forArchitecture(value, architecture)
  const findings = infoPlistFindings(info, { isSource: false })
  const of = (severity: Severity) =>
    findings.filter(finding => finding.severity === severity).map(finding => finding.sentence)
  const bundleIdentifier = stringAt(info, 'CFBundleIdentifier') ?? ''
  return {
    path,
    bundleIdentifier,
    version: stringAt(info, 'CFBundleVersion') ?? '',
    executable: stringAt(info, 'CFBundleExecutable') ?? null,
    compatibleVersion: stringAt(info, 'OSBundleCompatibleVersion') ?? null,
    libraries: librariesOf(info),
    personalities: personalitiesOf(info, bundleIdentifier),
    ...bootAndKernelKeys(info),
    problems: [...of('error'), ...of('warning')],
    notes: of('note'),
  }
}

/** Only what is there: most kexts have none of them. */
function bootAndKernelKeys(
  info: DictionaryValue,
): Pick<InstalledKext, 'bundleRequired' | 'isKernelComponent' | 'allowsUserTerminate'> {
  const isSet = (key: string): boolean => {
    const value = valueAt(info, key)
    return value?.kind === 'boolean' && value.value
  }
  const bundleRequired = stringAt(info, 'OSBundleRequired')
  return {
    ...(bundleRequired !== undefined && { bundleRequired }),
    ...((isSet('OSKernelResource') || isSet('OSBundleIsInterface')) && {
      isKernelComponent: true as const,
    }),
    ...(isSet('OSBundleAllowUserTerminate') && { allowsUserTerminate: true as const }),
  }
}

/**
 * The dictionary as one architecture sees it: `OSBundleLibraries_i386` replaces `OSBundleLibraries` on
 * i386, and is not there on others.
 */
export function forArchitecture(info: DictionaryValue, architecture: string): DictionaryValue {
  const suffix = `_${architecture}`
  const replacing = new Map(
    info.entries
      .filter(([key]) => /^(?:OS|IO)/.test(key) && key.endsWith(suffix))
      .map(([key, value]) => [key.slice(0, -suffix.length), value]),
  )
  if (replacing.size === 0) return info
  return {
    kind: 'dictionary',
    entries: [
      ...info.entries.filter(([key]) => !replacing.has(key) && !isReplacing(key, suffix)),
      ...replacing,
    ],
  }
}

function isReplacing(key: string, suffix: string): boolean {
  return /^(?:OS|IO)/.test(key) && key.endsWith(suffix)
}

function librariesOf(info: DictionaryValue): readonly (readonly [string, string])[] {
  const libraries = valueAt(info, 'OSBundleLibraries')
  if (libraries?.kind !== 'dictionary') return []
  return libraries.entries.map(([id, value]) => [id, value.kind === 'string' ? value.text : ''])
}

function personalitiesOf(info: DictionaryValue, publisher: string): readonly Personality[] {
  const all = valueAt(info, 'IOKitPersonalities')
  if (all?.kind !== 'dictionary') return []
  return all.entries.flatMap(([name, value]) =>
    value.kind === 'dictionary' ? [personalityFrom(name, publisher, value)] : [],
  )
}

function personalityFrom(name: string, publisher: string, written: DictionaryValue): Personality {
  const own = stringAt(written, 'CFBundleIdentifier')
  const added: (readonly [string, PropertyValue])[] = []
  if (own === undefined) added.push(['CFBundleIdentifier', { kind: 'string', text: publisher }])
  else if (own !== publisher)
    added.push(['IOPersonalityPublisher', { kind: 'string', text: publisher }])
  const replaced = new Set(added.map(([key]) => key))
  return {
    name,
    publisher,
    bundleIdentifier: own ?? publisher,
    ioClass: stringAt(written, 'IOClass') ?? null,
    providerClass: stringAt(written, 'IOProviderClass') ?? null,
    matchCategory: stringAt(written, 'IOMatchCategory') ?? null,
    probeScore: probeScoreOf(written),
    properties: {
      kind: 'dictionary',
      entries: [...written.entries.filter(([key]) => !replaced.has(key)), ...added],
    },
  }
}

/**
 * `IOProbeScore` as the kernel keeps it: a signed number of 32 bits; null where it is missing or no number,
 * which counts as 0 (facts: matching, section 2).
 */
export function probeScoreOf(personality: DictionaryValue): number | null {
  const value = valueAt(personality, 'IOProbeScore')
  if (value?.kind === 'integer') return Number(BigInt.asIntN(32, value.value))
  if (value?.kind === 'real' && Number.isFinite(value.value)) return Math.trunc(value.value) | 0
  return null
}
