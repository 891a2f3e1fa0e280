import type { PlaneDraft } from '../registry/plane-draft.ts'
import type { NodeIndex } from '../registry/snapshot.ts'
import type { SnapshotBuilder } from '../registry/snapshot-builder.ts'
import type { ArchiveEntryKeys } from './archive-entry-keys.ts'
import { State, type StateCode } from './archive-state.ts'
import { Tag, type TagCode } from './archive-tags.ts'
import type { ProblemTally } from './dump-summary.ts'

/** Deeper nodes are skipped: real registries have some 30 levels, and depth is a 16-bit column. */
export const nodeDepthLimit = 4096

/** Stands among the open brackets for an array of nodes. */
const nodeList = -1

/** The nodes of an archive, and the brackets that are open: a node's index, or `nodeList` for an array of nodes. */
export class ArchiveNodes {
  /** Of the document that is read. */
  plane: PlaneDraft
  private readonly builder: SnapshotBuilder
  private readonly keys: ArchiveEntryKeys
  private readonly problems: ProblemTally
  private readonly brackets: number[] = []
  /** The innermost that is open. */
  private node: NodeIndex = -1
  private depth = 0

  constructor(
    builder: SnapshotBuilder,
    plane: PlaneDraft,
    keys: ArchiveEntryKeys,
    problems: ProblemTally,
  ) {
    this.builder = builder
    this.plane = plane
    this.keys = keys
    this.problems = problems
  }

  /** How many brackets are open. */
  get open(): number {
    return this.brackets.length
  }

  /** The node or array that what comes next belongs to; there is one. */
  get top(): NodeIndex {
    return this.brackets[this.brackets.length - 1]!
  }

  /** What comes next in the innermost bracket. */
  get state(): StateCode {
    if (this.brackets.length === 0) return State.outside
    return this.top === nodeList ? State.nodes : State.key
  }

  /** The nodes that follow are this plane's. */
  use(plane: PlaneDraft): void {
    this.plane = plane
    this.keys.use(plane)
  }

  /** Goes on with the brackets that a scanner left open. */
  adopt(brackets: readonly number[]): void {
    this.brackets.push(...brackets)
    this.node = brackets.findLast(node => node !== nodeList) ?? -1
    this.depth = brackets.filter(node => node !== nodeList).length
  }

  openList(): void {
    this.brackets.push(nodeList)
  }

  /** Returns false where a node is too deep: then it is to be skipped. */
  openNode(at: number): boolean {
    if (this.depth >= nodeDepthLimit) {
      this.problems.note(
        'skipped',
        at,
        `Entries more than ${nodeDepthLimit} levels deep were skipped (%n {subtree|subtrees}).`,
      )
      return false
    }
    this.node = this.plane.add(this.node, this.builder.entries.open())
    this.depth++
    this.brackets.push(this.node)
    return true
  }

  /** Closes the innermost bracket. */
  close(): void {
    const top = this.brackets.pop()!
    if (top === nodeList) return
    this.keys.closeNode(top)
    this.node = this.plane.parent[top]!
    this.depth--
  }

  closeAll(): void {
    while (this.brackets.length > 0) this.close()
  }

  /** Closes what an end tag at `at` fits. */
  closeBy(tag: TagCode, at: number): void {
    const { brackets } = this
    if (brackets.length === 0) return
    if (tag === (this.top === nodeList ? Tag.array : Tag.dict)) {
      this.close()
      return
    }
    this.problems.note('malformed', at, 'A closing tag does not fit its element (%n times).')
    // The inner element lacks its end tag when the one around it ends here; else the tag is stray.
    const around = brackets.at(-2)
    if (around !== undefined && (around === nodeList) === (tag === Tag.array)) {
      this.close()
      this.close()
    }
  }
}
