import { encodeMacRoman } from '../registry/mac-roman.ts'
import type { SecretCategory } from './secret-rules.ts'
import { shortestPattern, type BytePattern } from './byte-patterns.ts'
import { bytesPseudonym, integerPseudonym, textPseudonym, type Digest } from './pseudonym.ts'

/** Something that tells of one machine or person, as it was found. */
export interface FoundSecret {
  readonly category: SecretCategory
  readonly value:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
    | { readonly kind: 'integer'; readonly value: bigint }
}

/** How a secret can be written, with what takes its place in each of the forms. */
export interface SecretForms {
  /** As it is shown to the user, before and after. */
  readonly original: string
  readonly pseudonym: string
  /** Looked for in everything that is text, and in data. */
  readonly inText: readonly Form[]
  /** Looked for in data only. */
  readonly inData: readonly Form[]
  readonly integer: { readonly from: bigint; readonly to: bigint } | null
}

type Form = Omit<BytePattern, 'secret'>

/** One number however it is written: secrets of equal keys are one secret. */
export function keyOfSecret({ value }: FoundSecret): string {
  if (value.kind === 'integer') return `integer:${value.value}`
  const bytes =
    value.kind === 'bytes' ? value.bytes : (macBytes(value.text) ?? uuidBytes(value.text))
  return bytes ? `bytes:${hexOf(bytes)}` : `text:${(value as { text: string }).text}`
}

export function formsOf(secret: FoundSecret, digest: Digest): SecretForms {
  const { value, category } = secret
  if (value.kind === 'integer') {
    const to = integerPseudonym(value.value, digest)
    return {
      original: String(value.value),
      pseudonym: String(to),
      inText: [],
      inData: [],
      integer: { from: value.value, to },
    }
  }
  const bytes =
    value.kind === 'bytes' ? value.bytes : (macBytes(value.text) ?? uuidBytes(value.text))
  if (!bytes) return plainText((value as { text: string }).text, category, digest)
  const put = bytesPseudonym(bytes, digest)
  // Eight digits are a part of entry IDs too.
  const isWord = bytes.length < 6
  const made = writings(put)
  const inText = writings(bytes).map((text, index) => form(utf8(text), utf8(made[index]!), isWord))
  const shown = value.kind === 'text' ? value.text : writings(bytes)[0]!
  const wanted = writings(bytes).indexOf(shown)
  return {
    original: shown,
    pseudonym: writings(put)[Math.max(0, wanted)]!,
    inText,
    inData: bytes.length >= shortestPattern ? [form(bytes, put, false)] : [],
    integer: null,
  }
}

function plainText(text: string, category: SecretCategory, digest: Digest): SecretForms {
  const pseudonym = textPseudonym(text, digest)
  // Short ones are a part of many words.
  const isWord = category === 'people' || category === 'network' || text.length < 8
  const seen = new Set<string>()
  const written = (...ways: readonly ((text: string) => Uint8Array | null)[]) =>
    ways.flatMap(way => {
      const find = way(text)
      if (!find) return []
      const mark = hexOf(find)
      if (find.length < shortestPattern || seen.has(mark)) return []
      seen.add(mark)
      const put = way === macRoman ? romanPseudonym(find, pseudonym) : way(pseudonym)!
      return [form(find, put, isWord && !wide.has(way))]
    })
  const inText = written(utf8, ...escapes, macRoman, utf16be)
  return { original: text, pseudonym, inText, inData: written(utf16le), integer: null }
}

function form(find: Uint8Array, put: Uint8Array, isWord: boolean): Form {
  return { find, put, isWord }
}

/** How people and kernels write such bytes; the same number of ways for equal lengths, in the same order. */
function writings(bytes: Uint8Array): readonly string[] {
  const pairs = [...bytes].map(byte => byte.toString(16).padStart(2, '0'))
  const ways =
    bytes.length === 16
      ? [uuidText(pairs), pairs.join('')]
      : bytes.length === 6
        ? [pairs.join(':'), pairs.join('-'), pairs.join('')]
        : [pairs.join(' '), pairs.join('')]
  return ways.flatMap(way => [way, way.toUpperCase()])
}

function uuidText(pairs: readonly string[]): string {
  const hex = pairs.join('')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}

export function macBytes(text: string): Uint8Array | null {
  return /^[\da-f]{2}(?:([:-])[\da-f]{2})(?:\1[\da-f]{2}){4}$/i.test(text) ? fromHex(text) : null
}

export function uuidBytes(text: string): Uint8Array | null {
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text) ? fromHex(text) : null
}

function fromHex(text: string): Uint8Array {
  const digits = text.replace(/[^\da-f]/gi, '')
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
    Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  )
}

export function hexOf(bytes: Uint8Array): string {
  return [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('')
}

const encoder = new TextEncoder()
const utf8 = (text: string) => encoder.encode(text)
const escapedUtf8 = (text: string) =>
  encoder.encode(text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;'))
/** As XML is written by others than Apple. */
const escapes: readonly ((text: string) => Uint8Array)[] = [
  escapedUtf8,
  text => encoder.encode(text.replace(/&/g, '&amp;').replace(/</g, '&lt;')),
  text => encoder.encode(fullyEscaped(text, '&apos;')),
  text => encoder.encode(fullyEscaped(text, '&#39;')),
]
const fullyEscaped = (text: string, apostrophe: string) =>
  text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, apostrophe)
/** Text dumps of before macOS 13 (facts: ioreg, section 1). */
const macRoman = (text: string) => encodeMacRoman(text)
/** A byte for a byte: the pseudonym's own signs may have none in MacRoman. */
const romanPseudonym = (find: Uint8Array, pseudonym: string) => {
  const made = Array.from(pseudonym, character => {
    const code = character.codePointAt(0)!
    return code < 128 ? code : 0x8e
  })
  return Uint8Array.from(find, (_, i) => made[i] ?? 0x8e)
}
/** Texts of firmware in data: EFI variables, USB descriptors. */
function utf16le(text: string): Uint8Array {
  const bytes = utf16be(text)
  for (let i = 0; i < bytes.length; i += 2) bytes.subarray(i, i + 2).reverse()
  return bytes
}

/** Strings of binary property lists that are not ASCII. */
function utf16be(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2)
  for (let i = 0; i < text.length; i++) {
    bytes[2 * i] = text.charCodeAt(i) >> 8
    bytes[2 * i + 1] = text.charCodeAt(i) & 255
  }
  return bytes
}

const wide: ReadonlySet<unknown> = new Set([utf16be, utf16le])
