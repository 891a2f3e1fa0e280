import { noString, type StringIndex, type StringTable } from './snapshot.ts'

const decoded = new WeakMap<StringTable, (string | undefined)[]>()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * The text of one string; `''` for `noString`. Made when somebody looks, and remembered as long as its
 * table lives. Bytes that are no UTF-8 show as U+FFFD; `bytesAt` has them as they are.
 */
export function stringAt(table: StringTable, index: StringIndex): string {
  if (index === noString) return ''
  let known = decoded.get(table)
  if (!known) {
    known = new Array<string | undefined>(table.length)
    decoded.set(table, known)
  }
  return (known[index] ??= decoder.decode(bytesAt(table, index)))
}

/** A view of the bytes of one string, as the guest wrote them; empty for `noString`. */
export function bytesAt(table: StringTable, index: StringIndex): Uint8Array {
  if (index < 0 || index >= table.length) return new Uint8Array(0)
  return table.bytes.subarray(table.start[index], table.start[index + 1])
}

/** The index of a text, or `noString` when nothing in the snapshot has it. Looks at every string. */
export function findString(table: StringTable, text: string): StringIndex {
  const wanted = new TextEncoder().encode(text)
  for (let index = 0; index < table.length; index++) {
    const start = table.start[index]!
    if (table.start[index + 1]! - start !== wanted.length) continue
    let i = 0
    while (i < wanted.length && table.bytes[start + i] === wanted[i]) i++
    if (i === wanted.length) return index
  }
  return noString
}
