import type { SnapshotBuilder } from '../registry/snapshot-builder.ts'
import type { ProblemTally } from './dump-summary.ts'
import type { PlistView } from './plist-view.ts'

/** A binary file that is being read, and where what it holds goes. */
export interface BinaryDocument {
  readonly builder: SnapshotBuilder
  readonly view: PlistView
  /** -> Snapshot.sources */
  readonly source: number
  readonly problems: ProblemTally
}
