import type { PropertyValue } from '../../../../core/registry/property-value.ts'

/**
 * XML property lists, as Info.plists are written:
 *
 *   plist  = prolog '<plist …>' value '</plist>'
 *   value  = dict | array | string | integer | real | true | false | data | date
 *   dict   = '<dict>' ( '<key>' text '</key>' value )* '</dict>'
 *
 * The `plist` package reads numbers as doubles and tells the console of a broken file; kextd only says that
 * it cannot parse. Entities are the five of XML and character references: a document that defines its own
 * is refused.
 */
export function parseXmlPlist(xml: string): PropertyValue {
  const reader = new Reader(xml)
  reader.open('plist')
  const value = reader.value(0)
  reader.close('plist')
  return value
}

const maxDepth = 200
const tag = /<(\/?)([a-z]+)(?:\s[^<>]*?)?(\/?)>/y
const blanks = /(?:\s+|<!--[^]*?-->|<\?[^]*?\?>|<!DOCTYPE[^[>]*>)*/y

interface Tag {
  readonly name: string
  readonly isClosing: boolean
  readonly isEmpty: boolean
}

class Reader {
  readonly #xml: string
  #at = 0

  constructor(xml: string) {
    this.#xml = xml.replace(/^\ufeff/, '')
  }

  open(name: string): void {
    const next = this.#tag()
    if (next.name !== name || next.isClosing || next.isEmpty) this.#fail(`<${name}>`)
  }

  close(name: string): void {
    const next = this.#tag()
    if (next.name !== name || !next.isClosing) this.#fail(`</${name}>`)
  }

  value(depth: number, opened: Tag = this.#tag()): PropertyValue {
    const { name, isClosing, isEmpty } = opened
    if (isClosing || depth > maxDepth) this.#fail('a value')
    const content = (): string => (isEmpty ? '' : this.#text(name))
    switch (name) {
      case 'dict':
        return { kind: 'dictionary', entries: isEmpty ? [] : this.#entries(depth) }
      case 'array':
        return { kind: 'array', items: isEmpty ? [] : this.#items(depth) }
      case 'string':
        return { kind: 'string', text: content() }
      case 'integer':
        return { kind: 'integer', value: this.#integer(content().trim()) }
      case 'real':
        return { kind: 'real', value: Number(content().trim()) }
      case 'true':
      case 'false':
        if (!isEmpty) this.close(name)
        return { kind: 'boolean', value: name === 'true' }
      case 'data':
        return { kind: 'data', bytes: Uint8Array.from(Buffer.from(content(), 'base64')) }
      case 'date':
        return { kind: 'date', iso: content().trim() }
      default:
        return this.#fail('a value')
    }
  }

  #entries(depth: number): readonly (readonly [string, PropertyValue])[] {
    // The last of two equal keys counts.
    const entries = new Map<string, PropertyValue>()
    for (;;) {
      const next = this.#tag()
      if (next.isClosing && next.name === 'dict') return [...entries]
      if (next.name !== 'key' || next.isClosing) this.#fail('<key>')
      const key = next.isEmpty ? '' : this.#text('key')
      entries.set(key, this.value(depth + 1))
    }
  }

  #items(depth: number): readonly PropertyValue[] {
    const items: PropertyValue[] = []
    for (;;) {
      const next = this.#tag()
      if (next.isClosing && next.name === 'array') return items
      items.push(this.value(depth + 1, next))
    }
  }

  #integer(text: string): bigint {
    const match = /^([+-]?)(0x[0-9a-f]+|\d+)$/i.exec(text)
    if (!match) this.#fail('an integer')
    const value = BigInt(match[2]!)
    return BigInt.asUintN(64, match[1] === '-' ? -value : value)
  }

  #tag(): Tag {
    blanks.lastIndex = this.#at
    this.#at += blanks.exec(this.#xml)?.[0].length ?? 0
    tag.lastIndex = this.#at
    const match = tag.exec(this.#xml)
    if (!match) this.#fail('a tag')
    this.#at = tag.lastIndex
    return { name: match[2]!, isClosing: match[1] === '/', isEmpty: match[3] === '/' }
  }

  /** Text up to the closing tag of the element, which is read too. */
  #text(name: string): string {
    const closing = `</${name}>`
    const end = this.#xml.indexOf(closing, this.#at)
    if (end < 0) this.#fail(closing)
    const raw = this.#xml.slice(this.#at, end)
    this.#at = end + closing.length
    return raw
      .split(/(<!\[CDATA\[[^]*?\]\]>)/)
      .map((part, i) => (i % 2 === 1 ? part.slice(9, -3) : this.#unescape(part)))
      .join('')
  }

  #unescape(text: string): string {
    if (text.includes('<')) this.#fail('text')
    return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]+);/gi, (whole, name: string) => {
      const known = entities[name]
      if (known !== undefined) return known
      const code = name.startsWith('#x')
        ? Number.parseInt(name.slice(2), 16)
        : Number(name.slice(1))
      if (!name.startsWith('#') || code > 0x10_ffff) this.#fail(`a known entity, not ${whole}`)
      return String.fromCodePoint(code)
    })
  }

  #fail(expected: string): never {
    throw new SyntaxError(`expected ${expected} at character ${this.#at}`)
  }
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}
