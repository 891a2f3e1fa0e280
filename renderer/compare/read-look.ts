import { FailureError } from '../../core/failure.ts'
import { encodeSnapshot } from '../../core/registry/snapshot-codec.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import type { ComparedLook, LookHow } from '../../core/watch/follow-looks.ts'
import { copyInPieces } from '../registry/copy-in-pieces.ts'
import type { CompareWorker } from './create-comparer.ts'
import { fromSent, type FromCompare } from './messages.ts'

/** A look, and what came of comparing it with what is shown; null where the page has to do that itself. */
export interface ReadLook {
  readonly snapshot: Snapshot
  readonly compared: ComparedLook | null
}

export interface LookReader {
  /**
   * @param before what is shown, and how the look is compared with it; null: nothing is there yet
   * @throws FailureError `unknown-snapshot` when the host does not have it any more
   */
  read(snapshotId: string, before: LookBefore | null): Promise<ReadLook>
  /** The watch is over: what was kept for the next look is let go. */
  end(): void
}

export interface LookBefore {
  readonly snapshot: Snapshot
  readonly how: LookHow
}

export interface LookSource {
  /** The bytes of a look. */
  readonly snapshot: (snapshotId: string) => Promise<Uint8Array>
  /** Where a worker can fetch them without the page. */
  readonly snapshotUrl?: (snapshotId: string) => string
}

type Decode = (bytes: Uint8Array, isChecked?: boolean) => Snapshot

/** Registries up to here the page reads and compares by itself, in a few milliseconds. */
const usualSmall = 8000

/** On the page alone. */
export function readLooksHere(source: LookSource, decode: Decode): LookReader {
  return {
    read: async id => ({ snapshot: decode(await source.snapshot(id)), compared: null }),
    end: () => undefined,
  }
}

/**
 * Looks at large registries are fetched, read and merged with what is shown in a worker, which keeps what it made for
 * the next one; the page gets columns that cost it nothing to take. Where the worker cannot be had, the page does it.
 * One look at a time.
 */
export function createLookReader(
  source: LookSource,
  decode: Decode,
  startWorker: () => CompareWorker,
  smallEntries = usualSmall,
): LookReader {
  const here = readLooksHere(source, decode)
  let worker: CompareWorker | null = null
  let isBroken = false
  let lastNumber = 0
  let question = 0
  let settle: ((message: FromCompare | Error) => void) | null = null
  const sent = new Map<Snapshot, number>()

  const end = () => {
    worker?.terminate()
    worker = null
    sent.clear()
    settle?.(new Error('the worker that reads looks has ended'))
  }
  const start = (): CompareWorker => {
    if (worker) return worker
    worker = startWorker()
    worker.onmessage = ({ data }) => {
      if (data.question === question) settle?.(data)
    }
    worker.onerror = () => {
      isBroken = true
      end()
    }
    return worker
  }

  async function numberOf(snapshot: Snapshot): Promise<number> {
    const known = sent.get(snapshot)
    if (known !== undefined) return known
    const bytes = await copyInPieces(encodeSnapshot(snapshot), () => true)
    const number = ++lastNumber
    start().postMessage({ kind: 'snapshot', number, bytes }, [bytes.buffer])
    sent.set(snapshot, number)
    return number
  }

  async function readBeside(snapshotId: string, { snapshot, how }: LookBefore): Promise<ReadLook> {
    const before = await numberOf(snapshot)
    const from = source.snapshotUrl?.(snapshotId) ?? ownBytes(await source.snapshot(snapshotId))
    const [look, merged] = [++lastNumber, ++lastNumber]
    const mine = ++question
    const answer = new Promise<FromCompare | Error>(done => (settle = done))
    const transfer = typeof from === 'string' ? [] : [from.buffer]
    start().postMessage({ kind: 'look', question: mine, look, merged, from, before, how }, transfer)
    const message = await answer
    settle = null
    if (message instanceof Error) throw message
    if (message.kind === 'missing') throw new FailureError({ kind: 'unknown-snapshot', snapshotId })
    if (message.kind !== 'looked') throw new Error('a look could not be read in the worker')
    const shown = decode(message.bytes, true)
    const compared = { merged: fromSent(message.merged, shown), rows: message.rows }
    for (const number of sent.values()) worker?.postMessage({ kind: 'forget', number }, [])
    sent.clear()
    // What is shown after a purge is the look itself.
    sent.set(shown, look)
    if (compared.merged.snapshot === shown)
      worker?.postMessage({ kind: 'forget', number: merged }, [])
    else sent.set(compared.merged.snapshot, merged)
    return { snapshot: shown, compared }
  }

  return {
    async read(snapshotId, before) {
      if (isBroken || !before || before.snapshot.entries.length <= smallEntries) {
        return here.read(snapshotId, before)
      }
      try {
        return await readBeside(snapshotId, before)
      } catch (error) {
        if (error instanceof FailureError) throw error
        // No room for it beside the page, or the watch has ended meanwhile.
        return here.read(snapshotId, before)
      }
    },
    end,
  }
}

function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const isWhole =
    bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength
  return isWhole ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice()
}
