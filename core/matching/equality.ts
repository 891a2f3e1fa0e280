import type { DictionaryValue, PropertyValue } from '../registry/property-value.ts'

/**
 * `isEqualTo` of the kernel's containers, over what a dump shows of them (facts: matching, section 5).
 *
 * True and false are what the kernel would say. Null: what the dump shows fits both. That is so for data that a
 * text dump printed as text, which loses its NULs; for a set that a property list turned into an array; for
 * numbers that differ in nothing but a sign that the tools add to 32 bits; for what could not be read.
 *
 * `left` is the personality's value: the kernel asks it, not the property.
 */
export function isEqualTo(left: PropertyValue, right: PropertyValue): boolean | null {
  return compare(left, right, { comparisons: mostComparisons }, 0)
}

/**
 * The same for a key of a personality itself, not of a dictionary inside. The values of some keys become
 * symbols when the catalogue stores them, and a symbol never equals data.
 *
 * @param right undefined where the service has no such property: that is not equal to anything
 */
export function isPropertyEqual(
  key: string,
  left: PropertyValue,
  right: PropertyValue | undefined,
): boolean | null {
  if (right === undefined) return false
  if (left.kind === 'string' && right.kind === 'data' && isUniquedKey(key)) return false
  return isEqualTo(left, right)
}

/**
 * Is a string under this key of a personality turned into a symbol? Facts: matching, section 1; it names some
 * of the vendor keys and says that there are more, for which the rule of plain strings is taken here.
 */
export function isUniquedKey(key: string): boolean {
  return uniquedKeys.has(key)
}

const uniquedKeys: ReadonlySet<string> = new Set([
  'CFBundleIdentifier',
  'CFBundleIdentifierKernel',
  'IOProviderClass',
  'IOClass',
  'IOMatchCategory',
  'IOResourceMatch',
  'IOUserClientClass',
  'IOPersonalityPublisher',
  'Vendor',
  'Vendor Identification',
  'Physical Interconnect',
])

/** Real values nest a few levels and hold a few hundred items; those made to take long are not decided. */
const deepest = 64
const mostComparisons = 20_000

interface Budget {
  comparisons: number
}

function compare(
  left: PropertyValue,
  right: PropertyValue,
  budget: Budget,
  depth: number,
): boolean | null {
  if (depth > deepest || --budget.comparisons < 0) return null
  if (isUnreadable(left) || isUnreadable(right)) return null
  switch (left.kind) {
    case 'string':
      if (right.kind === 'string') return compareStrings(left, right)
      return right.kind === 'data' ? isTextOf(left, right) : false
    case 'data':
      if (right.kind === 'string') return isTextOf(right, left)
      return right.kind === 'data' ? compareData(left, right) : false
    case 'integer':
      if (right.kind === 'real') return null
      return right.kind === 'integer' ? compareIntegers(left.value, right.value) : false
    // The kernel has no reals and no dates: what becomes of one on its way there is not known.
    case 'real':
      return right.kind === 'real' || right.kind === 'integer' ? null : false
    case 'date':
      return right.kind === 'date' ? null : false
    case 'boolean':
      return right.kind === 'boolean' && left.value === right.value
    case 'array':
      if (right.kind === 'set') return compareArrayWithSet(left.items, right.items, budget, depth)
      return right.kind === 'array' ? compareArrays(left.items, right.items, budget, depth) : false
    case 'set':
      if (right.kind === 'array') return compareArrayWithSet(left.items, right.items, budget, depth)
      return right.kind === 'set' ? compareSets(left.items, right.items, budget, depth) : false
    case 'dictionary':
      return right.kind === 'dictionary' ? compareDictionaries(left, right, budget, depth) : false
    case 'missing':
    case 'unreadable':
      return null
  }
}

function isUnreadable({ kind }: PropertyValue): boolean {
  return kind === 'missing' || kind === 'unreadable'
}

type StringValue = Extract<PropertyValue, { kind: 'string' }>
type DataValue = Extract<PropertyValue, { kind: 'data' }>

/** Bytes are kept where the text cannot hold them: two that both have them are compared by them. */
function compareStrings(left: StringValue, right: StringValue): boolean | null {
  if (left.bytes && right.bytes) return isSameBytes(left.bytes, right.bytes)
  if (left.text === right.text) return true
  return left.bytes || right.bytes ? null : false
}

/** Data equals a string with or without one trailing NUL. */
function isTextOf(string: StringValue, data: DataValue): boolean | null {
  const text = string.bytes ?? encoder.encode(string.text)
  if (!data.isLossy) {
    const { bytes } = data
    const isEnded = bytes.length === text.length + 1 && bytes[text.length] === 0
    return isSameBytes(isEnded ? bytes.subarray(0, -1) : bytes, text)
  }
  const printed = printedForm(data.bytes)
  if (!isSameBytes(printed, text)) return false
  // One run: it was printed so for its text alone or with one NUL, and both are equal. A break between two runs
  // may be a NUL or three characters of the text itself.
  return hasBreak(printed) ? null : true
}

/**
 * A text dump shows of text-like data its runs alone (facts: ioreg, section 5): different runs are different
 * data, equal runs may differ in a NUL at the end.
 */
function compareData(left: DataValue, right: DataValue): boolean | null {
  if (!left.isLossy && !right.isLossy) return isSameBytes(left.bytes, right.bytes)
  return isSameBytes(printedForm(left.bytes), printedForm(right.bytes)) ? null : false
}

const encoder = new TextEncoder()
const runBreak = [34, 44, 34] as const // ","

/** The bytes as a text dump prints them between its quotes: NULs at the end are lost, others are breaks. */
function printedForm(bytes: Uint8Array): Uint8Array {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end--
  let breaks = 0
  for (let i = 0; i < end; i++) if (bytes[i] === 0) breaks++
  if (breaks === 0) return bytes.subarray(0, end)
  const out = new Uint8Array(end + 2 * breaks)
  let length = 0
  for (let i = 0; i < end; i++) {
    if (bytes[i] !== 0) out[length++] = bytes[i]!
    else for (const byte of runBreak) out[length++] = byte
  }
  return out
}

function hasBreak(bytes: Uint8Array): boolean {
  for (let i = 0; i + 2 < bytes.length; i++) {
    if (runBreak.every((byte, at) => bytes[i + at] === byte)) return true
  }
  return false
}

const signBit = 0x8000_0000n
const allOf32 = 0xffff_ffffn

/**
 * Numbers are kept masked to their width, and compared as 64 bits. The tools show one of 32 bits with its sign
 * drawn out (facts: ioreg, section 5): what they print as −1 may be 0xffffffff for the kernel.
 */
function compareIntegers(left: bigint, right: bigint): boolean | null {
  const [a, b] = [BigInt.asUintN(64, left), BigInt.asUintN(64, right)]
  if (a === b) return true
  const isSameIn32 = (a & allOf32) === (b & allOf32) && (a & signBit) !== 0n
  if (!isSameIn32) return false
  const upper = [a >> 32n, b >> 32n]
  return upper.includes(0n) && upper.includes(allOf32) ? null : false
}

function compareArrays(
  left: readonly PropertyValue[],
  right: readonly PropertyValue[],
  budget: Budget,
  depth: number,
): boolean | null {
  if (left.length !== right.length) return false
  let isDecided = true
  for (let i = 0; i < left.length; i++) {
    const answer = compare(left[i]!, right[i]!, budget, depth + 1)
    if (answer === false) return false
    if (answer === null) isDecided = false
    if (budget.comparisons < 0) return null
  }
  return isDecided ? true : null
}

/** Each member among the others, in any order. */
function compareSets(
  left: readonly PropertyValue[],
  right: readonly PropertyValue[],
  budget: Budget,
  depth: number,
): boolean | null {
  if (left.length !== right.length) return false
  let isDecided = true
  for (const item of left) {
    let best: boolean | null = false
    for (const other of right) {
      const answer = compare(item, other, budget, depth + 1)
      if (budget.comparisons < 0) return null
      if (answer !== false) best = answer
      if (answer === true) break
    }
    if (best === false) return false
    if (best === null) isDecided = false
  }
  return isDecided ? true : null
}

/** The kernel says no; but a property list shows a set as an array, so with the same members it is open. */
function compareArrayWithSet(
  left: readonly PropertyValue[],
  right: readonly PropertyValue[],
  budget: Budget,
  depth: number,
): boolean | null {
  return compareSets(left, right, budget, depth) === false ? false : null
}

function compareDictionaries(
  left: DictionaryValue,
  right: DictionaryValue,
  budget: Budget,
  depth: number,
): boolean | null {
  const [mine, others] = [new Map(left.entries), new Map(right.entries)]
  if (mine.size !== others.size) return false
  let isDecided = true
  for (const [key, value] of mine) {
    const other = others.get(key)
    if (other === undefined) return false
    const answer = compare(value, other, budget, depth + 1)
    if (answer === false) return false
    if (answer === null) isDecided = false
    if (budget.comparisons < 0) return null
  }
  return isDecided ? true : null
}

function isSameBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false
  return true
}
