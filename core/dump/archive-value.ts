import { noString, ValueType, type StringIndex } from '../registry/snapshot.ts'
import type { SnapshotBuilder } from '../registry/snapshot-builder.ts'
import { Role, type ArchiveEntryKeys, type RoleCode } from './archive-entry-keys.ts'
import type { ArchiveNodes } from './archive-nodes.ts'
import { Tag, tagAt, tagEnd, tagLength, valueTypeOf, type TagCode } from './archive-tags.ts'
import type { ProblemTally } from './dump-summary.ts'

const slash = 47

/** The key that was read last in a node, and the value that comes after it: a property, or one of ioreg's own. */
export class ArchiveValue {
  /** `noString`: what comes is skipped. */
  key: StringIndex = noString
  role: RoleCode = Role.property
  tag: TagCode = Tag.none
  /** First byte of the value's element. */
  private start = 0
  /** First character of the key, or of the value. */
  private textStart = 0
  private readonly builder: SnapshotBuilder
  private readonly keys: ArchiveEntryKeys
  private readonly nodes: ArchiveNodes
  private readonly source: number
  private readonly problems: ProblemTally

  constructor(
    builder: SnapshotBuilder,
    keys: ArchiveEntryKeys,
    nodes: ArchiveNodes,
    source: number,
    problems: ProblemTally,
  ) {
    this.builder = builder
    this.keys = keys
    this.nodes = nodes
    this.source = source
    this.problems = problems
  }

  /** A key's characters start. */
  beginKey(textStart: number): void {
    this.textStart = textStart
  }

  /** The key's characters end at `to`. */
  takeKey(bytes: Uint8Array, to: number): void {
    this.key = this.keys.intern(bytes, this.textStart, to)
    this.role = this.keys.roleOf(this.key)
  }

  /** The tag at `at` ends a key. Returns where to go on, without a key where it is none; -1 when its `>` is missing. */
  endKey(bytes: Uint8Array, at: number): number {
    const isClosed = bytes[at + 1] === slash && tagAt(bytes, at + 2) === Tag.key
    if (!isClosed) {
      this.problems.note('malformed', at, 'A key is not closed; it was skipped (%n times).')
      this.key = noString
      return bytes[at + 1] === slash ? at + 2 : at
    }
    const end = tagEnd(bytes, at, at + 5)
    if (end >= 0) this.takeKey(bytes, at)
    return end
  }

  /** Goes on after a key that a scanner read. */
  adoptKey(key: StringIndex): void {
    this.key = key
    this.role = this.keys.roleOf(key)
  }

  /** The value's element starts at `start`, its characters at `textStart`. */
  begin(tag: TagCode, start: number, textStart: number): void {
    this.tag = tag
    this.start = start
    this.textStart = textStart
  }

  /** The tag at `at` ends a value that is no container. Returns where to go on; -1 when its `>` is missing. */
  endScalar(bytes: Uint8Array, at: number): number {
    const { tag } = this
    const isClosed = bytes[at + 1] === slash && tagAt(bytes, at + 2) === tag
    if (isClosed) {
      const end = tagEnd(bytes, at, at + 2 + tagLength[tag]!)
      if (end >= 0) this.take(bytes, at, end)
      return end
    }
    // `<string>a</integer>`: the wrong tag still ends it. `<string>a<key>`: the next thing begins here.
    const end = bytes[at + 1] === slash ? tagEnd(bytes, at, at + 2) : at
    if (end < 0) return -1
    this.problems.note('malformed', at, 'A value is not closed where it ends (%n times).')
    this.tag = Tag.none
    this.take(bytes, at, end)
    return end
  }

  /** The value's element is complete: `[start, end)`, its characters `[textStart, textEnd)`. */
  take(bytes: Uint8Array, textEnd: number, end: number): void {
    const { key, nodes } = this
    this.key = noString
    if (key === noString) return
    if (this.role !== Role.property) {
      this.keys.take(this.role, this.tag, nodes.top, bytes, this.start, this.textStart, textEnd)
      return
    }
    const entry = nodes.plane.entry[nodes.top]!
    const type = valueTypeOf(this.tag)
    this.builder.properties.add(entry, key, type, this.source, bytes, this.start, end)
    this.keys.sawProperty(entry)
  }

  /** At `at` there is none for the key. */
  miss(at: number): void {
    const { key, nodes } = this
    this.problems.note('malformed', at, 'A key has no value (%n times).')
    this.key = noString
    if (this.role !== Role.property) return
    const entry = nodes.plane.entry[nodes.top]!
    const none = new Uint8Array(0)
    this.builder.properties.add(entry, key, ValueType.missing, this.source, none, at, at)
    this.keys.sawProperty(entry)
  }
}
