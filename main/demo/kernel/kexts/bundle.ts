import { versionNumber } from '../../../../core/kext/version.ts'
import type { DictionaryValue, PropertyValue } from '../../../../core/registry/property-value.ts'
import { stringAt, valueAt } from '../../../../core/registry/property-value.ts'
import type { FileSystem } from '../../files/file-system.ts'
import { text } from '../values.ts'
import { parseInfoPlist } from './info-plist.ts'
import { readKextExecutable, type ExecutableProblem, type KextExecutable } from './mach-o-reader.ts'

const root = { uid: 0, gid: 0 }

/** A finding: its text as the tools print it, and the values listed below it; none for a plain claim. */
export interface Diagnostic {
  readonly text: string
  readonly values: readonly string[]
}

/** A kext bundle as it lies in the guest's file system. */
export interface KextBundle {
  readonly path: string
  readonly info: DictionaryValue
  readonly bundleIdentifier: string
  readonly version: string
  readonly compatibleVersion: string | null
  /** Path of the executable; null for a codeless kext. */
  readonly executablePath: string | null
  /** null when codeless, missing or unusable (then `validation` says so). */
  readonly executable: KextExecutable | null
  readonly libraries: readonly (readonly [bundleIdentifier: string, version: string])[]
  /** As sent to the kernel: with `CFBundleIdentifier`, and `IOPersonalityPublisher` where it differs. */
  readonly personalities: readonly (readonly [name: string, DictionaryValue])[]
  readonly validation: readonly Diagnostic[]
  readonly warnings: readonly Diagnostic[]
}

/** @returns null when there is no bundle at all: no folder, or no Info.plist in it. */
export function readBundle(files: FileSystem, givenPath: string): KextBundle | null {
  const path = givenPath.replace(/\/+$/, '') || '/'
  const contents = [`${path}/Contents`, path].find(folder => files.exists(`${folder}/Info.plist`))
  if (contents === undefined || !path.endsWith('.kext')) return null
  const parsed = parseInfoPlist(files.read(`${contents}/Info.plist`, root))
  const info: DictionaryValue = parsed ?? { kind: 'dictionary', entries: [] }
  const findings = new Findings()
  if (!parsed) findings.fail("Can't parse info dictionary XML", `${contents}/Info.plist`)

  const bundleIdentifier = requiredString(info, 'CFBundleIdentifier', findings)
  const version = requiredString(info, 'CFBundleVersion', findings)
  const packageType = requiredString(info, 'CFBundlePackageType', findings)
  if (packageType !== '' && packageType !== 'KEXT') findings.illegal('CFBundlePackageType')
  if (bundleIdentifier.length >= 64) findings.illegal('CFBundleIdentifier')
  const parsedVersion = versionNumber(version)
  if (version !== '' && parsedVersion === null) findings.illegal('CFBundleVersion')

  const compatibleVersion = stringAt(info, 'OSBundleCompatibleVersion') ?? null
  const parsedCompatible = compatibleVersion === null ? null : versionNumber(compatibleVersion)
  if (compatibleVersion !== null && parsedCompatible === null) {
    findings.illegal('OSBundleCompatibleVersion')
  }
  if (parsedCompatible !== null && parsedVersion !== null && parsedCompatible > parsedVersion) {
    findings.fail('Compatible version must be lower than current version')
  }

  const executableName = stringAt(info, 'CFBundleExecutable') ?? null
  const folder = contents === path ? path : `${contents}/MacOS`
  const executablePath = executableName === null ? null : `${folder}/${executableName}`
  const executable =
    executablePath === null ? null : openExecutable(files, executablePath, findings)
  const libraries = readLibraries(info, executableName !== null, findings)
  return {
    path,
    info,
    bundleIdentifier,
    version,
    compatibleVersion,
    executablePath,
    executable,
    libraries,
    personalities: readPersonalities(info, bundleIdentifier, findings),
    validation: findings.failures(),
    warnings: findings.warnings(),
  }
}

class Findings {
  readonly #failures = new Map<string, string[]>()
  readonly #warnings = new Map<string, string[]>()

  fail(text: string, ...values: readonly string[]): void {
    this.#failures.set(text, [...(this.#failures.get(text) ?? []), ...values])
  }
  warn(text: string, ...values: readonly string[]): void {
    this.#warnings.set(text, [...(this.#warnings.get(text) ?? []), ...values])
  }
  missing(key: string): void {
    this.fail('Info dictionary missing required property/value', key)
  }
  wrongType(key: string): void {
    this.fail('Info dictionary property value is of illegal type', key)
  }
  illegal(key: string): void {
    this.fail('Info dictionary property value is illegal', key)
  }
  failures(): readonly Diagnostic[] {
    return [...this.#failures].map(([text, values]) => ({ text, values }))
  }
  warnings(): readonly Diagnostic[] {
    return [...this.#warnings].map(([text, values]) => ({ text, values }))
  }
}

function requiredString(info: DictionaryValue, key: string, findings: Findings): string {
  const value = valueAt(info, key)
  if (value?.kind === 'string' && value.text !== '') return value.text
  if (value === undefined || value.kind === 'string') findings.missing(key)
  else findings.wrongType(key)
  return ''
}

function openExecutable(
  files: FileSystem,
  path: string,
  findings: Findings,
): KextExecutable | null {
  if (!files.exists(path) || files.status(path, root).kind !== 'file') {
    findings.fail("Kext has a CFBundleExecutable property but the executable can't be found", path)
    return null
  }
  const executable = readKextExecutable(files.read(path, root))
  if (typeof executable === 'string') {
    findings.fail(problemText[executable], path)
    return null
  }
  if (!executable.hasKmodInfo) {
    findings.fail(
      "Executable file doesn't contain kernel extension code (no kmod_info symbol or bad Mach-O layout)",
      path,
    )
    return null
  }
  return executable
}

const notKextCode =
  "Executable file doesn't contain kernel extension code (no kmod_info symbol or bad Mach-O layout)"
const problemText: Readonly<Record<ExecutableProblem, string>> = {
  'not-mach-o': notKextCode,
  'not-a-kext': notKextCode,
  damaged: notKextCode,
  'no-x86_64': 'Executable does not contain code for architecture',
}

function readLibraries(
  info: DictionaryValue,
  hasExecutable: boolean,
  findings: Findings,
): readonly (readonly [string, string])[] {
  const value = valueAt(info, 'OSBundleLibraries')
  const isKernelResource = valueAt(info, 'OSKernelResource')?.kind === 'boolean'
  if (value === undefined) {
    if (hasExecutable && !isKernelResource) findings.missing('OSBundleLibraries')
    return []
  }
  if (value.kind !== 'dictionary') {
    findings.wrongType('OSBundleLibraries')
    return []
  }
  if (value.entries.length === 0 && hasExecutable) findings.missing('OSBundleLibraries')
  return value.entries.flatMap(([id, version]) => {
    if (version.kind === 'string' && versionNumber(version.text) !== null) {
      return [[id, version.text] as const]
    }
    findings.illegal(`OSBundleLibraries.${id}`)
    return []
  })
}

/** Rules of facts: kexts, section 2, "Personality validation". */
function readPersonalities(
  info: DictionaryValue,
  bundleIdentifier: string,
  findings: Findings,
): readonly (readonly [string, DictionaryValue])[] {
  const value = valueAt(info, 'IOKitPersonalities_x86_64') ?? valueAt(info, 'IOKitPersonalities')
  if (value === undefined) return []
  if (value.kind !== 'dictionary') {
    findings.wrongType('IOKitPersonalities')
    return []
  }
  return value.entries.flatMap(([name, personality]) => {
    const where = `IOKitPersonalities.${name}`
    if (personality.kind !== 'dictionary') {
      findings.wrongType(where)
      return []
    }
    for (const key of ['IOClass', 'IOProviderClass']) {
      const named = valueAt(personality, key)
      if (named === undefined || (named.kind === 'string' && named.text === '')) {
        findings.missing(`${where}.${key}`)
      } else if (named.kind !== 'string') findings.wrongType(`${where}.${key}`)
    }
    const debug = valueAt(personality, 'IOKitDebug')
    if (debug !== undefined && debug.kind !== 'integer') findings.wrongType(`${where}.IOKitDebug`)
    return [[name, complete(personality, name, bundleIdentifier, findings)] as const]
  })
}

function complete(
  personality: DictionaryValue,
  name: string,
  bundleIdentifier: string,
  findings: Findings,
): DictionaryValue {
  const entries: (readonly [string, PropertyValue])[] = [...personality.entries]
  const owner = stringAt(personality, 'CFBundleIdentifier')
  if (owner === undefined) {
    findings.warn(
      "Personality has no CFBundleIdentifier; the kext's identifier will be inserted when sending to the IOCatalogue",
      name,
    )
    entries.push(['CFBundleIdentifier', text(bundleIdentifier)])
  } else if (owner !== bundleIdentifier) {
    findings.warn(
      "Personality CFBundleIdentifier differs from containing kext's (not necessarily a mistake, but rarely done)",
      name,
    )
    entries.push(['IOPersonalityPublisher', text(bundleIdentifier)])
  }
  if (
    stringAt(personality, 'IOProviderClass') === 'IOResources' &&
    stringAt(personality, 'IOMatchCategory') !== stringAt(personality, 'IOClass')
  ) {
    findings.warn(
      'Personality matches on IOResources but IOMatchCategory is missing or not equal to its IOClass; driver may be blocked from matching or may block others',
      name,
    )
  }
  return { kind: 'dictionary', entries }
}
