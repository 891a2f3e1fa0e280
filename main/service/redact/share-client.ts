import { Worker } from 'node:worker_threads'
import type { Capture } from '../../../core/contract/types.ts'
import type { ShareStep } from '../../../core/contract/share-types.ts'
import { FailureError } from '../../../core/failure.ts'
import { encodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import type { TakenCapture } from '../capture-guest.ts'
import type {
  FromShareWorker,
  SentOutput,
  ShareJob,
  ShareResults,
  ShareWorkerData,
  ToShareWorker,
} from './share-messages.ts'

/** A job without the numbers of its captures, which the client gives. */
export type WantedJob = ShareJob extends infer Job
  ? Job extends ShareJob
    ? Omit<Job, 'capture' | 'against'>
    : never
  : never

export interface ShareClient {
  /**
   * Has a job done in a thread of its own. The thread is sent what it needs of the captures, a piece at a time, so that
   * the host goes on answering meanwhile.
   * @throws FailureError what the job says; cancelled
   */
  run<Job extends WantedJob>(
    job: Job,
    taken: TakenCapture,
    against: TakenCapture | null,
    signal: AbortSignal,
    tell: (step: ShareStep, done: number) => void,
  ): Promise<ShareResults[Job['kind']]>
  /** Cancels what runs, waits for it to tidy up, and ends the thread. */
  stop(): Promise<void>
}

export interface ShareClientOptions extends ShareWorkerData {
  readonly script: URL
  /** An idle thread is ended after so long, with all it holds. */
  readonly idleMs?: number
  /** A cancelled job that has not ended after so long is ended with the thread. */
  readonly patienceMs?: number
}

interface Waiting {
  readonly resolve: (result: ShareResults[ShareJob['kind']]) => void
  readonly reject: (failure: FailureError) => void
  readonly tell: (step: ShareStep, done: number) => void
}

/** A comparison needs two. */
const mostHeld = 2
/** Copied in a few milliseconds. */
const pieceBytes = 4 << 20

export function createShareClient(options: ShareClientOptions): ShareClient {
  const { script, idleMs = 60_000, patienceMs = 5000, ...data } = options
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  let lastId = 0
  let isStopped = false
  /** Why the last thread is gone. */
  let whyGone = cancelled()
  const waiting = new Map<number, Waiting>()
  /** What the thread has, the last that was used at the end. */
  const held: { readonly taken: TakenCapture; readonly number: number }[] = []
  /** Captures are sent one after the other, and none is forgotten before the job that it was sent for has begun. */
  let sending: Promise<unknown> = Promise.resolve()

  const send = (message: ToShareWorker, transfer: ArrayBuffer[] = []) =>
    worker!.postMessage(message, transfer)

  function start(): Worker {
    const fresh = new Worker(script, { workerData: data satisfies ShareWorkerData })
    fresh.on('message', take)
    const lost = (error: unknown) => {
      if (worker !== fresh) return
      worker = undefined
      held.length = 0
      const detail =
        error instanceof Error ? error.message : 'the thread that shares captures ended'
      whyGone = new FailureError({ kind: 'internal', detail })
      for (const { reject } of waiting.values()) reject(whyGone)
      waiting.clear()
    }
    fresh.on('error', lost)
    fresh.on('exit', lost)
    return fresh
  }

  function take(message: FromShareWorker): void {
    const job = waiting.get(message.id)
    if (!job) return
    switch (message.type) {
      case 'progress':
        return job.tell(message.step, message.done)
      case 'done':
        return job.resolve(message.result)
      case 'failed':
        return job.reject(new FailureError(message.failure))
    }
  }

  function end(): Promise<unknown> | undefined {
    const ending = worker
    whyGone = cancelled()
    worker = undefined
    held.length = 0
    return ending?.terminate()
  }

  /** The thread ends with all that it does: of that only one job is wanted no more. */
  function giveUp(cancelledId: number): void {
    const detail = 'Another capture that was shared meanwhile had to be broken off. Try again.'
    for (const [id, { reject }] of waiting) {
      reject(id === cancelledId ? cancelled() : new FailureError({ kind: 'busy', detail }))
    }
    void end()
  }

  function rest(): void {
    if (waiting.size > 0 || !worker) return
    // Neither an idle thread nor the wait for its end keeps a process.
    worker.unref()
    clearTimeout(idle)
    idle = setTimeout(() => void end(), idleMs)
    idle.unref()
  }

  async function numberOf(taken: TakenCapture, signal: AbortSignal): Promise<number> {
    const at = held.findIndex(one => one.taken === taken)
    const [known] = at < 0 ? [] : held.splice(at, 1)
    if (known) {
      held.push(known)
      return known.number
    }
    for (const { number } of held.splice(0, held.length - mostHeld + 1)) {
      send({ type: 'forget', number })
    }
    const number = ++lastId
    try {
      await sendCapture(number, taken, signal)
    } catch (error) {
      if (worker) send({ type: 'forget', number })
      throw error
    }
    held.push({ taken, number })
    return number
  }

  async function sendCapture(number: number, taken: TakenCapture, signal: AbortSignal) {
    const { snapshot, evidence } = taken
    const thread = worker
    const columns = encodeSnapshot(snapshot)
    const outputs = evidence.outputs.map(({ content, ...about }): SentOutput => {
      if (content.where !== 'memory') return { ...about, content }
      const length = content.pieces.reduce((sum, piece) => sum + piece.length, 0)
      return { ...about, content: { where: 'memory', length } }
    })
    const snapshotLength = columns.reduce((sum, { length }) => sum + length, 0)
    const capture = withoutParts(taken.capture)
    const { record } = evidence
    send({ type: 'capture', number, capture, record, outputs, snapshotLength })
    const pieces = [
      columns,
      ...evidence.outputs.map(({ content }) => (content.where === 'memory' ? content.pieces : [])),
    ]
    for (const [i, list] of pieces.entries()) {
      for (const piece of list) {
        for (let at = 0; at < piece.length; at += pieceBytes) {
          const bytes = new Uint8Array(piece.subarray(at, at + pieceBytes))
          send({ type: 'bytes', number, part: i - 1, bytes }, [bytes.buffer])
          await new Promise(resolve => setImmediate(resolve))
          if (signal.aborted) throw cancelled()
          if (worker !== thread) throw whyGone
        }
      }
    }
  }

  async function begin(
    id: number,
    job: WantedJob,
    taken: TakenCapture,
    against: TakenCapture | null,
    signal: AbortSignal,
  ): Promise<void> {
    if (signal.aborted || isStopped) throw cancelled()
    clearTimeout(idle)
    worker ??= start()
    worker.ref()
    const capture = await numberOf(taken, signal)
    const other = against && (await numberOf(against, signal))
    const numbers = job.kind === 'report' ? { capture, against: other } : { capture }
    send({ type: 'start', id, job: { ...job, ...numbers } as ShareJob })
  }

  return {
    async run<Job extends WantedJob>(
      job: Job,
      taken: TakenCapture,
      against: TakenCapture | null,
      signal: AbortSignal,
      tell: Waiting['tell'],
    ) {
      const id = ++lastId
      let losingPatience: NodeJS.Timeout | undefined
      const cancel = () => {
        if (worker) send({ type: 'cancel', id })
        // A forged capture can keep it busy with one thing for hours.
        losingPatience = setTimeout(() => giveUp(id), patienceMs)
      }
      const result = new Promise<ShareResults[ShareJob['kind']]>((resolve, reject) =>
        waiting.set(id, { resolve, reject, tell }),
      )
      // It may fail while its captures are being sent, before anybody waits for it.
      result.catch(() => undefined)
      try {
        const begun = sending.then(() => begin(id, job, taken, against, signal))
        sending = begun.catch(() => undefined)
        await begun
        signal.addEventListener('abort', cancel, { once: true })
        if (signal.aborted) cancel()
        return (await result) as ShareResults[Job['kind']]
      } finally {
        signal.removeEventListener('abort', cancel)
        clearTimeout(losingPatience)
        waiting.delete(id)
        rest()
      }
    },
    async stop() {
      isStopped = true
      clearTimeout(idle)
      const ids = [...waiting.keys()]
      for (const id of ids) if (worker) send({ type: 'cancel', id })
      const until = performance.now() + tidyMs
      while (waiting.size > 0 && worker && performance.now() < until) {
        await new Promise(resolve => setTimeout(resolve, 10))
      }
      for (const { reject } of waiting.values()) reject(cancelled())
      await end()
    },
  }
}

const cancelled = () => new FailureError({ kind: 'cancelled' })

/** To take away what was half written. */
const tidyMs = 2000

/** What neither a redaction nor a report reads; the outputs tell it again. */
function withoutParts({ bootPersonalities: _boot, ...capture }: Capture): Capture {
  return { ...capture, installed: null, classCounts: null }
}
