import { decodeBase64 } from '../registry/base64.ts'
import type { PropertyValue } from '../registry/property-value.ts'
import { depthLimit, malformed } from './malformed.ts'
import { textPlaceAt, type TextPlace } from './text-place.ts'

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
 *
 * @throws FailureError dump-malformed, with the byte of the mistake in the UTF-8 form of the text
 */
export function readXmlPlist(text: string, source: string): PropertyValue {
  try {
    return new Reader(text).document()
  } catch (error) {
    if (!(error instanceof Mistake)) throw error
    const byteOffset = new TextEncoder().encode(text.slice(0, error.at)).length
    throw malformed(source, byteOffset, error.expected)
  }
}

/** Where a value stands in its text: UTF-16 units, as a text field counts. */
export interface ValueRange {
  /** Of its `<key>`, where it is in a dictionary; else of its tag. */
  readonly keyFrom: number
  readonly from: number
  readonly to: number
}

export interface RepeatedKey {
  readonly key: string
  /** Of the one that counts: the last. */
  readonly place: TextPlace
}

/** A property list that somebody types: its value and where each part of it stands, or the first mistake. */
export type PlistReading =
  | {
      readonly ok: true
      readonly value: PropertyValue
      /** By the value itself: every one that was read is an object of its own. */
      readonly ranges: ReadonlyMap<PropertyValue, ValueRange>
      /** Keys given more than once in a dictionary, whose earlier values are dropped. */
      readonly repeatedKeys: readonly RepeatedKey[]
    }
  | { readonly ok: false; readonly mistake: PlistMistake }

export interface PlistMistake extends TextPlace {
  /** As a phrase: `</dict>`, `an integer`. */
  readonly expected: string
}

/** The same for an editor: never throws for what the text holds. */
export function parseXmlPlist(text: string): PlistReading {
  const ranges = new Map<PropertyValue, ValueRange>()
  const reader = new Reader(text, ranges)
  try {
    const value = reader.document()
    const repeatedKeys = reader.repeatedKeys.map(({ key, at }) => {
      return { key, place: textPlaceAt(text, at) }
    })
    return { ok: true, value, ranges, repeatedKeys }
  } catch (error) {
    if (!(error instanceof Mistake)) throw error
    return { ok: false, mistake: { ...textPlaceAt(text, error.at), expected: error.expected } }
  }
}

/** `expected </dict> in line 12, column 3`: one phrase for a sentence. */
export function mistakePhrase({ expected, line, column }: PlistMistake): string {
  return `expected ${expected} in line ${line}, column ${column}`
}

class Mistake extends Error {
  /** In UTF-16 units. */
  readonly at: number
  readonly expected: string
  constructor(at: number, expected: string) {
    super(`expected ${expected}`)
    this.at = at
    this.expected = expected
  }
}

interface Tag {
  readonly name: string
  /** `<true/>` */
  readonly isWhole: boolean
  readonly isEnd: boolean
  readonly from: number
}

const namedEntities: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])

const specialReals: ReadonlyMap<string, number> = new Map([
  ['nan', NaN],
  ['inf', Infinity],
  ['+inf', Infinity],
  ['-inf', -Infinity],
  ['infinity', Infinity],
  ['+infinity', Infinity],
  ['-infinity', -Infinity],
])

class Reader {
  readonly repeatedKeys: { readonly key: string; readonly at: number }[] = []
  readonly #text: string
  readonly #ranges: Map<PropertyValue, ValueRange> | null
  #at = 0

  constructor(text: string, ranges: Map<PropertyValue, ValueRange> | null = null) {
    this.#text = text
    this.#ranges = ranges
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

  #value(tag: Tag, depth: number, keyFrom = tag.from): PropertyValue {
    if (tag.isEnd) throw new Mistake(tag.from, 'a value')
    if (depth > depthLimit) throw new Mistake(tag.from, `at most ${depthLimit} levels`)
    const value = this.#valueOf(tag, depth)
    this.#ranges?.set(value, { keyFrom, from: tag.from, to: this.#at })
    return value
  }

  #valueOf(tag: Tag, depth: number): PropertyValue {
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
        throw new Mistake(tag.from, `a value, not <${tag.name}>`)
    }
  }

  #dictionary(start: Tag, depth: number): PropertyValue {
    const entries = new Map<string, PropertyValue>()
    while (!start.isWhole) {
      const tag = this.#nextTag('</dict>')
      if (tag.isEnd && tag.name === 'dict') break
      if (tag.isEnd || tag.name !== 'key') throw new Mistake(tag.from, '<key> or </dict>')
      const key = this.#content(tag)
      const value = this.#value(this.#nextTag(`the value of ${key}`), depth + 1, tag.from)
      // Of a key given twice, CoreFoundation keeps the last value.
      if (entries.has(key)) this.repeatedKeys.push({ key, at: tag.from })
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
    const from = this.#at
    const digits = /^\s*([+-]?)\s*(0[xX][0-9a-fA-F]+|\d+)\s*$/.exec(this.#content(tag))
    if (!digits) throw new Mistake(from, 'an integer')
    const size = BigInt(digits[2]!)
    return { kind: 'integer', value: digits[1] === '-' ? -size : size }
  }

  #real(tag: Tag): PropertyValue {
    const from = this.#at
    const text = this.#content(tag).trim().toLowerCase()
    const special = specialReals.get(text)
    const value = special ?? (text === '' ? NaN : Number(text))
    if (special === undefined && Number.isNaN(value)) throw new Mistake(from, 'a number')
    return { kind: 'real', value }
  }

  #date(tag: Tag): PropertyValue {
    const from = this.#at
    const iso = this.#content(tag).trim()
    if (!/^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(iso)) {
      throw new Mistake(from, 'a date such as 2018-07-22T10:20:30Z')
    }
    return { kind: 'date', iso }
  }

  #data(tag: Tag): PropertyValue {
    const from = this.#at
    const content = this.#content(tag)
    const bytes = decodeBase64(new TextEncoder().encode(content.replace(/\s+/g, '')))
    if (!bytes) throw new Mistake(from, 'base64')
    return { kind: 'data', bytes }
  }

  /** The text up to the end tag of the element that has just begun. */
  #content(start: Tag): string {
    if (start.isWhole) return ''
    let content = ''
    for (;;) {
      const next = this.#text.indexOf('<', this.#at)
      if (next < 0) throw this.#wrong(`</${start.name}>`)
      content += this.#withEntities(next)
      this.#at = next
      if (this.#text.startsWith('<![CDATA[', next)) {
        const end = this.#find(']]>', '“]]>”')
        content += withLineFeeds(this.#text.slice(next + '<![CDATA['.length, end))
        this.#at = end + ']]>'.length
      } else if (this.#text.startsWith('<!--', next)) this.#skipComment()
      else {
        this.#end(start.name)
        return content
      }
    }
  }

  /** The characters from here to `end`. A carriage return that is written as a reference is meant. */
  #withEntities(end: number): string {
    const from = this.#at
    const text = this.#text.slice(from, end)
    if (!text.includes('&')) return withLineFeeds(text)
    return withLineFeeds(text).replace(/&([^;&\s]{0,32});?/g, (whole, name: string) => {
      const number = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name)
      const code = number ? parseInt(number[1] ?? number[2]!, number[1] ? 16 : 10) : NaN
      const character = isCharacter(code) ? String.fromCodePoint(code) : namedEntities.get(name)
      if (character === undefined || !whole.endsWith(';')) {
        const at = from + Math.max(0, text.indexOf(whole))
        throw new Mistake(at, 'one of &amp; &lt; &gt; &quot; &apos; or a character’s number')
      }
      return character
    })
  }

  #end(name: string): void {
    const tag = this.#nextTag(`</${name}>`)
    if (!tag.isEnd || tag.name !== name) throw new Mistake(tag.from, `</${name}>`)
  }

  #nextTag(expected: string): Tag {
    this.#skipBetween()
    // Attributes (only `version` is ever seen) mean nothing here.
    const pattern = /<(\/?)([A-Za-z][\w.-]*)(?:\s[^<>]*?)?(\/?)>/y
    const from = (pattern.lastIndex = this.#at)
    const match = pattern.exec(this.#text)
    if (!match) throw this.#wrong(expected)
    this.#at = pattern.lastIndex
    return { name: match[2]!, isEnd: match[1] === '/', isWhole: match[3] === '/', from }
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

  #wrong(expected: string): Mistake {
    return new Mistake(this.#at, expected)
  }
}

/** As XML readers turn every line end into a line feed. */
function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
}

function isCharacter(code: number): boolean {
  return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
}
