import { asciiOrDots, hexOf } from '../../../core/registry/byte-text.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { printableInLine } from '../../app/printable.ts'

export interface ValueStyle {
  /** All bytes of data, as a hex dump where they are many; else their beginning and their number. */
  readonly isWhole: boolean
}

/** A container as long as this, or shorter, stands in one line. */
const lineLength = 72
const fewBytes = 16

/**
 * A value under its key, in lines: one, or more for a container and for a hex dump. Nested lines are indented
 * by two blanks.
 */
export function* valueLines(
  key: string,
  value: PropertyValue,
  style: ValueStyle,
): Generator<string> {
  // What is still to be written, the next on top. A stack of its own: nesting is the dump's choice.
  interface Open {
    readonly depth: number
    readonly head: string
    /** Null for a closing bracket. */
    readonly value: PropertyValue | null
  }
  const open: Open[] = [{ depth: 0, head: `${printableInLine(key)} = `, value }]
  for (let next = open.pop(); next; next = open.pop()) {
    const { depth, head } = next
    const indent = '  '.repeat(depth)
    if (next.value === null) {
      yield `${indent}${head}`
      continue
    }
    const inLine = compact(next.value, lineLength)
    if (inLine !== null) {
      yield `${indent}${head}${inLine}`
      continue
    }
    switch (next.value.kind) {
      case 'array':
      case 'set':
      case 'dictionary': {
        const [opener, closer] = brackets[next.value.kind]
        yield `${indent}${head}${opener}`
        open.push({ depth, head: closer, value: null })
        if (next.value.kind === 'dictionary') {
          for (const [name, item] of next.value.entries.toReversed()) {
            open.push({ depth: depth + 1, head: `${printableInLine(name)} = `, value: item })
          }
        } else {
          for (const item of next.value.items.toReversed()) {
            open.push({ depth: depth + 1, head: '', value: item })
          }
        }
        break
      }
      case 'data':
        yield* dataLines(indent, head, next.value.bytes, style)
        break
      default:
        yield `${indent}${head}${scalarText(next.value)}`
    }
  }
}

const brackets = { array: ['(', ')'], set: ['[', ']'], dictionary: ['{', '}'] } as const

/** The value in one line that is no longer than `room`, or null. */
function compact(value: PropertyValue, room: number): string | null {
  if (room < 0) return null
  switch (value.kind) {
    case 'array':
    case 'set':
    case 'dictionary': {
      const [opener, closer] = brackets[value.kind]
      const parts: string[] = []
      const items = value.kind === 'dictionary' ? value.entries.length : value.items.length
      if (items * 3 > room) return null
      // Each level takes four characters of the room, so there cannot be many of them.
      let left = room - 4
      const pairs =
        value.kind === 'dictionary'
          ? value.entries
          : value.items.map((item): readonly [null, PropertyValue] => [null, item])
      for (const [name, item] of pairs) {
        const head = name === null ? '' : `${printableInLine(name)} = `
        const text = compact(item, left - head.length)
        if (text === null) return null
        left -= head.length + text.length + 2
        parts.push(head + text)
      }
      return parts.length === 0 ? `${opener}${closer}` : `${opener} ${parts.join(', ')} ${closer}`
    }
    case 'data': {
      if (value.bytes.length > room) return null
      const text = shortData(value.bytes, value.isLossy === true)
      return text === null || text.length > room ? null : text
    }
    default: {
      const length = value.kind === 'string' ? value.text.length : 0
      const text = length > room ? null : scalarText(value)
      return text === null || text.length > room ? null : text
    }
  }
}

type Scalar = Exclude<PropertyValue, { kind: 'array' | 'set' | 'dictionary' | 'data' }>

function scalarText(value: Scalar): string {
  switch (value.kind) {
    case 'string':
      return `"${printableInLine(value.text)}"`
    case 'integer': {
      const hex = BigInt.asUintN(64, value.value).toString(16)
      return value.value >= 0n && value.value < 10n ? `${value.value}` : `${value.value} (0x${hex})`
    }
    case 'real':
      return String(value.value)
    case 'boolean':
      return value.value ? 'Yes' : 'No'
    case 'date':
      return printableInLine(value.iso)
    case 'missing':
      return '(no value in the dump)'
    case 'unreadable':
      return `(unreadable) ${printableInLine(value.raw)}`
  }
}

/** Data that says all in one line: its texts, or few bytes; else null. */
function shortData(bytes: Uint8Array, isLossy: boolean): string | null {
  if (bytes.length === 0) return '<>'
  const runs = textRunsOf(bytes)
  // Text in data is given back whole by its runs where one NUL ends each; a dump that printed it as text lost
  // how many there were.
  if (runs.length > 0 && (isLossy || runs.join('\0').length + 1 >= bytes.length)) {
    return `<${runs.map(run => `"${printableInLine(run)}"`).join(', ')}>`
  }
  return bytes.length > fewBytes ? null : `<${hexOf(bytes)}>`
}

function* dataLines(
  indent: string,
  head: string,
  bytes: Uint8Array,
  style: ValueStyle,
): Generator<string> {
  const runs = textRunsOf(bytes)
  const text = runs.length > 0 ? ` ${runs.map(run => `"${printableInLine(run)}"`).join(', ')}` : ''
  const size = `${bytes.length.toLocaleString('en-US')} bytes`
  if (!style.isWhole) {
    const start = text === '' ? ` <${hexOf(bytes.subarray(0, fewBytes))} …>` : text
    yield `${indent}${head}data of ${size}${start}`
    return
  }
  yield `${indent}${head}data of ${size}${text}`
  for (let at = 0; at < bytes.length; at += 16) {
    const line = bytes.subarray(at, at + 16)
    yield `${indent}  ${at.toString(16).padStart(6, '0')}  ${hexOf(line).padEnd(47)}  ${asciiOrDots(line)}`
  }
}

/**
 * The texts of data that is text: runs of printable ASCII, each ended by NULs or by the end, as device trees
 * hold them (facts: ioreg, section 5). None for other data, and for a single byte.
 */
function textRunsOf(bytes: Uint8Array): string[] {
  if (bytes.length < 2) return []
  const runs: string[] = []
  let run = ''
  for (const byte of bytes) {
    if (byte >= 0x20 && byte < 0x7f) run += String.fromCharCode(byte)
    else if (byte === 0) {
      // A NUL at the beginning is the first byte of a number.
      if (run === '' && runs.length === 0) return []
      if (run !== '') runs.push(run)
      run = ''
    } else return []
  }
  if (run !== '') runs.push(run)
  return runs
}
