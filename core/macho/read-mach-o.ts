import { ByteReader, Malformed } from './bytes.ts'
import { readChainedFixups, type FixedPointer, type ReadPointer } from './chained-fixups.ts'
import { classOfMetaClassSymbol } from './class-symbols.ts'
import { definedClasses, superclassPointers } from './defined-classes.ts'
import { architectureName, Magic } from './format.ts'
import { readKmodInfo } from './kmod-info.ts'
import { readHeader, readLayout, type Layout } from './layout.ts'
import type { ImageReading, MachOImage, MachOReading } from './mach-o.ts'
import { readRelocations } from './relocations.ts'
import { readSymbols } from './symbols.ts'

/** `lipo` knows a dozen architectures. A Java class file has the same magic number and a larger number here. */
const mostArchitectures = 32

/**
 * Reads the executable of a kext: thin or fat, 32 or 64 bit, of either byte order (facts: kexts, section 14).
 *
 * What is not one, or is damaged, is told as data. Takes time and memory by the length of `bytes`, whatever they
 * claim: every count is compared with what is there before anything is made of it.
 */
export function readMachO(bytes: Uint8Array): MachOReading {
  if (bytes.length === 0) return { kind: 'not-mach-o', because: 'it is empty' }
  if (bytes.length < 8) return { kind: 'not-mach-o', because: 'it is too short' }
  const file = new ByteReader(bytes, false)
  const magic = file.u32(0)
  if (magic !== Magic.fat && magic !== Magic.fat64) {
    if (!isThin(bytes)) return { kind: 'not-mach-o', because: resemblance(bytes) }
    return { kind: 'mach-o', isFat: false, images: [readImage(file, null)] }
  }
  const count = file.u32(4)
  if (count > mostArchitectures)
    return { kind: 'not-mach-o', because: 'it claims too many architectures for a fat file' }
  try {
    return { kind: 'mach-o', isFat: true, images: readSlices(file, count, magic === Magic.fat64) }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return { kind: 'malformed', at: error.at, because: error.message }
  }
}

/** fat_arch: type 32, subtype 32, offset 32, size 32, align 32; fat_arch_64 has offset and size in 64. */
function readSlices(file: ByteReader, count: number, is64: boolean): readonly ImageReading[] {
  const each = is64 ? 32 : 20
  file.check(8, count * each, `a list of ${count} architectures`)
  // Architectures do not overlap, so all together they fit into the file.
  let budget = file.length
  return Array.from({ length: count }, (_, i): ImageReading => {
    const at = 8 + i * each
    const architecture = architectureName(file.u32(at), file.u32(at + 4))
    try {
      const start = is64 ? file.offset64(at + 8, 'the place of an architecture') : file.u32(at + 8)
      const length = is64
        ? file.offset64(at + 16, 'the size of an architecture')
        : file.u32(at + 12)
      const slice = file.part(start, length, `the code for ${architecture}`)
      budget -= length
      if (budget < 0)
        throw file.malformed(at, 'the architectures together are longer than the file')
      if (!isThin(slice.bytes)) throw slice.malformed(0, 'it does not begin as Mach-O does')
      return readImage(slice, architecture)
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      return { kind: 'malformed', architecture, at: error.at, because: error.message }
    }
  })
}

function isThin(bytes: Uint8Array): boolean {
  return magicOf(bytes) !== null
}

function magicOf(bytes: Uint8Array): { isLittleEndian: boolean; is64Bit: boolean } | null {
  if (bytes.length < 4) return null
  for (const isLittleEndian of [true, false]) {
    const magic = new ByteReader(bytes, isLittleEndian).u32(0)
    if (magic === Magic.thin32 || magic === Magic.thin64)
      return { isLittleEndian, is64Bit: magic === Magic.thin64 }
  }
  return null
}

/** @param claimed the architecture that a fat file's list says */
function readImage(slice: ByteReader, claimed: string | null): ImageReading {
  let architecture = claimed
  try {
    const { isLittleEndian, is64Bit } = magicOf(slice.bytes)!
    const reader = slice.inOrder(isLittleEndian)
    const header = readHeader(reader, is64Bit)
    architecture = architectureName(header.cpuType, header.cpuSubtype)
    const layout = readLayout(reader, header)
    const gaps: string[] = []
    const gap = (phrase: string): void => void gaps.push(phrase)
    const symbols = layout.symbols === null ? [] : readSymbols(reader, layout.symbols, is64Bit)
    const found = superclassPointers(symbols, gap)
    const wanted = new Set(found.map(({ address }) => address))
    const relocations = readRelocations(reader, header, layout, wanted, gap)
    const chained = chainedFixups(reader, layout, gap)
    const named = symbols.filter(({ name }) => name !== '')
    const undefinedSymbols = [
      ...new Set(named.filter(({ isUndefined }) => isUndefined).map(({ name }) => name)),
    ].sort()
    const image: MachOImage = {
      architecture,
      is64Bit,
      isLittleEndian,
      fileType: header.fileType,
      uuid: layout.uuid,
      kmodInfo: readKmodInfo(reader, layout, is64Bit, symbols),
      classes: definedClasses(found, { reader, layout, is64Bit, symbols, relocations, chained }),
      importedClasses: undefinedSymbols.flatMap(symbol => classOfMetaClassSymbol(symbol) ?? []),
      undefinedSymbols,
      definedSymbolCount: named.filter(({ isUndefined }) => !isUndefined).length,
      gaps: [...new Set(gaps)],
    }
    return { kind: 'image', image }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return { kind: 'malformed', architecture, at: error.at, because: error.message }
  }
}

/** Damaged fixups hide superclasses and nothing else, so the rest is told all the same. */
function chainedFixups(
  reader: ByteReader,
  layout: Layout,
  gap: (phrase: string) => void,
): ReadPointer | null {
  if (layout.chainedFixups === null) return null
  const guarded = <T>(read: () => T, otherwise: T): T => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      gap(error.message)
      return otherwise
    }
  }
  const unknown: FixedPointer = { kind: 'unknown' }
  const place = layout.chainedFixups
  const read = guarded<ReadPointer>(
    () => readChainedFixups(reader, layout, place),
    () => unknown,
  )
  return (address, raw) => guarded(() => read(address, raw), unknown)
}

/** What people put in the place of an executable. */
function resemblance(bytes: Uint8Array): string {
  const starts = (text: string): boolean =>
    [...text].every((letter, i) => bytes[i] === letter.charCodeAt(0))
  if (starts('\x7fELF')) return 'it is an ELF file, as Linux has them'
  if (starts('MZ')) return 'it is a Windows program'
  if (starts('!<arch>')) return 'it is an archive of object files (a static library)'
  if (starts('#!')) return 'it is a script'
  if (starts('version https://git-lfs')) return 'it is a pointer of Git LFS, not the file itself'
  if (starts('BC\xc0\xde')) return 'it is LLVM bitcode'
  return 'it does not begin as Mach-O does'
}
