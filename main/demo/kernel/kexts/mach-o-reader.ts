import type { ClassDeclaration } from '../class-registry.ts'
import { parseDriverProgram, type DriverProgram } from '../driver-program.ts'
import { classOfMetaClassSymbol, classOfSuperClassSymbol, vtableSymbol } from './class-symbols.ts'
import { demoSection, demoSegment, LoadCommand, MachO, SymbolType } from './mach-o-layout.ts'

/** What the kernel needs of a kext's executable. */
export interface KextExecutable {
  /** Upper case, with dashes. */
  readonly uuid: string | null
  readonly hasKmodInfo: boolean
  /** The IOKit classes it defines, with their superclasses. */
  readonly classes: readonly ClassDeclaration[]
  /** Metaclasses of others that it refers to, by class name. */
  readonly importedClasses: readonly string[]
  /** Memory of all segments but `__LINKEDIT`. */
  readonly memoryBytes: number
  /** null: no such section, or not readable. */
  readonly program: DriverProgram | null
}

export type ExecutableProblem = 'not-mach-o' | 'no-x86_64' | 'not-a-kext' | 'damaged'

class Damaged extends Error {}

/** Reads a thin or fat executable. Every offset in it may lie. */
export function readKextExecutable(bytes: Uint8Array): KextExecutable | ExecutableProblem {
  try {
    const slice = x86Slice(bytes)
    return typeof slice === 'string' ? slice : readThin(slice)
  } catch (error) {
    if (error instanceof Damaged || error instanceof RangeError) return 'damaged'
    throw error
  }
}

function x86Slice(bytes: Uint8Array): Uint8Array | ExecutableProblem {
  if (bytes.length < MachO.headerBytes) return 'not-mach-o'
  const view = viewOf(bytes)
  if (view.getUint32(0, false) === MachO.fatMagic) {
    const count = Math.min(view.getUint32(4, false), 64)
    for (let i = 0; i < count; i++) {
      const at = 8 + i * 20
      if (view.getUint32(at, false) !== MachO.cpuX86_64) continue
      return part(bytes, view.getUint32(at + 8, false), view.getUint32(at + 12, false))
    }
    return 'no-x86_64'
  }
  if (view.getUint32(0, true) !== MachO.magic64) {
    return view.getUint32(0, true) === 0xfeed_face ? 'no-x86_64' : 'not-mach-o'
  }
  return view.getUint32(4, true) === MachO.cpuX86_64 ? bytes : 'no-x86_64'
}

interface Symbol {
  readonly name: string
  readonly isUndefined: boolean
  readonly address: bigint
}

interface Segment {
  readonly name: string
  readonly address: bigint
  readonly memoryBytes: number
  readonly fileStart: number
  readonly fileBytes: number
}

function readThin(bytes: Uint8Array): KextExecutable | ExecutableProblem {
  const view = viewOf(bytes)
  if (view.getUint32(12, true) !== MachO.kextBundle) return 'not-a-kext'
  const commandCount = view.getUint32(16, true)
  const segments: Segment[] = []
  let symbols: readonly Symbol[] = []
  let relocations: readonly Relocation[] = []
  let uuid: string | null = null
  let program: DriverProgram | null = null

  let at: number = MachO.headerBytes
  for (let i = 0; i < commandCount && i < 1000; i++) {
    const command = view.getUint32(at, true)
    const size = view.getUint32(at + 4, true)
    if (size < 8) throw new Damaged()
    if (command === LoadCommand.segment64) {
      segments.push(readSegment(bytes, at))
      const demo = findDemoSection(bytes, at)
      if (demo) program = parseDriverProgram(demo)
    } else if (command === LoadCommand.symtab) {
      symbols = readSymbols(bytes, at)
    } else if (command === LoadCommand.dysymtab) {
      relocations = readRelocations(
        bytes,
        view.getUint32(at + 64, true),
        view.getUint32(at + 68, true),
      )
    } else if (command === LoadCommand.uuid) {
      uuid = formatUuid(part(bytes, at + 8, 16))
    }
    at += size
  }

  const memoryBytes = segments
    .filter(s => s.name !== '__LINKEDIT')
    .reduce((sum, s) => sum + s.memoryBytes, 0)
  return {
    uuid,
    hasKmodInfo: symbols.some(s => s.name === '_kmod_info' && !s.isUndefined),
    classes: definedClasses(bytes, segments, symbols, relocations),
    importedClasses: symbols.flatMap(s => {
      const name = s.isUndefined ? classOfMetaClassSymbol(s.name) : null
      return name === null ? [] : [name]
    }),
    memoryBytes: Math.min(memoryBytes, 0x1000_0000),
    program,
  }
}

/** The classes whose `superClassE` is defined here; who the superclass is says the pointer there. */
function definedClasses(
  bytes: Uint8Array,
  segments: readonly Segment[],
  symbols: readonly Symbol[],
  relocations: readonly Relocation[],
): readonly ClassDeclaration[] {
  const external = new Map(relocations.map(r => [BigInt(r.address), symbols[r.symbol]?.name]))
  const classAt = new Map<bigint, string>()
  const defined = new Set<string>()
  for (const symbol of symbols) {
    if (symbol.isUndefined) continue
    defined.add(symbol.name)
    const name = classOfMetaClassSymbol(symbol.name)
    if (name !== null) classAt.set(symbol.address, name)
  }
  return symbols.flatMap(symbol => {
    const name = symbol.isUndefined ? null : classOfSuperClassSymbol(symbol.name)
    if (name === null || !defined.has(vtableSymbol(name))) return []
    const imported = external.get(symbol.address)
    const superclass =
      imported === undefined
        ? classAt.get(pointerAt(bytes, segments, symbol.address))
        : classOfMetaClassSymbol(imported)
    return superclass ? [{ name, superclass }] : []
  })
}

function readSegment(bytes: Uint8Array, at: number): Segment {
  const view = viewOf(bytes)
  return {
    name: fixedText(bytes, at + 8),
    address: view.getBigUint64(at + 24, true),
    memoryBytes: Number(view.getBigUint64(at + 32, true)),
    fileStart: Number(view.getBigUint64(at + 40, true)),
    fileBytes: Number(view.getBigUint64(at + 48, true)),
  }
}

function findDemoSection(bytes: Uint8Array, at: number): Uint8Array | null {
  const view = viewOf(bytes)
  const count = Math.min(view.getUint32(at + 64, true), 255)
  for (let i = 0; i < count; i++) {
    const section = at + 72 + i * 80
    if (fixedText(bytes, section) !== demoSection) continue
    if (fixedText(bytes, section + 16) !== demoSegment) continue
    return part(
      bytes,
      view.getUint32(section + 48, true),
      Number(view.getBigUint64(section + 40, true)),
    )
  }
  return null
}

function readSymbols(bytes: Uint8Array, at: number): readonly Symbol[] {
  const view = viewOf(bytes)
  const start = view.getUint32(at + 8, true)
  const count = view.getUint32(at + 12, true)
  const strings = part(bytes, view.getUint32(at + 16, true), view.getUint32(at + 20, true))
  part(bytes, start, count * 16)
  const symbols: Symbol[] = []
  for (let i = 0; i < count; i++) {
    const place = start + i * 16
    const type = bytes[place + 4]!
    // Debugging symbols keep their slot, since relocations count them.
    const isDebug = (type & SymbolType.debugMask) !== 0
    symbols.push({
      name: isDebug ? '' : textUntilNul(strings, view.getUint32(place, true)),
      isUndefined: isDebug || (type & SymbolType.typeMask) === 0,
      address: view.getBigUint64(place + 8, true),
    })
  }
  return symbols
}

interface Relocation {
  readonly address: number
  readonly symbol: number
}

function readRelocations(bytes: Uint8Array, start: number, count: number): readonly Relocation[] {
  const view = viewOf(part(bytes, start, count * 8))
  return Array.from({ length: count }, (_, i) => ({
    address: view.getUint32(i * 8, true),
    symbol: view.getUint32(i * 8 + 4, true) & 0xff_ffff,
  }))
}

function pointerAt(bytes: Uint8Array, segments: readonly Segment[], address: bigint): bigint {
  const home = segments.find(
    s => address >= s.address && address + 8n <= s.address + BigInt(s.fileBytes),
  )
  if (!home) return 0n
  return viewOf(bytes).getBigUint64(home.fileStart + Number(address - home.address), true)
}

function part(bytes: Uint8Array, start: number, length: number): Uint8Array {
  if (start + length > bytes.length) throw new Damaged()
  return bytes.subarray(start, start + length)
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** A name field of 16 bytes. */
function fixedText(bytes: Uint8Array, at: number): string {
  return textUntilNul(part(bytes, at, 16), 0)
}

function textUntilNul(bytes: Uint8Array, start: number): string {
  const end = bytes.indexOf(0, start)
  return new TextDecoder('latin1').decode(bytes.subarray(start, end < 0 ? bytes.length : end))
}

function formatUuid(bytes: Uint8Array): string {
  const digits = Array.from(bytes, b => b.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase()
  return [8, 12, 16, 20, 32].map((end, i, ends) => digits.slice(ends[i - 1] ?? 0, end)).join('-')
}
