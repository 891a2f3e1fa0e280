import { encodeBase64 } from '../registry/base64.ts'
import { hexOf } from '../registry/byte-text.ts'

const perLine = 12

/** Bytes as an array of C, twelve to a line. @param name a C identifier is made of it */
export function bytesAsC(bytes: Uint8Array, name: string): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += perLine) {
    const line = Array.from(bytes.subarray(at, at + perLine), byte => {
      return `0x${byte.toString(16).padStart(2, '0')}`
    })
    lines.push(`    ${line.join(', ')},`)
  }
  const identifier = name.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^(?=\d|$)/, '_')
  return `static const unsigned char ${identifier}[${bytes.length}] = {\n${lines.join('\n')}\n};\n`
}

export function bytesAsBase64(bytes: Uint8Array): string {
  return new TextDecoder().decode(encodeBase64(bytes))
}

/** Digits without blanks, as `ioreg` prints them. */
export function bytesAsHex(bytes: Uint8Array): string {
  return hexOf(bytes, '')
}
