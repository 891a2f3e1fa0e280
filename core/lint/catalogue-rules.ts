import type { InstalledKext } from '../kext/kext.ts'
import type { PropertyValue } from '../registry/property-value.ts'
import type { PlistFinding } from './finding.ts'
import { listed, quoted } from './show-value.ts'

/** What the personalities of one bundle are to each other, once they are in the catalogue. */
export function catalogueFindings(kext: InstalledKext): readonly PlistFinding[] {
  return [...sharedCategories(kext), ...repeated(kext)]
}

/** `IOResources` is one object, and one driver starts in each category (facts: matching, section 6.1). */
function sharedCategories({ personalities }: InstalledKext): readonly PlistFinding[] {
  const groups = new Map<string, { readonly names: string[]; readonly classes: Set<string> }>()
  for (const { name, ioClass, providerClass, matchCategory } of personalities) {
    if (providerClass !== 'IOResources' || matchCategory === null || ioClass === null) continue
    const group = groups.get(matchCategory) ?? { names: [], classes: new Set() }
    group.names.push(name)
    group.classes.add(ioClass)
    groups.set(matchCategory, group)
  }
  return [...groups].flatMap(([category, { names, classes }]): readonly PlistFinding[] =>
    classes.size < 2
      ? []
      : [
          {
            severity: 'warning',
            rule: 'resources-shared-category',
            keyPath: ['IOKitPersonalities', names[1]!, 'IOMatchCategory'],
            sentence: `The personalities ${listed(names)} match on IOResources in the same category ${category}: only one of their drivers starts.`,
            advice: 'Give each an IOMatchCategory of its own, by convention the name of its class.',
          },
        ],
  )
}

/** Equal dictionaries are one in the catalogue (facts: matching, section 1). */
function repeated({ personalities }: InstalledKext): readonly PlistFinding[] {
  const first = new Map<string, string>()
  return personalities.flatMap(({ name, properties }): readonly PlistFinding[] => {
    const form = canonical(properties)
    const other = first.get(form)
    if (other === undefined) {
      first.set(form, name)
      return []
    }
    return [
      {
        severity: 'note',
        rule: 'personality-twice',
        keyPath: ['IOKitPersonalities', name],
        sentence: `Personality ${quoted(name)} is the same as ${quoted(other)}; the kernel keeps one of them.`,
        advice: 'Take one out, or change what it was meant to differ in.',
      },
    ]
  })
}

/** The same text for what the kernel finds equal: dictionaries and sets have no order. */
function canonical(value: PropertyValue): string {
  // Property lists are read with a limit on their depth, so this recursion has one too.
  switch (value.kind) {
    case 'dictionary':
      return `{${value.entries
        .map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`)
        .sort()
        .join(',')}}`
    case 'array':
      return `[${value.items.map(canonical).join(',')}]`
    case 'set':
      return `(${value.items.map(canonical).sort().join(',')})`
    case 'string':
      return JSON.stringify(value.text)
    case 'data':
      return `<${value.bytes.join(' ')}>`
    case 'integer':
      return `i${BigInt.asUintN(64, value.value)}`
    case 'real':
      return `r${value.value}`
    case 'boolean':
      return value.value ? 'true' : 'false'
    case 'date':
      return `d${value.iso}`
    case 'missing':
      return 'missing'
    case 'unreadable':
      return `?${JSON.stringify(value.raw)}`
  }
}
