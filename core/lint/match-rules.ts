import { baseKeyNames } from '../matching/base-keys.ts'
import type { DictionaryValue, PropertyValue } from '../registry/property-value.ts'
import { stringAt, valueAt } from '../registry/property-value.ts'
import type { PlistFinding, Severity } from './finding.ts'
import {
  baseKeys,
  keyFamilies,
  keyFamilyOf,
  type KeyFamily,
  type ValueShape,
} from './known-keys.ts'
import { isDistinctive, misspeltPersonalityKeys } from './misspelt-keys.ts'
import { pciFindings } from './pci-value.ts'
import type { RuleName } from './rules.ts'
import { listed, shown } from './show-value.ts'
import { usbFindings } from './usb-combination.ts'

/** What a rule about the match keys of one table adds. */
export type AddFinding = (
  severity: Severity,
  rule: RuleName,
  key: string,
  sentence: string,
  advice: string,
) => void

/** A table of a hostile file may hold itself as often as its depth allows; no driver nests two. */
const deepestParentMatch = 16

/**
 * What matching will make of a personality (facts: matching, sections 2 to 6), as far as it can be told without a
 * registry. A provider of a family that the facts do not describe has base keys only.
 *
 * @param title what it is called in sentences: `Personality “Foo”`
 * @param keyPath where it stands
 */
export function matchFindings(
  title: string,
  personality: DictionaryValue,
  keyPath: readonly string[],
): readonly PlistFinding[] {
  const tables: (readonly PlistFinding[])[] = []
  let table: DictionaryValue | null = personality
  let at = keyPath
  let name = title
  // An ancestor has to match the table at IOParentMatch by the same rules, which may have one of its own.
  for (let depth = 0; table !== null && depth < deepestParentMatch; depth++) {
    tables.push(tableFindings(name, table, at, depth > 0))
    const parent: PropertyValue | undefined = valueAt(table, 'IOParentMatch')
    table = parent?.kind === 'dictionary' ? parent : null
    at = [...at, 'IOParentMatch']
    name = `${title}, in IOParentMatch,`
  }
  return tables.flat()
}

function tableFindings(
  title: string,
  table: DictionaryValue,
  keyPath: readonly string[],
  isParentMatch: boolean,
): readonly PlistFinding[] {
  const findings: PlistFinding[] = []
  const add: AddFinding = (severity, rule, key, sentence, advice) =>
    void findings.push({
      severity,
      rule,
      keyPath: [...keyPath, key],
      sentence: `${title} ${sentence}`,
      advice,
    })
  const providerClass = stringAt(table, 'IOProviderClass')
  const family = keyFamilyOf(providerClass)

  // An ancestor is asked for its class as it is; only drivers are looked up.
  if (!isParentMatch && ['IORegistryEntry', 'OSObject'].includes(providerClass ?? ''))
    add(
      'warning',
      'provider-never-matches',
      'IOProviderClass',
      `has the IOProviderClass ${providerClass!}: drivers are looked up by classes up to IOService, so it never matches.`,
      'Name IOService, or better the class of the services that are meant.',
    )
  for (const [key, shape] of new Map([...baseKeys, ...(family?.keys ?? [])])) {
    // The kext library checks this one itself.
    if (key === 'IOProviderClass' && !isParentMatch) continue
    const value = valueAt(table, key)
    if (value === undefined || hasShape(value, shape)) continue
    add(
      'warning',
      'match-key-type',
      key,
      `has ${shown(value)} at ${key}, where matching compares ${shapeNames[shape]}.`,
      `Write ${shapeNames[shape]}.`,
    )
  }
  const category = valueAt(table, 'IOMatchCategory')
  if (category !== undefined && category.kind !== 'string' && !isParentMatch)
    add(
      'warning',
      'match-key-type',
      'IOMatchCategory',
      `has ${shown(category)} at IOMatchCategory, which has to be a string: the kernel takes the default category.`,
      'Write a string.',
    )
  if (family !== null) familyFindings(table, family, isParentMatch, add)
  return [
    ...findings,
    ...(family === null ? [] : foreignKeys(title, table, family, keyPath)),
    ...misspeltPersonalityKeys(title, table, providerClass, keyPath),
  ]
}

function familyFindings(
  table: DictionaryValue,
  family: KeyFamily,
  isParentMatch: boolean,
  add: AddFinding,
): void {
  // The family is left out where the base keys leave it nothing to look at: never in a personality, which has more.
  if (isParentMatch && table.entries.every(([key]) => baseKeyNames.includes(key))) return
  const has = (key: string): boolean => valueAt(table, key) !== undefined
  const score = valueAt(table, 'IOProbeScore')
  const clampedAbove = (limit: bigint, to: number): void => {
    if (isParentMatch || score?.kind !== 'integer' || score.value < limit) return
    add(
      'note',
      'score-clamped',
      'IOProbeScore',
      `has an IOProbeScore of ${score.value}; the ${family.name} family lets ${to} through at most.`,
      `Set it to ${to} or less: what is above has no effect.`,
    )
  }
  switch (family.name) {
    case 'PCI':
      return pciFindings(table, family, add)
    case 'USB device':
    case 'USB interface':
      clampedAbove(10_000n, 9000)
      return usbFindings(table, family.name, add)
    case 'SCSI': {
      clampedAbove(5000n, 4000)
      const category = stringAt(table, 'IOMatchCategory')
      if (has('Peripheral Device Type') || isParentMatch) return
      if (category !== undefined && category !== 'SCSITaskUserClientDevice') return
      return add(
        'warning',
        'scsi-type-missing',
        'Peripheral Device Type',
        'has no Peripheral Device Type and no IOMatchCategory of its own, so it never matches.',
        'Add Peripheral Device Type, which comes first in what SCSI devices compare.',
      )
    }
    case 'HID': {
      const withVendor = ['ProductID', 'ProductIDArray', 'ProductIDMask', 'ModelNumber'].filter(has)
      if (withVendor.length > 0 && !has('VendorID'))
        add(
          'note',
          'hid-lone-key',
          withVendor[0]!,
          `has ${listed(withVendor)} without VendorID: the HID table gives points for a product only together with its vendor.`,
          'Add VendorID.',
        )
      if (has('LocationID') && !has('Transport'))
        add(
          'note',
          'hid-lone-key',
          'LocationID',
          'has LocationID without Transport: the HID table gives points for it only together with Transport.',
          'Add Transport.',
        )
      return
    }
  }
}

/**
 * `IOResourceMatch` is waited for on any nub before start (facts: matching, section 3.1). `HIDDefaultBehavior` is a
 * property that drivers of USB devices get from their personality, for the event drivers above them: Apple's do.
 */
const inPlaceEverywhere: ReadonlySet<string> = new Set(['IOResourceMatch', 'HIDDefaultBehavior'])

/** Keys that another family's providers look at, and these do not. */
function foreignKeys(
  title: string,
  table: DictionaryValue,
  family: KeyFamily,
  keyPath: readonly string[],
): readonly PlistFinding[] {
  const found = new Map<string, string>()
  for (const [key] of table.entries) {
    if (baseKeys.has(key) || family.keys.has(key)) continue
    const others = keyFamilies.filter(({ keys }) => keys.has(key))
    if (others.length > 0 && !inPlaceEverywhere.has(key))
      found.set(key, others.map(({ name }) => name).join(' and '))
  }
  return [...found].map(([key, others]) => ({
    // Plain words such as VendorID are also names of properties that a driver is given by its personality.
    severity: isDistinctive(key) ? 'warning' : 'note',
    rule: 'match-key-of-another-family',
    keyPath: [...keyPath, key],
    sentence: `${title} has ${key}, which ${others} services compare and ${family.name} services do not: it is no condition here, and the personality matches more than it says.`,
    advice: `Use the keys of the ${family.name} family, or compare a property by IOPropertyMatch.`,
  }))
}

const shapeNames: Readonly<Record<ValueShape, string>> = {
  any: 'any value',
  string: 'a string',
  number: 'a number',
  dictionary: 'a dictionary',
  array: 'an array',
  strings: 'a string or an array of strings',
  dictionaries: 'a dictionary or an array of dictionaries',
  'string-or-dictionary': 'a string or a dictionary',
  'number-or-star': 'a number, or the string “*”',
}

function hasShape(value: PropertyValue, shape: ValueShape): boolean {
  const isList = (kind: PropertyValue['kind']): boolean =>
    value.kind === kind ||
    ((value.kind === 'array' || value.kind === 'set') &&
      value.items.every(item => item.kind === kind))
  switch (shape) {
    case 'any':
      return true
    case 'string':
    case 'dictionary':
      return value.kind === shape
    case 'number':
      return value.kind === 'integer' || value.kind === 'real'
    case 'array':
      return value.kind === 'array'
    case 'strings':
      return isList('string')
    case 'dictionaries':
      return isList('dictionary')
    case 'string-or-dictionary':
      return value.kind === 'string' || value.kind === 'dictionary'
    case 'number-or-star':
      return (
        value.kind === 'integer' ||
        value.kind === 'real' ||
        (value.kind === 'string' && value.text === '*')
      )
  }
}
