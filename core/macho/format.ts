/**
 * The constants of Mach-O that kexts are made of (facts: kexts, section 14; `mach-o/loader.h`, `nlist.h`,
 * `reloc.h`, `fixup-chains.h`).
 */
export const Magic = {
  thin32: 0xfeed_face,
  thin64: 0xfeed_facf,
  /** Fat headers are big-endian, whatever they hold. */
  fat: 0xcafe_babe,
  fat64: 0xcafe_babf,
} as const

export const FileType = {
  object: 0x1,
  kextBundle: 0xb,
} as const

export const LoadCommand = {
  segment: 0x1,
  symtab: 0x2,
  dysymtab: 0xb,
  segment64: 0x19,
  uuid: 0x1b,
  chainedFixups: 0x8000_0034,
} as const

/** Parts of `n_type` in a symbol. */
export const SymbolBits = {
  debug: 0xe0,
  type: 0x0e,
  undefined: 0x00,
} as const

const fileTypes: ReadonlyMap<number, string> = new Map([
  [0x1, 'an object file (MH_OBJECT)'],
  [0x2, 'a program (MH_EXECUTE)'],
  [0x4, 'a core file (MH_CORE)'],
  [0x6, 'a dynamic library (MH_DYLIB)'],
  [0x7, 'a dynamic linker (MH_DYLINKER)'],
  [0x8, 'a loadable bundle of user space (MH_BUNDLE)'],
  [0x9, 'a stub library (MH_DYLIB_STUB)'],
  [0xa, 'debugging symbols (MH_DSYM)'],
  [0xb, 'a kext (MH_KEXT_BUNDLE)'],
  [0xc, 'a collection of kexts (MH_FILESET)'],
])

/** A file type in words. */
export function fileTypeName(type: number): string {
  return fileTypes.get(type) ?? `a Mach-O file of the unknown type ${type}`
}

const is64 = 0x0100_0000
const arm64SubtypeE = 2

/**
 * The architecture as `kextstat -a` and `lipo` name it: `x86_64`, `arm64e`.
 *
 * @param subtype the capability bits of its highest byte do not matter
 */
export function architectureName(type: number, subtype: number): string {
  switch (type) {
    case 7:
      return 'i386'
    case 7 | is64:
      return 'x86_64'
    case 12:
      return 'arm'
    case 12 | is64:
      return (subtype & 0x00ff_ffff) === arm64SubtypeE ? 'arm64e' : 'arm64'
    case 18:
      return 'ppc'
    case 18 | is64:
      return 'ppc64'
    default:
      return `cpu ${type}`
  }
}
