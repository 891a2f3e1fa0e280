import { Malformed, type ByteReader } from './bytes.ts'
import { FileType } from './format.ts'
import type { Header, Layout } from './layout.ts'

/**
 * Address -> index of the symbol whose address the linker puts there, for the addresses that are wanted.
 *
 * A linked image lists them once, counted from the address of its first segment (xnu: `kxld_object.c`); an object
 * file lists them for each section, counted from the section's beginning.
 *
 * @param gap told, in a phrase, of each list that is not in the file
 */
export function readRelocations(
  reader: ByteReader,
  header: Header,
  layout: Layout,
  wanted: ReadonlySet<bigint>,
  gap: (phrase: string) => void,
): ReadonlyMap<bigint, number> {
  const found = new Map<bigint, number>()
  // Lists do not overlap, so all together they fit into the file.
  let budget = Math.floor(reader.length / entryBytes)
  const read = (start: number, count: number, base: bigint): void => {
    budget -= count
    if (budget < 0) return gap('the lists of relocations are longer than the file')
    try {
      const table = reader.part(start, count * entryBytes, 'a list of relocations')
      for (let at = 0; at < table.length; at += entryBytes) readOne(table, at, base, wanted, found)
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      gap(error.message)
    }
  }
  if (layout.relocations !== null)
    read(layout.relocations.start, layout.relocations.count, layout.segments[0]?.address ?? 0n)
  if (header.fileType === FileType.object) {
    for (const { sections } of layout.segments)
      for (const { address, relocationStart, relocationCount } of sections)
        if (relocationCount > 0) read(relocationStart, relocationCount, address)
  }
  return found
}

const entryBytes = 8

/*
 *   r_address 32   r_symbolnum 24   r_pcrel 1   r_length 2   r_extern 1   r_type 4
 *
 * as bit fields: they begin at the lowest bit of a little-endian word, and at the highest of a big-endian one.
 */
function readOne(
  table: ByteReader,
  at: number,
  base: bigint,
  wanted: ReadonlySet<bigint>,
  found: Map<bigint, number>,
): void {
  const offset = table.u32(at)
  // A scattered relocation, of 32-bit code: its address is in the code itself, and no symbol is named.
  if (offset >= 0x8000_0000) return
  const word = table.u32(at + 4)
  const isExternal = (word & (table.isLittleEndian ? 1 << 27 : 1 << 4)) !== 0
  const isRelative = (word & (table.isLittleEndian ? 1 << 24 : 1 << 7)) !== 0
  if (!isExternal || isRelative) return
  const address = base + BigInt(offset)
  if (wanted.has(address))
    found.set(address, table.isLittleEndian ? word & 0x00ff_ffff : word >>> 8)
}
