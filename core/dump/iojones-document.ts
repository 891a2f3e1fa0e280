import type { PlaneDraft } from '../registry/plane-draft.ts'
import { EntryFlag, noString, type EntryIndex, type StringIndex } from '../registry/snapshot.ts'
import { internChain } from './archive-entry-keys.ts'
import type { BinaryDocument } from './binary-document.ts'
import { BinaryProperties } from './binary-properties.ts'
import type { Fields } from './plist-view.ts'
import { attempt, walkTree } from './tree-walk.ts'

/**
 * A document of IOJones (facts: ioreg-files, section 2): a binary property list of `objects`, each known by
 * its registry entry ID, and `planes`, trees that refer to them. `classes` has each class's superclass, which
 * gives the chains. Written after the program's source; no real file was there to try.
 */
export function readIOJonesDocument(document: BinaryDocument): readonly PlaneDraft[] {
  return new IOJonesReader(document).read()
}

/** `status` of an object: 0 initial, 1 published, 2 terminated. */
const terminated = 2

interface SavedObject {
  readonly draft: EntryIndex
  readonly at: number
  readonly name: StringIndex
  readonly planes: Fields
  isShown: boolean
}

class IOJonesReader {
  private readonly document: BinaryDocument
  private readonly objects = new Map<bigint, SavedObject>()
  private readonly superclasses = new Map<string, string>()
  private readonly chains = new Map<string, readonly string[]>()

  constructor(document: BinaryDocument) {
    this.document = document
  }

  read(): readonly PlaneDraft[] {
    const { view, builder } = this.document
    const top = view.fields(view.top)
    for (const [name, at] of view.dictionary(view.field(top, 'classes'))) {
      const superclass = view.text(at)
      if (superclass !== null) this.superclasses.set(name, superclass)
    }
    const properties = new BinaryProperties(builder, view, this.document.source)
    for (const at of view.items(view.field(top, 'objects'))) {
      attempt(this.document.problems, () => this.readObject(at, properties))
    }
    const planes = view
      .items(view.field(top, 'planes'))
      .map(at => {
        view.spendPlane(1)
        return attempt(this.document.problems, () => this.readPlane(at))
      })
      .filter(plane => plane !== null)
    const hidden = [...this.objects.values()].filter(({ isShown }) => !isShown)
    if (hidden.length > 0) {
      const cause = `${hidden.length} entries are in no plane, so they have no place and are not shown.`
      this.document.problems.note('skipped', hidden[0]!.at, cause)
    }
    for (const { draft } of this.objects.values()) builder.entries.finish(draft)
    return planes
  }

  private readObject(at: number, properties: BinaryProperties): void {
    const { view, builder } = this.document
    const { entries, strings } = builder
    const fields = view.fields(at)
    const id = view.integer(view.field(fields, 'id'))
    if (id === null) {
      this.document.problems.note(
        'malformed',
        at,
        'An object without an ID was left out (%n times).',
      )
      return
    }
    const key = BigInt.asUintN(64, id)
    if (this.objects.has(key)) {
      this.document.problems.note(
        'malformed',
        at,
        'An object with the ID of another was left out (%n times).',
      )
      return
    }
    const draft = entries.open()
    entries.setId(draft, Number(key & 0xffff_ffffn), Number(key >> 32n))
    this.readClass(draft, fields)
    this.readCounts(draft, fields)
    const list = view.field(fields, 'properties')
    if (list >= 0) {
      entries.flags[draft]! |= EntryFlag.hasProperties
      for (const [keyAt, value, reference] of view.pairs(list)) {
        const name = view.intern(strings, keyAt)
        if (name === noString) throw view.plist.malformed(keyAt, 'a string as a key')
        properties.add(draft, name, value, reference)
      }
    }
    this.objects.set(key, {
      draft,
      at,
      name: view.intern(strings, view.field(fields, 'name')),
      planes: view.dictionary(view.field(fields, 'planes')),
      isShown: false,
    })
  }

  private readClass(draft: EntryIndex, fields: Fields): void {
    const { entries, strings } = this.document.builder
    const className = this.document.view.text(this.document.view.field(fields, 'class'))
    if (className === null) return
    entries.setArchiveClass(draft, strings.internText(className), this.document.source)
    if (!this.superclasses.has(className)) return
    const chain = this.chainOf(className)
    if (chain.includes('IOService')) entries.flags[draft]! |= EntryFlag.isService
    const encoder = new TextEncoder()
    entries.classChain[draft] = internChain(
      strings,
      chain.map(name => encoder.encode(name)),
    )
  }

  /** Superclass first, without `OSObject`, as `ioreg -i` prints it. */
  private chainOf(className: string): readonly string[] {
    const known = this.chains.get(className)
    if (known) return known
    const upward: string[] = []
    const seen = new Set<string>(['OSObject'])
    let name: string | undefined = className
    while (name !== undefined && name !== '' && !seen.has(name) && upward.length < chainLimit) {
      seen.add(name)
      upward.push(name)
      name = this.superclasses.get(name)
    }
    const chain = upward.reverse()
    this.document.view.spend(chain.length)
    this.chains.set(className, chain)
    return chain
  }

  private readCounts(draft: EntryIndex, fields: Fields): void {
    const { view } = this.document
    const { entries } = this.document.builder
    const number = (name: string) => view.word(view.field(fields, name))
    // Saved as the retain count less one, its own.
    const kernel = number('kernel')
    if (kernel !== null) {
      entries.retainCount[draft] = kernel + 1
      entries.flags[draft]! |= EntryFlag.hasRetainCount
    }
    if (number('status') === terminated || view.field(fields, 'removed') >= 0) {
      entries.flags[draft]! |= EntryFlag.isTerminated
    }
    if ((entries.flags[draft]! & EntryFlag.isService) === 0) return
    const state = number('state')
    if (state === null) entries.flags[draft]! &= ~EntryFlag.isService
    else entries.setArchiveState(draft, state)
    const busy = number('busy')
    if (busy === null) return
    entries.busyCount[draft] = busy
    entries.flags[draft]! |= EntryFlag.hasBusyCount
  }

  private readPlane(at: number): PlaneDraft | null {
    const { view, builder, problems } = this.document
    const fields = view.fields(at)
    const name = view.text(view.field(fields, 'plane'))
    if (name === null) {
      problems.note('malformed', at, 'A plane without a name was left out (%n times).')
      return null
    }
    const plane = builder.addPlane(name)
    const enter = (place: number, parent: number): readonly [number, readonly number[]] => {
      const tree = place === at ? fields : view.fields(place)
      const id = view.integer(view.field(tree, place === at ? 'root' : 'node'))
      const object = id === null ? undefined : this.objects.get(BigInt.asUintN(64, id))
      if (!object) {
        const cause =
          'A node of an object that is not in the file was left out, with what is below it (%n times).'
        problems.note('malformed', place, cause)
        return [-1, []]
      }
      const node = plane.add(parent, object.draft)
      const placed = object.planes.get(name)
      const here = placed === undefined ? null : view.fields(placed)
      const text = (key: string) =>
        here === null ? noString : view.intern(builder.strings, view.field(here, key))
      const own = text('name')
      plane.setName(node, own === noString ? object.name : own, text('location'))
      if (!object.isShown) builder.entries.name[object.draft] = plane.name[node]!
      object.isShown = true
      return [node, view.items(view.field(tree, 'children'))]
    }
    const graph = { enter, placeOf: (place: number) => place, count: this.objects.size }
    walkTree(at, graph, problems)
    return plane
  }
}

/** Real chains have some ten classes. */
const chainLimit = 200
