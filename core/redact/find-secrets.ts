import type { PropertyValue } from '../registry/property-value.ts'
import { decodeMacRoman } from '../registry/mac-roman.ts'
import { readValue } from '../registry/read-value.ts'
import { propertyOf } from '../registry/lookup.ts'
import { ValueType, type EntryIndex, type Snapshot } from '../registry/snapshot.ts'
import { stringAt } from '../registry/strings.ts'
import type { Digest } from './pseudonym.ts'
import { formsOf, hexOf, keyOfSecret, type FoundSecret, type SecretForms } from './secret-forms.ts'
import {
  categoryOfKey,
  homeFolder,
  isTelling,
  publicUuidKeys,
  shapes,
  wordsOfFormats,
  type SecretCategory,
} from './secret-rules.ts'

/** A text beside the registry: the kernel log, what `sysctl` printed. */
export interface TextBeside {
  readonly name: string
  readonly text: string
}

export interface Secret extends SecretForms {
  readonly category: SecretCategory
  /** Keys it stands under, and texts it stands in; at most `mostPlaces`. */
  readonly places: readonly string[]
}

/** No capture has more of them; a forged one is cut here, and that is said. */
export const mostSecrets = 20_000
const mostPlaces = 6

export interface FoundSecrets {
  /** In the order in which they were found. */
  readonly secrets: readonly Secret[]
  /** There were more than `mostSecrets`: not all were taken. */
  readonly isCut: boolean
}

export interface FindOptions {
  readonly categories: ReadonlySet<SecretCategory>
  readonly digest: Digest
  /** Names of hosts and users that are known from elsewhere. */
  readonly names?: readonly {
    readonly category: SecretCategory
    readonly text: string
    readonly place: string
  }[]
  /** Names that are no secret here, such as that of the system; in lower case. */
  readonly harmless?: ReadonlySet<string>
  /** UUIDs that are no secret: those of kexts. In upper case. */
  readonly publicUuids?: ReadonlySet<string>
}

/**
 * The secrets of a snapshot, and of the texts beside it. By their keys, at every depth; by their looks wherever they
 * stand. Stops at each `yield`, a few milliseconds apart. What is no secret is left out by `isTelling`, and UUIDs of
 * types and builds by the keys they stand under.
 */
export function* findSecrets(
  snapshot: Snapshot,
  texts: readonly TextBeside[],
  options: FindOptions,
): Generator<undefined, FoundSecrets> {
  const found = new Finding(options)
  for (const { category, text, place } of options.names ?? []) found.text(category, text, place)
  const { properties, strings, entries, sources } = snapshot
  for (let row = 0; row < properties.length; row++) {
    if ((row & 1023) === 0) yield
    const key = stringAt(strings, properties.key[row]!)
    const category = categoryOfKey(key)
    const isContainer =
      properties.type[row] === ValueType.dictionary ||
      properties.type[row] === ValueType.array ||
      properties.type[row] === ValueType.set
    if (publicUuidKeys.test(key)) found.publish(readValue(snapshot, row))
    else if (category !== null || isContainer) found.value(key, category, readValue(snapshot, row))
    else if (properties.type[row] === ValueType.data && key !== 'IODisplayEDID') {
      // Texts inside of data: a UUID has 36 characters, a hardware address 17.
      if (properties.end[row]! - properties.start[row]! >= 17) {
        found.value(key, null, readValue(snapshot, row))
      }
    } else if (key === 'IODisplayEDID') found.edid(readValue(snapshot, row))
  }
  // Names of partitions and volumes are given by people, those of whole disks by their makers.
  for (let entry = 0; entry < entries.length; entry++) {
    if ((entry & 4095) === 0) yield
    const className = entries.className[entry]!
    const name = entries.name[entry]!
    if (className < 0 || name < 0) continue
    const kind = stringAt(strings, className)
    if (kind !== 'AppleAPFSVolume' && !(kind === 'IOMedia' && isPart(snapshot, entry))) continue
    found.text('people', stringAt(strings, name).replace(/ Media$/, ''), 'name of a disk')
  }
  for (const { label, bytes } of sources) {
    for (let at = 0; at < bytes.length; at += shapeWindow) {
      yield
      // What stands across an end is found whole, by the window in which it begins.
      const from = Math.max(0, at - 1)
      const window = latin1(bytes, from, at + shapeWindow + longestShape)
      found.shapesIn(window, label, at - from, at + shapeWindow - from)
    }
  }
  for (const { name, text } of texts) {
    yield
    found.shapesIn(text, name)
  }
  return found.result()
}

const shapeWindow = 1 << 18
/** A home folder's name has at most 64 characters, of at most four bytes. */
const longestShape = 512

function isPart(snapshot: Snapshot, entry: EntryIndex): boolean {
  const row = propertyOf(snapshot, entry, 'Whole')
  if (row < 0) return false
  const value = readValue(snapshot, row)
  return value.kind === 'boolean' && !value.value
}

class Finding {
  private readonly options: FindOptions
  private readonly found = new Map<string, { secret: FoundSecret; places: Set<string> }>()
  private readonly publicKeys = new Set<string>()
  private isCut = false

  constructor(options: FindOptions) {
    this.options = options
    for (const uuid of options.publicUuids ?? []) {
      this.publicKeys.add(keyOfSecret({ category: 'uuids', value: { kind: 'text', text: uuid } }))
    }
  }

  result(): FoundSecrets {
    const { digest } = this.options
    const secrets: Secret[] = []
    for (const [key, { secret, places }] of this.found) {
      if (this.publicKeys.has(key)) continue
      secrets.push({ ...formsOf(secret, digest), category: secret.category, places: [...places] })
    }
    return { secrets, isCut: this.isCut }
  }

  text(category: SecretCategory, text: string, place: string): void {
    const plain = text.trim().replace(/\0+$/, '')
    if (this.options.harmless?.has(plain.toLowerCase())) return
    if (wordsOfFormats.has(plain)) return
    if (isTelling(plain)) this.add({ category, value: { kind: 'text', text: plain } }, place)
  }

  /** All UUIDs in it, keys too, are public. */
  publish(value: PropertyValue): void {
    const walk = (item: PropertyValue, depth: number) => {
      if (depth > mostDepth) return
      if (item.kind === 'string') this.publicText(item.text)
      else if (item.kind === 'array' || item.kind === 'set') {
        for (const child of item.items) walk(child, depth + 1)
      } else if (item.kind === 'dictionary') {
        for (const [key, child] of item.entries) {
          this.publicText(key)
          walk(child, depth + 1)
        }
      }
    }
    walk(value, 0)
  }

  value(key: string, category: SecretCategory | null, value: PropertyValue, depth = 0): void {
    if (depth > mostDepth) return
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

  private data(key: string, category: SecretCategory | null, bytes: Uint8Array): void {
    if (bytes.length > longestData) return
    if (key === 'guid' && bytes.length === 16) return this.publishGuid(bytes)
    const text = latin1(bytes, 0, bytes.length)
    if (!category) return this.shapesIn(text, key)
    const isText = /^[\x20-\x7e\0]*$/.test(text)
    if (isText) for (const run of text.split('\0')) this.text(category, run, key)
    else if (bytes.length >= 6 && bytes.length <= 64 && new Set(bytes).size > 1) {
      this.add({ category, value: { kind: 'bytes', bytes: bytes.slice() } }, key)
    }
  }

  /** A display's own number and text, bytes 12 to 15 and descriptor FF (VESA E-EDID, 3.4 and 3.10.3). */
  edid(value: PropertyValue): void {
    if (value.kind !== 'data' || value.bytes.length < 128) return
    const { bytes } = value
    const number = bytes.slice(12, 16)
    if (new Set(number).size > 2) {
      this.add({ category: 'serials', value: { kind: 'bytes', bytes: number } }, 'IODisplayEDID')
    }
    for (let at = 54; at <= 108; at += 18) {
      if (bytes[at] === 0 && bytes[at + 1] === 0 && bytes[at + 3] === 0xff) {
        this.text('serials', latin1(bytes, at + 5, at + 18).split('\n')[0]!, 'IODisplayEDID')
      }
    }
  }

  /** @param text of bytes, a unit each; only what begins in `[from, to)` of it counts */
  shapesIn(text: string, place: string, from = 0, to = text.length): void {
    for (const [category, pattern] of shapes) {
      if (!this.options.categories.has(category)) continue
      for (const { 0: found, index } of text.matchAll(pattern)) {
        if (index >= to) break
        if (index >= from) this.text(category, found, place)
      }
    }
    if (!this.options.categories.has('people')) return
    for (const { 1: name, index } of text.matchAll(homeFolder)) {
      if (index >= to) break
      if (index >= from) this.text('people', textOfBytes(name!), place)
    }
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

  private add(secret: FoundSecret, place: string): void {
    if (!this.options.categories.has(secret.category)) return
    const key = keyOfSecret(secret)
    let known = this.found.get(key)
    if (!known) {
      if (this.found.size >= mostSecrets) {
        this.isCut = true
        return
      }
      known = { secret, places: new Set() }
      this.found.set(key, known)
    }
    if (known.places.size < mostPlaces) known.places.add(place)
  }
}

const mostDepth = 64
const longestData = 1 << 20

/** UTF-8 where it is, else as text dumps of before macOS 13 have it (facts: ioreg, section 1). */
function textOfBytes(units: string): string {
  const bytes = Uint8Array.from(units, unit => unit.charCodeAt(0))
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return decodeMacRoman(bytes)
  }
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  const end = Math.min(to, bytes.length)
  for (let at = from; at < end; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, Math.min(end, at + 8192)))
  }
  return text
}

/** A name for a secret that tells nothing of it, the same in each preview. */
export function secretId(secret: Secret, digest: Digest): string {
  return hexOf(digest(`id:${secret.category}:${secret.original}`)).slice(0, 16)
}
