import { FailureError } from '../failure.ts'
import { ascii } from '../registry/xml-characters.ts'
import type { SnapshotBuilder } from '../registry/snapshot-builder.ts'
import { createArchiveReader, type ArchiveReader } from './archive-reader.ts'
import type { DumpReader, DumpSummary } from './dump-summary.ts'
import type { Engine } from './engine.ts'
import { headLength, looksBinary, looksLike } from './looks-like.ts'
import { createTextReader, type TextReader } from './text-reader.ts'

export interface DumpOptions {
  /** The plane, where somebody knows it; else the text's heading or a guess. */
  readonly plane?: string
  readonly label: string
  /** How long the dump will be, where somebody knows; a hint that spares memory. */
  readonly expectedBytes?: number | undefined
  /** Reads archives faster (`ArchiveOptions`). */
  readonly engine?: Engine | undefined
}

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
  private archive: ArchiveReader | null = null
  private text: TextReader | null = null

  constructor(builder: SnapshotBuilder, options: DumpOptions) {
    this.builder = builder
    this.options = options
  }

  push(chunk: Uint8Array): void {
    this.length += chunk.length
    const reader = this.archive ?? this.text
    if (reader) reader.push(chunk)
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
    if (!this.archive && !this.text) this.decide().push(this.head)
    const summary = (this.archive ?? this.text)!.finish()
    if (this.text && summary.nodes === 0) throw this.notADump()
    if (this.archive) {
      const isForeign = summary.nodes > 0 && !this.archive.hasRegistryKeys
      if (isForeign || !this.archive.hasDocument) throw this.notADump()
    }
    return summary
  }

  private decide(): DumpReader {
    const start = ascii(this.head, 0, Math.min(this.head.length, 256))
    if (isBinary(this.head)) throw this.notADump()
    // A shell's greeting may come before the declaration; the reader skips what is no element.
    const isXml =
      /^(\xef\xbb\xbf)?\s*<(dict|array)\b/.test(start) ||
      /^(\xef\xbb\xbf)?\s*<(\?xml|!DOCTYPE plist|plist)\b/m.test(start)
    if (isXml) {
      this.archive = createArchiveReader(this.builder, this.options)
    } else this.text = createTextReader(this.builder, this.options)
    return (this.archive ?? this.text)!
  }

  private notADump(): FailureError {
    return new FailureError({
      kind: 'not-a-dump',
      source: this.options.label,
      looksLike: looksLike(this.head),
    })
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

/** Real dumps print a NUL only as hexadecimal or base64; a binary property list may begin without one. */
function isBinary(head: Uint8Array): boolean {
  return head.includes(0) || looksBinary(head)
}
