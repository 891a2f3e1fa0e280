import { decodeBase64 } from '../registry/base64.ts'
import type { DictionaryValue, PropertyValue } from '../registry/property-value.ts'

/*
 * The personalities that user space sent to the kernel at boot, 10.6 to 10.15: one array of dictionaries, in the
 * XML of IOCFSerialize (facts: kexts, section 2):
 *
 *   file      = array [ 00 ]
 *   value     = "<dict" id ">" { "<key>" text "</key>" value } "</dict>" | "<array" id ">" { value } "</array>"
 *             | "<set" id ">" { value } "</set>" | "<string" id ">" text "</string>"
 *             | "<integer" id " size="n">0x…</integer>" | "<data" id ">" base64 "</data>"
 *             | "<true/>" | "<false/>" | "<" any name " IDREF="n"/>"
 *   id        = [ " ID="n"" ]
 *
 * What was written with an ID stands wherever its IDREF does. Such values are shared here, not copied; but
 * whoever goes through them meets each as often as it is named, so that a few lines can stand for gigabytes.
 * Each value therefore has a weight, in which what it refers to counts again, and weights have limits.
 */

export interface ReadBootCache {
  /** In the order of the file. */
  readonly personalities: readonly DictionaryValue[]
  /** What could not be read of it; sentences. */
  readonly problems: readonly string[]
}

/** A real file has a few megabytes when it is unpacked. */
const limitCharacters = 64_000_000
/** Values, and a further one for every 64 characters; a personality has about twenty. */
const personalityLimit = 100_000
const totalLimit = 4_000_000
const depthLimit = 200
const mostProblems = 20

/**
 * Reads an unpacked `IOKitPersonalities_<arch>.ioplist`. What comes before a place that cannot be read is kept.
 * Never throws for what a file holds, and takes time and memory in proportion to its length.
 */
export function readBootCache(bytes: Uint8Array): ReadBootCache {
  return new Reader(new TextDecoder().decode(bytes)).read()
}

interface Weighed {
  readonly value: PropertyValue
  readonly weight: number
}

interface OpenContainer {
  readonly kind: 'dictionary' | 'array' | 'set'
  readonly id: string | null
  readonly items: PropertyValue[]
  readonly entries: Map<string, PropertyValue>
  /** Of a dictionary: read, and its value not yet. */
  key: string | null
  weight: number
}

interface Tag {
  readonly name: string
  readonly isEnd: boolean
  /** `<true/>` */
  readonly isWhole: boolean
  readonly id: string | null
  readonly idRef: string | null
  /** Bits of an integer. */
  readonly size: number | null
}

/** A place that cannot be gone on from. */
class Stuck extends Error {}

class Reader {
  readonly #text: string
  #at = 0
  readonly #open: OpenContainer[] = []
  readonly #named = new Map<string, Weighed>()
  readonly #personalities: DictionaryValue[] = []
  readonly #problems: string[] = []
  #problemCount = 0
  #total = 0
  #isDone = false

  constructor(text: string) {
    this.#text = text
  }

  read(): ReadBootCache {
    try {
      if (this.#text.length > limitCharacters) {
        throw new Stuck(`it has more than ${limitCharacters / 1e6} million characters`)
      }
      while (!this.#isDone) this.#step()
    } catch (error) {
      if (!(error instanceof Stuck)) throw error
      const kept = `${this.#personalities.length} personalities before it are kept`
      this.#problems.push(
        `The cache of boot-time personalities cannot be read at character ${this.#at}: ${error.message}; ${kept}.`,
      )
    }
    const more = this.#problemCount - mostProblems
    if (more > 0)
      this.#problems.push(`The cache of boot-time personalities: ${more} more like these.`)
    return { personalities: this.#personalities, problems: this.#problems }
  }

  #step(): void {
    const tag = this.#nextTag()
    if (tag.isEnd) this.#close(tag.name)
    else if (tag.idRef !== null) this.#put(this.#referred(tag.idRef))
    else this.#begin(tag)
  }

  #begin(tag: Tag): void {
    const top = this.#open.at(-1)
    switch (tag.name) {
      // Wrappings of a usual property list.
      case 'plist':
        return
      case 'key': {
        if (top?.kind !== 'dictionary' || top.key !== null) throw new Stuck('a key out of place')
        top.key = this.#content(tag)
        return
      }
      case 'dict':
        return this.#container('dictionary', tag)
      case 'array':
      case 'set':
        return this.#container(tag.name, tag)
      case 'true':
      case 'false': {
        if (!tag.isWhole) this.#content(tag)
        return this.#put({ value: { kind: 'boolean', value: tag.name === 'true' }, weight: 1 })
      }
      default: {
        const text = this.#content(tag)
        const weighed = { value: leaf(tag, text), weight: 1 + (text.length >> 6) }
        if (tag.id !== null) this.#named.set(tag.id, weighed)
        this.#put(weighed)
      }
    }
  }

  #container(kind: OpenContainer['kind'], { id, isWhole, name }: Tag): void {
    if (this.#open.length >= depthLimit) throw new Stuck(`more than ${depthLimit} levels`)
    if (this.#open.length === 0 && kind !== 'array') throw new Stuck('no array of personalities')
    this.#open.push({ kind, id, items: [], entries: new Map(), key: null, weight: 1 })
    if (isWhole) this.#close(name)
  }

  #close(name: string): void {
    if (name === 'plist') return
    const top = this.#open.pop()
    const expected = top?.kind === 'dictionary' ? 'dict' : top?.kind
    if (!top || name !== expected) throw new Stuck(`</${name}> without its beginning`)
    if (top.key !== null) throw new Stuck(`the key “${shown(top.key)}” has no value`)
    if (this.#open.length === 0) {
      this.#isDone = true
      return
    }
    const { kind, items, weight } = top
    const value: PropertyValue =
      kind === 'dictionary' ? { kind, entries: [...top.entries] } : { kind, items }
    const weighed =
      weight <= personalityLimit ? { value, weight } : this.#lost(`a value of ${weight} parts`)
    if (top.id !== null) this.#named.set(top.id, weighed)
    this.#put(weighed)
  }

  #put({ value, weight }: Weighed): void {
    const top = this.#open.at(-1)
    if (!top) throw new Stuck('no array of personalities')
    if (this.#open.length === 1) return this.#found(value, weight)
    top.weight += weight
    if (top.kind !== 'dictionary') top.items.push(value)
    else {
      if (top.key === null) throw new Stuck('a value without a key')
      top.weight += top.key.length >> 6
      top.entries.set(top.key, value)
      top.key = null
    }
  }

  #found(value: PropertyValue, weight: number): void {
    this.#total += weight
    if (this.#total > totalLimit) throw new Stuck('its parts refer to each other without measure')
    if (value.kind === 'dictionary') this.#personalities.push(value)
    else
      this.#note(`personality ${this.#personalities.length + 1} is no dictionary; it is left out`)
  }

  #referred(id: string): Weighed {
    return this.#named.get(id) ?? this.#lost(`IDREF “${shown(id)}” names nothing before it`)
  }

  /** What stands in the place of a value that cannot be had: it is equal to nothing. */
  #lost(why: string): Weighed {
    this.#note(`${why}; it is shown as unreadable`)
    return { value: { kind: 'unreadable', raw: why }, weight: 1 }
  }

  #note(sentence: string): void {
    this.#problemCount++
    if (this.#problemCount > mostProblems) return
    this.#problems.push(
      `The cache of boot-time personalities, before character ${this.#at}: ${sentence}.`,
    )
  }

  /** The text up to the end tag of the element that has just begun; a leaf holds no other. */
  #content({ name, isWhole }: Tag): string {
    if (isWhole) return ''
    const end = this.#text.indexOf('<', this.#at)
    if (end < 0) throw new Stuck(`the file ends inside <${name}>`)
    const content = this.#text.slice(this.#at, end)
    const closing = `</${name}>`
    if (!this.#text.startsWith(closing, end)) throw new Stuck(`<${name}> is not closed`)
    this.#at = end + closing.length
    return content.includes('&') ? withEntities(content) : content
  }

  #nextTag(): Tag {
    this.#skipBetween()
    tagPattern.lastIndex = this.#at
    const match = tagPattern.exec(this.#text)
    if (!match) {
      const isEnd = this.#at >= this.#text.length
      throw new Stuck(isEnd ? 'the file ends too soon' : 'this is no element of a property list')
    }
    this.#at = tagPattern.lastIndex
    const attributes = match[3]!
    const size = /\ssize\s*=\s*["'](\d{1,3})["']/.exec(attributes)
    return {
      name: match[2]!,
      isEnd: match[1] === '/',
      isWhole: match[4] === '/',
      id: /\sID\s*=\s*["']([^"']*)["']/.exec(attributes)?.[1] ?? null,
      idRef: /\sIDREF\s*=\s*["']([^"']*)["']/.exec(attributes)?.[1] ?? null,
      size: size ? Number(size[1]) : null,
    }
  }

  #skipBetween(): void {
    for (;;) {
      blanks.lastIndex = this.#at
      blanks.exec(this.#text)
      this.#at = blanks.lastIndex
      const ending = this.#text.startsWith('<!--', this.#at)
        ? '-->'
        : this.#text.startsWith('<?', this.#at) || this.#text.startsWith('<!DOCTYPE', this.#at)
          ? '>'
          : null
      if (ending === null) return
      const end = this.#text.indexOf(ending, this.#at)
      if (end < 0) throw new Stuck('a remark without an end')
      this.#at = end + ending.length
    }
  }
}

const tagPattern = /<(\/?)([a-z]+)((?:\s+[A-Za-z]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'))*)\s*(\/?)>/y
// A NUL ends what IOCFSerialize writes.
const blanks = /[\s\ufeff\0]*/y

function leaf({ name, size }: Tag, text: string): PropertyValue {
  switch (name) {
    case 'string':
      return { kind: 'string', text }
    case 'integer':
      return integer(text, size ?? 64)
    case 'data':
      return data(text)
    case 'real': {
      const value = Number(text)
      return text.trim() === '' || Number.isNaN(value) ? unreadable(text) : { kind: 'real', value }
    }
    case 'date':
      return { kind: 'date', iso: text.trim() }
    default:
      throw new Stuck(`<${shown(name)}> is no value of a property list`)
  }
}

/**
 * Written without a sign: −1 of 32 bits is 0xffffffff, or 0xffffffffffffffff. The numbers of an Info.plist
 * have signs, and so have these here, so that equal ones are.
 */
function integer(text: string, size: number): PropertyValue {
  const digits = /^\s*(-?)(0x[\da-f]{1,16}|\d{1,20})\s*$/i.exec(text)
  if (!digits) return unreadable(text)
  const value = BigInt(digits[2]!)
  const bits = size >= 1 && size <= 64 ? size : 64
  return { kind: 'integer', value: BigInt.asIntN(bits, digits[1] === '-' ? -value : value) }
}

function data(text: string): PropertyValue {
  const bytes = decodeBase64(new TextEncoder().encode(text))
  return bytes ? { kind: 'data', bytes } : unreadable(text)
}

const unreadable = (raw: string): PropertyValue => ({ kind: 'unreadable', raw })

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

/** What is none of these stays as it is. */
function withEntities(text: string): string {
  return text.replace(/&(#x[\da-fA-F]{1,6}|#\d{1,7}|[a-z]{2,4});/g, (whole, name: string) => {
    if (!name.startsWith('#')) return named[name] ?? whole
    const code = name[1] === 'x' ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10)
    return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : whole
  })
}

function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
