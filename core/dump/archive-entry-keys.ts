import { growColumn } from '../registry/grow-column.ts'
import type { PlaneDraft } from '../registry/plane-draft.ts'
import type { SnapshotBuilder } from '../registry/snapshot-builder.ts'
import type { StringInterner } from '../registry/string-interner.ts'
import { hasMarkup, indexOfText, unescaped } from '../registry/xml-characters.ts'
import {
  EntryFlag,
  noString,
  type EntryIndex,
  type NodeIndex,
  type StringIndex,
} from '../registry/snapshot.ts'
import { Tag, type TagCode } from './archive-tags.ts'
import { withoutIdText, type ProblemTally } from './dump-summary.ts'
import type { ScannedRows } from './scanned-rows.ts'

/**
 * The keys that `ioreg -a` adds to an entry's properties, overwriting real ones of the same name
 * (facts: ioreg, section 7). They become columns, never properties.
 */
export const Role = {
  property: 0,
  children: 1,
  name: 2,
  location: 3,
  id: 4,
  className: 5,
  classChain: 6,
  retainCount: 7,
  state: 8,
  busyCount: 9,
  busyTime: 10,
} as const
export type RoleCode = (typeof Role)[keyof typeof Role]

const keyNames: readonly (readonly [string, RoleCode])[] = [
  ['IORegistryEntryChildren', Role.children],
  ['IORegistryEntryName', Role.name],
  ['IORegistryEntryLocation', Role.location],
  ['IORegistryEntryID', Role.id],
  ['IOObjectClass', Role.className],
  ['IOObjectInheritance', Role.classChain],
  ['IOObjectRetainCount', Role.retainCount],
  ['IOServiceState', Role.state],
  ['IOServiceBusyState', Role.busyCount],
  ['IOServiceBusyTime', Role.busyTime],
]

export class ArchiveEntryKeys {
  /** Did any entry have a key that only `ioreg` writes? */
  sawSynthetic = false

  private readonly builder: SnapshotBuilder
  private plane: PlaneDraft
  private readonly source: number
  private readonly problems: ProblemTally
  /** Role by string index; the keys above are interned early, so the table is short. */
  readonly roles: Uint8Array
  /** 1 for strings that the XML writes as they are; what is not known here is compared again. */
  private isPlain = new Uint8Array(256)
  private namedClasses = 0
  private classesUnlikeNames = 0
  private nodesWithoutId = 0
  private integerLow = 0
  private integerHigh = 0

  constructor(builder: SnapshotBuilder, plane: PlaneDraft, source: number, problems: ProblemTally) {
    this.builder = builder
    this.plane = plane
    this.source = source
    this.problems = problems
    const indices = keyNames.map(([name]) => builder.strings.internText(name))
    this.roles = new Uint8Array(Math.max(...indices) + 1)
    keyNames.forEach(([, role], i) => (this.roles[indices[i]!] = role))
  }

  /** The nodes that follow are this plane's. */
  use(plane: PlaneDraft): void {
    this.plane = plane
  }

  /** The key that `[from, to)` of the XML stands for. */
  intern(bytes: Uint8Array, from: number, to: number): StringIndex {
    const { strings } = this.builder
    const guess = strings.guessKey(bytes, from, to)
    // `&amp;` in the XML must not be taken for a key that is `&amp;` when decoded.
    if (guess !== noString && guess < this.isPlain.length && this.isPlain[guess] === 1) return guess
    if (hasMarkup(bytes, from, to)) {
      const plain = unescaped(bytes, from, to)
      return strings.internKey(plain, 0, plain.length)
    }
    const key = strings.internKey(bytes, from, to)
    if (key >= this.isPlain.length) this.isPlain = growColumn(this.isPlain, key + 1)
    this.isPlain[key] = 1
    return key
  }

  roleOf(key: StringIndex): RoleCode {
    return key < this.roles.length ? (this.roles[key] as RoleCode) : Role.property
  }

  sawProperty(entry: EntryIndex): void {
    this.builder.entries.flags[entry]! |= EntryFlag.hasProperties
  }

  /** A value of one of the keys above; its element starts at `start`, its characters are `[from, to)`. */
  take(
    role: RoleCode,
    tag: TagCode,
    node: NodeIndex,
    bytes: Uint8Array,
    start: number,
    from: number,
    to: number,
  ): void {
    this.sawSynthetic = true
    const entry = this.plane.entry[node]!
    const isUnderstood =
      role === Role.classChain
        ? tag === Tag.array && this.takeChain(entry, bytes, from, to)
        : role <= Role.className
          ? this.takeNameOrId(role, tag, entry, node, bytes, from, to)
          : tag === Tag.integer && this.takeInteger(role, entry, bytes, from, to)
    if (!isUnderstood) this.notUnderstood(start)
  }

  notUnderstood(byteOffset: number): void {
    this.problems.note(
      'malformed',
      byteOffset,
      'A value that ioreg itself writes (ID, name, class or state) could not be read (%n times).',
    )
  }

  closeNode(node: NodeIndex): void {
    const { entries } = this.builder
    const entry = this.plane.entry[node]!
    if (entries.name[entry] === noString) entries.name[entry] = this.plane.name[node]!
    const className = entries.archiveClass[entry]!
    if (className !== noString) {
      this.namedClasses++
      if (className !== this.plane.name[node]) this.classesUnlikeNames++
    }
    if ((entries.flags[entry]! & EntryFlag.hasId) === 0) this.nodesWithoutId++
    entries.finish(entry)
  }

  /** Takes what a scanner read of this dump, before anything else of it is taken. */
  adopt(rows: ScannedRows): void {
    const { entries, properties } = this.builder
    const first = entries.addAll(rows.entries, this.source, rows.finished)
    this.plane.addAll(rows.nodes, first)
    properties.addAll(rows.properties, first, this.source)
    this.sawSynthetic = rows.synthetics > 0
    this.namedClasses = rows.namedClasses
    this.classesUnlikeNames = rows.classesUnlikeNames
    this.nodesWithoutId = rows.nodesWithoutId
  }

  /** After the last node: what the dump as a whole shows. */
  finish(planes: readonly PlaneDraft[]): void {
    if (this.namedClasses > 0 && this.classesUnlikeNames === 0) this.doubtClasses(planes)
    if (this.nodesWithoutId > 0) {
      this.problems.note('lossy', 0, withoutIdText(this.nodesWithoutId))
    }
  }

  /**
   * All classes equal the names. In a dump of the whole registry that is the bug of 10.8–10.13, for the
   * root's class is IORegistryEntry and its name Root; so it is where a "class" is no C++ identifier.
   * Else (`-r -c AppleSmartBattery`) the two can be equal rightly, and only a doubt is noted.
   */
  private doubtClasses(planes: readonly PlaneDraft[]): void {
    const isFalse = planes.some(plane => this.hasFalseClass(plane))
    this.builder.doubtClassesOf(this.source, isFalse ? 'names' : 'equal')
  }

  private hasFalseClass(plane: PlaneDraft): boolean {
    const { entries, strings } = this.builder
    for (let node = 0; node < plane.length; node++) {
      const className = entries.archiveClass[plane.entry[node]!]!
      if (className === noString) continue
      const text = new TextDecoder().decode(strings.bytesOf(className))
      if (text === 'Root' || !/^[A-Za-z_]\w*$/.test(text)) return true
    }
    return false
  }

  private takeNameOrId(
    role: RoleCode,
    tag: TagCode,
    entry: EntryIndex,
    node: NodeIndex,
    bytes: Uint8Array,
    from: number,
    to: number,
  ): boolean {
    const { strings } = this.builder
    if (role === Role.id) {
      if (tag !== Tag.integer || !this.readInteger(bytes, from, to)) return false
      return this.setInteger(role, entry, this.integerLow, this.integerHigh)
    }
    if (tag !== Tag.string) return false
    let index: StringIndex
    if (hasMarkup(bytes, from, to)) {
      const text = unescaped(bytes, from, to)
      index = strings.intern(text, 0, text.length)
    } else index = strings.intern(bytes, from, to)
    this.setText(role, node, index)
    return true
  }

  /** The name, location or class of a node's entry. */
  setText(role: RoleCode, node: NodeIndex, text: StringIndex): void {
    if (role === Role.name) this.plane.name[node] = text
    else if (role === Role.location) this.plane.location[node] = text
    else this.builder.entries.setArchiveClass(this.plane.entry[node]!, text, this.source)
  }

  private takeInteger(
    role: RoleCode,
    entry: EntryIndex,
    bytes: Uint8Array,
    from: number,
    to: number,
  ): boolean {
    if (!this.readInteger(bytes, from, to)) return false
    return this.setInteger(role, entry, this.integerLow, this.integerHigh)
  }

  /**
   * Two words of one of the numbers that `ioreg` writes. False for more than the kernel's number has bits: a part
   * of it would be another number.
   */
  setInteger(role: RoleCode, entry: EntryIndex, low: number, high: number): boolean {
    const { entries } = this.builder
    const isLong = role === Role.id || role === Role.busyTime
    const fits = high === 0 || (high === 0xffff_ffff && low >= 0x8000_0000)
    if (!isLong && !fits) return false
    if (role === Role.id) entries.setId(entry, low, high)
    else if (role === Role.state) entries.setArchiveState(entry, low)
    else if (role === Role.busyTime) entries.setBusyTime(entry, low, high, false)
    else if (role === Role.busyCount) {
      entries.busyCount[entry] = low
      entries.flags[entry]! |= EntryFlag.hasBusyCount
    } else {
      entries.retainCount[entry] = low
      entries.flags[entry]! |= EntryFlag.hasRetainCount
    }
    return true
  }

  /** An array of strings, superclass first, becomes `A:B:C`; its last is the true class (11 and later). */
  private takeChain(entry: EntryIndex, bytes: Uint8Array, from: number, to: number): boolean {
    const classes: Uint8Array[] = []
    for (let at = indexOfText(bytes, '<string>', from, to); at >= 0;) {
      const end = indexOfText(bytes, '</string>', at + 8, to)
      if (end < 0) return false
      classes.push(unescaped(bytes, at + 8, end))
      at = indexOfText(bytes, '<string>', end, to)
    }
    const last = classes.at(-1)
    if (!last) return false
    const { entries, strings } = this.builder
    entries.classChain[entry] = internChain(strings, classes)
    entries.textClass[entry] = strings.intern(last, 0, last.length)
    return true
  }

  /** A decimal or hexadecimal integer of 64 bits into `integerLow` and `integerHigh`. */
  private readInteger(bytes: Uint8Array, from: number, to: number): boolean {
    let value = 0
    for (let i = from; i < to && to - from <= 15; i++) {
      const digit = bytes[i]! - 48
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
      if (i < to - 1) continue
      this.integerLow = value >>> 0
      this.integerHigh = Math.floor(value / 0x1_0000_0000)
      return true
    }
    return this.readBigInteger(bytes, from, to)
  }

  private readBigInteger(bytes: Uint8Array, from: number, to: number): boolean {
    if (to - from > 64) return false
    const text = new TextDecoder().decode(bytes.subarray(from, to)).trim()
    const parts = /^([+-]?)(\d{1,20}|0x[0-9a-f]{1,16})$/i.exec(text)
    if (!parts) return false
    const signed = BigInt(parts[2]!) * (parts[1] === '-' ? -1n : 1n)
    if (signed < -(1n << 63n) || signed >= 1n << 64n) return false
    const value = BigInt.asUintN(64, signed)
    this.integerLow = Number(value & 0xffff_ffffn)
    this.integerHigh = Number(value >> 32n)
    return true
  }
}

/** Names of classes, superclass first, as the one text that `ioreg -i` prints. */
export function internChain(strings: StringInterner, classes: readonly Uint8Array[]): StringIndex {
  const length = classes.reduce((sum, name) => sum + name.length + 1, 0)
  const chain = new Uint8Array(Math.max(0, length - 1)).fill(58)
  let at = 0
  for (const name of classes) {
    chain.set(name, at)
    at += name.length + 1
  }
  return strings.intern(chain, 0, chain.length)
}
