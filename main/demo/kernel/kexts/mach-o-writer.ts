import { createHash } from 'node:crypto'
import type { ClassDeclaration } from '../class-registry.ts'
import { encodeDriverProgram, type DriverProgram } from '../driver-program.ts'
import {
  metaClassPointerSymbol,
  metaClassSymbol,
  metaVtableSymbol,
  superClassSymbol,
  vtableSymbol,
} from './class-symbols.ts'
import {
  demoSection,
  demoSegment,
  kmodInfoBytes,
  LoadCommand,
  MachO,
  SymbolType,
} from './mach-o-layout.ts'

export interface KextImage {
  readonly bundleIdentifier: string
  readonly version: string
  readonly classes: readonly ClassDeclaration[]
  /** Left out: a binary whose behaviour the demo kernel does not know. */
  readonly program?: DriverProgram
}

interface Symbol {
  readonly name: string
  readonly type: number
  readonly section: number
  readonly address: number
}

/** `__text` is one `ret`: nobody runs it, but the section is there. */
const code = Uint8Array.of(0x55, 0x48, 0x89, 0xe5, 0x31, 0xc0, 0x5d, 0xc3)
const page = 0x1000

/**
 * A small, structurally valid `MH_KEXT_BUNDLE` for x86_64. Same input, same bytes.
 *
 *   __TEXT 0x0     __text      a function that returns 0
 *                  __cstring   class names
 *   __DATA 0x1000  __data      kmod_info, then per class: gMetaClass, metaClass, superClass, vtables
 *                  __kextant_demo
 *   __LINKEDIT     external relocations, symbols, strings
 */
export function writeKextExecutable(image: KextImage): Uint8Array {
  const names = image.classes.map(c => c.name)
  const cstrings = new TextEncoder().encode(names.map(n => `${n}\0`).join(''))
  const program = image.program ? encodeDriverProgram(image.program) : null

  const sectionCounts = { text: 2, data: program ? 2 : 1 }
  const commandBytes =
    72 + 80 * sectionCounts.text + (72 + 80 * sectionCounts.data) + 72 + 24 + 80 + 24
  const textStart = align(MachO.headerBytes + commandBytes, 16)
  const cstringStart = textStart + code.length
  const textBytes = align(cstringStart + cstrings.length, page)

  const slots = layOutClasses(image.classes, textBytes + align(kmodInfoBytes, 8))
  const dataBytes = slots.end - textBytes
  const demoStart = align(slots.end, 16)
  const dataSegmentBytes = align(
    (program ? demoStart + program.length : slots.end) - textBytes,
    page,
  )
  const linkeditStart = textBytes + dataSegmentBytes

  const defined: Symbol[] = [
    { name: '_kmod_info', type: SymbolType.sectionExternal, section: 3, address: textBytes },
    ...slots.symbols,
  ]
  const undefinedNames = [
    ...new Set([
      '_IOLog',
      ...image.classes
        .map(c => c.superclass)
        .filter(s => !names.includes(s))
        .map(metaClassSymbol),
    ]),
  ].sort()
  const symbols: Symbol[] = [
    ...defined,
    ...undefinedNames.map(name => ({
      name,
      type: SymbolType.undefinedExternal,
      section: 0,
      address: 0,
    })),
  ]
  const external = slots.pointers.filter(p => !names.includes(p.superclass))
  const strings = stringTable(symbols)
  const relocationStart = linkeditStart
  const symbolStart = relocationStart + external.length * 8
  const stringStart = symbolStart + symbols.length * 16
  const total = stringStart + strings.bytes.length

  const out = new Uint8Array(total)
  const view = new DataView(out.buffer)
  const put32 = (at: number, value: number): void => view.setUint32(at, value >>> 0, true)
  const put64 = (at: number, value: number): void => view.setBigUint64(at, BigInt(value), true)
  const putName = (at: number, name: string): void => out.set(new TextEncoder().encode(name), at)

  ;[
    MachO.magic64,
    MachO.cpuX86_64,
    MachO.cpuSubtypeAll,
    MachO.kextBundle,
    6,
    commandBytes,
    0x84,
    0,
  ].forEach((word, i) => put32(i * 4, word))

  let at: number = MachO.headerBytes
  const segment = (
    name: string,
    start: number,
    bytes: number,
    fileBytes: number,
    sections: number,
  ): void => {
    put32(at, LoadCommand.segment64)
    put32(at + 4, 72 + 80 * sections)
    putName(at + 8, name)
    put64(at + 24, start)
    put64(at + 32, bytes)
    put64(at + 40, start)
    put64(at + 48, fileBytes)
    put32(at + 56, 7)
    put32(at + 60, name === '__TEXT' ? 5 : name === '__DATA' ? 3 : 1)
    put32(at + 64, sections)
    at += 72
  }
  const section = (name: string, segmentName: string, start: number, bytes: number): void => {
    putName(at, name)
    putName(at + 16, segmentName)
    put64(at + 32, start)
    put64(at + 40, bytes)
    put32(at + 48, start)
    put32(at + 52, 4)
    put32(at + 64, name === '__cstring' ? 2 : 0)
    at += 80
  }
  segment('__TEXT', 0, textBytes, textBytes, sectionCounts.text)
  section('__text', '__TEXT', textStart, code.length)
  section('__cstring', '__TEXT', cstringStart, cstrings.length)
  segment('__DATA', textBytes, dataSegmentBytes, dataSegmentBytes, sectionCounts.data)
  section('__data', '__DATA', textBytes, dataBytes)
  if (program) section(demoSection, demoSegment, demoStart, program.length)
  segment('__LINKEDIT', linkeditStart, align(total - linkeditStart, page), total - linkeditStart, 0)

  ;[LoadCommand.symtab, 24, symbolStart, symbols.length, stringStart, strings.bytes.length].forEach(
    (word, i) => put32(at + i * 4, word),
  )
  at += 24
  const firstUndefined = defined.length
  // ilocalsym, nlocalsym, iextdefsym, nextdefsym, iundefsym, nundefsym, … extreloff, nextrel, locreloff, nlocrel
  const dysymtab = [
    0,
    0,
    0,
    firstUndefined,
    firstUndefined,
    undefinedNames.length,
    0,
    0,
    0,
    0,
    0,
    0,
  ]
  ;[LoadCommand.dysymtab, 80, ...dysymtab, 0, 0, relocationStart, external.length, 0, 0].forEach(
    (word, i) => put32(at + i * 4, word),
  )
  at += 80
  put32(at, LoadCommand.uuid)
  put32(at + 4, 24)
  out.set(uuidOf(image, program), at + 8)

  out.set(code, textStart)
  out.set(cstrings, cstringStart)
  putKmodInfo(out, textBytes, image)
  for (const { address, superclass } of slots.pointers) {
    const own = slots.metaClassAddress.get(superclass)
    if (own !== undefined) put64(address, own)
  }
  if (program) out.set(program, demoStart)

  external.forEach(({ address, superclass }, i) => {
    put32(relocationStart + i * 8, address)
    const index = firstUndefined + undefinedNames.indexOf(metaClassSymbol(superclass))
    // symbol number, not PC relative, 8 bytes (2^3), external, type 0 (unsigned)
    put32(relocationStart + i * 8 + 4, index | (3 << 25) | (1 << 27))
  })
  symbols.forEach((symbol, i) => {
    const place = symbolStart + i * 16
    put32(place, strings.offset[i]!)
    out[place + 4] = symbol.type
    out[place + 5] = symbol.section
    put64(place + 8, symbol.address)
  })
  out.set(strings.bytes, stringStart)
  return out
}

interface Slots {
  readonly symbols: readonly Symbol[]
  /** Where each class's pointer to its superclass's metaclass lies. */
  readonly pointers: readonly { readonly address: number; readonly superclass: string }[]
  readonly metaClassAddress: ReadonlyMap<string, number>
  readonly end: number
}

/** Five data objects a class; sizes are those of a class that overrides nothing, cut short. */
function layOutClasses(classes: readonly ClassDeclaration[], start: number): Slots {
  const symbols: Symbol[] = []
  const pointers: { address: number; superclass: string }[] = []
  const metaClassAddress = new Map<string, number>()
  let at = start
  const put = (name: string, bytes: number): number => {
    const address = at
    symbols.push({ name, type: SymbolType.sectionExternal, section: 3, address })
    at += bytes
    return address
  }
  for (const { name, superclass } of classes) {
    metaClassAddress.set(name, put(metaClassSymbol(name), 40))
    put(metaClassPointerSymbol(name), 8)
    pointers.push({ address: put(superClassSymbol(name), 8), superclass })
    put(vtableSymbol(name), 32)
    put(metaVtableSymbol(name), 32)
  }
  return { symbols, pointers, metaClassAddress, end: at }
}

function putKmodInfo(out: Uint8Array, at: number, image: KextImage): void {
  const view = new DataView(out.buffer)
  const encoder = new TextEncoder()
  view.setUint32(at + 8, 1, true)
  view.setUint32(at + 12, 0xffff_ffff, true)
  out.set(encoder.encode(image.bundleIdentifier).slice(0, 63), at + 16)
  out.set(encoder.encode(image.version).slice(0, 63), at + 80)
  view.setInt32(at + 144, -1, true)
}

/** Like a linker's: a hash of what went in, stamped as a version 3 UUID. */
function uuidOf(image: KextImage, program: Uint8Array | null): Uint8Array {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([image.bundleIdentifier, image.version, image.classes]))
  if (program) hash.update(program)
  const bytes = Uint8Array.from(hash.digest().subarray(0, 16))
  bytes[6] = (bytes[6]! & 0x0f) | 0x30
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return bytes
}

/** Starts with a space and a NUL, so that offset 0 names nothing. */
function stringTable(symbols: readonly Symbol[]): { bytes: Uint8Array; offset: readonly number[] } {
  let text = ' \0'
  const offset = symbols.map(symbol => {
    const start = text.length
    text += `${symbol.name}\0`
    return start
  })
  return { bytes: new TextEncoder().encode(text), offset }
}

function align(value: number, to: number): number {
  return Math.ceil(value / to) * to
}
