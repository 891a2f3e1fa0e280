import { decodeSnapshot } from '../../core/registry/snapshot-codec.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import { compareLook } from '../../core/watch/follow-looks.ts'
import { compareSnapshots } from './compare-snapshots.ts'
import { toSent, type FromCompare, type ToCompare } from './messages.ts'
import { withOwnBuffers } from './own-buffers.ts'

// Large snapshots are compared beside the page, which stays at rest meanwhile.

const snapshots = new Map<number, Snapshot>()
const answer = (message: FromCompare, isKept = false) => {
  const { message: sent, buffers } = withOwnBuffers(message, isKept)
  self.postMessage(sent, { transfer: buffers })
}
const fail = (question: number, error: unknown) => {
  const message = error instanceof Error ? error.message : String(error)
  answer({ kind: 'failed', question, message })
}

/** One after the other: a look that is fetched may be what the next question is about. */
let last: Promise<void> = Promise.resolve()

async function takeLook(data: Extract<ToCompare, { kind: 'look' }>): Promise<void> {
  const { question, from, how } = data
  try {
    let bytes = from
    if (typeof bytes === 'string') {
      const response = await fetch(bytes, { credentials: 'same-origin' })
      if (!response.ok) return answer({ kind: 'missing', question })
      bytes = new Uint8Array(await response.arrayBuffer())
    }
    const look = decodeSnapshot(bytes)
    const { merged, rows } = compareLook(snapshots.get(data.before)!, look, how)
    snapshots.set(data.look, look)
    snapshots.set(data.merged, merged.snapshot)
    // Both are what the next look is compared with, so the page gets copies.
    answer({ kind: 'looked', question, bytes, merged: toSent(merged, look), rows }, true)
  } catch (error) {
    fail(question, error)
  }
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
        fail(question, error)
      }
      return
    }
    case 'look':
      last = last.then(() => takeLook(data))
  }
}
