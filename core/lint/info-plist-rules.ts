import { compareVersions, versionNumber } from '../kext/version.ts'
import type { DictionaryValue } from '../registry/property-value.ts'
import { stringAt, valueAt } from '../registry/property-value.ts'
import { buildVariable, isBuildVariable, type PlistOptions } from './build-variable.ts'
import { libraryFindings } from './declared-library-rules.ts'
import { isDriverExtension } from './driver-extension.ts'
import type { PlistFinding, Severity } from './finding.ts'
import { personalityFindings } from './personality-rules.ts'
import type { RuleName } from './rules.ts'
import { isTrue, shown } from './show-value.ts'

const bootLevels = ['Root', 'Local-Root', 'Network-Root', 'Console', 'Safe Boot']
/** Identifiers and versions lie in arrays of 64 characters with a NUL (`kmod_info_t`). */
const nameLimitBytes = 63

/**
 * What the kext library finds wrong with an Info.plist (facts: kexts, sections 2 to 4): the bundle itself, what it
 * links against, its personalities. Nothing here looks at anything but the property list.
 *
 * @param info as one architecture sees it (`forArchitecture`)
 */
export function infoPlistFindings(
  info: DictionaryValue,
  options: PlistOptions,
): readonly PlistFinding[] {
  return [
    ...bundleFindings(info, options),
    ...libraryFindings(info, options),
    ...loggingFindings(info),
    ...personalityFindings(info, options),
  ]
}

function bundleFindings(info: DictionaryValue, options: PlistOptions): readonly PlistFinding[] {
  const findings: PlistFinding[] = []
  const add = (rule: RuleName, key: string, sentence: string, advice: string): void =>
    void findings.push({ severity: 'error', rule, keyPath: [key], sentence, advice })

  const packageType = valueAt(info, 'CFBundlePackageType')
  const typeAdvice = 'Set CFBundlePackageType to KEXT.'
  if (packageType === undefined)
    add(
      'package-type',
      'CFBundlePackageType',
      'CFBundlePackageType is missing; it must be KEXT.',
      typeAdvice,
    )
  else if (packageType.kind === 'string' && isBuildVariable(packageType.text, options))
    findings.push(
      buildVariable('CFBundlePackageType', packageType.text, ['CFBundlePackageType'], options),
    )
  else if (packageType.kind !== 'string' || !['KEXT', 'DEXT'].includes(packageType.text))
    add(
      'package-type',
      'CFBundlePackageType',
      `CFBundlePackageType is ${shown(packageType)}; it must be KEXT.`,
      typeAdvice,
    )

  for (const key of ['CFBundleIdentifier', 'CFBundleVersion'] as const) {
    const rule = key === 'CFBundleIdentifier' ? 'bundle-identifier' : 'bundle-version'
    const example = key === 'CFBundleIdentifier' ? 'com.example.driver.MyKext' : '1.0.0'
    const advice = `Set ${key} to a string such as ${example}.`
    const value = valueAt(info, key)
    if (value === undefined) add(rule, key, `${key} is missing; every kext needs one.`, advice)
    else if (value.kind !== 'string')
      add(rule, key, `${key} is ${shown(value)}; it must be a string.`, advice)
    else if (value.text === '') add(rule, key, `${key} is empty.`, advice)
    else if (isBuildVariable(value.text, options))
      findings.push(buildVariable(key, value.text, [key], options))
    else if (byteLength(value.text) > nameLimitBytes)
      add(
        rule,
        key,
        `${key} is ${byteLength(value.text)} bytes long; the kernel has room for 63.`,
        `Shorten ${key}.`,
      )
    else if (key === 'CFBundleVersion' && versionNumber(value.text) === null)
      add(
        rule,
        key,
        `CFBundleVersion “${value.text}” is not a kext version such as 1.0.2 or 1.0.2d3.`,
        'Write up to three numbers of one to four digits, then at most d, a, b or fc with a number up to 255.',
      )
  }

  const executable = valueAt(info, 'CFBundleExecutable')
  const nameAdvice =
    'Name the file in Contents/MacOS, or leave the key out when the kext has no code.'
  if (executable !== undefined && executable.kind !== 'string')
    add(
      'executable-name',
      'CFBundleExecutable',
      `CFBundleExecutable is ${shown(executable)}; it must be a string.`,
      nameAdvice,
    )
  else if (executable?.text === '')
    add('executable-name', 'CFBundleExecutable', 'CFBundleExecutable is empty.', nameAdvice)
  findings.push(...compatibleVersionFindings(info, options))

  const bootLevel = valueAt(info, 'OSBundleRequired')
  const isOfKext = bootLevel?.kind === 'string' && bootLevels.includes(bootLevel.text)
  const isOfDext =
    bootLevel?.kind === 'string' && bootLevel.text === 'DriverKit' && isDriverExtension(info)
  if (bootLevel !== undefined && !isOfKext && !isOfDext)
    add(
      'boot-level',
      'OSBundleRequired',
      `OSBundleRequired is ${shown(bootLevel)}; it must be Root, Local-Root, Network-Root, Console or Safe Boot.`,
      'Take one of these words letter by letter, or leave the key out.',
    )
  return findings
}

function compatibleVersionFindings(
  info: DictionaryValue,
  options: PlistOptions,
): readonly PlistFinding[] {
  const keyPath = ['OSBundleCompatibleVersion']
  const finding = (sentence: string, advice: string): readonly PlistFinding[] => [
    { severity: 'error', rule: 'compatible-version', keyPath, sentence, advice },
  ]
  const aVersion = 'Write a version such as 1.0.0: the oldest that this one can stand in for.'
  const version = stringAt(info, 'CFBundleVersion')
  const compatible = valueAt(info, 'OSBundleCompatibleVersion')
  if (compatible === undefined) return []
  if (compatible.kind !== 'string')
    return finding(
      `OSBundleCompatibleVersion is ${shown(compatible)}; it must be a string.`,
      aVersion,
    )
  if (isBuildVariable(compatible.text, options))
    return [buildVariable('OSBundleCompatibleVersion', compatible.text, keyPath, options)]
  if (versionNumber(compatible.text) === null)
    return finding(
      `OSBundleCompatibleVersion “${compatible.text}” is not a kext version.`,
      aVersion,
    )
  if (
    version === undefined ||
    versionNumber(version) === null ||
    compareVersions(compatible.text, version) <= 0
  )
    return []
  return finding(
    `OSBundleCompatibleVersion ${compatible.text} is higher than CFBundleVersion ${version}; it must be lower or equal.`,
    `Lower it to ${version} at most.`,
  )
}

function loggingFindings(info: DictionaryValue): readonly PlistFinding[] {
  if (!isTrue(valueAt(info, 'OSBundleEnableKextLogging'))) return []
  const severity: Severity = 'warning'
  return [
    {
      severity,
      rule: 'kext-logging',
      keyPath: ['OSBundleEnableKextLogging'],
      sentence: 'OSBundleEnableKextLogging is set: the kernel logs more for this kext.',
      advice: 'Take it out of what others are to use.',
    },
  ]
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}
