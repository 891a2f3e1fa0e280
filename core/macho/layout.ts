import type { ByteReader } from './bytes.ts'
import { LoadCommand } from './format.ts'

export interface Header {
  readonly is64Bit: boolean
  readonly cpuType: number
  readonly cpuSubtype: number
  readonly fileType: number
  readonly commandCount: number
  readonly commandBytes: number
  readonly headerBytes: number
}

export interface Segment {
  readonly address: bigint
  readonly memoryBytes: bigint
  readonly fileStart: number
  readonly fileBytes: number
  readonly sections: readonly Section[]
}

export interface Section {
  readonly address: bigint
  readonly bytes: bigint
  readonly relocationStart: number
  readonly relocationCount: number
}

/** Where things lie in one image, as its load commands say. */
export interface Layout {
  readonly segments: readonly Segment[]
  readonly uuid: string | null
  readonly symbols: {
    readonly start: number
    readonly count: number
    readonly stringStart: number
    readonly stringBytes: number
  } | null
  /** External relocations of a linked image. */
  readonly relocations: { readonly start: number; readonly count: number } | null
  readonly chainedFixups: { readonly start: number; readonly bytes: number } | null
}

/** More than the linker ever made; each takes eight bytes of the file at least. */
const mostCommands = 4096
/** A symbol names its section in one byte, so there are 255 at most, and no more segments with something in them. */
const mostSegments = 255

/** The mach_header behind the magic number. */
export function readHeader(reader: ByteReader, is64Bit: boolean): Header {
  return {
    is64Bit,
    cpuType: reader.u32(4),
    cpuSubtype: reader.u32(8),
    fileType: reader.u32(12),
    commandCount: reader.u32(16),
    commandBytes: reader.u32(20),
    headerBytes: is64Bit ? 32 : 28,
  }
}

/** Reads the load commands; those that say nothing about a kext are passed over. */
export function readLayout(reader: ByteReader, header: Header): Layout {
  const { headerBytes, commandBytes, commandCount } = header
  reader.check(headerBytes, commandBytes, 'the list of load commands')
  if (commandCount > mostCommands)
    throw reader.malformed(16, `the file claims ${commandCount} load commands`)
  const segments: Segment[] = []
  let uuid: Layout['uuid'] = null
  let symbols: Layout['symbols'] = null
  let relocations: Layout['relocations'] = null
  let chainedFixups: Layout['chainedFixups'] = null

  const end = headerBytes + commandBytes
  let at = headerBytes
  for (let i = 0; i < commandCount; i++) {
    if (at + 8 > end) throw reader.malformed(at, `load command ${i + 1} is missing`)
    const kind = reader.u32(at)
    const size = reader.u32(at + 4)
    if (size < 8 || at + size > end)
      throw reader.malformed(at + 4, `load command ${i + 1} claims ${size} bytes`)
    const command = reader.part(at, size, 'a load command')
    switch (kind) {
      case LoadCommand.segment:
      case LoadCommand.segment64:
        segments.push(readSegment(command, kind === LoadCommand.segment64))
        if (segments.length > mostSegments)
          throw reader.malformed(at, 'the file has too many segments')
        break
      case LoadCommand.uuid:
        uuid = uuidText(command.part(8, 16, 'the UUID').bytes)
        break
      case LoadCommand.symtab:
        symbols = {
          start: command.u32(8),
          count: command.u32(12),
          stringStart: command.u32(16),
          stringBytes: command.u32(20),
        }
        break
      case LoadCommand.dysymtab:
        relocations = { start: command.u32(64), count: command.u32(68) }
        break
      case LoadCommand.chainedFixups:
        chainedFixups = { start: command.u32(8), bytes: command.u32(12) }
        break
    }
    at += size
  }
  return { segments, uuid, symbols, relocations, chainedFixups }
}

/*
 *              32 bit   64 bit
 *  vmaddr      24/4     24/8
 *  vmsize      28/4     32/8
 *  fileoff     32/4     40/8
 *  filesize    36/4     48/8
 *  nsects      48       64
 *  sections    56, 68 bytes each   72, 80 bytes each
 */
function readSegment(command: ByteReader, is64Bit: boolean): Segment {
  const count = command.u32(is64Bit ? 64 : 48)
  const first = is64Bit ? 72 : 56
  const each = is64Bit ? 80 : 68
  command.check(first, count * each, `a list of ${count} sections`)
  return {
    address: command.word(24, is64Bit),
    memoryBytes: command.word(is64Bit ? 32 : 28, is64Bit),
    fileStart: is64Bit ? command.offset64(40, 'the place of a segment') : command.u32(32),
    fileBytes: is64Bit ? command.offset64(48, 'the size of a segment') : command.u32(36),
    sections: Array.from({ length: count }, (_, i) => {
      const at = first + i * each
      return {
        address: command.word(at + 32, is64Bit),
        bytes: command.word(at + (is64Bit ? 40 : 36), is64Bit),
        relocationStart: command.u32(at + (is64Bit ? 56 : 48)),
        relocationCount: command.u32(at + (is64Bit ? 60 : 52)),
      }
    }),
  }
}

/** Where in the file the byte of an address lies; null for what is not in the file. */
export function fileOffsetOf(segments: readonly Segment[], address: bigint): number | null {
  for (const segment of segments) {
    const into = address - segment.address
    if (into >= 0n && into < BigInt(segment.fileBytes)) return segment.fileStart + Number(into)
  }
  return null
}

function uuidText(bytes: Uint8Array): string {
  const digits = Array.from(bytes, byte => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase()
  return [8, 12, 16, 20, 32].map((end, i, ends) => digits.slice(ends[i - 1] ?? 0, end)).join('-')
}
