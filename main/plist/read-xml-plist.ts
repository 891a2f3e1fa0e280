import type { PropertyValue } from '../../core/registry/property-value.ts'
import { depthLimit, malformed } from './malformed.ts'

/**
 * The XML form of a property list:
 *
 *   document = [ "<?xml …?>" ] [ "<!DOCTYPE …>" ] ( "<plist …>" value "</plist>" | value )
 *   value    = "<dict>" { "<key>" text "</key>" value } "</dict>"
 *            | "<array>" { value } "</array>"
 *            | "<string>" text "</string>" | "<integer>" … | "<real>" … | "<date>" … | "<data>" …
 *            | "<true/>" | "<false/>"
 *
 * with comments and processing instructions anywhere between. A DOCTYPE that declares entities is refused:
 * no property list needs one, and a few lines of them can stand for gigabytes.
 */
export function readXmlPlist(text: string, source: string): PropertyValue {
  return new Reader(text, source).document()
}

interface Tag {
  readonly name: string
  /** `<true/>` */
  readonly isWhole: boolean
  readonly isEnd: boolean
}

const namedEntities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

class Reader {
  readonly #text: string
  readonly #source: string
  #at = 0

  constructor(text: string, source: string) {
    this.#text = text
    this.#source = source
  }

  document(): PropertyValue {
    let tag = this.#nextTag('a <plist>')
    const isWrapped = tag.name === 'plist'
    if (isWrapped) {
      if (tag.isWhole || tag.isEnd) throw this.#wrong('a value inside <plist>')
      tag = this.#nextTag('a value')
    }
    const value = this.#value(tag, 0)
    if (isWrapped) this.#end('plist')
    this.#skipBetween()
    if (this.#at < this.#text.length) throw this.#wrong('the end of the property list')
    return value
  }

  #value(tag: Tag, depth: number): PropertyValue {
    if (tag.isEnd) throw this.#wrong('a value')
    if (depth > depthLimit) throw this.#wrong(`at most ${depthLimit} levels`)
    switch (tag.name) {
      case 'dict':
        return this.#dictionary(tag, depth)
      case 'array':
        return this.#array(tag, depth)
      case 'string':
        return { kind: 'string', text: this.#content(tag) }
      case 'integer':
        return this.#integer(tag)
      case 'real':
        return this.#real(tag)
      case 'date':
        return this.#date(tag)
      case 'data':
        return this.#data(tag)
      case 'true':
      case 'false':
        if (!tag.isWhole) this.#end(tag.name)
        return { kind: 'boolean', value: tag.name === 'true' }
      default:
        throw this.#wrong(`a value, not <${tag.name}>`)
    }
  }

  #dictionary(start: Tag, depth: number): PropertyValue {
    const entries = new Map<string, PropertyValue>()
    while (!start.isWhole) {
      const tag = this.#nextTag('</dict>')
      if (tag.isEnd && tag.name === 'dict') break
      if (tag.isEnd || tag.name !== 'key') throw this.#wrong('<key> or </dict>')
      const key = this.#content(tag)
      const value = this.#value(this.#nextTag(`the value of ${key}`), depth + 1)
      // Of a key given twice, CoreFoundation keeps the last value.
      entries.set(key, value)
    }
    return { kind: 'dictionary', entries: [...entries] }
  }

  #array(start: Tag, depth: number): PropertyValue {
    const items: PropertyValue[] = []
    while (!start.isWhole) {
      const tag = this.#nextTag('</array>')
      if (tag.isEnd && tag.name === 'array') break
      items.push(this.#value(tag, depth + 1))
    }
    return { kind: 'array', items }
  }

  /** Decimal or `0x…`, with a sign, as CoreFoundation reads it; of any size. */
  #integer(tag: Tag): PropertyValue {
    const digits = /^\s*([+-]?)\s*(0[xX][0-9a-fA-F]+|\d+)\s*$/.exec(this.#content(tag))
    if (!digits) throw this.#wrong('an integer')
    const size = BigInt(digits[2]!)
    return { kind: 'integer', value: digits[1] === '-' ? -size : size }
  }

  #real(tag: Tag): PropertyValue {
    const text = this.#content(tag).trim()
    const special: Record<string, number> = {
      nan: NaN,
      inf: Infinity,
      '+inf': Infinity,
      '-inf': -Infinity,
      infinity: Infinity,
      '+infinity': Infinity,
      '-infinity': -Infinity,
    }
    const value = special[text.toLowerCase()] ?? (text === '' ? NaN : Number(text))
    if (Number.isNaN(value) && text.toLowerCase() !== 'nan') throw this.#wrong('a number')
    return { kind: 'real', value }
  }

  #date(tag: Tag): PropertyValue {
    const iso = this.#content(tag).trim()
    if (!/^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(iso)) throw this.#wrong('a date')
    return { kind: 'date', iso }
  }

  #data(tag: Tag): PropertyValue {
    const base64 = this.#content(tag).replace(/\s+/g, '')
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) throw this.#wrong('base64')
    return { kind: 'data', bytes: new Uint8Array(Buffer.from(base64, 'base64')) }
  }

  /** The text up to the end tag of the element that has just begun. */
  #content(start: Tag): string {
    if (start.isWhole) return ''
    let content = ''
    for (;;) {
      const next = this.#text.indexOf('<', this.#at)
      if (next < 0) throw this.#wrong(`</${start.name}>`)
      content += this.#withEntities(this.#text.slice(this.#at, next))
      this.#at = next
      if (this.#text.startsWith('<![CDATA[', next)) {
        const end = this.#find(']]>', '“]]>”')
        content += this.#text.slice(next + '<![CDATA['.length, end)
        this.#at = end + ']]>'.length
      } else if (this.#text.startsWith('<!--', next)) this.#skipComment()
      else {
        this.#end(start.name)
        return content.replace(/\r\n?/g, '\n')
      }
    }
  }

  #withEntities(text: string): string {
    if (!text.includes('&')) return text
    return text.replace(/&([^;&\s]{0,32});?/g, (whole, name: string) => {
      const number = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name)
      const code = number ? parseInt(number[1] ?? number[2]!, number[1] ? 16 : 10) : NaN
      const character =
        code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : namedEntities[name]
      if (character === undefined || !whole.endsWith(';')) {
        throw this.#wrong('one of &amp; &lt; &gt; &quot; &apos; or a character’s number')
      }
      return character
    })
  }

  #end(name: string): void {
    const tag = this.#nextTag(`</${name}>`)
    if (!tag.isEnd || tag.name !== name) throw this.#wrong(`</${name}>`)
  }

  #nextTag(expected: string): Tag {
    this.#skipBetween()
    // Attributes (only `version` is ever seen) mean nothing here.
    const pattern = /<(\/?)([A-Za-z][\w.-]*)(?:\s[^<>]*?)?(\/?)>/y
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (!match) throw this.#wrong(expected)
    this.#at = pattern.lastIndex
    return { name: match[2]!, isEnd: match[1] === '/', isWhole: match[3] === '/' }
  }

  #skipBetween(): void {
    for (;;) {
      const blank = /[\s\ufeff]*/y
      blank.lastIndex = this.#at
      blank.exec(this.#text)
      this.#at = blank.lastIndex
      if (this.#text.startsWith('<!--', this.#at)) this.#skipComment()
      else if (this.#text.startsWith('<?', this.#at)) this.#at = this.#find('?>', '“?>”') + 2
      else if (this.#text.startsWith('<!DOCTYPE', this.#at)) this.#skipDoctype()
      else return
    }
  }

  #skipComment(): void {
    this.#at = this.#find('-->', '“-->”') + '-->'.length
  }

  #skipDoctype(): void {
    const end = this.#find('>', '“>”')
    if (/\[|<!ENTITY/i.test(this.#text.slice(this.#at, end))) {
      throw this.#wrong('a DOCTYPE without declarations of its own')
    }
    this.#at = end + 1
  }

  #find(text: string, expected: string): number {
    const at = this.#text.indexOf(text, this.#at)
    if (at < 0) throw this.#wrong(expected)
    return at
  }

  #wrong(expected: string) {
    return malformed(this.#source, Buffer.byteLength(this.#text.slice(0, this.#at)), expected)
  }
}
