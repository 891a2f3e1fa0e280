import { decodeBase64 } from './base64.ts'
import type { PropertyValue } from './property-value.ts'
import {
  addTo,
  closeContainer,
  openContainer,
  stringValue,
  textOf,
  unreadable,
  valueDepthLimit,
  type OpenContainer,
} from './value-parts.ts'
import { ascii, indexOfText, startsWith, unescaped } from './xml-characters.ts'

/**
 * One element of a property list:
 *
 *   value = <string>…</string> | <integer>…</integer> | <real>…</real> | <true/> | <false/>
 *         | <data>base64</data> | <date>…</date> | <array> value* </array>
 *         | <dict> (<key>…</key> value)* </dict>            any of them may be empty: <string/>
 *
 * Anything else, and anything left over, makes the whole `unreadable`.
 */
export function readXmlValue(bytes: Uint8Array, start: number, end: number): PropertyValue {
  if (start === end) return { kind: 'missing' }
  return new XmlValueReader(bytes, end).read(start) ?? unreadable(bytes.subarray(start, end))
}

interface Element {
  readonly name: string
  readonly isEmpty: boolean
  readonly isClosing: boolean
  readonly end: number
}

class XmlValueReader {
  private readonly bytes: Uint8Array
  private readonly end: number
  private readonly open: OpenContainer[] = []
  private done: PropertyValue | null = null

  constructor(bytes: Uint8Array, end: number) {
    this.bytes = bytes
    this.end = end
  }

  read(start: number): PropertyValue | null {
    let at = this.skipBlanks(start)
    while (at >= 0 && at < this.end) {
      if (this.done) return null
      const element = this.elementAt(at)
      if (!element) return null
      at = element.isClosing ? this.close(element) : this.enter(element)
      if (at >= 0) at = this.skipBlanks(at)
    }
    return at < 0 || this.open.length > 0 ? null : this.done
  }

  /** Returns where to go on, or -1 when the value cannot be read. */
  private enter(element: Element): number {
    const { name, isEmpty, end } = element
    if (name === 'array' || name === 'dict') {
      if (this.open.length >= valueDepthLimit) return -1
      const container = openContainer(name === 'dict' ? 'dictionary' : 'array')
      if (!isEmpty) {
        this.open.push(container)
        return end
      }
      return this.put(closeContainer(container)) ? end : -1
    }
    const close = isEmpty ? end : indexOfText(this.bytes, `</${name}`, end, this.end)
    if (close < 0) return -1
    const content = isEmpty ? new Uint8Array(0) : unescaped(this.bytes, end, close)
    const next = isEmpty ? end : (this.elementAt(close)?.end ?? -1)
    if (name === 'key') {
      const container = this.open.at(-1)
      if (container?.kind !== 'dictionary' || container.key !== null) return -1
      container.key = textOf(content)
      return next
    }
    const value = scalar(name, content)
    return value && this.put(value) ? next : -1
  }

  private close({ name, end }: Element): number {
    const container = this.open.pop()
    if (!container || container.key !== null) return -1
    if (name !== (container.kind === 'dictionary' ? 'dict' : 'array')) return -1
    return this.put(closeContainer(container)) ? end : -1
  }

  private put(value: PropertyValue): boolean {
    const container = this.open.at(-1)
    if (container) return addTo(container, value)
    this.done = value
    return true
  }

  private elementAt(at: number): Element | null {
    const { bytes } = this
    if (bytes[at] !== 60) return null
    const isClosing = bytes[at + 1] === 47
    const nameStart = isClosing ? at + 2 : at + 1
    let nameEnd = nameStart
    while (nameEnd < this.end && nameEnd - nameStart < 16 && isLetter(bytes[nameEnd]!)) nameEnd++
    let close = nameEnd
    while (close < this.end && bytes[close] !== 62) close++
    if (close >= this.end || nameEnd === nameStart) return null
    const isEmpty = !isClosing && bytes[close - 1] === 47
    return { name: ascii(bytes, nameStart, nameEnd), isEmpty, isClosing, end: close + 1 }
  }

  /** Past white space and comments. */
  private skipBlanks(from: number): number {
    let at = from
    for (;;) {
      while (at < this.end && this.bytes[at]! <= 32) at++
      if (!startsWith(this.bytes, at, this.end, '<!--')) return at
      const end = indexOfText(this.bytes, '-->', at + 4, this.end)
      if (end < 0) return this.end
      at = end + 3
    }
  }
}

function isLetter(byte: number): boolean {
  return byte >= 97 && byte <= 122
}

function scalar(name: string, content: Uint8Array): PropertyValue | null {
  switch (name) {
    case 'string':
      return stringValue(content)
    case 'true':
    case 'false':
      return { kind: 'boolean', value: name === 'true' }
    case 'integer': {
      const value = xmlInteger(textOf(content))
      return value === null ? null : { kind: 'integer', value }
    }
    case 'real': {
      const value = xmlReal(textOf(content))
      return value === null ? null : { kind: 'real', value }
    }
    case 'data': {
      const data = decodeBase64(content)
      return data && { kind: 'data', bytes: data }
    }
    case 'date':
      return { kind: 'date', iso: textOf(content).trim() }
    default:
      return null
  }
}

/** Decimal, or hexadecimal as CoreFoundation reads it; null when it is neither. */
function xmlInteger(text: string): bigint | null {
  const parts = /^\s*([+-]?)(\d{1,64}|0x[0-9a-f]{1,16})\s*$/i.exec(text)
  if (!parts) return null
  const magnitude = BigInt(parts[2]!)
  return parts[1] === '-' ? -magnitude : magnitude
}

function xmlReal(text: string): number | null {
  const word = text.trim().toLowerCase()
  if (word === 'nan') return NaN
  const infinite = /^([+-]?)inf(inity)?$/.exec(word)
  if (infinite) return infinite[1] === '-' ? -Infinity : Infinity
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(word) ? Number(word) : null
}
