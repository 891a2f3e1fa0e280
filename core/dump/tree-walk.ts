import { FailureError } from '../failure.ts'
import type { NodeIndex } from '../registry/snapshot.ts'
import { nodeDepthLimit } from './archive-nodes.ts'
import type { ProblemTally } from './dump-summary.ts'

/** A graph to be laid out as a tree. Items are numbers of the caller's: places in a file, drafts. */
export interface Graph {
  /** Makes the item's node below `parent` and says what comes below it, in order; -1 for no node. */
  readonly enter: (item: number, parent: NodeIndex) => readonly [node: NodeIndex, below: Items]
  /** For messages. */
  readonly placeOf: (item: number) => number
  /** Distinct items; a tree with many more nodes is not real. */
  readonly count: number
}

type Items = readonly number[]

/**
 * Adds everything below `root` to a plane, depth first. An item with several parents is shown under each
 * with all that is below it, as `ioreg` does. Three things could go on for ever: circles, depth, and items
 * that share items level by level, which multiply. Each is cut off and told.
 */
export function walkTree(root: number, graph: Graph, problems: ProblemTally): void {
  const limit = nodesPerItem * graph.count + 1000
  const onPath = new Set<number>()
  const open: Frame[] = []
  let nodes = 0
  const enter = (item: number, parent: NodeIndex) => {
    if (onPath.has(item)) {
      const cause = 'An entry is below itself; the circle was cut there (%n times).'
      problems.note('malformed', graph.placeOf(item), cause)
      return
    }
    if (open.length >= nodeDepthLimit) {
      const cause = `Entries more than ${nodeDepthLimit} levels deep were skipped (%n {subtree|subtrees}).`
      problems.note('skipped', graph.placeOf(item), cause)
      return
    }
    if (nodes >= limit) {
      const cause = `Entries with several providers repeat what is below them; after ${limit} nodes the repetitions were left out (%n {subtree|subtrees}).`
      problems.note('skipped', graph.placeOf(item), cause)
      return
    }
    const entered = attempt(problems, () => graph.enter(item, parent))
    if (!entered) return
    const [node, below] = entered
    if (node < 0) return
    nodes++
    onPath.add(item)
    open.push({ item, node, below, next: 0 })
  }
  enter(root, -1)
  for (let frame = open.at(-1); frame; frame = open.at(-1)) {
    if (frame.next < frame.below.length) enter(frame.below[frame.next++]!, frame.node)
    else {
      open.pop()
      onPath.delete(frame.item)
    }
  }
}

interface Frame {
  readonly item: number
  readonly node: NodeIndex
  readonly below: Items
  next: number
}

/** Real planes have a tenth more nodes than entries. */
const nodesPerItem = 4

/** Reads one entry of a binary file; where its objects are damaged, that is a problem and not the end. */
export function attempt<T>(problems: ProblemTally, read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.kind !== 'dump-malformed') throw error
    const cause =
      'An entry’s objects are damaged; the entry, or what is below it, was left out (%n times).'
    problems.note('malformed', error.failure.byteOffset, cause)
    return null
  }
}
