import { FailureError } from '../../core/failure.ts'
import { encodeSnapshot } from '../../core/registry/snapshot-codec.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import { copyInPieces } from '../registry/copy-in-pieces.ts'
import { compareSnapshots, type Compared, type CompareHow } from './compare-snapshots.ts'
import { fromSent, type FromCompare, type ToCompare } from './messages.ts'

/** As much of a `Worker` as is used here. */
export interface CompareWorker {
  postMessage(message: ToCompare, transfer: ArrayBuffer[]): void
  terminate(): void
  onmessage: ((event: MessageEvent<FromCompare>) => void) | null
  onerror: ((event: ErrorEvent) => void) | null
}

/** Compares two snapshots; rejects with `cancelled` when a newer question came, or the signal says so. */
export type Comparer = (
  before: Snapshot,
  after: Snapshot,
  how: CompareHow,
  signal?: AbortSignal,
) => Promise<Compared>

/** Up to here the page compares by itself, in a few milliseconds. */
const smallEntries = 8000

/** On the page alone. */
export const compareHere: Comparer = async (before, after, how) =>
  compareSnapshots(before, after, how)

/**
 * Small snapshots on the page, large ones in a worker, which keeps the two it was asked about last: another identity
 * or other noise rules cost no second copy. Where the worker cannot be had, the page does it.
 */
export function createComparer(startWorker: () => CompareWorker): Comparer {
  let worker: CompareWorker | null = null
  let isBroken = false
  let lastNumber = 0
  let question = 0
  let waiting: {
    readonly after: Snapshot
    readonly done: (compared: Compared) => void
    readonly fail: (error: Error) => void
  } | null = null
  const sent = new Map<Snapshot, number>()

  const take = (message: FromCompare) => {
    if (message.question !== question || !waiting) return
    const { after, done, fail } = waiting
    waiting = null
    if (message.kind === 'failed') return fail(new Error(message.message))
    if (message.kind !== 'compared') return
    done({ diff: message.diff, merged: fromSent(message.merged, after) })
  }
  const start = (): CompareWorker => {
    if (worker) return worker
    worker = startWorker()
    worker.onmessage = event => take(event.data)
    worker.onerror = () => {
      isBroken = true
      worker?.terminate()
      worker = null
      sent.clear()
      waiting?.fail(new Error('the worker that compares has ended'))
      waiting = null
    }
    return worker
  }

  const end = () => {
    worker?.terminate()
    worker = null
    sent.clear()
    waiting?.fail(new FailureError({ kind: 'cancelled' }))
    waiting = null
  }

  async function send(snapshot: Snapshot, mine: number): Promise<number> {
    const known = sent.get(snapshot)
    if (known !== undefined) return known
    const bytes = await copyInPieces(encodeSnapshot(snapshot), () => mine === question)
    if (mine !== question) throw new FailureError({ kind: 'cancelled' })
    const number = ++lastNumber
    start().postMessage({ kind: 'snapshot', number, bytes }, [bytes.buffer])
    sent.set(snapshot, number)
    return number
  }

  return async (before, after, how, signal) => {
    const mine = ++question
    waiting?.fail(new FailureError({ kind: 'cancelled' }))
    waiting = null
    const size = before.entries.length + after.entries.length
    if (isBroken || size <= smallEntries) return compareSnapshots(before, after, how)
    for (const [snapshot, number] of sent) {
      if (snapshot === before || snapshot === after) continue
      worker?.postMessage({ kind: 'forget', number }, [])
      sent.delete(snapshot)
    }
    const numbers = { before: await send(before, mine), after: await send(after, mine) }
    if (mine !== question) throw new FailureError({ kind: 'cancelled' })
    if (signal?.aborted) throw new FailureError({ kind: 'cancelled' })
    return new Promise<Compared>((done, fail) => {
      waiting = { after, done, fail }
      // What it is at cannot be broken off otherwise, and would keep the next question waiting.
      signal?.addEventListener('abort', () => mine === question && waiting && end(), { once: true })
      start().postMessage({ kind: 'compare', question: mine, ...numbers, how }, [])
    })
  }
}
