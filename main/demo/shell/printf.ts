/**
 * printf(1): `%s %b %c %d %i %u %o %x %X %%` with flags, width and precision, and the backslash escapes.
 * The format is used again until no argument is left.
 */
export function formatted(
  format: string,
  values: readonly string[],
): { readonly bytes: Uint8Array; readonly problems: readonly string[] } {
  const problems: string[] = []
  const rest = [...values]
  let text = ''
  do {
    const before = rest.length
    text += once(format, rest, problems)
    if (rest.length === before) break
  } while (rest.length > 0)
  // One character of `text` is one byte: escapes such as \377 are bytes, not characters.
  return { bytes: Buffer.from(text, 'latin1'), problems }
}

function once(format: string, rest: string[], problems: string[]): string {
  return utf8AsBytes(format).replace(
    /%([-+ 0#]*)(\d*)(?:\.(\d+))?([sbcdiuoxX%])|(\\(?:[0-7]{1,3}|x[\da-fA-F]{1,2}|[\s\S]))/g,
    (_whole, flags: string, width: string, precision: string | undefined, kind: string, escape) => {
      if (typeof escape === 'string') return unescaped(escape)
      if (kind === '%') return '%'
      const value = utf8AsBytes(rest.shift() ?? '')
      return padded(converted(kind, value, precision, flags, problems), width, flags, kind)
    },
  )
}

function converted(
  kind: string,
  value: string,
  precision: string | undefined,
  flags: string,
  problems: string[],
): string {
  if (kind === 'c') return value.slice(0, 1)
  if (kind === 's' || kind === 'b') {
    const text =
      kind === 's'
        ? value
        : value.replace(/\\(?:0?[0-7]{1,3}|x[\da-fA-F]{1,2}|[\s\S])/g, escape => unescaped(escape))
    return precision === undefined ? text : text.slice(0, Number(precision))
  }
  const [, sign, digits] = /^\s*([-+]?)(0[xX][\da-fA-F]+|\d+)$/.exec(value) ?? []
  if (digits === undefined && value !== '') problems.push(`${value}: invalid number`)
  const isOctal = digits !== undefined && /^0[0-7]+$/.test(digits)
  let number = BigInt(digits === undefined ? 0 : isOctal ? `0o${digits.slice(1)}` : digits)
  if (sign === '-') number = -number
  if (kind === 'd' || kind === 'i') {
    return number >= 0n && flags.includes('+') ? `+${number}` : String(number)
  }
  const unsigned = BigInt.asUintN(64, number)
  if (kind === 'u') return String(unsigned)
  if (kind === 'o') return unsigned.toString(8)
  const hex = (flags.includes('#') && unsigned !== 0n ? '0x' : '') + unsigned.toString(16)
  return kind === 'X' ? hex.toUpperCase() : hex
}

function padded(text: string, width: string, flags: string, kind: string): string {
  const length = Math.min(Number(width || 0), 10_000)
  if (flags.includes('-')) return text.padEnd(length)
  if (flags.includes('0') && !'sbc'.includes(kind)) {
    const sign = /^[-+]/.exec(text)?.[0] ?? ''
    return sign + text.slice(sign.length).padStart(length - sign.length, '0')
  }
  return text.padStart(length)
}

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
}

function unescaped(escape: string): string {
  const body = escape.slice(1)
  if (/^[0-7]+$/.test(body)) return String.fromCharCode(Number.parseInt(body, 8) & 0xff)
  if (/^x[\da-fA-F]+$/.test(body)) return String.fromCharCode(Number.parseInt(body.slice(1), 16))
  return escapes[body] ?? escape
}

function utf8AsBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
