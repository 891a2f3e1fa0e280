import type { ByteReader } from './bytes.ts'
import { SymbolBits } from './format.ts'
import type { Layout } from './layout.ts'

export interface MachOSymbol {
  /** Empty for debugging symbols, which keep their slot since relocations count them. */
  readonly name: string
  readonly isUndefined: boolean
  readonly address: bigint
}

/** Mangled names have a few hundred letters; of what is longer the beginning is enough to tell it apart. */
const longestName = 4096
/** The largest kexts of Apple have some hundred thousand. */
const mostSymbols = 1_000_000
/** Names may share their ends; a table whose names lie in each other more often than this is no linker's. */
const mostSharing = 8

/**
 * The symbol table. A count of symbols that are not in the file is refused before anything is made of it, and so
 * are names that together are many times longer than the table they are in.
 *
 * @throws Malformed
 */
export function readSymbols(
  reader: ByteReader,
  place: NonNullable<Layout['symbols']>,
  is64Bit: boolean,
): readonly MachOSymbol[] {
  if (place.count > mostSymbols) throw reader.malformed(0, `the file claims ${place.count} symbols`)
  const each = is64Bit ? 16 : 12
  const table = reader.part(place.start, place.count * each, 'the symbol table')
  const strings = reader.part(place.stringStart, place.stringBytes, 'the table of symbol names')
  const symbols: MachOSymbol[] = []
  let nameBytes = 0
  for (let at = 0; at < table.length; at += each) {
    const type = table.u8(at + 4)
    const isDebug = (type & SymbolBits.debug) !== 0
    const start = isDebug ? 0 : table.u32(at)
    // Index 0 is the empty name; one outside the table names nothing.
    const name = start === 0 || start >= strings.length ? '' : strings.text(start, longestName)
    nameBytes += name.length
    if (nameBytes > mostSharing * strings.length)
      throw strings.malformed(start, 'the names of the symbols lie in each other')
    symbols.push({
      name,
      isUndefined: !isDebug && (type & SymbolBits.type) === SymbolBits.undefined,
      address: table.word(at + 8, is64Bit),
    })
  }
  return symbols
}
