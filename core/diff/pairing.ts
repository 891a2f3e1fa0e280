import type { EntryIndex, Snapshot } from '../registry/snapshot.ts'

/** Which entry of one snapshot is which of the other, while it is being found out. One to one. */
export class Pairing {
  /** -1: none yet. */
  readonly afterOf: Int32Array
  readonly beforeOf: Int32Array

  constructor(before: Snapshot, after: Snapshot) {
    this.afterOf = new Int32Array(before.entries.length).fill(-1)
    this.beforeOf = new Int32Array(after.entries.length).fill(-1)
  }

  /** @param partners for each entry of `before` its partner, or -1 */
  pairAll(partners: Int32Array): void {
    this.afterOf.set(partners)
    for (let before = 0; before < partners.length; before++) {
      const after = partners[before]!
      if (after >= 0) this.beforeOf[after] = before
    }
  }

  pair(before: EntryIndex, after: EntryIndex): void {
    this.afterOf[before] = after
    this.beforeOf[after] = before
  }

  isPair(before: EntryIndex, after: EntryIndex): boolean {
    return this.afterOf[before] === after
  }

  areFree(before: EntryIndex, after: EntryIndex): boolean {
    return this.afterOf[before] === -1 && this.beforeOf[after] === -1
  }
}
