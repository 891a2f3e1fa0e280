import type { DictionaryValue, PropertyValue } from '../registry/property-value.ts'

/*
 * "Is this personality in the catalogue already?" is dictionary equality over all keys (facts: matching,
 * sections 1 and 5). Compared one with another, 3 000 personalities make millions of comparisons; so each has
 * a key that equal ones share, and only those with one key are compared.
 */

/** Personalities without exact duplicates: finds in no time whether one is known. */
export class PersonalityIndex<T extends { readonly properties: DictionaryValue }> {
  readonly #alike = new Map<string, T[]>()

  /** The first that was added of those that are equal to it. */
  find(properties: DictionaryValue): T | undefined {
    const alike = this.#alike.get(likenessKey(properties))
    return alike?.find(known => isSamePersonality(known.properties, properties))
  }

  add(known: T): void {
    const key = likenessKey(known.properties)
    const alike = this.#alike.get(key)
    if (alike) alike.push(known)
    else this.#alike.set(key, [known])
  }
}

/**
 * A text that is the same for personalities that are equal; others may share it too. Independent of the order
 * of keys. A string equals data of the same characters with or without a NUL behind, so both are written
 * without it; sets are written by their size, since their members have no order.
 */
export function likenessKey(personality: DictionaryValue): string {
  const parts: string[] = []
  // What is still to be written, the next last: no recursion over what a file may nest.
  const open: (PropertyValue | string)[] = [personality]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === 'string') {
      parts.push(next)
      continue
    }
    switch (next.kind) {
      case 'dictionary': {
        const members = [...new Map(next.entries)].sort(([a], [b]) => (a < b ? -1 : 1))
        parts.push(`{${members.length}`)
        for (const [key, value] of members.reverse()) open.push(value, `${key.length}:${key}`)
        break
      }
      case 'array':
        parts.push(`[${next.items.length}`)
        for (let i = next.items.length - 1; i >= 0; i--) open.push(next.items[i]!)
        break
      case 'set':
        parts.push(`<${next.items.length}`)
        break
      case 'string':
      case 'data':
        parts.push(textKey(next))
        break
      case 'integer':
        parts.push(`#${BigInt.asUintN(64, next.value)}`)
        break
      case 'real':
        parts.push(`r${next.value}`)
        break
      case 'boolean':
        parts.push(next.value ? 'yes' : 'no')
        break
      case 'date':
        parts.push(`d${next.iso}`)
        break
      case 'missing':
        parts.push('-')
        break
      case 'unreadable':
        parts.push(`?${next.raw.length}`)
        break
    }
  }
  return parts.join(' ')
}

/**
 * Equal as `OSDictionary::isEqualTo` has it: the same keys, and under each equal values. Where matching compares a
 * personality with what a dump shows of a service (`equality.ts`), much stays open; two personalities are both
 * known exactly, and are compared whole however large they are.
 */
export function isSamePersonality(known: DictionaryValue, added: DictionaryValue): boolean {
  return isSameValue(known, added)
}

function isSameValue(left: PropertyValue, right: PropertyValue): boolean {
  const open: [PropertyValue, PropertyValue][] = [[left, right]]
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const [a, b] = pair
    switch (a.kind) {
      case 'dictionary': {
        if (b.kind !== 'dictionary') return false
        const mine = new Map(a.entries)
        const others = new Map(b.entries)
        if (mine.size !== others.size) return false
        for (const [key, value] of mine) {
          const other = others.get(key)
          if (other === undefined) return false
          open.push([value, other])
        }
        break
      }
      case 'array': {
        if (b.kind !== 'array' || a.items.length !== b.items.length) return false
        for (let i = 0; i < a.items.length; i++) open.push([a.items[i]!, b.items[i]!])
        break
      }
      case 'set': {
        if (b.kind !== 'set' || !isSameSet(a.items, b.items)) return false
        break
      }
      case 'string':
      case 'data':
        if ((b.kind !== 'string' && b.kind !== 'data') || !isSameText(a, b)) return false
        break
      case 'integer':
        if (b.kind !== 'integer' || BigInt.asUintN(64, a.value) !== BigInt.asUintN(64, b.value)) {
          return false
        }
        break
      case 'real':
        if (b.kind !== 'real' || !Object.is(a.value, b.value)) return false
        break
      case 'boolean':
        if (b.kind !== 'boolean' || a.value !== b.value) return false
        break
      case 'date':
        if (b.kind !== 'date' || a.iso !== b.iso) return false
        break
      // Neither can be told to be equal to anything.
      case 'missing':
      case 'unreadable':
        return false
    }
  }
  return true
}

/**
 * Each member is looked for among the others: no personality has a set, and a dump's are small. One that holds
 * containers, or very many members, is not known to be equal; that could be asked without end.
 */
function isSameSet(a: readonly PropertyValue[], b: readonly PropertyValue[]): boolean {
  if (a.length !== b.length || a.length > mostSetMembers || a.some(isContainer)) return false
  return a.every(item => b.some(other => isSameValue(item, other)))
}

const mostSetMembers = 64

function isContainer({ kind }: PropertyValue): boolean {
  return kind === 'set' || kind === 'array' || kind === 'dictionary'
}

type Text = Extract<PropertyValue, { kind: 'string' | 'data' }>

/** Strings with strings and data with data byte by byte; one with the other but for a NUL behind the data. */
function isSameText(a: Text, b: Text): boolean {
  if (a.kind === 'string' && b.kind === 'string' && !a.bytes && !b.bytes) return a.text === b.text
  const left = bytesOf(a)
  const right = bytesOf(b)
  if (a.kind === b.kind) return isSameBytes(left, right)
  const [data, text] = a.kind === 'data' ? [left, right] : [right, left]
  const isEnded = data.length === text.length + 1 && data[text.length] === 0
  return isSameBytes(isEnded ? data.subarray(0, -1) : data, text)
}

const encoder = new TextEncoder()

function bytesOf(value: Text): Uint8Array {
  return value.kind === 'data' ? value.bytes : (value.bytes ?? encoder.encode(value.text))
}

function isSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

/** Of nearly all strings the characters are the bytes. */
function textKey(value: Text): string {
  const isPlain = value.kind === 'string' && !value.bytes && value.text.length <= longestPlain
  if (!isPlain || /[\u0080-\uffff]/.test(value.text)) return bytesKey(bytesOf(value))
  const text = value.text.endsWith('\0') ? value.text.slice(0, -1) : value.text
  return `${text.length}=${text}`
}

/** Short ones as they are, a character for each byte; long ones (firmware, tables) by length and a sum. */
function bytesKey(bytes: Uint8Array): string {
  const end = bytes.length > 0 && bytes[bytes.length - 1] === 0 ? bytes.length - 1 : bytes.length
  if (end <= longestPlain) return `${end}=${String.fromCharCode(...bytes.subarray(0, end))}`
  let hash = 0x811c_9dc5
  for (let i = 0; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x0100_0193)
  return `${end}~${hash >>> 0}`
}

const longestPlain = 1024
