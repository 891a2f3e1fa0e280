import { hexOf } from '../registry/byte-text.ts'
import { bytesAt, fieldOf, type DecodedProperty, type Decoding } from './decoding.ts'

const keyPattern = /(uuid|guid)$/i

/** Sixteen bytes of a key that ends in UUID or GUID, in both orders that are in use. */
export function decodeUuid({ key, value }: DecodedProperty): Decoding | null {
  if (value.kind !== 'data' || value.bytes.length !== 16 || !keyPattern.test(key)) return null
  const { bytes } = value
  const mixed = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map(at => bytes[at]!)
  const range = bytesAt(0, 16)
  return {
    decoder: 'uuid',
    title: 'UUID',
    sureness: 'likely',
    because: 'By its key and its sixteen bytes; EFI writes the first three groups backwards.',
    summary: '',
    fields: [
      fieldOf('As it stands', grouped(bytes), { meaning: 'RFC 9562', range }),
      fieldOf('As EFI has it', grouped(Uint8Array.from(mixed)), { meaning: 'mixed order', range }),
    ],
    problems: [],
  }
}

function grouped(bytes: Uint8Array): string {
  const digits = hexOf(bytes, '').toUpperCase()
  const cuts = [0, 8, 12, 16, 20, 32]
  return cuts
    .slice(1)
    .map((end, i) => digits.slice(cuts[i], end))
    .join('-')
}
