import { FailureError } from '../failure.ts'
import { BinaryKind } from '../plist/binary-plist.ts'
import type { PlaneDraft } from '../registry/plane-draft.ts'
import {
  EntryFlag,
  noString,
  ServiceState,
  type EntryIndex,
  type StringIndex,
} from '../registry/snapshot.ts'
import { internChain } from './archive-entry-keys.ts'
import type { BinaryDocument } from './binary-document.ts'
import type { Fields } from './plist-view.ts'
import { attempt, walkTree } from './tree-walk.ts'
import { scanXmlProperties } from './xml-properties.ts'

/**
 * A document of IORegistryExplorer 2 or 3 (facts: ioreg-files, section 1): a keyed archive of a
 * `RexDataStore`, whose entries refer to their clients and providers plane by plane. All planes of one moment
 * become one snapshot; an entry with several providers has several nodes.
 *
 * Properties are a complete XML property list inside a data object, stored as it is, so that property rows
 * point into the file itself. What the file has and a snapshot cannot hold is listed by `describeFormat`.
 */
export function readExplorerDocument(document: BinaryDocument): readonly PlaneDraft[] {
  return new ExplorerReader(document).read()
}

/** The only version seen; the application refuses others. */
const knownVersion = 1

interface ArchivedEntry {
  readonly draft: EntryIndex
  readonly at: number
  readonly isRoot: boolean
  readonly name: StringIndex
  readonly names: Fields
  readonly locations: Fields
  readonly children: Fields
  isShown: boolean
}

class ExplorerReader {
  private readonly document: BinaryDocument
  private readonly entries: ArchivedEntry[] = []
  /** Place of the archived object -> its number in `entries`. */
  private readonly numbers = new Map<number, number>()
  /** Sealed chains by the classes as the file lists them. */
  private readonly chains = new Map<string, StringIndex>()

  constructor(document: BinaryDocument) {
    this.document = document
  }

  read(): readonly PlaneDraft[] {
    const store = this.dataStore()
    const { view } = this.document
    for (const at of view.items(view.field(store, 'registryEntries'))) {
      if (at < 0 || this.numbers.has(at)) continue
      const entry = attempt(this.document.problems, () => this.readEntry(at))
      if (!entry) continue
      this.numbers.set(at, this.entries.length)
      this.entries.push(entry)
    }
    const listed = view.items(view.field(store, 'registryPlanes')).map(at => view.text(at))
    const used = this.entries.flatMap(({ children }) => [...children.keys()])
    const names = new Set([...listed.filter(name => name !== null), ...used])
    const roots = [...this.entries.keys()].filter(number => this.entries[number]!.isRoot)
    const planes = [...names].map(name => this.readPlane(name, roots))
    const hidden = this.entries.find(({ isShown }) => !isShown)
    if (hidden) {
      const count = this.entries.filter(({ isShown }) => !isShown).length
      const cause = `${count} entries are under no provider in any plane, so they have no place and are not shown.`
      this.document.problems.note('skipped', hidden.at, cause)
    }
    for (const { draft } of this.entries) this.document.builder.entries.finish(draft)
    return planes.filter(plane => plane.length > 0)
  }

  private dataStore(): Fields {
    const { view } = this.document
    const archive = view.fields(view.top)
    const objects = view.field(archive, '$objects')
    const top = view.field(archive, '$top')
    if (objects < 0 || top < 0 || !view.isArray(objects)) {
      throw view.plist.malformed(view.top, 'the objects of a keyed archive')
    }
    view.setArchive(objects)
    const root = view.field(view.fields(top), 'root')
    const store = root >= 0 && view.isDictionary(root) ? view.fields(root) : null
    const archived = store && view.field(store, '$class')
    const className =
      archived !== null && archived >= 0
        ? view.text(view.field(view.fields(archived), '$classname'))
        : null
    if (!store || className !== 'RexDataStore') {
      throw this.notADump(
        className === null
          ? 'a keyed archive of another program'
          : `a keyed archive of another program (of class ${className.slice(0, 80)})`,
      )
    }
    const version = view.number(view.field(store, 'dataStoreVersion'))
    if (version !== knownVersion) {
      const found = version === null ? 'without a version' : `of version ${version}`
      throw this.notADump(
        `an IORegistryExplorer document ${found}; only version ${knownVersion} is known`,
      )
    }
    return store
  }

  private notADump(looksLike: string): FailureError {
    return new FailureError({
      kind: 'not-a-dump',
      source: this.document.view.plist.source,
      looksLike,
    })
  }

  private readEntry(at: number): ArchivedEntry {
    const { view, builder } = this.document
    const { entries, strings } = builder
    const fields = view.fields(at)
    const draft = entries.open()
    const name = view.intern(strings, view.field(fields, 'name'))
    this.readClasses(draft, view.items(view.field(fields, 'inheritance')))
    this.readState(draft, fields)
    this.readProperties(draft, view.field(fields, 'properties'))
    return {
      draft,
      at,
      isRoot: this.isTrue(fields, 'isRegistryRoot'),
      name,
      names: view.dictionary(view.field(fields, 'namesInPlanes')),
      locations: view.dictionary(view.field(fields, 'locationsInPlanes')),
      children: view.dictionary(view.field(fields, 'childrenInPlanes')),
      isShown: false,
    }
  }

  /** Class first and `OSObject` last in the file; a snapshot has them as `ioreg -i` prints them. */
  private readClasses(draft: EntryIndex, places: readonly number[]): void {
    const { strings, entries } = this.document.builder
    const names = places.map(at => this.document.view.text(at)).filter(name => name !== null)
    const own = names[0]
    if (own === undefined) return
    entries.setArchiveClass(draft, strings.internText(own), this.document.source)
    const known = names.join(':')
    let chain = this.chains.get(known)
    if (chain === undefined) {
      const upward = names.filter(name => name !== 'OSObject').reverse()
      const encoder = new TextEncoder()
      chain = internChain(
        strings,
        upward.map(name => encoder.encode(name)),
      )
      this.chains.set(known, chain)
    }
    entries.classChain[draft] = chain
  }

  private readState(draft: EntryIndex, fields: Fields): void {
    const { view } = this.document
    const { entries } = this.document.builder
    const retainCount = view.word(view.field(fields, 'kernelRetainCount'))
    if (retainCount !== null) {
      entries.retainCount[draft] = retainCount
      entries.flags[draft]! |= EntryFlag.hasRetainCount
    }
    // A terminated entry stays where it was, and its `isActive` stays true.
    if (view.field(fields, 'dateTerminated') >= 0) {
      entries.flags[draft]! |= EntryFlag.isTerminated
    }
    if (!this.isTrue(fields, 'conformsToIOService')) return
    entries.flags[draft]! |= EntryFlag.isService
    entries.state[draft] =
      (this.isTrue(fields, 'isActive') ? 0 : ServiceState.inactive) |
      (this.isTrue(fields, 'isRegistered') ? ServiceState.registered : 0) |
      (this.isTrue(fields, 'isMatched') ? ServiceState.matched : 0)
    const busyCount = view.word(view.field(fields, 'busyCount'))
    if (busyCount === null) return
    entries.busyCount[draft] = busyCount
    entries.flags[draft]! |= EntryFlag.hasBusyCount
  }

  private readProperties(draft: EntryIndex, at: number): void {
    if (at < 0) return
    const { view, builder, source } = this.document
    const { plist } = view
    if (plist.kindAt(at) !== BinaryKind.data) {
      this.document.problems.note(
        'malformed',
        at,
        'Properties that are no data were skipped (%n times).',
      )
      return
    }
    const start = plist.contentOf(at)
    const end = start + plist.countAt(at)
    view.spend(end - start)
    builder.entries.flags[draft]! |= EntryFlag.hasProperties
    const fault = scanXmlProperties(
      plist.bytes,
      start,
      end,
      builder.strings,
      (key, type, valueStart, valueEnd) =>
        builder.properties.add(draft, key, type, source, plist.bytes, valueStart, valueEnd),
    )
    if (fault >= 0) {
      const cause =
        'The XML of an entry’s properties is damaged; what comes before the damage is kept (%n {entry|entries}).'
      this.document.problems.note('malformed', fault, cause)
    }
  }

  private readPlane(name: string, roots: readonly number[]): PlaneDraft {
    const { view, builder, problems } = this.document
    const { entries } = this
    view.spendPlane(roots.length)
    const plane = builder.addPlane(name)
    const enter = (item: number, parent: number): readonly [number, readonly number[]] => {
      const entry = entries[item]!
      const node = plane.add(parent, entry.draft)
      const own = this.textIn(entry.names, name)
      plane.setName(node, own === noString ? entry.name : own, this.textIn(entry.locations, name))
      if (!entry.isShown) builder.entries.name[entry.draft] = plane.name[node]!
      entry.isShown = true
      const places = view.items(entry.children.get(name) ?? -1)
      const below = places.map(at => this.numbers.get(at) ?? -1)
      if (below.includes(-1)) {
        const cause = 'A client that is none of the document’s entries was left out (%n times).'
        for (const number of below) {
          if (number < 0) problems.note('malformed', entry.at, cause)
        }
      }
      return [node, below.filter(number => number >= 0)]
    }
    const graph = {
      enter,
      placeOf: (item: number) => entries[item]!.at,
      count: entries.length,
    }
    for (const root of roots) walkTree(root, graph, problems)
    return plane
  }

  private textIn(fields: Fields, plane: string): StringIndex {
    const at = fields.get(plane)
    return at === undefined
      ? noString
      : this.document.view.intern(this.document.builder.strings, at)
  }

  private isTrue(fields: Fields, name: string): boolean {
    return this.document.view.number(this.document.view.field(fields, name)) === 1
  }
}
