import { hexText } from './bytes.ts'
import type { DecodeContext } from './decode-context.ts'
import { fieldOf, type DecodedProperty, type Decoding } from './decoding.ts'

const keyPattern = /(RegistryID|RegistryEntryID|EntryID)$/
/** The root's; IDs are given upwards from it (facts: service-state, section 8). */
const firstId = 0x1_0000_0100n

/** An integer that is the registry entry ID of an entry in this capture. */
export function decodeEntryId(
  { key, value }: DecodedProperty,
  context: DecodeContext,
): Decoding | null {
  if (value.kind !== 'integer') return null
  const id = BigInt.asUintN(64, value.value)
  const isKey = keyPattern.test(key)
  if (id < firstId) return null
  const name = context.entryName(id)
  if (name === null && !isKey) return null
  return {
    decoder: 'entry-id',
    title: 'Registry entry ID',
    sureness: isKey ? 'certain' : 'possible',
    because: isKey
      ? 'By its key.'
      : 'An entry of this capture has this ID; nothing else tells that the number is meant so.',
    summary: isKey ? (name ?? hexText(id)) : '',
    fields: [
      fieldOf('Entry', name ?? 'not in this capture', {
        meaning: hexText(id),
        entryId: name === null ? null : id,
      }),
    ],
    problems: name === null ? ['No entry of this capture has this ID; it may have gone.'] : [],
  }
}
