import { FailureError } from '../failure.ts'
import { AsideDraft } from './aside-draft.ts'
import type { Column } from './grow-column.ts'
import { EntryDraft, publicFlags } from './entry-draft.ts'
import { PlaneDraft, subtreeEnds } from './plane-draft.ts'
import { PropertyDraft } from './property-draft.ts'
import { placed, runsOf, type Run } from './runs.ts'
import { StringInterner } from './string-interner.ts'
import type { TextStyle } from './text-style.ts'
import {
  noString,
  type DumpProblem,
  type DumpSource,
  type EntryTable,
  type PlaneTable,
  type Snapshot,
} from './snapshot.ts'

/** Offsets into a source have 32 bits, and a hostile guest must not fill the host's memory. */
export const sourceLimitBytes = 2_000_000_000

const sourceLimit = 255
const problemLimit = 1000

/** `names`: certainly no classes. `equal`: classes that equal the names, which can be true. */
export type ClassDoubt = 'names' | 'equal'

/**
 * Merges any number of dumps into one snapshot. The readers in `core/dump` write into it; after the
 * last has finished, `seal` makes the columns exact and read-only by convention.
 *
 * What becomes one entry: drafts with the same registry entry ID, in whatever plane and dump. Of several
 * property blocks the first counts, whole, so that an entry's properties are of one moment. Without IDs
 * (before 10.6) every node is an entry of its own.
 *
 * What wins where dumps differ: a class from text over one from an archive (facts: ioreg, section 7), an
 * archive's state word and nanoseconds over text's three words and milliseconds, and else the first.
 */
export class SnapshotBuilder {
  readonly strings = new StringInterner()
  readonly entries = new EntryDraft()
  readonly properties = new PropertyDraft()
  readonly asides = new AsideDraft()
  private readonly planes: PlaneDraft[] = []
  private readonly sources: DumpSource[] = []
  private readonly problems: DumpProblem[] = []
  private readonly classDoubts = new Map<number, ClassDoubt>()
  private isSealed = false

  /** A plane to add nodes to. Planes of one name become one table with several roots. */
  addPlane(plane: string): PlaneDraft {
    const draft = new PlaneDraft(plane)
    this.planes.push(draft)
    return draft
  }

  /** Its index, for `PropertyDraft.add`; the bytes come with `closeSource`, when they are complete. */
  openSource(label: string, syntax: DumpSource['syntax']): number {
    if (this.sources.length >= sourceLimit) {
      throw new Error(`a snapshot has at most ${sourceLimit} sources`)
    }
    return this.sources.push({ label, syntax, bytes: new Uint8Array(0) }) - 1
  }

  closeSource(source: number, bytes: Uint8Array, style?: TextStyle): void {
    const { label, syntax } = this.sources[source]!
    if (bytes.length > sourceLimitBytes) {
      throw new FailureError({
        kind: 'dump-too-large',
        source: label,
        limitBytes: sourceLimitBytes,
      })
    }
    this.sources[source] = { label, syntax, bytes, ...(style && { style }) }
  }

  /**
   * `IOObjectClass` of this source holds names, certainly or perhaps (facts: ioreg, section 7). What is
   * certain is forgotten. It is a problem only where no text tells the class.
   */
  doubtClassesOf(source: number, doubt: ClassDoubt): void {
    this.classDoubts.set(source, doubt)
  }

  addProblem(problem: DumpProblem): void {
    if (this.problems.length < problemLimit) this.problems.push(problem)
  }

  /** The finished tables. The builder is used up. */
  seal(): Snapshot {
    if (this.isSealed) throw new Error('this builder was sealed before')
    this.isSealed = true
    const rows = this.numberRows()
    this.noteDoubtfulClasses(rows.ofDraft)
    const properties = this.properties.seal(this.propertyOwners(rows.ofDraft), rows.count)
    const planes = this.sealPlanes(rows)
    return {
      planes: planes.tables,
      entries: this.sealEntries(rows, properties.firstProperty),
      properties: properties.table,
      strings: this.strings.seal(),
      asides: this.asides.seal(plane => planes.places.get(plane)),
      sources: this.sources.map((source, index) =>
        this.classDoubts.get(index) === 'names' ? { ...source, hasNamesForClasses: true } : source,
      ),
      problems: this.problems,
    }
  }

  /**
   * Only what some node shows gets a row: header dumps may know others, seen or gone since. Entries first,
   * then the other sightings.
   */
  private numberRows(): EntryRows {
    const { alias, length } = this.entries
    const isShown = 0
    const ofDraft = new Int32Array(length).fill(-1)
    for (const plane of this.planes) {
      for (let node = 0; node < plane.length; node++) {
        const draft = plane.entry[node]!
        ofDraft[draft] = isShown
        ofDraft[alias[draft]!] = isShown
      }
    }
    let count = 0
    let hasSightings = false
    for (let draft = 0; draft < length; draft++) {
      if (ofDraft[draft] !== isShown) continue
      if (alias[draft] === draft) ofDraft[draft] = count++
      else hasSightings = true
    }
    const entryCount = count
    for (let draft = 0; hasSightings && draft < length; draft++) {
      if (ofDraft[draft] === isShown && alias[draft] !== draft) ofDraft[draft] = count++
    }
    return { ofDraft, entryCount, count, runs: runsOf(ofDraft) }
  }

  /** Which row each draft's properties belong to. An entry has those of the first block, whoever printed it. */
  private propertyOwners(rowOf: Int32Array): Int32Array {
    const { alias, propertyOwner } = this.entries
    return rowOf.map((row, draft) => {
      const entry = alias[draft]!
      if (propertyOwner[entry] === draft) return rowOf[entry]!
      return draft === entry ? -1 : row
    })
  }

  private sealEntries(rows: EntryRows, firstProperty: Uint32Array): EntryTable {
    const drafts = this.entries
    const { runs, count } = rows
    const sealed = <C extends Column>(column: C, width = 1): C => placed(runs, column, count, width)
    return {
      length: rows.entryCount,
      rows: count,
      id: new BigUint64Array(sealed(drafts.id, 2).buffer),
      name: sealed(drafts.name),
      className: sealed(this.classes()),
      classChain: sealed(drafts.classChain),
      flags: sealed(drafts.flags).map(publicFlags),
      state: sealed(drafts.state),
      busyCount: sealed(drafts.busyCount),
      busyTimeNs: new BigUint64Array(sealed(drafts.busyTime, 2).buffer),
      retainCount: sealed(drafts.retainCount),
      firstProperty,
    }
  }

  /** For each draft the class that counts. */
  private classes(): Int32Array {
    const { textClass, archiveClass, archiveClassSource, length } = this.entries
    const classes = textClass.slice(0, length)
    const isFalse = Uint8Array.from(this.sources, (_, source) =>
      this.classDoubts.get(source) === 'names' ? 1 : 0,
    )
    for (let draft = 0; draft < length; draft++) {
      if (classes[draft] !== noString || isFalse[archiveClassSource[draft]!] === 1) continue
      classes[draft] = archiveClass[draft]!
    }
    return classes
  }

  private noteDoubtfulClasses(rowOf: Int32Array): void {
    const { textClass, archiveClass, archiveClassSource, alias } = this.entries
    for (const [source, doubt] of this.classDoubts) {
      let count = 0
      for (let draft = 0; draft < this.entries.length; draft++) {
        const isShown = rowOf[draft]! >= 0 && alias[draft] === draft
        const isDoubtful = textClass[draft] === noString && archiveClass[draft] !== noString
        if (isShown && isDoubtful && archiveClassSource[draft] === source) count++
      }
      if (count === 0) continue
      this.addProblem({
        source: this.sources[source]!.label,
        kind: 'lossy',
        byteOffset: 0,
        message:
          doubt === 'names'
            ? `IOObjectClass holds names, not classes, as OS X 10.8 to macOS 10.13 write it: the classes of ${count} entries are unknown. A text dump of the same boot would tell them.`
            : `Each IOObjectClass equals the entry’s name (${count} entries). That can be true, or the fault of OS X 10.8 to macOS 10.13, which write names there.`,
      })
    }
  }

  private sealPlanes(rows: EntryRows): {
    readonly tables: readonly PlaneTable[]
    readonly places: ReadonlyMap<PlaneDraft, { readonly table: number; readonly first: number }>
  } {
    const places = new Map<PlaneDraft, { readonly table: number; readonly first: number }>()
    const byName = new Map<string, PlaneDraft[]>()
    for (const draft of this.planes) {
      const drafts = byName.get(draft.plane)
      if (drafts) drafts.push(draft)
      else byName.set(draft.plane, [draft])
    }
    const tables = [...byName.values()].map((drafts, table) => {
      let first = 0
      for (const draft of drafts) {
        places.set(draft, { table, first })
        first += draft.length
      }
      return sealPlane(drafts, rows, this.entries.alias)
    })
    return { tables, places }
  }
}

/** Rows of the sealed entry table. */
interface EntryRows {
  /** For each draft its row, or -1 for one that no node shows. */
  readonly ofDraft: Int32Array
  readonly entryCount: number
  readonly count: number
  readonly runs: readonly Run[]
}

function sealPlane(
  drafts: readonly PlaneDraft[],
  { ofDraft, runs, entryCount, count }: EntryRows,
  alias: Int32Array,
): PlaneTable {
  const length = drafts.reduce((sum, draft) => sum + draft.length, 0)
  const table = {
    plane: drafts[0]!.plane,
    length,
    entry: new Int32Array(length),
    sighting: new Int32Array(length),
    parent: new Int32Array(length),
    depth: new Uint16Array(length),
    name: new Int32Array(length),
    location: new Int32Array(length),
  }
  // Where every draft is the entry of its own number, as in a dump alone, there is nothing to look up.
  const isAsDrafted = entryCount === count && runs[0]?.length === ofDraft.length
  let first = 0
  for (const draft of drafts) {
    const entry = draft.entry.subarray(0, draft.length)
    if (isAsDrafted) {
      table.entry.set(entry, first)
      table.sighting.set(entry, first)
    } else {
      for (let node = 0; node < entry.length; node++) {
        const shown = entry[node]!
        table.entry[first + node] = ofDraft[alias[shown]!]!
        table.sighting[first + node] = ofDraft[shown]!
      }
    }
    table.parent.set(draft.parent.subarray(0, draft.length), first)
    for (let node = first; first > 0 && node < first + draft.length; node++) {
      if (table.parent[node]! >= 0) table.parent[node]! += first
    }
    table.depth.set(draft.depth.subarray(0, draft.length), first)
    table.name.set(draft.name.subarray(0, draft.length), first)
    table.location.set(draft.location.subarray(0, draft.length), first)
    first += draft.length
  }
  return { ...table, end: subtreeEnds(table.parent) }
}
