import { assertNever } from '../../../core/failure.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { toMacRoman } from './mac-roman.ts'

export interface TextStyle {
  /** `-x`: numbers and data in hexadecimal, data never as text. */
  readonly isHex: boolean
}

const encoder = new TextEncoder()

/**
 * A property's value as `ioreg` prints it (facts: ioreg, section 5). Bytes, since data that looks like text
 * is printed raw, and strings go out in MacRoman on this release.
 */
export function textValue(value: PropertyValue, style: TextStyle): Uint8Array {
  const out = new ByteList()
  putValue(out, value, style)
  return out.bytes()
}

class ByteList {
  readonly #parts: Uint8Array[] = []

  put(part: string | Uint8Array): void {
    this.#parts.push(typeof part === 'string' ? encoder.encode(part) : part)
  }

  bytes(): Uint8Array {
    if (this.#parts.length === 1) return this.#parts[0]!
    return Buffer.concat(this.#parts)
  }
}

function putValue(out: ByteList, value: PropertyValue, style: TextStyle): void {
  switch (value.kind) {
    case 'string': {
      // A string that does not fit MacRoman prints nothing at all.
      const bytes = value.bytes ?? toMacRoman(value.text)
      if (bytes === null) return
      out.put('"')
      out.put(bytes)
      out.put('"')
      return
    }
    case 'integer': {
      const number = BigInt.asUintN(64, value.value)
      out.put(style.isHex ? `0x${number.toString(16)}` : number.toString())
      return
    }
    case 'real':
      out.put(Math.trunc(value.value).toString())
      return
    case 'boolean':
      out.put(value.value ? 'Yes' : 'No')
      return
    case 'data':
      putData(out, value.bytes, style)
      return
    case 'array':
      putItems(out, '(', ')', value.items, style)
      return
    case 'set':
      putItems(out, '[', ']', value.items, style)
      return
    case 'dictionary':
      out.put('{')
      value.entries.forEach(([key, item], i) => {
        out.put(`${i > 0 ? ',' : ''}"${key}"=`)
        putValue(out, item, style)
      })
      out.put('}')
      return
    case 'date':
    case 'missing':
    case 'unreadable':
      out.put('<unknown object>')
      return
    default:
      assertNever(value)
  }
}

function putItems(
  out: ByteList,
  open: string,
  close: string,
  items: readonly PropertyValue[],
  style: TextStyle,
): void {
  out.put(open)
  items.forEach((item, i) => {
    if (i > 0) out.put(',')
    putValue(out, item, style)
  })
  out.put(close)
}

function putData(out: ByteList, bytes: Uint8Array, style: TextStyle): void {
  out.put('<')
  const runs = style.isHex ? null : textRuns(bytes)
  if (runs === null) out.put(Buffer.from(bytes).toString('hex'))
  else {
    runs.forEach((run, i) => {
      out.put(i > 0 ? ',"' : '"')
      out.put(run)
      out.put('"')
    })
  }
  out.put('>')
}

/**
 * The rule that shows data as text: NUL-separated runs of printable bytes up to the end; enough of them
 * plain ASCII; not a single byte (facts: ioreg, section 5, "Data-as-text rule").
 * @returns the runs, or null when the data prints as hexadecimal.
 */
export function textRuns(bytes: Uint8Array): readonly Uint8Array[] | null {
  if (bytes.length <= 1) return null
  const runs: Uint8Array[] = []
  let normal = 0
  let symbols = 0
  let at = 0
  while (at < bytes.length) {
    const start = at
    while (at < bytes.length && bytes[at] !== 0) {
      const byte = bytes[at]!
      if (byte >= 0x20 && byte <= 0x7e) normal += 1
      else if (byte >= 128 && byte <= 254) symbols += 1
      else return null
      at += 1
    }
    // A NUL where a run should start: two in a row, or the first byte.
    if (at === start) return null
    runs.push(bytes.subarray(start, at))
    at += 1
  }
  return normal > 0 && normal >> 2 >= symbols ? runs : null
}
