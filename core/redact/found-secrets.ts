import { decodeMacRoman } from '../registry/mac-roman.ts'
import type { PropertyValue } from '../registry/property-value.ts'
import { valueDepthLimit } from '../registry/value-parts.ts'
import { keyOfSecret, type FoundSecret } from './secret-forms.ts'
import {
  categoryOfKey,
  isHarmless,
  isTelling,
  publicUuidKeys,
  serialInText,
  shortestFree,
  wordsOfFormats,
  type SecretCategory,
} from './secret-rules.ts'
import { ShapeScan, type Brackets, type ShapeReport } from './shape-scan.ts'
import { wideTexts } from './wide-text.ts'

/** No capture has more of them; a forged one is cut here, and that is said. */
export const mostSecrets = 20_000
const mostPlaces = 6
const mostWritings = 16
/** Longer data is no secret as a whole; what stands in it by its look is one all the same. */
const longestData = 1 << 20

export interface KnownSecret {
  readonly secret: FoundSecret
  /** Keys it stands under, and texts it stands in; at most `mostPlaces`. */
  readonly places: ReadonlySet<string>
  /** How an address or a UUID was written in small and capital letters at once; at most `mostWritings`. */
  readonly writings: ReadonlySet<string>
}

interface Known extends KnownSecret {
  readonly places: Set<string>
  readonly writings: Set<string>
}

export interface FoundSecretsOptions {
  readonly categories: ReadonlySet<SecretCategory>
  /** Names that are no secret here, such as that of the system; in lower case. */
  readonly harmless?: ReadonlySet<string>
  /** UUIDs that are no secret: those of kexts. In upper case. */
  readonly publicUuids?: ReadonlySet<string>
}

/** Secrets while they are found: what a value tells by its key, and a text by its look. */
export class FoundSecrets {
  private readonly options: FoundSecretsOptions
  private readonly found = new Map<string, Known>()
  private readonly publicKeys = new Set<string>()
  private readonly report: ShapeReport = (category, bytes, from, to) =>
    this.shape(category, bytes, from, to)
  private readonly shapes = new ShapeScan(this.report)
  /** Of the bytes that are being looked through. */
  private place = ''
  private wanted: ReadonlySet<SecretCategory>
  private hasEntities = false
  /** Looks that were met in them: one may stand there a million times. */
  private readonly met = new Set<string>()
  isCut = false

  constructor(options: FoundSecretsOptions) {
    this.options = options
    this.wanted = options.categories
    for (const uuid of options.publicUuids ?? []) this.publicText(uuid)
  }

  /** In the order in which they were found, less those that are public. */
  *all(): Generator<KnownSecret> {
    for (const [key, known] of this.found) if (!this.publicKeys.has(key)) yield known
  }

  /** Adds what others have found: it is named by where it was found first. */
  take({ found, isCut }: FoundSecrets): void {
    for (const { secret, places, writings } of found.values()) {
      for (const place of places) this.add(secret, place, writings)
    }
    this.isCut ||= isCut
  }

  text(category: SecretCategory, text: string, place: string): void {
    const plain = text.trim().replace(/\0+$/, '')
    if (this.options.harmless?.has(plain.toLowerCase())) return
    if (wordsOfFormats.has(plain)) return
    if (isTelling(plain, category))
      this.add({ category, value: { kind: 'text', text: plain } }, place)
  }

  /** All UUIDs in it, keys too, are public. */
  publish(value: PropertyValue, depth = 0): void {
    if (depth > valueDepthLimit) return
    if (value.kind === 'string') this.publicText(value.text)
    else if (value.kind === 'array' || value.kind === 'set') {
      for (const child of value.items) this.publish(child, depth + 1)
    } else if (value.kind === 'dictionary') {
      for (const [key, child] of value.entries) {
        this.publicText(key)
        this.publish(child, depth + 1)
      }
    }
  }

  /** What stands under a key, at every depth. */
  value(key: string, category: SecretCategory | null, value: PropertyValue, depth = 0): void {
    if (depth > valueDepthLimit) return
    switch (value.kind) {
      case 'string':
        if (category) this.text(category, value.text, key)
        return
      case 'integer':
        // Small numbers count or choose something.
        if (
          category &&
          category !== 'people' &&
          (value.value > 99_999n || value.value < -99_999n)
        ) {
          this.add({ category, value: { kind: 'integer', value: value.value } }, key)
        }
        return
      case 'data':
        this.data(key, category, value.bytes)
        return
      case 'array':
      case 'set':
        for (const item of value.items) this.value(key, category, item, depth + 1)
        return
      case 'dictionary':
        for (const [inner, item] of value.entries) {
          if (publicUuidKeys.test(inner)) this.publish(item)
          else this.value(inner, categoryOfKey(inner) ?? category, item, depth + 1)
        }
        return
      default:
        return
    }
  }

  /** Looks in bytes, whole. */
  shapesIn(bytes: Uint8Array, place: string): void {
    this.begin(place, false)
    this.shapes.restart()
    this.shapes.scan(bytes, 0, bytes.length)
  }

  /** Does some of the looking with fewer categories than were chosen. */
  without(left: readonly SecretCategory[], look: () => void): void {
    const all = this.wanted
    this.wanted = new Set([...all].filter(category => !left.includes(category)))
    look()
    this.wanted = all
  }

  /** Looks in bytes part by part, from their beginning to their end, with what is told of brackets on the way. */
  looking(place: string, hasEntities: boolean, brackets: Brackets | null): ShapeScan {
    this.begin(place, hasEntities)
    return new ShapeScan(this.report, brackets)
  }

  private begin(place: string, hasEntities: boolean): void {
    this.place = place
    this.hasEntities = hasEntities
    this.met.clear()
  }

  /** What a log calls a serial number. */
  serialsIn(bytes: Uint8Array, place: string): void {
    for (let at = 0; at < bytes.length; at += textPart) {
      const part = latin1(bytes, Math.max(0, at - 100), Math.min(bytes.length, at + textPart))
      for (const { 1: serial } of part.matchAll(serialInText)) {
        if (/\d/.test(serial!)) this.text('serials', serial!, place)
      }
    }
  }

  private data(key: string, category: SecretCategory | null, bytes: Uint8Array): void {
    if (key === 'guid' && bytes.length === 16) return this.publishGuid(bytes)
    if (isEdid(bytes)) this.edid(key, bytes)
    this.shapesIn(bytes, key)
    const wide = wideTexts(bytes, 0, bytes.length)
    if (wide) this.shapesIn(wide, key)
    if (!category || bytes.length > longestData) return
    // An address may consist of printable bytes; written as text it is longer.
    const isAddress = category === 'hardware' && bytes.length >= 6 && bytes.length <= 16
    const texts = isAddress ? null : textsOfData(bytes)
    if (texts) for (const text of texts) this.text(category, text, key)
    else if (bytes.length >= 6 && bytes.length <= 512 && new Set(bytes).size > 1) {
      this.add({ category, value: { kind: 'bytes', bytes: bytes.slice() } }, key)
    }
  }

  /** A display's own number and text, bytes 12 to 15 and descriptor FF (VESA E-EDID, 3.4 and 3.10.3). */
  private edid(key: string, bytes: Uint8Array): void {
    const number = bytes.slice(12, 16)
    if (new Set(number).size > 2) {
      this.add({ category: 'serials', value: { kind: 'bytes', bytes: number } }, key)
    }
    for (let at = 54; at <= 108; at += 18) {
      if (bytes[at] === 0 && bytes[at + 1] === 0 && bytes[at + 3] === 0xff) {
        this.text('serials', latin1(bytes, at + 5, at + 18).split('\n')[0]!, key)
      }
    }
  }

  private shape(category: SecretCategory, bytes: Uint8Array, from: number, to: number): void {
    if (!this.wanted.has(category)) return
    const look = latin1(bytes, from, to)
    if (this.met.has(look)) return
    // Each stands in many places; so few of them are held that a forged dump cannot fill the memory.
    if (this.met.size < mostSecrets) this.met.add(look)
    if (category !== 'people') return this.text(category, look, this.place)
    const written = textOfBytes(bytes.subarray(from, to))
    const name = this.hasEntities ? withoutEntities(written) : written
    if (name.length >= shortestFree) return this.text(category, name, this.place)
    // “max” is a part of many words, “/Users/max” is not.
    const folder = /[^/]*\/$/.exec(latin1(bytes, Math.max(0, from - 16), from))?.[0]
    if (folder === undefined || isHarmless(name)) return
    this.add({ category, value: { kind: 'text', text: name, folder: `/${folder}` } }, this.place)
  }

  /**
   * The type of an EFI table; entries are named after it too. Its first three groups are written with the lowest byte
   * first (UEFI, appendix A).
   */
  private publishGuid(bytes: Uint8Array): void {
    const turned = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map(at => bytes[at]!)
    for (const form of [bytes, Uint8Array.from(turned)]) {
      this.publicKeys.add(keyOfSecret({ category: 'uuids', value: { kind: 'bytes', bytes: form } }))
    }
  }

  private publicText(text: string): void {
    this.publicKeys.add(keyOfSecret({ category: 'uuids', value: { kind: 'text', text } }))
  }

  private add(secret: FoundSecret, place: string, writings: Iterable<string> = []): void {
    if (!this.wanted.has(secret.category)) return
    const key = keyOfSecret(secret)
    let known = this.found.get(key)
    if (!known) {
      if (this.found.size >= mostSecrets) {
        this.isCut = true
        return
      }
      known = { secret, places: new Set(), writings: new Set() }
      this.found.set(key, known)
    }
    if (known.places.size < mostPlaces) known.places.add(place)
    const { value } = secret
    for (const text of value.kind === 'text' ? [value.text, ...writings] : writings) {
      if (known.writings.size < mostWritings && hasBothCases(text)) known.writings.add(text)
    }
  }
}

const textPart = 1 << 16

const hasBothCases = (text: string) => /[a-z]/.test(text) && /[A-Z]/.test(text)

/** The header that every EDID begins with, whatever its key. */
export function isEdid(bytes: Uint8Array): boolean {
  if (bytes.length < 128 || bytes[0] !== 0 || bytes[7] !== 0) return false
  for (let i = 1; i < 7; i++) if (bytes[i] !== 0xff) return false
  return true
}

/** What data says, where it is text: of one byte a character or two, ended by NUL; null for other bytes. */
function textsOfData(bytes: Uint8Array): readonly string[] | null {
  const text = latin1(bytes, 0, bytes.length)
  if (/^[\x20-\x7e\0]*$/.test(text)) {
    const isWide = /^(?:(?:[\x20-\x7e]\0){3,}|(?:\0[\x20-\x7e]){3,})\0*$/.test(text)
    return isWide ? [text.replaceAll('\0', '')] : text.split('\0')
  }
  if (bytes.some(byte => (byte > 0 && byte < 32) || byte === 127)) return null
  try {
    const decoded = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return decoded.split('\0')
  } catch {
    return null
  }
}

/** UTF-8 where it is, else as text dumps of before macOS 13 have it (facts: ioreg, section 1). */
function textOfBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return decodeMacRoman(bytes)
  }
}

/** A name as it is, from XML. What is no entity that a name needs stays. */
function withoutEntities(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|apos|#39);/g, entity => entities[entity]!)
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&#39;': "'",
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  const end = Math.min(to, bytes.length)
  for (let at = from; at < end; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, Math.min(end, at + 8192)))
  }
  return text
}
