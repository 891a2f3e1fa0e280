import type { ByteReader } from './bytes.ts'
import type { Layout } from './layout.ts'

/** What the linker is to put where a pointer stands. */
export type FixedPointer =
  | { readonly kind: 'import'; readonly symbol: string }
  | { readonly kind: 'address'; readonly address: bigint }
  | { readonly kind: 'unknown' }

/** Reads one pointer of an image whose pointers are chained (arm64e, and newer x86_64 kexts). */
export type ReadPointer = (address: bigint, raw: bigint) => FixedPointer

const longestName = 4096

/**
 * The header of the chained fixups. The chains themselves are not walked: whoever knows that a pointer is at an
 * address asks for that one, and its bits tell the rest.
 *
 *   version 32  starts_offset 32  imports_offset 32  symbols_offset 32  imports_count 32  imports_format 32  symbols_format 32
 *   starts: seg_count 32, then an offset for each segment, 0 for one without pointers
 *   starts of a segment: size 32  page_size 16  pointer_format 16  segment_offset 64  max_valid_pointer 32  page_count 16 …
 *
 * @throws Malformed
 */
export function readChainedFixups(
  reader: ByteReader,
  layout: Layout,
  place: NonNullable<Layout['chainedFixups']>,
): ReadPointer {
  const part = reader.part(place.start, place.bytes, 'the list of chained fixups')
  const starts = part.u32(4)
  const imports = { at: part.u32(8), count: part.u32(16), format: part.u32(20) }
  const symbols = part.u32(12)
  const isPacked = part.u32(24) !== 0
  const segmentCount = part.u32(starts)
  part.check(starts + 4, segmentCount * 4, `a list of ${segmentCount} segments`)

  const formatOf = (address: bigint): number | null => {
    const index = layout.segments.findIndex(
      each => address >= each.address && address < each.address + each.memoryBytes,
    )
    if (index < 0 || index >= segmentCount) return null
    const offset = part.u32(starts + 4 + index * 4)
    return offset === 0 ? null : part.u16(starts + offset + 6)
  }
  const base = layout.segments.find(each => each.fileStart === 0)?.address ?? 0n

  return (address, raw) => {
    const format = formatOf(address)
    const pointer = format === null ? null : decode(format, raw, base)
    if (pointer === null) return { kind: 'unknown' }
    if (pointer.kind === 'address') return pointer
    if (isPacked || pointer.ordinal >= imports.count) return { kind: 'unknown' }
    const name = nameOffset(part, imports, pointer.ordinal)
    return name === null
      ? { kind: 'unknown' }
      : { kind: 'import', symbol: part.text(symbols + name, longestName) }
  }
}

/** DYLD_CHAINED_IMPORT: ordinal 8, weak 1, name 23; with an addend behind; or in 64 bits, with the name in 32. */
function nameOffset(
  part: ByteReader,
  imports: { readonly at: number; readonly format: number },
  ordinal: number,
): number | null {
  switch (imports.format) {
    case 1:
      return part.u32(imports.at + ordinal * 4) >>> 9
    case 2:
      return part.u32(imports.at + ordinal * 8) >>> 9
    case 3:
      return Number(part.u64(imports.at + ordinal * 16) >> 32n)
    default:
      return null
  }
}

type Decoded =
  | { readonly kind: 'import'; readonly ordinal: number }
  | { readonly kind: 'address'; readonly address: bigint }

/** The bits of a pointer by `pointer_format`; null for formats of whole kernel collections and unknown ones. */
function decode(format: number, raw: bigint, base: bigint): Decoded | null {
  const bits = (from: bigint, count: bigint): bigint => (raw >> from) & ((1n << count) - 1n)
  const isTop = bits(63n, 1n) === 1n
  switch (format) {
    // DYLD_CHAINED_PTR_64, and …_OFFSET, which counts from the image's beginning: bind is the highest bit.
    case 2:
    case 6:
      if (isTop) return { kind: 'import', ordinal: Number(bits(0n, 24n)) }
      return { kind: 'address', address: bits(0n, 36n) + (format === 6 ? base : 0n) }
    // DYLD_CHAINED_PTR_ARM64E, …_KERNEL, …_USERLAND, …_USERLAND24: signed is the highest bit, bind the next.
    case 1:
    case 7:
    case 9:
    case 12:
      if (bits(62n, 1n) === 1n)
        return { kind: 'import', ordinal: Number(bits(0n, format === 12 ? 24n : 16n)) }
      if (isTop) return { kind: 'address', address: bits(0n, 32n) + base }
      return { kind: 'address', address: bits(0n, 43n) + (format === 1 ? 0n : base) }
    default:
      return null
  }
}
