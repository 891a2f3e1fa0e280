import type { PropertyValue } from '../registry/property-value.ts'

/** `[start, end)` in the bytes of the value. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** One thing that a value says. */
export interface DecodedField {
  readonly label: string
  /** As short as it can be, with the number as engineers write it: `0x8086`. */
  readonly text: string
  /** What that stands for: `Intel`. Absent where it is not known. */
  readonly meaning?: string
  /** The bytes it was read from; always inside the value. Absent for values that are not data. */
  readonly range?: ByteRange
  readonly children?: readonly DecodedField[]
  /** The registry entry ID that it names. */
  readonly entryId?: bigint
}

/**
 * How sure it is that the value means this. `certain`: its key and its shape say so. `likely`: one of the two does, and
 * nothing contradicts. `possible`: it could be read so, no more.
 */
export type Sureness = 'certain' | 'likely' | 'possible'

/** One reading of a value. */
export interface Decoding {
  /** The decoder's name, the same for all values that it reads. */
  readonly decoder: string
  readonly title: string
  readonly sureness: Sureness
  /** Why it is read so, as a sentence. */
  readonly because: string
  /** All of it in a few words, for one line; empty where that says no more than the value itself. */
  readonly summary: string
  readonly fields: readonly DecodedField[]
  /** What is wrong with the value, read so; sentences. */
  readonly problems: readonly string[]
}

/** A property to read, or a value inside one. */
export interface DecodedProperty {
  /** The nearest key above the value: its own, or that of the array it stands in. */
  readonly key: string
  /** Its place below the entry's property: keys of dictionaries, indices of arrays. Empty for the property itself. */
  readonly way: readonly string[]
  readonly value: PropertyValue
}

interface FieldMore {
  readonly meaning?: string | null | undefined
  readonly range?: ByteRange | null | undefined
  readonly children?: readonly DecodedField[]
  readonly entryId?: bigint | null | undefined
}

/** A field; what is null or undefined is left out of it. */
export function fieldOf(label: string, text: string, more: FieldMore = {}): DecodedField {
  const { meaning, range, children, entryId } = more
  return {
    label,
    text,
    ...(meaning ? { meaning } : {}),
    ...(range ? { range } : {}),
    ...(children ? { children } : {}),
    ...(entryId !== undefined && entryId !== null ? { entryId } : {}),
  }
}

/** The range of `length` bytes from `start`. */
export function bytesAt(start: number, length: number): ByteRange {
  return { start, end: start + length }
}

/** A list longer than this is cut, and says so: a guest may write a megabyte where a list of ten is meant. */
export const mostFields = 512

export function plural(count: number, word: string): string {
  return `${count.toLocaleString('en-US')} ${word}${count === 1 ? '' : 's'}`
}
