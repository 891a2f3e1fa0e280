import { FailureError } from '../failure.ts'
import { BinaryValueHash } from '../registry/binary-value-hash.ts'
import { EntryFlag, ValueType, type EntryIndex, type StringIndex } from '../registry/snapshot.ts'
import type { SnapshotBuilder } from '../registry/snapshot-builder.ts'
import type { PlistView } from './plist-view.ts'

/** Adds values of a binary property list as properties: byte ranges of objects, with hashes of the values. */
export class BinaryProperties {
  private readonly builder: SnapshotBuilder
  private readonly view: PlistView
  private readonly source: number
  private readonly hashes: BinaryValueHash
  private readonly words = new Uint32Array(2)

  constructor(builder: SnapshotBuilder, view: PlistView, source: number) {
    this.builder = builder
    this.view = view
    this.source = source
    this.hashes = new BinaryValueHash(view.plist)
  }

  /** @param at place of the object with the number `reference` */
  add(owner: EntryIndex, key: StringIndex, at: number, reference: number): void {
    const { plist } = this.view
    let type = this.view.typeOf(at)
    let end = at + 1
    try {
      end = plist.endOf(at)
    } catch (error) {
      if (!(error instanceof FailureError)) throw error
      type = ValueType.unreadable
    }
    this.hashes.hash(reference, this.words, 0)
    // Whoever writes or searches the snapshot decodes all of it.
    this.view.spend(this.hashes.weightOf(reference))
    this.builder.properties.addHashed(owner, key, type, this.source, at, end, this.words)
    this.builder.entries.flags[owner]! |= EntryFlag.hasProperties
  }
}
