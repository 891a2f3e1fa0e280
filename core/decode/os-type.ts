import { hexText } from './bytes.ts'
import { bytesAt, fieldOf, type DecodedProperty, type Decoding, type Sureness } from './decoding.ts'

/** Keys whose integers are four characters: those of the audio family, and of transports. */
const keyPattern =
  /^(IOAudio\w*(Type|SubType|Usage|ID)|transport type|IOFourCC|\w*FourCC|OSType|\w*OSType)$/i

/** Four characters in one integer: an OSType, also called FourCC. */
export function decodeOsType({ key, value }: DecodedProperty): Decoding | null {
  const isKey = keyPattern.test(key)
  if (value.kind === 'integer') {
    const number = BigInt.asUintN(64, value.value)
    if (number > 0xffff_ffffn) return null
    const bytes = Uint8Array.from([24n, 16n, 8n, 0n], shift => Number((number >> shift) & 0xffn))
    return osType(bytes, isKey, false)
  }
  if (value.kind !== 'data' || value.bytes.length !== 4) return null
  return osType(value.bytes, isKey, true)
}

function osType(bytes: Uint8Array, isKey: boolean, isData: boolean): Decoding | null {
  const codes = [...bytes]
  // Of any number read so only some are text; of those that are not meant as text nearly none.
  const isText = codes.every(code => code >= 0x20 && code < 0x7f)
  const isWord =
    isText && codes.filter(code => /[A-Za-z0-9]/.test(String.fromCharCode(code))).length >= 3
  if (!isText || (!isKey && !isWord)) return null
  const text = String.fromCharCode(...codes)
  const reversed = String.fromCharCode(...codes.toReversed())
  const sureness: Sureness = isKey ? 'certain' : 'possible'
  const fields = [fieldOf('Characters', `'${text}'`, isData ? { range: bytesAt(0, 4) } : {})]
  if (isData) {
    fields.push(
      fieldOf('Backwards', `'${reversed}'`, { meaning: 'as a little-endian machine holds it' }),
    )
  } else {
    const number = codes.reduce((sum, code) => sum * 256 + code, 0)
    fields.push(fieldOf('Number', hexText(number, 8)))
  }
  return {
    decoder: 'os-type',
    title: 'Four characters (OSType)',
    sureness,
    because: isKey
      ? 'By its key.'
      : 'All four bytes are printable; nothing else tells that they are meant so.',
    summary: isKey ? `'${text}'` : '',
    fields,
    problems: [],
  }
}
