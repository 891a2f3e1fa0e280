import { encodeMacRoman } from '../registry/mac-roman.ts'
import type { PropertyValue } from '../registry/property-value.ts'
import type { ByteSink } from './byte-sink.ts'
import type { Losses } from './losses.ts'
import type { ValueRules } from './text-era.ts'

/**
 * Writes a value as `ioreg` prints it (facts: ioreg, section 5). Readers nest values at most `valueDepthLimit` deep,
 * so recursion is bounded.
 */
export function writeTextValue(
  sink: ByteSink,
  value: PropertyValue,
  rules: ValueRules,
  losses: Losses,
): void {
  switch (value.kind) {
    case 'string':
      writeString(sink, value, rules, losses)
      break
    case 'integer':
      sink.addText(numberText(value.value, rules))
      break
    case 'real':
      losses.note('%n numbers lost their fractions: the tool cuts them.')
      sink.addText(numberText(wholeOf(value.value), rules))
      break
    case 'boolean':
      sink.addText(value.value ? 'Yes' : 'No')
      break
    case 'data':
      writeData(sink, value.bytes, value.isLossy === true, rules, losses)
      break
    case 'date':
      losses.note('%n dates have no text form; the tool prints <unknown object>.')
      sink.addText('<unknown object>')
      break
    case 'array':
      writeItems(sink, '(', value.items, ')', rules, losses)
      break
    case 'set':
      writeItems(sink, '[', value.items, ']', rules, losses)
      break
    case 'dictionary':
      sink.addText('{')
      value.entries.forEach(([key, item], i) => {
        sink.addText(i === 0 ? '"' : ',"')
        sink.add(new TextEncoder().encode(key))
        sink.addText('"=')
        writeTextValue(sink, item, rules, losses)
      })
      sink.addText('}')
      break
    case 'missing':
      break
    case 'unreadable':
      losses.note(unreadableLoss)
      sink.add(new TextEncoder().encode(value.raw))
  }
}

export const unreadableLoss = '%n values are of no known form; their text was copied.'

function writeItems(
  sink: ByteSink,
  opener: string,
  items: readonly PropertyValue[],
  closer: string,
  rules: ValueRules,
  losses: Losses,
): void {
  sink.addText(opener)
  items.forEach((item, i) => {
    if (i > 0) sink.addText(',')
    writeTextValue(sink, item, rules, losses)
  })
  sink.addText(closer)
}

function numberText(value: bigint, rules: ValueRules): string {
  if (rules.isHex) return `0x${BigInt.asUintN(64, value).toString(16)}`
  return String(rules.isSigned ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value))
}

function wholeOf(value: number): bigint {
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n
}

function writeString(
  sink: ByteSink,
  value: Extract<PropertyValue, { kind: 'string' }>,
  rules: ValueRules,
  losses: Losses,
): void {
  const bytes = stringBytes(value, rules)
  if (!bytes) {
    losses.note(
      '%n strings have characters that the tool cannot print; it prints nothing for them.',
    )
    return
  }
  sink.addText('"')
  sink.add(bytes)
  sink.addText('"')
}

/** Null where the tool prints nothing. */
function stringBytes(
  value: Extract<PropertyValue, { kind: 'string' }>,
  rules: ValueRules,
): Uint8Array | null {
  const { text } = value
  if (rules.encoding === 'mac-roman') {
    const bytes = encodeMacRoman(text)
    // What is neither UTF-8 nor MacRoman goes as it came.
    return bytes ?? (text.includes('\ufffd') ? (value.bytes ?? null) : null)
  }
  const bytes = new TextEncoder().encode(text)
  // It gives the conversion a buffer of one byte for each UTF-16 unit, and one more.
  return bytes.length > text.length + 1 ? null : bytes
}

function writeData(
  sink: ByteSink,
  bytes: Uint8Array,
  isFromText: boolean,
  rules: ValueRules,
  losses: Losses,
): void {
  const runs = rules.isHex ? null : textRuns(bytes, rules.toleratesPadding)
  if (!runs) {
    if (isFromText) {
      losses.note('%n data values were text in the source; how many zeros ended them is a guess.')
    }
    sink.addText('<')
    addHex(sink, bytes)
    sink.addText('>')
    return
  }
  const shown = runs.reduce((sum, run) => sum + run.length + 1, 0)
  if (shown !== bytes.length || runs.some(run => run.includes(34))) {
    losses.note('%n data values print as text, which does not tell all their zeros and quotes.')
  }
  runs.forEach((run, i) => {
    sink.addText(i === 0 ? '<"' : '","')
    sink.add(run)
  })
  sink.addText('">')
}

function addHex(sink: ByteSink, bytes: Uint8Array): void {
  const digits = new Uint8Array(2)
  for (const byte of bytes) {
    digits[0] = digitOf(byte >> 4)
    digits[1] = digitOf(byte & 15)
    sink.add(digits)
  }
}

function digitOf(value: number): number {
  return value < 10 ? 48 + value : 87 + value
}

/**
 * The runs between zeros of data that prints as text, or null: as hexadecimal. Text is ASCII, or has at most one byte from
 * 128 on for each four of ASCII, and no two zeros follow each other.
 */
function textRuns(bytes: Uint8Array, toleratesPadding: boolean): Uint8Array[] | null {
  if (bytes.length <= 1) return null
  let end = bytes.length
  if (toleratesPadding) while (end > 0 && bytes[end - 1] === 0) end--
  const runs: Uint8Array[] = []
  let normal = 0
  let symbol = 0
  for (let at = 0; at < end; at++) {
    const start = at
    for (; at < end && bytes[at] !== 0; at++) {
      const byte = bytes[at]!
      if (byte >= 32 && byte <= 126) normal++
      else if (byte >= 128 && byte <= 254) symbol++
      else return null
    }
    if (at === start) return null
    runs.push(bytes.subarray(start, at))
  }
  return normal > 0 && normal >> 2 >= symbol ? runs : null
}
