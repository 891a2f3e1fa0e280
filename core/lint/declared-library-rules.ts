import { versionNumber } from '../kext/version.ts'
import type { DictionaryValue } from '../registry/property-value.ts'
import { stringAt, valueAt } from '../registry/property-value.ts'
import { isDriverExtension } from './driver-extension.ts'
import type { PlistFinding } from './finding.ts'
import { buildVariable, isBuildVariable, type PlistOptions } from './build-variable.ts'
import { isTrue, shown } from './show-value.ts'

const key = 'OSBundleLibraries'
const example =
  'Declare at least com.apple.kpi.libkern, and com.apple.kpi.iokit for a driver, with the Darwin version they are built for.'

/** `OSBundleLibraries` as it is written (facts: kexts, sections 2 and 4). */
export function libraryFindings(
  info: DictionaryValue,
  options: PlistOptions,
): readonly PlistFinding[] {
  const hasExecutable = stringAt(info, 'CFBundleExecutable') !== undefined
  const isOther = isTrue(valueAt(info, 'OSKernelResource')) || isDriverExtension(info)
  const mustLink = hasExecutable && !isOther
  const isCodeless = !hasExecutable && !isOther
  const error = (sentence: string, advice: string): PlistFinding => ({
    severity: 'error',
    rule: 'libraries',
    keyPath: [key],
    sentence,
    advice,
  })
  const libraries = valueAt(info, key)
  if (libraries === undefined)
    return mustLink
      ? [
          error(
            'OSBundleLibraries is missing; a kext with an executable must name what it links against.',
            example,
          ),
        ]
      : []
  if (libraries.kind !== 'dictionary')
    return [
      error(
        `OSBundleLibraries is ${shown(libraries)}; it must be a dictionary of versions.`,
        'Write a dictionary from bundle identifier to version.',
      ),
    ]
  const findings: PlistFinding[] = []
  if (libraries.entries.length === 0 && mustLink)
    findings.push(
      error(
        'OSBundleLibraries is empty; a kext with an executable must name what it links against.',
        example,
      ),
    )
  if (libraries.entries.length > 0 && isCodeless)
    findings.push({
      severity: 'warning',
      rule: 'libraries-unused',
      keyPath: [key],
      sentence: 'OSBundleLibraries is declared, but the kext has no executable that could link.',
      advice: 'Take it out, or name the executable in CFBundleExecutable.',
    })
  return [...findings, ...versionFindings(libraries, options)]
}

function versionFindings(
  libraries: DictionaryValue,
  options: PlistOptions,
): readonly PlistFinding[] {
  return libraries.entries.flatMap(([id, version]): readonly PlistFinding[] => {
    const keyPath = [key, id]
    const finding = (sentence: string): readonly PlistFinding[] => [
      {
        severity: 'error',
        rule: 'library-version',
        keyPath,
        sentence,
        advice: 'Write the version of the library that the kext was built against, such as 17.0.',
      },
    ]
    if (version.kind !== 'string')
      return finding(`The version of library ${id} is ${shown(version)}; it must be a string.`)
    if (isBuildVariable(version.text, options))
      return [buildVariable(`The version of library ${id}`, version.text, keyPath, options)]
    if (versionNumber(version.text) !== null) return []
    return finding(`The version “${version.text}” of library ${id} is not a kext version.`)
  })
}
