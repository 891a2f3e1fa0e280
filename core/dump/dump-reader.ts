import { FailureError } from '../failure.ts'
import { hasKextRows } from '../kext/read-kext-list.ts'
import { ascii } from '../registry/xml-characters.ts'
import type { SnapshotBuilder } from '../registry/snapshot-builder.ts'
import { createArchiveReader, type ArchiveReader } from './archive-reader.ts'
import { createBinaryReader } from './binary-reader.ts'
import type { DumpOptions, DumpReader, DumpSummary } from './dump-summary.ts'
import { createKextListReader } from './kext-list-reader.ts'
import { headLength, looksBinary, looksLike } from './looks-like.ts'
import { createTextReader, type TextReader } from './text-reader.ts'
import { utf16Of, Utf16Reader } from './utf16.ts'

/**
 * A reader that finds out from the first bytes what a file is (facts: ioreg-files, section 4). What is no
 * registry dump is refused with `not-a-dump` by `push` or `finish`; the builder is of no use then.
 */
export function createDumpReader(builder: SnapshotBuilder, options: DumpOptions): DumpReader {
  return new AnyDumpReader(builder, options)
}

/** Text without one node so far into the file is no dump. */
const nodeExpectedWithin = 16_000_000

class AnyDumpReader implements DumpReader {
  private readonly builder: SnapshotBuilder
  private readonly options: DumpOptions
  /** The first `headLength` bytes. */
  private head: Uint8Array = new Uint8Array(0)
  private length = 0
  private reader: DumpReader | null = null
  /** The same reader, where more must be asked of it. */
  private archive: ArchiveReader | null = null
  private text: TextReader | null = null

  constructor(builder: SnapshotBuilder, options: DumpOptions) {
    this.builder = builder
    this.options = options
  }

  push(chunk: Uint8Array): void {
    this.length += chunk.length
    if (this.reader) this.reader.push(chunk)
    else {
      const start = this.head.length === 0 ? chunk : joined(this.head, chunk)
      this.head = start.slice(0, headLength)
      if (start.length >= headLength) this.decide().push(start)
    }
    const isHopeless =
      this.text !== null && this.text.nodes === 0 && this.length > nodeExpectedWithin
    if (isHopeless && !this.text!.waitsForEnd) throw this.notADump()
  }

  pushWhole(bytes: Uint8Array): void {
    this.length = bytes.length
    this.head = bytes.slice(0, headLength)
    this.decide().pushWhole(bytes)
  }

  finish(): DumpSummary {
    if (!this.reader) this.decide().push(this.head)
    const summary = this.reader!.finish()
    if (this.text && summary.nodes === 0) throw this.notADump()
    if (this.archive) {
      const isForeign = summary.nodes > 0 && !this.archive.hasRegistryKeys
      if (isForeign || !this.archive.hasDocument) throw this.notADump()
    }
    return summary
  }

  /**
   * In this order: what says what it is by its first bytes, then text in another encoding, which is looked
   * at again when decoded, then other binary files, then XML, then kext lists, and `ioreg` text is the rest.
   */
  private decide(): DumpReader {
    this.reader = this.choose()
    return this.reader
  }

  private choose(): DumpReader {
    const { builder, options, head } = this
    const text = ascii(head, 0, head.length)
    if (text.startsWith('bplist00')) return createBinaryReader(builder, options)
    if (looksBinary(head)) throw this.notADump()
    const utf16 = utf16Of(head)
    if (utf16) {
      return new Utf16Reader(new AnyDumpReader(builder, options), utf16, builder, options.label)
    }
    // Real dumps print a NUL only as hexadecimal or base64.
    if (head.includes(0)) throw this.notADump()
    if (isXml(text)) return (this.archive = createArchiveReader(builder, options))
    if (hasKextRows(beforeNodes(text))) return createKextListReader(builder, options)
    return (this.text = createTextReader(builder, options))
  }

  private notADump(): FailureError {
    return new FailureError({
      kind: 'not-a-dump',
      source: this.options.label,
      looksLike: looksLike(this.head),
    })
  }
}

/** A shell's greeting and prompt may come before the declaration; the reader skips what is no element. */
function isXml(head: string): boolean {
  return (
    /^(\xef\xbb\xbf)?\s*<(dict|array)\b/.test(head) ||
    /^(\xef\xbb\xbf)?[^\n<]*<(\?xml\b|!DOCTYPE plist\b|plist\b)/m.test(beforeNodes(head))
  )
}

/** What stands before the first line of an entry. */
function beforeNodes(head: string): string {
  const node = head.search(/^[\s|]*\+-o /m)
  return node < 0 ? head : head.slice(0, node)
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}
