import { hexText, wordAt } from './bytes.ts'
import { bytesAt, fieldOf, type DecodedField } from './decoding.ts'

/** Modes of the bits in bytes 35 to 37, the highest bit first. */
const established = [
  ['720 × 400 at 70 Hz', '720 × 400 at 88 Hz', '640 × 480 at 60 Hz', '640 × 480 at 67 Hz'],
  ['640 × 480 at 72 Hz', '640 × 480 at 75 Hz', '800 × 600 at 56 Hz', '800 × 600 at 60 Hz'],
  [
    '800 × 600 at 72 Hz',
    '800 × 600 at 75 Hz',
    '832 × 624 at 75 Hz',
    '1024 × 768 at 87 Hz, interlaced',
  ],
  ['1024 × 768 at 60 Hz', '1024 × 768 at 70 Hz', '1024 × 768 at 75 Hz', '1280 × 1024 at 75 Hz'],
  ['1152 × 870 at 75 Hz'],
].flat()

/** The modes whose bits are set, each with the byte that has it. */
export function establishedTimings(bytes: Uint8Array): readonly DecodedField[] {
  return established.flatMap((mode, bit) => {
    const at = 35 + (bit >> 3)
    const isSet = (bytes[at]! & (0x80 >>> (bit & 7))) !== 0
    return isSet ? [fieldOf('Mode', mode, { range: bytesAt(at, 1) })] : []
  })
}

/** Two bytes: width, aspect ratio and rate; null where they are unused. */
export function standardTiming(
  bytes: Uint8Array,
  at: number,
  revision: number,
): DecodedField | null {
  const first = bytes[at]!
  const second = bytes[at + 1]!
  if ((first === 1 && second === 1) || first === 0) return null
  const width = 8 * (first + 31)
  // Before 1.3 the first ratio was square.
  const ratios = [revision < 3 ? 1 : 16 / 10, 4 / 3, 5 / 4, 16 / 9]
  const height = Math.round(width / ratios[second >>> 6]!)
  return fieldOf('Mode', `${width} × ${height} at ${60 + (second & 0x3f)} Hz`, {
    range: bytesAt(at, 2),
  })
}

const textTags: Readonly<Record<number, string>> = {
  0xff: 'Serial number',
  0xfe: 'Text',
  0xfc: 'Name',
}

/** One of the places of 18 bytes, which hold a timing or a text. @param label where it has no better one */
export function descriptorField(label: string, bytes: Uint8Array, at: number): DecodedField {
  const range = bytesAt(at, 18)
  if (wordAt(bytes, at, 2, 'little') !== 0) return detailedTiming(bytes, at)
  const tag = bytes[at + 3]!
  const text = textTags[tag]
  if (text !== undefined)
    return fieldOf(text, displayText(bytes.subarray(at + 5, at + 18)), { range })
  if (tag === 0xfd) {
    const [minV, maxV, minH, maxH, clock] = bytes.subarray(at + 5, at + 10)
    return fieldOf('Range limits', `${minV}–${maxV} Hz`, {
      meaning: `${minH}–${maxH} kHz lines, ${10 * clock!} MHz at most`,
      range,
    })
  }
  if (tag === 0x10) return fieldOf(label, 'unused', { range })
  return fieldOf(label, `tag ${hexText(tag, 2)}`, { meaning: 'kind not known', range })
}

/** Text ends at a line feed and is filled with blanks. */
function displayText(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) {
    if (byte === 0x0a || byte === 0) break
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'
  }
  return text.trimEnd()
}

function detailedTiming(bytes: Uint8Array, at: number): DecodedField {
  const byte = (offset: number) => bytes[at + offset]!
  const clock = wordAt(bytes, at, 2, 'little') * 10_000
  const width = byte(2) | ((byte(4) & 0xf0) << 4)
  const blankX = byte(3) | ((byte(4) & 0x0f) << 8)
  const height = byte(5) | ((byte(7) & 0xf0) << 4)
  const blankY = byte(6) | ((byte(7) & 0x0f) << 8)
  const frontX = byte(8) | ((byte(11) & 0xc0) << 2)
  const syncX = byte(9) | ((byte(11) & 0x30) << 4)
  const frontY = (byte(10) >>> 4) | ((byte(11) & 0x0c) << 2)
  const syncY = (byte(10) & 0xf) | ((byte(11) & 0x03) << 4)
  const millimetres = [byte(12) | ((byte(14) & 0xf0) << 4), byte(13) | ((byte(14) & 0x0f) << 8)]
  const isInterlaced = (byte(17) & 0x80) !== 0
  const total = (width + blankX) * (height + blankY)
  const rate = total === 0 ? '?' : (clock / total).toFixed(2)
  return fieldOf('Detailed timing', `${width} × ${height} at ${rate} Hz`, {
    meaning: isInterlaced ? 'interlaced' : null,
    range: bytesAt(at, 18),
    children: [
      fieldOf('Pixel clock', `${(clock / 1e6).toFixed(2)} MHz`, { range: bytesAt(at, 2) }),
      fieldOf('Across', `${width} shown, ${blankX} blank`, {
        meaning: `front porch ${frontX}, sync ${syncX}`,
        range: bytesAt(at + 2, 3),
      }),
      fieldOf('Down', `${height} shown, ${blankY} blank`, {
        meaning: `front porch ${frontY}, sync ${syncY}`,
        range: bytesAt(at + 5, 3),
      }),
      fieldOf('Size', `${millimetres[0]} × ${millimetres[1]} mm`, { range: bytesAt(at + 12, 3) }),
      fieldOf('Flags', hexText(byte(17), 2), { range: bytesAt(at + 17, 1) }),
    ],
  })
}
