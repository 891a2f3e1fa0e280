import { diffSnapshots } from '../../core/diff/diff-snapshots.ts'
import { mergeSnapshots, type MergedSnapshot } from '../../core/diff/merge-snapshots.ts'
import type { Identity, SnapshotDiff } from '../../core/diff/snapshot-diff.ts'
import type { BootSessions } from '../../core/diff/choose-identity.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'

/** How two snapshots are compared; plain data, for another thread. */
export interface CompareHow {
  readonly identity: Identity | 'auto'
  readonly noiseOff: readonly string[]
  readonly boots?: BootSessions
}

export interface Compared {
  readonly diff: SnapshotDiff
  readonly merged: MergedSnapshot
}

export function compareSnapshots(before: Snapshot, after: Snapshot, how: CompareHow): Compared {
  const { identity, boots, noiseOff } = how
  const noise = { off: noiseOff }
  const diff = diffSnapshots(before, after, { identity, noise, ...(boots && { boots }) })
  return { diff, merged: mergeSnapshots(before, after, diff) }
}
