import { FailureError } from '../../../../core/failure.ts'
import type { DictionaryValue, PropertyValue } from '../../../../core/registry/property-value.ts'
import { readPlist } from '../../../plist/read-plist.ts'

/** @returns the dictionary of an Info.plist, XML or binary, or null when it is not one. */
export function parseInfoPlist(bytes: Uint8Array): DictionaryValue | null {
  let value: PropertyValue
  try {
    value = asKernelValue(readPlist(bytes))
  } catch (error) {
    // The kext tools say no more than that they cannot parse it.
    if (error instanceof FailureError) return null
    throw error
  }
  return value.kind === 'dictionary' ? value : null
}

/** The kernel's OSNumber has 64 bits without a sign: -1 is 0xffffffffffffffff from here on. */
function asKernelValue(value: PropertyValue): PropertyValue {
  switch (value.kind) {
    case 'integer':
      return { kind: 'integer', value: BigInt.asUintN(64, value.value) }
    case 'array':
    case 'set':
      return { kind: value.kind, items: value.items.map(asKernelValue) }
    case 'dictionary':
      return {
        kind: 'dictionary',
        entries: value.entries.map(([key, item]) => [key, asKernelValue(item)] as const),
      }
    default:
      return value
  }
}
