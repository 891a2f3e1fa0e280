/** Bytes as two hexadecimal digits each. */
export function hexOf(bytes: Uint8Array, separator = ' '): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join(separator)
}

/** Bytes as a hex dump shows them beside their digits: printable ASCII, and a dot for any other. */
export function asciiOrDots(bytes: Uint8Array): string {
  return Array.from(bytes, byte =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
  ).join('')
}
