import type { BinaryPlist } from '../plist/binary-plist.ts'

/** Whether bytes begin as a binary property list. */
export function isBinary(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, 8)) === 'bplist00'
}

/**
 * The characters or bytes of an object, up to where the next one begins, whatever size a guest gave it. Null for a size that no
 * file has.
 * @param next place of the next object, undefined for the last
 */
export function contentOf(
  list: BinaryPlist,
  at: number,
  next: number | undefined,
): { readonly start: number; readonly end: number } | null {
  try {
    const start = list.contentOf(at)
    return { start, end: Math.min(list.endOf(at), next ?? list.tableOffset) }
  } catch {
    return null
  }
}
