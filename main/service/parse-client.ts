import { Worker } from 'node:worker_threads'
import { FailureError } from '../../core/failure.ts'
import type { LoadedKext } from '../../core/kext/kext.ts'
import type { DumpFormat, Snapshot } from '../../core/registry/snapshot.ts'
import { unpackSnapshot } from '../../core/registry/snapshot-codec.ts'
import type { DumpKind, FromParseWorker, ToParseWorker } from './parse-messages.ts'

/** Bytes handed to the worker and not parsed yet; past this the guest is not read on. */
const mostBytesAhead = 8_000_000

export interface DumpResult {
  readonly nodes: number
  readonly entries: number
  readonly isComplete: boolean
  readonly format: DumpFormat
  readonly kexts: readonly LoadedKext[] | null
  readonly encoding: string | null
}

/** One snapshot in the making: dumps go in one after the other, `seal` gives the columns. */
export interface ParseJob {
  begin(label: string, dump: DumpKind): void
  /** Resolves when there is room for more; the chunk's buffer is handed over where it can be. */
  push(chunk: Uint8Array): Promise<void>
  end(): Promise<DumpResult>
  seal(): Promise<Snapshot>
  drop(): void
}

/** Parses in a thread of its own, kept warm: the first dump of a fresh thread parses several times slower. */
export interface Parser {
  /** Once `signal` aborts, whatever waits for the job fails as cancelled, and the job is dropped. */
  job(signal: AbortSignal): ParseJob
  /** Ends the thread; jobs that are not done fail as cancelled, and there are no more. */
  stop(): Promise<void>
}

interface Waiting<T> {
  resolve(value: T): void
  reject(reason: unknown): void
}

interface JobState {
  ahead: number
  failure: FailureError | undefined
  readonly room: Waiting<void>[]
  done: Waiting<DumpResult> | undefined
  sealed: Waiting<Snapshot> | undefined
}

export function createParser(script: URL): Parser {
  let worker: Worker | undefined
  let lastJob = 0
  let isStopped = false
  const jobs = new Map<number, JobState>()

  function fail(state: JobState, failure: FailureError): void {
    state.failure ??= failure
    for (const waiting of state.room.splice(0)) waiting.reject(failure)
    state.done?.reject(failure)
    state.sealed?.reject(failure)
    state.done = state.sealed = undefined
  }

  /** An idle thread keeps nothing running; one with work keeps the process until the work is done. */
  function forget(id: number): void {
    jobs.delete(id)
    if (jobs.size === 0) worker?.unref()
  }

  function take(message: FromParseWorker): void {
    const state = jobs.get(message.job)
    if (!state) return
    switch (message.type) {
      case 'parsed':
        state.ahead -= message.bytes
        if (state.ahead < mostBytesAhead) {
          for (const waiting of state.room.splice(0)) waiting.resolve()
        }
        return
      case 'dump-done':
        state.done?.resolve(message)
        state.done = undefined
        return
      case 'sealed':
        forget(message.job)
        state.sealed?.resolve(unpackSnapshot(message.packed))
        return
      case 'failed':
        fail(state, new FailureError(message.failure))
        return
    }
  }

  function start(): Worker {
    const fresh = new Worker(script)
    fresh.on('message', take)
    const lost = (error: unknown) => {
      if (worker !== fresh) return
      worker = undefined
      const detail = error instanceof Error ? error.message : 'the parser ended'
      for (const state of jobs.values()) fail(state, new FailureError({ kind: 'internal', detail }))
    }
    fresh.on('error', lost)
    fresh.on('exit', lost)
    return fresh
  }

  const send = (message: ToParseWorker, transfer: ArrayBuffer[] = []) => {
    worker ??= start()
    worker.postMessage(message, transfer)
  }

  return {
    job(signal) {
      const job = ++lastJob
      const state: JobState = {
        ahead: 0,
        failure: undefined,
        room: [],
        done: undefined,
        sealed: undefined,
      }
      const check = () => {
        if (state.failure) throw state.failure
      }
      const drop = () => {
        signal.removeEventListener('abort', drop)
        fail(state, new FailureError({ kind: 'cancelled' }))
        if (!jobs.has(job)) return
        if (worker) send({ type: 'drop', job })
        forget(job)
      }
      jobs.set(job, state)
      worker?.ref()
      signal.addEventListener('abort', drop, { once: true })
      if (signal.aborted || isStopped) drop()
      return {
        begin(label, dump) {
          check()
          send({ type: 'begin-dump', job, label, dump })
        },
        async push(chunk) {
          check()
          // Small packets share Node's buffer pool, so only a buffer that is the chunk's own can move.
          const isOwn =
            chunk.buffer instanceof ArrayBuffer && chunk.byteLength === chunk.buffer.byteLength
          const bytes = isOwn ? chunk : new Uint8Array(chunk)
          const { byteLength } = bytes
          send({ type: 'chunk', job, bytes }, [bytes.buffer as ArrayBuffer])
          state.ahead += byteLength
          if (state.ahead < mostBytesAhead) return
          // The thread may have ended in this very moment.
          check()
          await new Promise<void>((resolve, reject) => state.room.push({ resolve, reject }))
        },
        end() {
          check()
          send({ type: 'end-dump', job })
          return new Promise<DumpResult>((resolve, reject) => (state.done = { resolve, reject }))
        },
        async seal() {
          check()
          send({ type: 'seal', job })
          const sealed = new Promise<Snapshot>((resolve, reject) => {
            state.sealed = { resolve, reject }
          })
          try {
            return await sealed
          } finally {
            signal.removeEventListener('abort', drop)
          }
        },
        drop,
      }
    },
    async stop() {
      isStopped = true
      const ending = worker
      worker = undefined
      const failure = new FailureError({ kind: 'cancelled' })
      for (const state of jobs.values()) fail(state, failure)
      jobs.clear()
      await ending?.terminate()
    },
  }
}
