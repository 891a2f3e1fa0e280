import { decodeSnapshot } from '../../core/registry/snapshot-codec.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import { compareSnapshots } from './compare-snapshots.ts'
import { toSent, type FromCompare, type ToCompare } from './messages.ts'
import { withOwnBuffers } from './own-buffers.ts'

// Large snapshots are compared beside the page, which stays at rest meanwhile.

const snapshots = new Map<number, Snapshot>()
const answer = (message: FromCompare) => {
  const { message: sent, buffers } = withOwnBuffers(message)
  self.postMessage(sent, { transfer: buffers })
}

self.onmessage = ({ data }: MessageEvent<ToCompare>) => {
  switch (data.kind) {
    case 'snapshot':
      snapshots.set(data.number, decodeSnapshot(data.bytes))
      return
    case 'forget':
      snapshots.delete(data.number)
      return
    case 'compare': {
      const { question } = data
      try {
        const after = snapshots.get(data.after)!
        const { diff, merged } = compareSnapshots(snapshots.get(data.before)!, after, data.how)
        answer({ kind: 'compared', question, diff, merged: toSent(merged, after) })
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        answer({ kind: 'failed', question, message })
      }
    }
  }
}
