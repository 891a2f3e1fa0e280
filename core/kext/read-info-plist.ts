import { FailureError } from '../failure.ts'
import type { DictionaryValue, PropertyValue } from '../registry/property-value.ts'
import { stringAt, valueAt } from '../registry/property-value.ts'
import type { InstalledKext, Personality } from './kext.ts'
import { compareVersions, versionNumber } from './version.ts'

/** One thing that is wrong with an Info.plist, as the kext library sees it. */
export interface BundleProblem {
  /** An error keeps the kext, or this personality, from being loaded; a note is about a convention. */
  readonly severity: 'error' | 'warning' | 'note'
  readonly sentence: string
}

const bootLevels = ['Root', 'Local-Root', 'Network-Root', 'Console', 'Safe Boot', 'DriverKit']
/** Identifiers and versions lie in arrays of 64 characters with a NUL (`kmod_info_t`). */
const nameLimitBytes = 63

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
  const problems = [...bundleProblems(info), ...personalityProblems(info)]
  const of = (severity: BundleProblem['severity']) =>
    problems.filter(problem => problem.severity === severity).map(problem => problem.sentence)
  const bundleIdentifier = stringAt(info, 'CFBundleIdentifier') ?? ''
  return {
    path,
    bundleIdentifier,
    version: stringAt(info, 'CFBundleVersion') ?? '',
    executable: stringAt(info, 'CFBundleExecutable') ?? null,
    compatibleVersion: stringAt(info, 'OSBundleCompatibleVersion') ?? null,
    libraries: librariesOf(info),
    personalities: personalitiesOf(info, bundleIdentifier),
    problems: [...of('error'), ...of('warning')],
    notes: of('note'),
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

/** The kernel keeps scores as signed 32-bit numbers (facts: matching, section 2). */
function probeScoreOf(personality: DictionaryValue): number | null {
  const value = valueAt(personality, 'IOProbeScore')
  if (value?.kind === 'integer') return Number(BigInt.asIntN(32, value.value))
  if (value?.kind === 'real' && Number.isFinite(value.value)) return Math.trunc(value.value) | 0
  return null
}

function bundleProblems(info: DictionaryValue): readonly BundleProblem[] {
  const problems: BundleProblem[] = []
  const error = (sentence: string): void => void problems.push({ severity: 'error', sentence })
  const warn = (sentence: string): void => void problems.push({ severity: 'warning', sentence })

  const packageType = valueAt(info, 'CFBundlePackageType')
  if (packageType === undefined) error('CFBundlePackageType is missing; it must be KEXT.')
  else if (packageType.kind !== 'string' || !['KEXT', 'DEXT'].includes(packageType.text))
    error(`CFBundlePackageType is ${shown(packageType)}; it must be KEXT.`)

  for (const key of ['CFBundleIdentifier', 'CFBundleVersion']) {
    const value = valueAt(info, key)
    if (value === undefined) error(`${key} is missing; every kext needs one.`)
    else if (value.kind !== 'string') error(`${key} is ${shown(value)}; it must be a string.`)
    else if (value.text === '') error(`${key} is empty.`)
    else if (isUnexpanded(value.text))
      error(`${key} is “${value.text}”, a build variable that the build has not replaced.`)
    else if (byteLength(value.text) > nameLimitBytes)
      error(`${key} is ${byteLength(value.text)} bytes long; the kernel has room for 63.`)
    else if (key === 'CFBundleVersion' && versionNumber(value.text) === null)
      error(`CFBundleVersion “${value.text}” is not a kext version such as 1.0.2 or 1.0.2d3.`)
  }

  const executable = valueAt(info, 'CFBundleExecutable')
  if (executable !== undefined && executable.kind !== 'string')
    error(`CFBundleExecutable is ${shown(executable)}; it must be a string.`)

  const version = stringAt(info, 'CFBundleVersion')
  const compatible = valueAt(info, 'OSBundleCompatibleVersion')
  if (compatible !== undefined) {
    if (compatible.kind !== 'string')
      error(`OSBundleCompatibleVersion is ${shown(compatible)}; it must be a string.`)
    else if (isUnexpanded(compatible.text))
      error(
        `OSBundleCompatibleVersion is “${compatible.text}”, a build variable that the build has not replaced.`,
      )
    else if (versionNumber(compatible.text) === null)
      error(`OSBundleCompatibleVersion “${compatible.text}” is not a kext version.`)
    else if (
      version !== undefined &&
      versionNumber(version) !== null &&
      compareVersions(compatible.text, version) > 0
    )
      error(
        `OSBundleCompatibleVersion ${compatible.text} is higher than CFBundleVersion ${version}; it must be lower or equal.`,
      )
  }

  const bootLevel = valueAt(info, 'OSBundleRequired')
  if (
    bootLevel !== undefined &&
    !(bootLevel.kind === 'string' && bootLevels.includes(bootLevel.text))
  )
    error(
      `OSBundleRequired is ${shown(bootLevel)}; it must be Root, Local-Root, Network-Root, Console or Safe Boot.`,
    )

  problems.push(...libraryProblems(info))
  if (isTrue(valueAt(info, 'OSBundleEnableKextLogging')))
    warn('OSBundleEnableKextLogging is set: the kernel logs more for this kext.')
  return problems
}

function libraryProblems(info: DictionaryValue): readonly BundleProblem[] {
  const problems: BundleProblem[] = []
  const error = (sentence: string): void => void problems.push({ severity: 'error', sentence })
  const hasExecutable = stringAt(info, 'CFBundleExecutable') !== undefined
  const isDext = stringAt(info, 'CFBundlePackageType') === 'DEXT'
  const isKernelComponent = isTrue(valueAt(info, 'OSKernelResource'))
  const libraries = valueAt(info, 'OSBundleLibraries')

  if (libraries === undefined) {
    if (hasExecutable && !isKernelComponent && !isDext)
      error(
        'OSBundleLibraries is missing; a kext with an executable must name what it links against.',
      )
    return problems
  }
  if (libraries.kind !== 'dictionary') {
    error(`OSBundleLibraries is ${shown(libraries)}; it must be a dictionary of versions.`)
    return problems
  }
  if (libraries.entries.length === 0 && hasExecutable && !isKernelComponent && !isDext)
    error('OSBundleLibraries is empty; a kext with an executable must name what it links against.')
  if (libraries.entries.length > 0 && !hasExecutable && !isKernelComponent && !isDext)
    problems.push({
      severity: 'warning',
      sentence: 'OSBundleLibraries is declared, but the kext has no executable that could link.',
    })
  for (const [id, version] of libraries.entries) {
    if (version.kind !== 'string')
      error(`The version of library ${id} is ${shown(version)}; it must be a string.`)
    else if (isUnexpanded(version.text))
      error(
        `The version of library ${id} is “${version.text}”, a build variable that the build has not replaced.`,
      )
    else if (versionNumber(version.text) === null)
      error(`The version “${version.text}” of library ${id} is not a kext version.`)
  }
  return problems
}

function personalityProblems(info: DictionaryValue): readonly BundleProblem[] {
  const all = valueAt(info, 'IOKitPersonalities')
  if (all === undefined) return []
  if (all.kind !== 'dictionary')
    return [
      {
        severity: 'error',
        sentence: `IOKitPersonalities is ${shown(all)}; it must be a dictionary of personalities.`,
      },
    ]
  const bundleIdentifier = stringAt(info, 'CFBundleIdentifier') ?? ''
  const isDext = stringAt(info, 'CFBundlePackageType') === 'DEXT'
  return all.entries.flatMap(([name, value]) =>
    value.kind === 'dictionary'
      ? problemsOfPersonality(name, value, bundleIdentifier, isDext)
      : [
          {
            severity: 'error' as const,
            sentence: `Personality “${name}” is ${shown(value)}; it must be a dictionary.`,
          },
        ],
  )
}

function problemsOfPersonality(
  name: string,
  personality: DictionaryValue,
  bundleIdentifier: string,
  isDext: boolean,
): readonly BundleProblem[] {
  const problems: BundleProblem[] = []
  const title = `Personality “${name}”`
  const error = (rest: string): void =>
    void problems.push({ severity: 'error', sentence: `${title}${rest}` })
  const warn = (rest: string): void =>
    void problems.push({ severity: 'warning', sentence: `${title}${rest}` })
  const note = (rest: string): void =>
    void problems.push({ severity: 'note', sentence: `${title}${rest}` })

  for (const key of ['IOClass', 'IOProviderClass']) {
    const value = valueAt(personality, key)
    if (value === undefined) error(` has no ${key}.`)
    else if (value.kind !== 'string') error(`: ${key} is ${shown(value)}; it must be a string.`)
    else if (value.text === '') error(`: ${key} is empty.`)
  }
  const debug = valueAt(personality, 'IOKitDebug')
  if (debug !== undefined && !isNumber(debug))
    error(`: IOKitDebug is ${shown(debug)}; it must be a number.`)
  const score = valueAt(personality, 'IOProbeScore')
  if (score !== undefined && !isNumber(score))
    warn(`: IOProbeScore is ${shown(score)}, not a number; the kernel takes 0.`)

  const owner = valueAt(personality, 'CFBundleIdentifier')
  if (owner === undefined) warn(' has no CFBundleIdentifier; the kext’s own is inserted.')
  else if (owner.kind !== 'string')
    error(`: CFBundleIdentifier is ${shown(owner)}; it must be a string.`)
  else if (isUnexpanded(owner.text) && owner.text !== bundleIdentifier)
    error(
      `: CFBundleIdentifier is “${owner.text}”, a build variable that the build has not replaced.`,
    )
  else if (owner.text !== bundleIdentifier && bundleIdentifier !== '')
    warn(` belongs to ${owner.text}, not to the kext that holds it.`)

  const ioClass = stringAt(personality, 'IOClass')
  const category = stringAt(personality, 'IOMatchCategory')
  if (
    stringAt(personality, 'IOProviderClass') === 'IOResources' &&
    ioClass !== undefined &&
    category !== ioClass
  ) {
    if (category === undefined)
      warn(
        ` matches on IOResources without an IOMatchCategory: of all such drivers in the system only one starts. By convention the category is the class’s name, ${ioClass}.`,
      )
    else
      note(
        ` matches on IOResources with the IOMatchCategory ${category}. That works as long as no other driver uses this name; kextutil warns all the same, because by convention the category is the class’s name, ${ioClass}.`,
      )
  }
  if (isDext && stringAt(personality, 'CFBundleIdentifierKernel') === undefined)
    error(' has no CFBundleIdentifierKernel, which a driver extension needs.')
  return problems
}

function isNumber(value: PropertyValue): boolean {
  return value.kind === 'integer' || value.kind === 'real'
}

function isTrue(value: PropertyValue | undefined): boolean {
  return value?.kind === 'boolean' && value.value
}

/** `$(NAME)`, `${NAME}`: an Info.plist from a source tree. */
function isUnexpanded(text: string): boolean {
  return /\$[({]/.test(text)
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}

/** A value in a sentence: `“text”`, `the number 3`, `an array`. */
function shown(value: PropertyValue): string {
  switch (value.kind) {
    case 'string':
      return `“${value.text}”`
    case 'integer':
      return `the number ${value.value}`
    case 'real':
      return `the number ${value.value}`
    case 'boolean':
      return value.value ? 'true' : 'false'
    case 'data':
      return 'data'
    case 'date':
      return 'a date'
    case 'array':
    case 'set':
      return 'an array'
    case 'dictionary':
      return 'a dictionary'
    default:
      return 'unreadable'
  }
}
