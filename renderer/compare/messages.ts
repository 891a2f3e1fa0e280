import type { MergedSnapshot } from '../../core/diff/merge-snapshots.ts'
import type { SnapshotDiff } from '../../core/diff/snapshot-diff.ts'
import type { ComparedLook, LookHow } from '../../core/watch/follow-looks.ts'
import type { DumpSource, Snapshot } from '../../core/registry/snapshot.ts'
import type { CompareHow } from './compare-snapshots.ts'

/** To the worker. Snapshots are known by numbers; the two of a question were sent before it. */
export type ToCompare =
  | { readonly kind: 'snapshot'; readonly number: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'forget'; readonly number: number }
  | {
      readonly kind: 'compare'
      readonly question: number
      readonly before: number
      readonly after: number
      readonly how: CompareHow
    }
  | {
      readonly kind: 'look'
      readonly question: number
      /** What the look is to be known by, and what it is merged with. */
      readonly look: number
      readonly merged: number
      /** Its bytes, or where a worker fetches them by itself. */
      readonly from: Uint8Array<ArrayBuffer> | string
      readonly before: number
      readonly how: LookHow
    }

/** The dumps of `after` are the page's already, and large: only sources beyond them come back. */
export interface SentMerged extends Omit<MergedSnapshot, 'snapshot'> {
  /** Null: it is `after` itself. */
  readonly snapshot: (Omit<Snapshot, 'sources'> & { readonly more: readonly DumpSource[] }) | null
}

export type FromCompare =
  | {
      readonly kind: 'compared'
      readonly question: number
      readonly diff: SnapshotDiff
      readonly merged: SentMerged
    }
  | {
      readonly kind: 'looked'
      readonly question: number
      /** The look's own bytes, whose indices have been checked. */
      readonly bytes: Uint8Array<ArrayBuffer>
      readonly merged: SentMerged
      readonly rows: ComparedLook['rows']
    }
  /** The host does not have it any more. */
  | { readonly kind: 'missing'; readonly question: number }
  | { readonly kind: 'failed'; readonly question: number; readonly message: string }

export function toSent(merged: MergedSnapshot, after: Snapshot): SentMerged {
  const { snapshot, ...rest } = merged
  if (snapshot === after) return { ...rest, snapshot: null }
  const { sources, ...tables } = snapshot
  return { ...rest, snapshot: { ...tables, more: sources.slice(after.sources.length) } }
}

export function fromSent(sent: SentMerged, after: Snapshot): MergedSnapshot {
  const { snapshot, ...rest } = sent
  if (snapshot === null) return { ...rest, snapshot: after }
  const { more, ...tables } = snapshot
  return { ...rest, snapshot: { ...tables, sources: [...after.sources, ...more] } }
}
