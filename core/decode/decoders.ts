import { decodeAssignedAddresses, decodeRanges, decodeReg } from './addresses.ts'
import type { DecodeContext } from './decode-context.ts'
import type { DecodedProperty, Decoding, Sureness } from './decoding.ts'
import { decodeEdid } from './edid.ts'
import { decodeEntryId } from './entry-ids.ts'
import { decodeInteger } from './integers.ts'
import { decodeInterrupts, decodeInterruptSpecifiers } from './interrupts.ts'
import { decodeKnownKey } from './key-notes.ts'
import { decodeMacAddress } from './mac-address.ts'
import { decodeOsType } from './os-type.ts'
import { decodePciClass, decodePciId, decodePciRevision } from './pci-ids.ts'
import { decodeCellCount, decodePhandle } from './phandles.ts'
import { decodePower } from './power.ts'
import { decodeAnyTextList, decodeTextList } from './text-lists.ts'
import { decodeBase64Text, decodeUtf16 } from './texts.ts'
import { decodeTime } from './times.ts'
import { decodeUsbDescriptors } from './usb-descriptors.ts'
import { decodeUsbNumber } from './usb-numbers.ts'
import { decodeUserClientCreator } from './user-client.ts'
import { decodeUuid } from './uuid.ts'

/** Reads a value in one way, or tells that it is not of its kind. Never throws, whatever the bytes. */
export type Decoder = (property: DecodedProperty, context: DecodeContext) => Decoding | null

/** Of equal sureness the first comes first. */
const decoders: readonly Decoder[] = [
  decodePciId,
  decodePciRevision,
  decodePciClass,
  decodeAssignedAddresses,
  decodeReg,
  decodeRanges,
  decodeInterrupts,
  decodeInterruptSpecifiers,
  decodePhandle,
  decodeCellCount,
  decodeTextList,
  decodeMacAddress,
  decodeEdid,
  decodePower,
  decodeUsbNumber,
  decodeUsbDescriptors,
  decodeUserClientCreator,
  decodeTime,
  decodeEntryId,
  decodeOsType,
  decodeUuid,
  decodeKnownKey,
  decodeUtf16,
  decodeAnyTextList,
  decodeBase64Text,
]

const order: Readonly<Record<Sureness, number>> = { certain: 0, likely: 1, possible: 2 }

/**
 * All readings of a value, the surest first, and for an integer its plain forms at the end. Which of them is right is
 * told by `sureness` and `because`; none of them is shown as more than that.
 */
export function decodeProperty(
  property: DecodedProperty,
  context: DecodeContext,
): readonly Decoding[] {
  const found = decoders.flatMap(decode => decode(property, context) ?? [])
  found.sort((a, b) => order[a.sureness] - order[b.sureness])
  const integer = decodeInteger(property)
  return integer ? [...found, integer] : found
}

/** A value in a few words for its row, where its key and shape leave no doubt; else an empty text. */
export function decodedSummary(property: DecodedProperty, context: DecodeContext): string {
  const found = decodeProperty(property, context).find(
    ({ sureness, summary }) => sureness !== 'possible' && summary !== '',
  )
  return found?.summary ?? ''
}
