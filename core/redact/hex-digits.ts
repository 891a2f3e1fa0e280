/** By byte: what a hexadecimal digit of either case stands for, 0 for any other byte. */
export const hexDigitValue = new Uint8Array(256)
/** By byte: 1 for a hexadecimal digit of either case. */
export const isHexDigit = new Uint8Array(256)
for (let value = 0; value < 16; value++) {
  for (const digits of ['0123456789abcdef', '0123456789ABCDEF']) {
    hexDigitValue[digits.charCodeAt(value)] = value
    isHexDigit[digits.charCodeAt(value)] = 1
  }
}
