import type { DictionaryValue } from '../registry/property-value.ts'
import { stringAt, valueAt } from '../registry/property-value.ts'
import { isDriverExtension } from './driver-extension.ts'
import type { PlistFinding, Severity } from './finding.ts'
import { buildVariable, isBuildVariable, type PlistOptions } from './build-variable.ts'
import type { RuleName } from './rules.ts'
import { isNumber, quoted, shown } from './show-value.ts'

/** The personalities, as the kext library validates them (facts: kexts, section 2). */
export function personalityFindings(
  info: DictionaryValue,
  options: PlistOptions,
): readonly PlistFinding[] {
  const all = valueAt(info, 'IOKitPersonalities')
  if (all === undefined) return []
  const wrong = (sentence: string, keyPath: readonly string[]): PlistFinding => ({
    severity: 'error',
    rule: 'personalities',
    keyPath,
    sentence,
    advice: 'Write a dictionary from a name to the dictionary of that personality.',
  })
  if (all.kind !== 'dictionary')
    return [
      wrong(`IOKitPersonalities is ${shown(all)}; it must be a dictionary of personalities.`, [
        'IOKitPersonalities',
      ]),
    ]
  const bundle = {
    identifier: stringAt(info, 'CFBundleIdentifier') ?? '',
    isDext: isDriverExtension(info),
  }
  return all.entries.flatMap(([name, value]) =>
    value.kind === 'dictionary'
      ? findingsOf(name, value, bundle, options)
      : [
          wrong(`Personality ${quoted(name)} is ${shown(value)}; it must be a dictionary.`, [
            'IOKitPersonalities',
            name,
          ]),
        ],
  )
}

function findingsOf(
  name: string,
  personality: DictionaryValue,
  bundle: { readonly identifier: string; readonly isDext: boolean },
  options: PlistOptions,
): readonly PlistFinding[] {
  const findings: PlistFinding[] = []
  const title = `Personality ${quoted(name)}`
  const keyPath = (key: string): readonly string[] => ['IOKitPersonalities', name, key]
  const add = (
    severity: Severity,
    rule: RuleName,
    key: string,
    rest: string,
    advice: string,
  ): void =>
    void findings.push({
      severity,
      rule,
      keyPath: keyPath(key),
      sentence: `${title}${rest}`,
      advice,
    })

  for (const key of ['IOClass', 'IOProviderClass'] as const) {
    const rule = key === 'IOClass' ? 'personality-class' : 'personality-provider'
    const advice =
      key === 'IOClass'
        ? 'Name the class of the driver, as OSDefineMetaClassAndStructors has it.'
        : 'Name the class of the services to match on: IOPCIDevice, IOUSBHostDevice, or IOResources, which is always there.'
    const value = valueAt(personality, key)
    if (value === undefined) add('error', rule, key, ` has no ${key}.`, advice)
    else if (value.kind !== 'string')
      add('error', rule, key, `: ${key} is ${shown(value)}; it must be a string.`, advice)
    else if (value.text === '') add('error', rule, key, `: ${key} is empty.`, advice)
  }
  const debug = valueAt(personality, 'IOKitDebug')
  if (debug !== undefined && !isNumber(debug))
    add(
      'error',
      'personality-debug',
      'IOKitDebug',
      `: IOKitDebug is ${shown(debug)}; it must be a number.`,
      'Write an integer, or leave the key out.',
    )
  else if (debug?.kind === 'integer' && debug.value !== 0n)
    add(
      'note',
      'debug-left-on',
      'IOKitDebug',
      ` has IOKitDebug ${debug.value}: the kernel logs what happens to it, and kextutil remarks on it.`,
      'Take it out of what others are to use.',
    )
  const score = valueAt(personality, 'IOProbeScore')
  if (score !== undefined && !isNumber(score))
    add(
      'warning',
      'personality-score',
      'IOProbeScore',
      `: IOProbeScore is ${shown(score)}, not a number; the kernel takes 0.`,
      'Write an integer.',
    )
  findings.push(
    ...ownerFindings(title, keyPath('CFBundleIdentifier'), personality, bundle, options),
  )
  findings.push(...resourcesFindings(title, keyPath('IOMatchCategory'), personality))
  if (bundle.isDext && stringAt(personality, 'CFBundleIdentifierKernel') === undefined)
    add(
      'error',
      'dext-kernel-identifier',
      'CFBundleIdentifierKernel',
      ' has no CFBundleIdentifierKernel, which a driver extension needs.',
      'Name the kext that has the kernel class, usually com.apple.kernel or a family.',
    )
  return findings
}

function ownerFindings(
  title: string,
  keyPath: readonly string[],
  personality: DictionaryValue,
  bundle: { readonly identifier: string },
  options: PlistOptions,
): readonly PlistFinding[] {
  const finding = (severity: Severity, rest: string, advice: string): readonly PlistFinding[] => [
    { severity, rule: 'personality-owner', keyPath, sentence: `${title}${rest}`, advice },
  ]
  const owner = valueAt(personality, 'CFBundleIdentifier')
  if (owner === undefined)
    return finding(
      'warning',
      ' has no CFBundleIdentifier; the kext’s own is inserted.',
      'Write it out: the kext tools warn otherwise.',
    )
  if (owner.kind !== 'string')
    return finding(
      'error',
      `: CFBundleIdentifier is ${shown(owner)}; it must be a string.`,
      'Write the identifier of the kext that has the class.',
    )
  if (owner.text === bundle.identifier) return []
  if (isBuildVariable(owner.text, options))
    return [buildVariable(`${title}: CFBundleIdentifier`, owner.text, keyPath, options)]
  // Which of the two is right can't be told before the build has replaced the bundle's.
  if (bundle.identifier === '' || isBuildVariable(bundle.identifier, options)) return []
  return finding(
    'warning',
    ` belongs to ${owner.text}, not to the kext that holds it.`,
    'That is right when the class is that kext’s; else write the bundle’s own identifier.',
  )
}

/** `IOResources` is one object, and within a category one driver starts (facts: matching, section 6.1). */
function resourcesFindings(
  title: string,
  keyPath: readonly string[],
  personality: DictionaryValue,
): readonly PlistFinding[] {
  const ioClass = stringAt(personality, 'IOClass')
  const category = stringAt(personality, 'IOMatchCategory')
  if (
    stringAt(personality, 'IOProviderClass') !== 'IOResources' ||
    ioClass === undefined ||
    category === ioClass
  )
    return []
  const advice = `Set IOMatchCategory to ${ioClass}.`
  if (category === undefined)
    return [
      {
        severity: 'warning',
        rule: 'resources-category',
        keyPath,
        sentence: `${title} matches on IOResources without an IOMatchCategory: of all such drivers in the system only one starts. By convention the category is the class’s name, ${ioClass}.`,
        advice,
      },
    ]
  return [
    {
      severity: 'note',
      rule: 'resources-category',
      keyPath,
      sentence: `${title} matches on IOResources with the IOMatchCategory ${category}. That works as long as no other driver uses this name; kextutil warns all the same, because by convention the category is the class’s name, ${ioClass}.`,
      advice,
    },
  ]
}
