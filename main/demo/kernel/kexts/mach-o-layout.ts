/** The few constants of Mach-O that a kext's executable needs (facts: kexts, section 14; `mach-o/loader.h`). */
export const MachO = {
  magic64: 0xfeed_facf,
  fatMagic: 0xcafe_babe,
  cpuX86_64: 0x0100_0007,
  cpuSubtypeAll: 3,
  kextBundle: 0xb,
  headerBytes: 32,
} as const

export const LoadCommand = {
  symtab: 0x2,
  dysymtab: 0xb,
  segment64: 0x19,
  uuid: 0x1b,
} as const

export const SymbolType = {
  undefinedExternal: 0x01,
  sectionExternal: 0x0f,
  /** Bits that tell undefined (0) from defined in a section (0xe). */
  typeMask: 0x0e,
  debugMask: 0xe0,
} as const

/** Segment and section of the steps that the demo kernel runs in place of code. */
export const demoSegment = '__DATA'
export const demoSection = '__kextant_demo'

/** `kmod_info_t` of a 64-bit kext, packed. */
export const kmodInfoBytes = 196
