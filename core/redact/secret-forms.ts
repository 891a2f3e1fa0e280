import { encodeBase64 } from '../registry/base64.ts'
import { encodeMacRoman } from '../registry/mac-roman.ts'
import { shortestPattern, type BytePattern } from './byte-patterns.ts'
import { bytesPseudonym, integerPseudonym, textPseudonym, type Digest } from './pseudonym.ts'
import { shortestFree, type SecretCategory } from './secret-rules.ts'
import {
  fromHex,
  hexOf,
  inOrders,
  macBytes,
  utf16be,
  utf16le,
  utf8,
  uuidBytes,
  waysOfText,
  writings,
} from './ways-to-write.ts'

/** Something that tells of one machine or person, as it was found. */
export interface FoundSecret {
  readonly category: SecretCategory
  readonly value:
    | {
        readonly kind: 'text'
        readonly text: string
        /** `/Users/`: it counts only behind that, for it is short. */
        readonly folder?: string
      }
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
  /** A short text that counts where it is the whole of a value: as each kind of string holds it. */
  readonly wholes: readonly { readonly find: Uint8Array; readonly put: Uint8Array }[]
  readonly integer: { readonly from: bigint; readonly to: bigint } | null
}

type Form = Omit<BytePattern, 'secret'>

/** One number however it is written: secrets of equal keys are one secret. */
export function keyOfSecret(secret: FoundSecret): string {
  const { value } = secret
  if (value.kind === 'integer') return `integer:${value.value}`
  const bytes = bytesOf(secret)
  if (bytes) return `bytes:${hexOf(bytes)}`
  const { text, folder } = value as Extract<FoundSecret['value'], { kind: 'text' }>
  return folder === undefined ? `text:${text}` : `path:${folder}${text}`
}

/** @param writings of an address or a UUID: how else it was met, in small and capital letters at once */
export function formsOf(
  secret: FoundSecret,
  digest: Digest,
  writings: Iterable<string> = [],
): SecretForms {
  const { value, category } = secret
  if (value.kind === 'integer') return formsOfInteger(value.value, digest)
  const bytes = bytesOf(secret)
  if (bytes) return formsOfBytes(bytes, value.kind === 'text' ? value.text : null, writings, digest)
  const { text, folder } = value as Extract<FoundSecret['value'], { kind: 'text' }>
  if (folder !== undefined) return formsOfPath(folder, text, digest)
  return text.length < shortestFree
    ? formsOfShort(text, digest)
    : formsOfText(text, category, digest)
}

/** Of an address or a UUID, however it is written. Digits alone are one where their key says so. */
function bytesOf({ category, value }: FoundSecret): Uint8Array | null {
  if (value.kind === 'bytes') return value.bytes
  if (value.kind !== 'text') return null
  const { text } = value
  if (category === 'hardware' && /^[\da-f]{12}$/i.test(text)) return fromHex(text)
  if (category === 'uuids' && /^[\da-f]{32}$/i.test(text)) return fromHex(text)
  return macBytes(text) ?? uuidBytes(text)
}

function formsOfInteger(value: bigint, digest: Digest): SecretForms {
  const to = integerPseudonym(value, digest)
  const inData = new FormList()
  if (value > 0xffff_ffffn || value < -0xffff_ffffn) {
    const [find, put] = [wordOf(value), wordOf(to)]
    for (const order of [[find, put] as const, [reversed(find), reversed(put)] as const]) {
      inData.add(...order)
    }
  }
  const shown = { original: String(value), pseudonym: String(to) }
  return { ...shown, inText: [], inData: inData.forms, wholes: [], integer: { from: value, to } }
}

function formsOfBytes(
  bytes: Uint8Array,
  written: string | null,
  others: Iterable<string>,
  digest: Digest,
): SecretForms {
  const put = bytesPseudonym(bytes, digest)
  const [inText, inData] = [new FormList(), new FormList()]
  // Eight digits are a part of entry IDs too.
  const isWord = bytes.length < 6
  // Strings of binary property lists that are not ASCII, and texts of firmware.
  const addWide = (text: string, made: string) => {
    inText.add(utf16be(text), utf16be(made))
    inData.add(utf16le(text), utf16le(made))
  }
  const puts = inOrders(put)
  inOrders(bytes).forEach(({ bytes: ordered, writtenWays }, i) => {
    const made = writings(puts[i]!.bytes)
    for (const [way, text] of writings(ordered).slice(0, writtenWays).entries()) {
      inText.add(utf8(text), utf8(made[way]!), isWord)
      if (i === 0 && bytes.length >= 6) addWide(text, made[way]!)
    }
    if (bytes.length >= shortestPattern) inData.add(ordered, puts[i]!.bytes)
  })
  inText.addBase64(bytes, put)
  const [quoted, madeQuoted] = quotedBytes(bytes, put)
  if (bytes.length >= 6 && quoted.length !== bytes.length) inText.add(quoted, madeQuoted)
  const ways = writings(bytes)
  const madeWays = writings(put)
  const madeLike = (text: string) =>
    inCasesOf(text, madeWays[Math.max(0, ways.indexOf(text.toLowerCase()))]!)
  for (const text of others) {
    inText.add(utf8(text), utf8(madeLike(text)))
    addWide(text, madeLike(text))
  }
  const shown = written ?? ways[0]!
  const pseudonym = madeLike(shown)
  inText.addBase64(utf8(shown), utf8(pseudonym))
  return {
    original: shown,
    pseudonym,
    inText: inText.forms,
    inData: inData.forms,
    wholes: [],
    integer: null,
  }
}

/** Letters are as small or large as those that stood in their places; else as the one before. */
function inCasesOf(text: string, made: string): string {
  let isLarge = /^[^a-z]*[A-Z]/.test(text)
  return [...made]
    .map((digit, i) => {
      if (/[a-z]/i.test(text[i]!)) isLarge = /[A-Z]/.test(text[i]!)
      return isLarge ? digit.toUpperCase() : digit
    })
    .join('')
}

function formsOfText(text: string, category: SecretCategory, digest: Digest): SecretForms {
  const pseudonym = textPseudonym(text, digest)
  // Short ones are a part of many words.
  const isWord = category === 'people' || category === 'network' || text.length < 8
  const [inText, inData] = [new FormList(), new FormList()]
  for (const { find, put } of waysOfText(text, pseudonym, digest)) inText.add(find, put, isWord)
  const roman = encodeMacRoman(text)
  if (roman) inText.add(roman, romanPseudonym(roman, pseudonym), isWord)
  // Strings of binary property lists that are not ASCII; texts of firmware.
  inText.add(utf16be(text), utf16be(pseudonym))
  inData.add(utf16le(text), utf16le(pseudonym))
  // Data of two bytes a character, as text dumps print it: `<"C","0","2">`.
  inText.add(utf8([...text].join('","')), utf8([...pseudonym].join('","')))
  inText.addBase64(utf8(text), utf8(pseudonym))
  if (category === 'serials' || category === 'network') {
    for (const form of [
      (words: string) => words.toLowerCase(),
      (words: string) => words.toUpperCase(),
    ]) {
      inText.add(utf8(form(text)), utf8(form(pseudonym)), isWord)
      inData.add(utf16le(form(text)), utf16le(form(pseudonym)))
    }
  }
  if (category === 'serials') {
    inText.addHex(utf8(text), utf8(pseudonym))
    for (const pad of [(words: string) => words, (words: string) => ` ${words}`]) {
      inData.add(swapped(utf8(pad(text))), swapped(utf8(pad(pseudonym))))
    }
  }
  const forms = { inText: inText.forms, inData: inData.forms }
  return { original: text, pseudonym, ...forms, wholes: [], integer: null }
}

/** Where it is the whole value: in quotes, or between tags. */
function formsOfShort(text: string, digest: Digest): SecretForms {
  const pseudonym = textPseudonym(text, digest)
  const inText: Form[] = [
    { find: utf8(`"${text}"`), put: utf8(`"${pseudonym}"`), isWord: false },
    { find: utf8(`>${text}<`), put: utf8(`>${pseudonym}<`), isWord: false, isElement: true },
  ]
  // The name of a node in text.
  for (const end of [' ', '@']) {
    inText.push({
      ...{ find: utf8(`+-o ${text}${end}`), put: utf8(`+-o ${pseudonym}${end}`) },
      isWord: false,
    })
  }
  // Alone in data it has its end there.
  const inData = new FormList()
  inData.add(utf8(`${text}\0`), utf8(`${pseudonym}\0`), true)
  const wholes = [utf8, utf16be].map(way => ({ find: way(text), put: way(pseudonym) }))
  return { original: text, pseudonym, inText, inData: inData.forms, wholes, integer: null }
}

function formsOfPath(folder: string, text: string, digest: Digest): SecretForms {
  const pseudonym = textPseudonym(text, digest)
  const [original, made] = [folder + text, folder + pseudonym]
  const form = { find: utf8(original), put: utf8(made), isWord: false, endsWord: true }
  const [wide, wideLe] = [utf16be, utf16le].map(way => ({
    ...{ find: way(original), put: way(made) },
    isWord: false,
  }))
  return {
    original,
    pseudonym: made,
    // Strings of binary property lists that are not ASCII.
    inText: [form, wide!],
    inData: [wideLe!],
    wholes: [],
    integer: null,
  }
}

/** Forms of one secret, each once: the first that is written so decides what takes its place. */
class FormList {
  readonly forms: Form[] = []
  private readonly seen = new Set<string>()

  add(find: Uint8Array, put: Uint8Array, isWord = false): void {
    if (find.length < shortestPattern || find.length !== put.length) return
    const mark = hexOf(find)
    if (this.seen.has(mark)) return
    this.seen.add(mark)
    this.forms.push({ find, put, isWord })
  }

  /** As it stands in base64, at each of the three places where it can begin in a group: digits that are its own. */
  addBase64(find: Uint8Array, put: Uint8Array): void {
    for (let before = 0; before < 3; before++) {
      const first = Math.ceil((8 * before) / 6)
      const end = Math.floor((8 * (before + find.length)) / 6)
      if (end - first < shortestBase64) continue
      const [digits, made] = [find, put].map(bytes => {
        const padded = new Uint8Array(before + bytes.length)
        padded.set(bytes, before)
        return encodeBase64(padded).subarray(first, end)
      })
      this.add(digits!, made!)
    }
  }

  addHex(find: Uint8Array, put: Uint8Array): void {
    this.add(utf8(hexOf(find)), utf8(hexOf(put)))
    this.add(utf8(hexOf(find).toUpperCase()), utf8(hexOf(put).toUpperCase()))
  }
}

/** Fewer digits stand anywhere by chance. */
const shortestBase64 = 7

/** A byte for a byte: the pseudonym's own signs may have none in MacRoman. */
function romanPseudonym(find: Uint8Array, pseudonym: string): Uint8Array {
  const made = Array.from(pseudonym, character => {
    const code = character.codePointAt(0)!
    return code < 128 ? code : 0x8e
  })
  return Uint8Array.from(find, (_, i) => made[i] ?? 0x8e)
}

/** Data that looks like text to `ioreg`, which prints each NUL as the end of a string, and the last one not at all. */
function quotedBytes(bytes: Uint8Array, put: Uint8Array): [Uint8Array, Uint8Array] {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end--
  const [find, made]: [number[], number[]] = [[], []]
  for (let i = 0; i < end; i++) {
    if (bytes[i] === 0) {
      find.push(...stringEnd)
      made.push(...stringEnd)
    } else {
      find.push(bytes[i]!)
      made.push(97 + (put[i]! % 26))
    }
  }
  return [Uint8Array.from(find), Uint8Array.from(made)]
}

const stringEnd = utf8('","')

/** The two characters of each word the other way round, as ATA devices give their texts. */
function swapped(bytes: Uint8Array): Uint8Array {
  const even = bytes.length & ~1
  const made = bytes.slice(0, even)
  for (let i = 0; i < even; i += 2) {
    made[i] = bytes[i + 1]!
    made[i + 1] = bytes[i]!
  }
  return made
}

function reversed(bytes: Uint8Array): Uint8Array {
  return bytes.slice().reverse()
}

/** 64 bits, the highest byte first. */
function wordOf(value: bigint): Uint8Array {
  const word = new Uint8Array(8)
  new DataView(word.buffer).setBigUint64(0, BigInt.asUintN(64, value))
  return word
}
