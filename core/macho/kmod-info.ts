import type { ByteReader } from './bytes.ts'
import { fileOffsetOf, type Layout } from './layout.ts'
import type { KmodInfo } from './mach-o.ts'
import type { MachOSymbol } from './symbols.ts'

const nameBytes = 64

/**
 * The `kmod_info_t` at `_kmod_info`, packed to 4 bytes (facts: kexts, section 14):
 *
 *                  64 bit   32 bit
 *   info_version   8/4      4/4
 *   name           16/64    12/64
 *   version        80/64    76/64
 */
export function readKmodInfo(
  reader: ByteReader,
  layout: Layout,
  is64Bit: boolean,
  symbols: readonly MachOSymbol[],
): KmodInfo | null {
  const symbol = symbols.find(each => each.name === '_kmod_info' && !each.isUndefined)
  if (symbol === undefined) return null
  const offset = fileOffsetOf(layout.segments, symbol.address)
  const name = is64Bit ? 16 : 12
  if (offset === null || offset + name + 2 * nameBytes > reader.length)
    return { name: null, version: null, infoVersion: null }
  const info = reader.part(offset, name + 2 * nameBytes, 'kmod_info')
  return {
    infoVersion: info.u32(is64Bit ? 8 : 4),
    name: info.text(name, nameBytes),
    version: info.text(name + nameBytes, nameBytes),
  }
}
