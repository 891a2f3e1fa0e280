import { BinaryPlist } from '../../core/plist/binary-plist.ts'
import { depthLimit } from '../../core/plist/malformed.ts'
import type { PropertyValue } from '../../core/registry/property-value.ts'
import { decodeBinaryObject } from '../../core/registry/read-binary-value.ts'

/** The whole of a binary property list; throws FailureError dump-malformed with the place. */
export function readBinaryPlist(bytes: Uint8Array, source: string): PropertyValue {
  const plist = new BinaryPlist(bytes, source)
  return decodeBinaryObject(plist, plist.placeOf(plist.top), depthLimit)
}
