import { encodeBase64 } from '../registry/base64.ts'
import type { PropertyValue } from '../registry/property-value.ts'
import type { ByteChunks } from './byte-chunks.ts'
import type { LossTally } from './write-losses.ts'
import { escapeXml } from './xml-text.ts'

/** What every XML property list begins with; `</plist>` and a line break end it. */
export const plistHead = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
`

/**
 * Values as CoreFoundation lays out a property list: a tab for each level, keys sorted (unless their order is to be
 * kept), base64 broken into lines whose tabs count eight columns of 76; more than eight tabs are not written before a line of base64
 * (`_CFAppendXML0` and `_XMLPlistAppendDataUsingBase64` in CFPropertyList.c; the real archives agree).
 *
 * What a property list cannot say is written as the nearest that it can, and counted:
 *   set          an array, as ioreg does itself from macOS 11 on (facts: ioreg, section 7)
 *   missing      an empty string
 *   unreadable   a string of the raw text
 *   broken UTF-8, characters that XML cannot hold   replaced (`escapeXml`)
 */
export const xmlLoss = {
  set: 'sets are written as arrays',
  missing: 'values that the tool printed as nothing are written as empty strings',
  unreadable: 'unreadable values are written as strings of their raw text',
  brokenText: 'strings whose bytes are no UTF-8 are written as the text they were read as',
  forbidden: 'characters that XML cannot hold are written as their pictures (␀) or U+FFFD',
  duplicateKey: 'keys that stand twice in one dictionary are kept; most readers see only the last',
  wideInteger: 'integers of more than 64 bits are written with all their digits',
} as const

interface OpenContainer {
  readonly value: Extract<PropertyValue, { kind: 'array' | 'set' | 'dictionary' }>
  /** Of a dictionary: in the order they are written. */
  readonly entries: readonly (readonly [string, PropertyValue])[]
  next: number
}

export class XmlValueWriter {
  private readonly out: ByteChunks
  private readonly losses: Pick<LossTally, 'note'>
  private readonly keepsOrder: boolean

  /** @param keepsOrder keys are written as they come, as in a file that a person wrote */
  constructor(out: ByteChunks, losses: Pick<LossTally, 'note'>, { keepsOrder = false } = {}) {
    this.out = out
    this.losses = losses
    this.keepsOrder = keepsOrder
  }

  /**
   * One element with its line break.
   * @param isUnsigned the value's integers are printed unsigned, as text dumps do; archives have them signed
   */
  write(value: PropertyValue, indent: number, isUnsigned: boolean): void {
    const open: OpenContainer[] = []
    this.enter(value, indent, isUnsigned, open)
    while (open.length > 0) {
      const container = open.at(-1)!
      const inner = indent + open.length
      const { kind } = container.value
      if (kind === 'dictionary') {
        const entry = container.entries[container.next++]
        if (entry) {
          this.line(inner, `<key>${this.escaped(entry[0])}</key>`)
          this.enter(entry[1], inner, isUnsigned, open)
          continue
        }
      } else {
        const item = container.value.items[container.next++]
        if (item) {
          this.enter(item, inner, isUnsigned, open)
          continue
        }
      }
      open.pop()
      this.line(inner - 1, kind === 'dictionary' ? '</dict>' : '</array>')
    }
  }

  line(indent: number, text: string): void {
    this.tabs(indent)
    this.out.text(text)
    this.out.byte(10)
  }

  tabs(count: number): void {
    this.out.fill(9, count)
  }

  /** The characters of a key or string, escaped; what is replaced is counted. */
  escaped(text: string, isBroken = false): string {
    const { text: escaped, isExact } = escapeXml(text)
    if (!isExact) this.losses.note(xmlLoss.forbidden)
    if (isBroken) this.losses.note(xmlLoss.brokenText)
    return escaped
  }

  private enter(
    value: PropertyValue,
    indent: number,
    isUnsigned: boolean,
    open: OpenContainer[],
  ): void {
    switch (value.kind) {
      case 'string':
        this.line(indent, `<string>${this.escaped(value.text, value.bytes !== undefined)}</string>`)
        return
      case 'integer':
        this.line(indent, `<integer>${this.integer(value.value, isUnsigned)}</integer>`)
        return
      case 'real':
        this.line(indent, `<real>${realText(value.value)}</real>`)
        return
      case 'boolean':
        this.line(indent, value.value ? '<true/>' : '<false/>')
        return
      case 'data':
        this.data(value.bytes, indent)
        return
      case 'date':
        this.line(indent, `<date>${this.escaped(value.iso)}</date>`)
        return
      case 'missing':
        this.losses.note(xmlLoss.missing)
        this.line(indent, '<string></string>')
        return
      case 'unreadable':
        this.losses.note(xmlLoss.unreadable)
        this.line(indent, `<string>${this.escaped(value.raw)}</string>`)
        return
      case 'dictionary': {
        if (value.entries.length === 0) {
          this.line(indent, '<dict/>')
          return
        }
        this.line(indent, '<dict>')
        const entries = this.keepsOrder ? value.entries : this.sorted(value.entries)
        open.push({ value, entries, next: 0 })
        return
      }
      case 'set':
        this.losses.note(xmlLoss.set)
        this.array(value, indent, open)
        return
      case 'array':
        this.array(value, indent, open)
        return
    }
  }

  private array(
    value: Extract<PropertyValue, { kind: 'array' | 'set' }>,
    indent: number,
    open: OpenContainer[],
  ): void {
    this.line(indent, value.items.length === 0 ? '<array/>' : '<array>')
    if (value.items.length > 0) open.push({ value, entries: [], next: 0 })
  }

  /** Text prints 64 bits unsigned, archives the same bits signed (facts: ioreg, sections 5 and 7). */
  private integer(value: bigint, isUnsigned: boolean): bigint {
    const isWide = value < -(1n << 63n) || value >= 1n << 64n
    if (isWide) this.losses.note(xmlLoss.wideInteger)
    return isUnsigned && !isWide ? BigInt.asIntN(64, value) : value
  }

  private data(bytes: Uint8Array, indent: number): void {
    this.line(indent, '<data>')
    const base64 = encodeBase64(bytes)
    const lineTabs = Math.min(indent, 8)
    const width = 76 - 8 * lineTabs
    for (let at = 0; at < base64.length; at += width) {
      this.tabs(lineTabs)
      this.out.range(base64, at, Math.min(at + width, base64.length))
      this.out.byte(10)
    }
    this.line(indent, '</data>')
  }

  private sorted(
    entries: readonly (readonly [string, PropertyValue])[],
  ): readonly (readonly [string, PropertyValue])[] {
    // The sort is stable: of equal keys the first stays first.
    const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    for (let i = 1; i < sorted.length; i++) {
      if (sorted[i]![0] === sorted[i - 1]![0]) this.losses.note(xmlLoss.duplicateKey)
    }
    return sorted
  }
}

/** As CoreFoundation names what has no digits; the digits themselves are the shortest that read back the same. */
function realText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? '+infinity' : '-infinity'
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  return String(value)
}
