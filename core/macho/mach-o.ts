/** What a file with a kext's code holds: one image for each architecture. */
export type MachOReading =
  | {
      readonly kind: 'mach-o'
      readonly isFat: boolean
      readonly images: readonly ImageReading[]
    }
  /** `because`: what it looks like, as a phrase. */
  | { readonly kind: 'not-mach-o'; readonly because: string }
  /** The list of architectures of a fat file cannot be read. */
  | { readonly kind: 'malformed'; readonly at: number; readonly because: string }

export type ImageReading =
  | { readonly kind: 'image'; readonly image: MachOImage }
  /** `architecture` is null where the damage is before it. */
  | {
      readonly kind: 'malformed'
      readonly architecture: string | null
      readonly at: number
      readonly because: string
    }

/** The code of a kext for one architecture (facts: kexts, section 14). */
export interface MachOImage {
  /** `x86_64`, `arm64e`, `i386`, `ppc`. */
  readonly architecture: string
  readonly is64Bit: boolean
  readonly isLittleEndian: boolean
  readonly fileType: number
  /** Upper case with dashes, as `kextstat` prints it. */
  readonly uuid: string | null
  /** Null: there is no `_kmod_info`, so this is no kext's code. */
  readonly kmodInfo: KmodInfo | null
  /** The IOKit classes it defines, in the order of its symbols. */
  readonly classes: readonly DefinedClass[]
  /** Classes whose metaclass it takes from elsewhere: an undefined `gMetaClassE`. */
  readonly importedClasses: readonly string[]
  /** Undefined symbols, sorted, as they are spelt in the file: with the underscore in front. */
  readonly undefinedSymbols: readonly string[]
  readonly definedSymbolCount: number
  /** What could not be read although the rest could; phrases. */
  readonly gaps: readonly string[]
}

/** The fields of `kmod_info_t` that mean something in a file. */
export interface KmodInfo {
  /** Null: its bytes are not in the file. */
  readonly name: string | null
  readonly version: string | null
  /** `info_version`: 1. */
  readonly infoVersion: number | null
}

export interface DefinedClass {
  readonly name: string
  /** Null where the file does not tell it. */
  readonly superclass: string | null
  /** Its vtable is there too, as the linker wants it. */
  readonly hasVtable: boolean
}
