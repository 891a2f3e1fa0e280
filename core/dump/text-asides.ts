/**
 * What a text dump holds besides its entries (`Snapshot.asides`). A node is printed as lines in a fixed order,
 * its *slots*; `AsideTable.index` is the slot that an aside stands before, or in the place of:
 *
 *   -1       the empty line that ends the match before (`ioreg -r`)
 *    0       +-o Name  <class …>
 *    1       {
 *    2 + i     "Key" = value        property i of n
 *    2 + n   }
 *    3 + n   the separator
 *
 * What comes after the last line of a node belongs to the next node, or to the place after the last.
 * Where an aside has no bytes, its `start` still is its place.
 */
export const AsideKind = {
  /** Lines that are no part of a tree: a prompt, a heading, prose, a property of an entry that is not shown. */
  lines: 1,
  /**
   * The slot's line as it is, for one that would be written another way: clipped, cut, trimmed, indented
   * otherwise. No bytes: there is no such line. Of a property only what stands before its value.
   */
  instead: 2,
  /** What ends a property's line in the place of the section's line break: nothing, at the end of a dump. */
  lineBreak: 3,
  /** The bars below this node tell the contrary of the tree: that it has, or has not, further siblings. */
  siblingBar: 4,
  /** The same for the bar of its block, which tells whether it has clients. */
  clientBar: 5,
  /** This place shows no block, though the entry has one elsewhere. */
  noBlock: 6,
  /** This place shows an empty block, though the entry has properties elsewhere. */
  emptyBlock: 7,
} as const

export const Slot = { end: -1, header: 0, open: 1, property: 2 } as const
