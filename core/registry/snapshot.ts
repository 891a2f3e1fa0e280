import type { TextStyle } from './text-style.ts'

/**
 * A registry snapshot: columns, not objects. 100 000 entries of 12 properties took 138 MB and a second
 * to structured-clone as objects; as columns 18 MB, and under a millisecond to hand to another thread.
 *
 * An *entry* is one object of the kernel, known by its registry entry ID. A *node* is one place of an
 * entry in one plane: an entry attached to two providers has two nodes there, each with its subtree
 * (facts: ioreg prints it once under each parent, with the same id).
 *
 * A builder fills the columns and seals them once; after that nobody writes.
 */

/** Index into `EntryTable`. */
export type EntryIndex = number
/** Index into one `PlaneTable`. */
export type NodeIndex = number
/** Index into `StringTable`, or `noString`. */
export type StringIndex = number
/** Index into `PropertyTable`. */
export type PropertyIndex = number

/** Stands in a string column where the dump does not say. Unknown is not the empty string. */
export const noString: StringIndex = -1

/** Distinct strings as bytes: string `i` is `bytes[start[i]] … bytes[start[i + 1] - 1]`. Kept as the
 * guest wrote them (after XML entities), so broken UTF-8 survives. */
export interface StringTable {
  readonly length: number
  readonly bytes: Uint8Array
  /** `length + 1` offsets. */
  readonly start: Uint32Array
}

/** What is known of an entry. A bit that is clear means the dump does not say; it never means zero. */
export const EntryFlag = {
  /** `id` holds the kernel's registry entry ID. */
  hasId: 1 << 0,
  /** The entry is an IOService: the dump shows a state for it. */
  isService: 1 << 1,
  hasBusyCount: 1 << 2,
  hasBusyTime: 1 << 3,
  hasRetainCount: 1 << 4,
  /** The dump wrote a property block for this entry (`ioreg -l`, or it matched a filter). */
  hasProperties: 1 << 5,
  /** Busy time comes from text, so it is a whole number of milliseconds, cut off. */
  busyTimeInMs: 1 << 6,
  /** The registered and matched bits may stand for each other: 10.3 and 10.4 print them swapped. */
  stateBitsUnordered: 1 << 7,
} as const

/**
 * The public state word of an IOService, as in `IOServiceState` of an archive
 * (facts: service-state, section 1). Text dumps give the first three; the others stay clear there.
 */
export const ServiceState = {
  inactive: 0x1,
  registered: 0x2,
  matched: 0x4,
  firstPublish: 0x8,
  firstMatch: 0x10,
  invisible: 0x8000_0000,
} as const

/**
 * A dump prints an entry once for each of its providers, each time as it is at that moment: the second time its
 * retain count, busy time and properties can differ. Rows `[0, length)` are the entries, each with what is
 * known of it from all dumps. Rows `[length, rows)` are the other *sightings*: what a dump printed of an entry
 * that was known already, kept so that nothing is lost. `PlaneTable.sighting` points at them; whoever asks
 * about entries needs the first `length` rows only.
 */
export interface EntryTable {
  readonly length: number
  /** Items of each column below. */
  readonly rows: number
  /** The kernel's registry entry ID; 0 where `hasId` is clear. */
  readonly id: BigUint64Array
  /** Name in the first plane that showed the entry; `noString` where a dump was cut or trimmed before it.
   * -> StringTable */
  readonly name: Int32Array
  /** The kernel class. `noString` where the dump does not say. -> StringTable */
  readonly className: Int32Array
  /** `IORegistryEntry:IOService:IOPCIDevice`, superclass first, as `ioreg -i` prints it. -> StringTable */
  readonly classChain: Int32Array
  /** `EntryFlag` bits. */
  readonly flags: Uint16Array
  /** `ServiceState` bits; only where `isService`. */
  readonly state: Uint32Array
  readonly busyCount: Uint32Array
  /** Accumulated busy time in nanoseconds; 0 where a tool of 10.6 or later prints none. */
  readonly busyTimeNs: BigUint64Array
  readonly retainCount: Uint32Array
  /** Properties of row `r` are `[firstProperty[r], firstProperty[r + 1])`; `rows + 1` items. */
  readonly firstProperty: Uint32Array
}

/**
 * One plane as a tree. Nodes are in depth-first order, so a subtree is a range:
 *   0 Root            end 5
 *   1   PCI0          end 4      subtree of PCI0 = nodes [1, 4)
 *   2     GFX0        end 3      first client    = n + 1, when n + 1 < end[n]
 *   3     XHC1        end 4      next sibling    = end[n], when its parent is ours
 *   4   IOResources   end 5
 * A dump of several matches (`ioreg -r`) has several roots: nodes whose parent is -1.
 */
export interface PlaneTable {
  readonly plane: string
  readonly length: number
  /** -> EntryTable, below its `length` */
  readonly entry: Int32Array
  /** What the dump shows at this very place: `entry` itself, or a row at or after `length`. -> EntryTable */
  readonly sighting: Int32Array
  /** -> this table, -1 for a root */
  readonly parent: Int32Array
  readonly end: Int32Array
  readonly depth: Uint16Array
  /** Name in this plane (names are per plane: `iMac19,1`, `/`, `acpi`); `noString` where a dump was cut or
   * trimmed before it, for an archive writes a node's name after its clients. -> StringTable */
  readonly name: Int32Array
  /** Location in this plane, the text after `@`; `noString` when there is none. -> StringTable */
  readonly location: Int32Array
}

/** The kinds of value a dump can hold; also the tags of `PropertyTable.type`. */
export const ValueType = {
  string: 1,
  integer: 2,
  real: 3,
  boolean: 4,
  data: 5,
  date: 6,
  array: 7,
  set: 8,
  dictionary: 9,
  /** The tool printed nothing after `=` (facts: ioreg, section 5). */
  missing: 10,
  /** Not of any known form; the raw text is kept. */
  unreadable: 11,
} as const
export type ValueTypeTag = (typeof ValueType)[keyof typeof ValueType]

/**
 * Properties, grouped by row of the entry table. A value is not decoded while parsing: it is a byte range of one of the
 * snapshot's sources, and `readValue` decodes it when somebody looks.
 */
export interface PropertyTable {
  readonly length: number
  /** -> StringTable */
  readonly key: Int32Array
  /** `ValueType` tag of the value. */
  readonly type: Uint8Array
  /** -> Snapshot.sources */
  readonly source: Uint8Array
  /** Byte range of the value in its source: an XML element, or the text after `= `. */
  readonly start: Uint32Array
  readonly end: Uint32Array
  /** `valueHash` of those bytes, two words for each property: low, high. */
  readonly hash: Uint32Array
}

/**
 * What a dump holds besides entries and values, and what stands in it in no form that can be told: a shell's
 * prompt, a heading, a line that was cut. Kept as byte ranges at their places, so that a dump can be written
 * again as it was. In the order of their places: by plane, by node, then as they stand in their source.
 */
export interface AsideTable {
  readonly length: number
  /** What it is; the codes are the reader's and writer's own (`core/dump`). */
  readonly kind: Uint8Array
  /** -> Snapshot.sources */
  readonly source: Uint8Array
  readonly start: Uint32Array
  readonly end: Uint32Array
  /** -> Snapshot.planes */
  readonly plane: Uint16Array
  /** The node it belongs to or comes before; the plane's length for what follows the last. */
  readonly node: Int32Array
  /** Where a kind needs it: how many of the node's properties come before. */
  readonly index: Int32Array
}

/** The bytes of one dump, kept whole: values point into them. */
export interface DumpSource {
  /** Where it came from, for messages: a plane's name, a file's name. */
  readonly label: string
  readonly syntax: 'xml' | 'text'
  readonly bytes: Uint8Array
  /** How text is laid out, so that it can be written again as it was. */
  readonly style?: TextStyle
}

/** What a dump was, by its content. */
export type DumpFormat =
  /** `ioreg -a`, as XML or as a binary property list. */
  | 'ioreg-archive'
  | 'ioreg-text'
  /** A document of IORegistryExplorer (`.ioreg`). */
  | 'ioregistryexplorer'
  /** A document of IOJones. */
  | 'iojones'
  /** `kextstat` or `kmutil showloaded`: kexts, and no registry. */
  | 'kext-list'
  /** A capture saved by Kextant. */
  | 'kextant'

/** Something a dump should have said and does not, or says in a way that cannot be read. */
export interface DumpProblem {
  readonly source: string
  readonly kind: 'truncated' | 'malformed' | 'clipped' | 'lossy' | 'skipped'
  /** First byte of the place in the source. */
  readonly byteOffset: number
  /** A sentence: what is missing or odd there, and what was done about it. */
  readonly message: string
  /** Where it happened more than once: the first byte of each place, up to `placeLimit` of them. */
  readonly places?: readonly number[]
  /** Places beyond those. */
  readonly morePlaces?: number
}

/** A dump can be damaged everywhere; a report of it must stay small. */
export const placeLimit = 1000

export interface Snapshot {
  readonly planes: readonly PlaneTable[]
  readonly entries: EntryTable
  readonly properties: PropertyTable
  readonly strings: StringTable
  readonly asides: AsideTable
  readonly sources: readonly DumpSource[]
  readonly problems: readonly DumpProblem[]
}
