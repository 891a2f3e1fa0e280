import { lossyNote } from './bytes.ts'
import {
  bytesAt,
  fieldOf,
  mostFields,
  plural,
  type DecodedField,
  type DecodedProperty,
  type Decoding,
} from './decoding.ts'

/** Properties of the device tree that are one or several strings, each ended by a NUL. */
const textKeys: ReadonlySet<string> = new Set([
  'compatible',
  'name',
  'device_type',
  'model',
  'status',
  'slot-names',
  'AAPL,slot-name',
  'acpi-path',
  'board-id',
  'manufacturer',
  'product-name',
  'target-type',
  'bootargs',
  'boot-args',
  'boot-uuid',
  'release-date',
])

const meanings: Readonly<Record<string, string>> = {
  compatible: 'Names that drivers match by, the most exact first.',
  name: 'What drivers match by IONameMatch before the other names.',
  device_type: 'The kind of device; drivers match by it too.',
  model: 'The maker’s name for it.',
}

/** Data of a key that means text, as strings with a NUL between. */
export function decodeTextList({ key, way, value }: DecodedProperty): Decoding | null {
  if (way.length > 0 || !textKeys.has(key)) return null
  if (value.kind !== 'data' || value.bytes.length === 0) return null
  return textList('device-tree-text', 'Device-tree text', value.bytes, {
    sureness: 'certain',
    because: `By its key. ${meanings[key] ?? 'It is text, ended by a NUL.'}`,
    isLossy: value.isLossy === true,
  })
}

/** Any data that is nothing but printable strings with NULs between and at the end. */
export function decodeAnyTextList({ key, value }: DecodedProperty): Decoding | null {
  if (textKeys.has(key) || value.kind !== 'data') return null
  const { bytes } = value
  // Three characters at least, for small numbers often have one or two printable bytes.
  if (bytes.length < 4 || bytes.subarray(0, 3).includes(0) || bytes.at(-1) !== 0) return null
  if (!bytes.every(byte => byte === 0 || isPrintable(byte))) return null
  return textList('c-strings', 'Text', bytes, {
    sureness: 'likely',
    because: 'All of it is printable ASCII with NULs at the ends.',
    isLossy: value.isLossy === true,
  })
}

function textList(
  decoder: string,
  title: string,
  bytes: Uint8Array,
  more: Pick<Decoding, 'sureness' | 'because'> & { readonly isLossy: boolean },
): Decoding {
  const fields: DecodedField[] = []
  const problems: string[] = []
  let count = 0
  for (let at = 0; at < bytes.length;) {
    const nul = bytes.indexOf(0, at)
    const end = nul === -1 ? bytes.length : nul
    // NULs at the end fill up, and say nothing.
    if (end > at) {
      if (fields.length < mostFields) {
        const text = latinText(bytes.subarray(at, Math.min(end, at + longestText)))
        fields.push(fieldOf(String(count), `"${text}"`, { range: bytesAt(at, end - at) }))
      }
      count++
    }
    at = end + 1
  }
  // Text dumps drop the last one.
  if (bytes.at(-1) !== 0 && !more.isLossy)
    problems.push('No NUL ends it, though text of the device tree has one.')
  if (count > mostFields)
    problems.push(`The first ${mostFields} of ${plural(count, 'string')} are shown.`)
  if (bytes.some(byte => byte !== 0 && !isPrintable(byte))) {
    problems.push('Some bytes are no printable ASCII; they are shown as Latin-1.')
  }
  const { sureness } = more
  const because = more.isLossy ? `${more.because} ${lossyNote}` : more.because
  // The row of the property shows the strings as they are.
  return { decoder, title, sureness, because, summary: '', fields, problems }
}

const longestText = 1000

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f
}

function latinText(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}
