import type { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import {
  fromBufferPromise,
  getFileNameLowLevel,
  openPromise,
  validateFileName,
  type Entry,
  type ZipFile,
} from 'yauzl'
import { FailureError } from '../../core/failure.ts'
import type { DumpProblem } from '../../core/registry/snapshot.ts'
import { reasonOf } from './host-folder.ts'

/*
 * A ZIP that anybody may have made. Its list of files is believed as far as it goes: what is encrypted,
 * named so as to climb out of a folder, listed twice, or would unpack without bounds is refused by itself,
 * and the rest can be read. Nothing is ever unpacked to the disk.
 */

export interface ZipMember {
  readonly path: string
  /** As the list of files says; more is never unpacked. */
  readonly bytes: number
  readonly crc32: number
  /** Why it cannot be read, or null. */
  readonly refusal: string | null
  readonly open: () => Promise<Readable>
}

export interface OpenZip {
  readonly members: ReadonlyMap<string, ZipMember>
  /** What is wrong with the list of files. */
  readonly problems: readonly DumpProblem[]
  close(): void
}

/** Bytes of one file, and of all that are listed: 100,000 entries are some 280 MB of XML. */
const memberLimitBytes = 2_000_000_000
const totalLimitBytes = 4_000_000_000
const mostMembers = 10_000
/** Registries shrink to a tenth or a thirtieth; deflate cannot do better than a thousandth. */
const mostShrinking = 300
const shrinkingCountsFrom = 50_000_000

/**
 * Opens a ZIP by its path or in memory.
 * @param source names it in failures and problems
 * @throws FailureError capture-damaged, file-unreadable
 */
export async function openZip(from: string | Uint8Array, source: string): Promise<OpenZip> {
  // Names are decoded here, so that one bad name does not end the reading of all.
  const options = { autoClose: false, decodeStrings: false, validateEntrySizes: true }
  let zip: ZipFile | undefined
  try {
    zip =
      typeof from === 'string'
        ? await openPromise(from, options)
        : await fromBufferPromise(asBuffer(from), options)
    return { ...(await listMembers(zip, source)), close: () => zip!.close() }
  } catch (error) {
    zip?.close()
    if (error instanceof FailureError) throw error
    if (typeof (error as NodeJS.ErrnoException).syscall === 'string') {
      throw new FailureError({ kind: 'file-unreadable', path: source, detail: reasonOf(error) })
    }
    throw damaged(source, reasonOfZip(error))
  }
}

async function listMembers(
  zip: ZipFile,
  source: string,
): Promise<{ members: Map<string, ZipMember>; problems: DumpProblem[] }> {
  const members = new Map<string, ZipMember>()
  const problems: DumpProblem[] = []
  const note = (entry: Entry, message: string) => {
    const byteOffset = entry.relativeOffsetOfLocalHeader
    problems.push({ source, kind: 'skipped', byteOffset, message })
  }
  if (zip.entryCount > mostMembers) {
    throw damaged(source, `the ZIP lists more than ${mostMembers} files`)
  }
  let total = 0
  for await (const entry of zip.eachEntry()) {
    const path = nameOf(entry)
    if (path.endsWith('/')) continue
    const wrong = validateFileName(path) ?? (path.includes('\0') ? 'a NUL' : null)
    if (wrong !== null) {
      note(
        entry,
        `The ZIP lists a file by a name that leads out of it (${wrong}); it was left out.`,
      )
      continue
    }
    if (members.has(path)) {
      note(entry, `The ZIP lists ${path} more than once; the first counts.`)
      continue
    }
    const refusal = refusalOf(entry)
    if (refusal === null) total += entry.uncompressedSize
    if (total > totalLimitBytes) {
      throw new FailureError({ kind: 'dump-too-large', source, limitBytes: totalLimitBytes })
    }
    members.set(path, {
      path,
      bytes: entry.uncompressedSize,
      crc32: entry.crc32,
      refusal,
      open: () => zip.openReadStreamPromise(entry),
    })
  }
  return { members, problems }
}

/** With the library's option for strings off, names come as bytes, whatever its types say. */
function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false)
}

function refusalOf(entry: Entry): string | null {
  if (entry.isEncrypted()) return 'It is encrypted.'
  if (!entry.canDecodeFileData()) {
    return `It is packed by a method that Kextant does not know (${entry.compressionMethod}).`
  }
  const { uncompressedSize, compressedSize } = entry
  if (uncompressedSize > memberLimitBytes) {
    return `It would unpack to more than ${memberLimitBytes / 1_000_000} MB.`
  }
  const isBomb =
    uncompressedSize > shrinkingCountsFrom && uncompressedSize > compressedSize * mostShrinking
  return isBomb
    ? `It would unpack to ${mostShrinking} times its size or more, which no output of a guest does.`
    : null
}

/** What came of reading one file, once its pieces have gone by. */
export interface MemberReading {
  /** Unpacked bytes so far. */
  length: number
  /** Why they are not those that were packed, in words that follow its name; null when they are. */
  fault: string | null
}

/** The bytes of a file, as far as they can be unpacked; `reading` then says whether they are right. */
export async function* unpack(
  member: ZipMember,
  reading: MemberReading,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let stream: Readable | undefined
  let checksum = 0
  try {
    stream = await member.open()
    for await (const piece of stream as AsyncIterable<Uint8Array>) {
      if (signal.aborted) throw new FailureError({ kind: 'cancelled' })
      reading.length += piece.length
      checksum = crc32(piece, checksum)
      yield piece
    }
    if (checksum !== member.crc32) reading.fault = 'does not match its checksum in the ZIP'
  } catch (error) {
    // What is thrown by whoever takes the pieces does not come here; this is the library or zlib.
    if (error instanceof FailureError) throw error
    reading.fault = `cannot be unpacked beyond byte ${reading.length} (${reasonOfZip(error)})`
  } finally {
    stream?.destroy()
  }
}

export function damaged(source: string, detail: string): FailureError {
  return new FailureError({ kind: 'capture-damaged', source, detail })
}

/** The library has no errors of its own kind; its messages are for programmers. */
function reasonOfZip(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  if (/end of central directory/i.test(message)) {
    return 'the ZIP breaks off: its list of files, which comes last, is not there; copy or download it again'
  }
  if (/not enough bytes|too few bytes/i.test(message)) return 'its data breaks off'
  if (/too many bytes/i.test(message)) return 'it holds more than the ZIP’s list says'
  return `the ZIP is damaged: ${message.replace(/\.$/, '').slice(0, 200)}`
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
