import { decodeBase64 } from '../registry/base64.ts'
import { asciiOrDots, hexOf } from '../registry/byte-text.ts'
import {
  bytesAt,
  fieldOf,
  plural,
  type DecodedField,
  type DecodedProperty,
  type Decoding,
} from './decoding.ts'

/** Of longer data so many bytes are read as text. */
const longestText = 4096

export interface TextReading {
  readonly encoding: 'UTF-8' | 'UTF-16, little-endian' | 'UTF-16, big-endian'
  /** Null where the bytes are none. */
  readonly text: string | null
}

/** Bytes read as text in the encodings that guests use; trailing NULs are left out. */
export function textsOf(bytes: Uint8Array): readonly TextReading[] {
  const shown = bytes.subarray(0, longestText)
  return [
    { encoding: 'UTF-8', text: utf8(shown) },
    { encoding: 'UTF-16, little-endian', text: utf16(shown, true) },
    { encoding: 'UTF-16, big-endian', text: utf16(shown, false) },
  ]
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function utf8(bytes: Uint8Array): string | null {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end--
  // What was cut off in the middle of a character is no fault of the text.
  for (let cut = 0; cut < 4; cut++) {
    try {
      return strict.decode(bytes.subarray(0, end - cut))
    } catch {
      if (bytes.length < longestText) return null
    }
  }
  return null
}

/** Null where a surrogate has no partner, or a unit is half. */
function utf16(bytes: Uint8Array, isLittle: boolean): string | null {
  if (bytes.length < 2 || bytes.length % 2 !== 0) return null
  let text = ''
  for (let at = 0; at < bytes.length; at += 2) {
    const low = bytes[isLittle ? at : at + 1]!
    const high = bytes[isLittle ? at + 1 : at]!
    text += String.fromCharCode((high << 8) | low)
  }
  while (text.endsWith('\0')) text = text.slice(0, -1)
  return isWellFormed(text) ? text : null
}

function isWellFormed(text: string): boolean {
  return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text)
}

/** UTF-16 with ASCII in every other byte: no other data looks like that. */
export function decodeUtf16({ value }: DecodedProperty): Decoding | null {
  if (value.kind !== 'data') return null
  const { bytes } = value
  if (bytes.length < 6 || bytes.length % 2 !== 0 || bytes.length > longestText) return null
  for (const isLittle of [true, false]) {
    const text = utf16(bytes, isLittle)
    if (text === null || text.length < 3 || !/^[\x20-\x7e]+$/.test(text)) continue
    const encoding = isLittle ? 'UTF-16, little-endian' : 'UTF-16, big-endian'
    return {
      decoder: 'utf-16',
      title: 'UTF-16 text',
      sureness: 'likely',
      because: 'Every other byte is zero, and the rest is printable ASCII.',
      summary: '',
      fields: [
        fieldOf('Text', `"${text}"`, {
          meaning: encoding,
          range: bytesAt(0, bytes.length),
        }),
      ],
      problems: [],
    }
  }
  return null
}

const leastBase64 = 16

/** A string that could be base64, with what it would be. */
export function decodeBase64Text({ value }: DecodedProperty): Decoding | null {
  if (value.kind !== 'string') return null
  const { text } = value
  const isCandidate =
    text.length >= leastBase64 &&
    text.length <= 1_000_000 &&
    text.length % 4 === 0 &&
    /^[A-Za-z0-9+/]+={0,2}$/.test(text) &&
    // Names and hexadecimal digits are of the same letters; none of them has one of these.
    /[a-z]/.test(text) &&
    /[A-Z]/.test(text) &&
    /[+/=]/.test(text)
  const bytes = isCandidate ? decodeBase64(new TextEncoder().encode(text)) : null
  if (!bytes) return null
  const shown = bytes.subarray(0, 64)
  const fields: DecodedField[] = [
    fieldOf('Length', plural(bytes.length, 'byte')),
    fieldOf('Bytes', hexOf(shown), {
      meaning: shown.length < bytes.length ? 'the first 64' : null,
    }),
    fieldOf('ASCII', asciiOrDots(shown)),
  ]
  return {
    decoder: 'base64',
    title: 'Base64',
    sureness: 'possible',
    because:
      'It has only characters of base64 and a length that fits; nothing else tells that it is meant so.',
    summary: '',
    fields,
    problems: [],
  }
}
