import type { SnapshotBuilder } from '../registry/snapshot-builder.ts'
import type { AsideLog } from './aside-log.ts'
import type { ProblemTally } from './dump-summary.ts'
import type { SectionDraft } from './section-draft.ts'

/** The line that is being read: `[start, end)` without its break, `next` after it. */
export interface TextLine {
  start: number
  /** After the margin. */
  from: number
  /** The first byte that is no blank and no bar. */
  at: number
  end: number
  next: number
  /** Does it begin with the section's margin, and end with its line break? */
  isRegular: boolean
  /** As many slots as the last node's block has were found before it; 0: not so, or not asked. */
  slots: number
}

/** What the parts of a text reader share. */
export interface TextContext {
  readonly builder: SnapshotBuilder
  /** -1: only headers are read, into nodes that nobody sees. */
  readonly source: number
  readonly asides: AsideLog
  readonly problems: ProblemTally
  readonly line: TextLine
  section: SectionDraft
}
