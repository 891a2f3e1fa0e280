import { ValueType, type ValueTypeTag } from '../registry/snapshot.ts'

/** The elements of a property list. `none` is anything else. */
export const Tag = {
  none: 0,
  string: 1,
  integer: 2,
  real: 3,
  true: 4,
  false: 5,
  data: 6,
  date: 7,
  array: 8,
  dict: 9,
  key: 10,
  plist: 11,
} as const
export type TagCode = (typeof Tag)[keyof typeof Tag]

const names: readonly (readonly [string, TagCode])[] = [
  ['string', Tag.string],
  ['integer', Tag.integer],
  ['real', Tag.real],
  ['true', Tag.true],
  ['false', Tag.false],
  ['data', Tag.data],
  ['date', Tag.date],
  ['array', Tag.array],
  ['dict', Tag.dict],
  ['key', Tag.key],
  ['plist', Tag.plist],
]

/** Length of each tag's name, by code. */
export const tagLength: Uint8Array = new Uint8Array(12)

const spelling: Uint8Array[] = []
for (const [name, code] of names) {
  tagLength[code] = name.length
  spelling[code] = new TextEncoder().encode(name)
}

const valueTypes: ValueTypeTag[] = []
valueTypes[Tag.none] = ValueType.unreadable
valueTypes[Tag.string] = ValueType.string
valueTypes[Tag.integer] = ValueType.integer
valueTypes[Tag.real] = ValueType.real
valueTypes[Tag.true] = ValueType.boolean
valueTypes[Tag.false] = ValueType.boolean
valueTypes[Tag.data] = ValueType.data
valueTypes[Tag.date] = ValueType.date
valueTypes[Tag.array] = ValueType.array
valueTypes[Tag.dict] = ValueType.dictionary

/** The type of a value whose element is `tag`. */
export function valueTypeOf(tag: TagCode): ValueTypeTag {
  return valueTypes[tag] ?? ValueType.unreadable
}

/** The tag whose name starts at `at` and ends before a space, `/` or `>`. Needs 8 bytes from there. */
export function tagAt(bytes: Uint8Array, at: number): TagCode {
  const tag = candidate(bytes[at]!, bytes[at + 1]!, bytes[at + 3]!)
  if (tag === Tag.none) return tag
  const name = spelling[tag]!
  for (let i = 1; i < name.length; i++) if (bytes[at + i] !== name[i]) return Tag.none
  const after = bytes[at + name.length]!
  return after === 62 || after === 47 || after <= 32 ? tag : Tag.none
}

/** The only tag a name with these letters can be: all but `dict`, `data`, `date` differ in the first. */
function candidate(first: number, second: number, fourth: number): TagCode {
  switch (first) {
    case 0x6b: // k
      return Tag.key
    case 0x73: // s
      return Tag.string
    case 0x69: // i
      return Tag.integer
    case 0x64: // d
      if (second === 0x69) return Tag.dict
      return fourth === 0x61 ? Tag.data : Tag.date
    case 0x61: // a
      return Tag.array
    case 0x74: // t
      return Tag.true
    case 0x66: // f
      return Tag.false
    case 0x72: // r
      return Tag.real
    case 0x70: // p
      return Tag.plist
    default:
      return Tag.none
  }
}

/** A `<` without its `>` for so long is no tag; looking further at every chunk would take for ever. */
const tagLimit = 1 << 16

/** The next `<` from `at`, or -1. Short gaps are walked; a long one (base64) goes to the engine. */
export function nextLess(bytes: Uint8Array, at: number): number {
  const limit = Math.min(at + 32, bytes.length)
  while (at < limit && bytes[at] !== 60) at++
  if (at < limit) return at
  return at < bytes.length ? bytes.indexOf(60, at) : -1
}

/**
 * One past the `>` of the tag at `at`, nearly always at `guess`; -1 when it is not there yet. A tag that was cut ends
 * before the next, for none holds a `<`, and before the blanks between them: of a value that is written again they
 * would be more each time.
 */
export function tagEnd(bytes: Uint8Array, at: number, guess: number): number {
  if (bytes[guess] === 62) return guess + 1
  const range = bytes.subarray(at, at + tagLimit)
  const end = range.indexOf(62)
  const next = (end < 0 ? range : range.subarray(0, end)).indexOf(60, 1)
  if (next >= 0) return at + blanksStart(range, next)
  if (end >= 0) return at + end + 1
  return bytes.length - at >= tagLimit ? at + 2 : -1
}

/** Where the blanks before `to` start, behind the first byte. */
function blanksStart(bytes: Uint8Array, to: number): number {
  let at = to
  while (at > 1 && bytes[at - 1]! <= 32) at--
  return at
}
