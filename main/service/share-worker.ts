import { parentPort, workerData } from 'node:worker_threads'
import { FailureError, type Failure } from '../../core/failure.ts'
import { decodeSnapshot } from '../../core/registry/snapshot-codec.ts'
import type { TakenCapture } from './capture-guest.ts'
import type { Output } from './evidence.ts'
import { reportBug } from './host-log.ts'
import { createParser, type Parser } from './parse-client.ts'
import { ShareEngine } from './redact/share-engine.ts'
import type {
  FromShareWorker,
  ShareJob,
  ShareWorkerData,
  ToShareWorker,
} from './redact/share-messages.ts'

// The thread in which captures are redacted and reports are written. Captures come before the jobs that need them.

/** A capture whose bytes are on their way, or all there. */
interface Held {
  readonly sent: Extract<ToShareWorker, { type: 'capture' }>
  readonly columns: Arriving
  readonly outputs: readonly (Arriving | null)[]
  taken: TakenCapture | undefined
}

interface Arriving {
  readonly bytes: Uint8Array
  length: number
}

const port = parentPort!
const { settingsFolder, version, parseWorker } = workerData as ShareWorkerData
const held = new Map<number, Held>()
const running = new Map<number, AbortController>()
let parser: Parser | undefined
const engine = new ShareEngine({
  settingsFolder,
  version,
  parser: () => (parser ??= createParser(new URL(parseWorker))),
})

port.on('message', (message: ToShareWorker) => {
  switch (message.type) {
    case 'capture':
      held.set(message.number, {
        sent: message,
        columns: arriving(message.snapshotLength),
        outputs: message.outputs.map(({ content }) =>
          content.where === 'memory' ? arriving(content.length) : null,
        ),
        taken: undefined,
      })
      return
    case 'bytes': {
      const capture = held.get(message.number)
      const into = message.part < 0 ? capture?.columns : capture?.outputs[message.part]
      if (!into) return
      into.bytes.set(message.bytes, into.length)
      into.length += message.bytes.length
      return
    }
    case 'forget':
      held.delete(message.number)
      return
    case 'start':
      void work(message.id, message.job)
      return
    case 'cancel':
      running.get(message.id)?.abort()
      return
  }
})

async function work(id: number, job: ShareJob): Promise<void> {
  const controller = new AbortController()
  running.set(id, controller)
  let told = { step: '', at: 0 }
  try {
    const result = await engine.run(job, takenOf, controller.signal, (step, done) => {
      const now = performance.now()
      // Each step is told of, however short it is.
      if (step === told.step && now - told.at < tellEveryMs) return
      told = { step, at: now }
      say({ type: 'progress', id, step, done })
    })
    say({ type: 'done', id, result })
  } catch (error) {
    if (!(error instanceof FailureError)) reportBug(error, 'sharing')
    say({ type: 'failed', id, failure: failureOf(error) })
  } finally {
    running.delete(id)
  }
}

const tellEveryMs = 80

function takenOf(number: number): TakenCapture {
  const capture = held.get(number)
  if (!capture) throw new Error(`capture ${number} was not sent`)
  return (capture.taken ??= assemble(capture))
}

function assemble({ sent, columns, outputs }: Held): TakenCapture {
  return {
    capture: sent.capture,
    snapshot: decodeSnapshot(columns.bytes),
    evidence: {
      record: sent.record,
      outputs: sent.outputs.map((output, i): Output => {
        const { content, ...about } = output
        if (content.where !== 'memory') return { ...about, content }
        return { ...about, content: { where: 'memory', pieces: [outputs[i]!.bytes] } }
      }),
    },
  }
}

function arriving(length: number): Arriving {
  return { bytes: new Uint8Array(length), length: 0 }
}

function say(message: FromShareWorker): void {
  port.postMessage(message)
}

function failureOf(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure
  return { kind: 'internal', detail: error instanceof Error ? error.message : String(error) }
}
