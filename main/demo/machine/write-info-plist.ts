import { build, type PlistValue } from 'plist'
import type { DictionaryValue, PropertyValue } from '../../../core/registry/property-value.ts'
import { toDictionary, type Plain } from '../kernel/values.ts'
import { byCodeUnit } from '../kernel/cf-xml.ts'

/** The file of an Info.plist, or of another property list on the guest's disk, as Xcode writes it. */
export function infoPlistFile(content: { readonly [key: string]: Plain }): Uint8Array {
  const document = build(asPlist(toDictionary(content)), { indent: '\t' })
  // CoreFoundation does not indent what is directly below <plist>.
  return new TextEncoder().encode(`${document.replace(/^\t(?=\t*<)/gm, '')}\n`)
}

/** A value as the package wants it. Dictionaries are sorted, as CoreFoundation writes them. */
function asPlist(value: PropertyValue): PlistValue {
  switch (value.kind) {
    case 'string':
      return value.text
    case 'boolean':
    case 'real':
      return value.value
    case 'integer':
      return asNumber(BigInt.asIntN(64, value.value))
    case 'data':
      return value.bytes
    case 'array':
      return value.items.map(asPlist)
    case 'dictionary':
      return Object.fromEntries(
        sortedEntries(value).map(([key, item]) => [key, asPlist(item)] as const),
      )
    default:
      throw new Error(`no Info.plist of the demo machine holds a ${value.kind}`)
  }
}

function sortedEntries(dictionary: DictionaryValue) {
  return dictionary.entries.toSorted(([a], [b]) => byCodeUnit(a, b))
}

/** The package writes numbers as doubles: one that would come out changed is a mistake in our tables. */
function asNumber(value: bigint): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new Error(`${value} does not fit a double exactly`)
  return number
}
