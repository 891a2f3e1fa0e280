import { parentPort } from 'node:worker_threads'
import { createArchiveReader } from '../../core/dump/archive-reader.ts'
import { createDumpReader } from '../../core/dump/dump-reader.ts'
import type { DumpReader } from '../../core/dump/dump-summary.ts'
import { createHeaderReader, createTextReader } from '../../core/dump/text-reader.ts'
import { FailureError, type Failure } from '../../core/failure.ts'
import { SnapshotBuilder } from '../../core/registry/snapshot-builder.ts'
import { packSnapshot } from '../../core/registry/snapshot-codec.ts'
import { reportBug } from './host-log.ts'
import { loadEngine } from './load-engine.ts'
import type { DumpKind, FromParseWorker, ToParseWorker } from './parse-messages.ts'

// The thread in which dumps become columns. Jobs are independent; a job that failed ignores what is
// still on its way.

interface Job {
  readonly builder: SnapshotBuilder
  reader: DumpReader | undefined
}

const port = parentPort!
const jobs = new Map<number, Job>()
const engine = loadEngine()

port.on('message', (message: ToParseWorker) => {
  const { job: id } = message
  try {
    take(message)
  } catch (error) {
    jobs.delete(id)
    if (!(error instanceof FailureError)) reportBug(error, 'the parser')
    say({ type: 'failed', job: id, failure: failureOf(error) })
  }
})

function take(message: ToParseWorker): void {
  const { job: id } = message
  if (message.type === 'drop') {
    jobs.delete(id)
    return
  }
  if (message.type === 'begin-dump' && !jobs.has(id)) {
    jobs.set(id, { builder: new SnapshotBuilder(), reader: undefined })
  }
  const job = jobs.get(id)
  if (!job) return
  switch (message.type) {
    case 'begin-dump':
      job.reader = readerFor(job.builder, message.label, message.dump)
      return
    case 'chunk':
      job.reader!.push(message.bytes)
      say({ type: 'parsed', job: id, bytes: message.bytes.byteLength })
      return
    case 'end-dump': {
      const { nodes, entries, problems, format, kexts, encoding } = job.reader!.finish()
      const isComplete = nodes > 0 && !problems.some(problem => problem.kind === 'truncated')
      job.reader = undefined
      const found = { format, kexts: kexts ?? null, encoding: encoding ?? null }
      say({ type: 'dump-done', job: id, nodes, entries, isComplete, ...found })
      return
    }
    case 'seal': {
      jobs.delete(id)
      const packed = packSnapshot(job.builder.seal())
      port.postMessage({ type: 'sealed', job: id, packed }, packed.buffers)
      return
    }
  }
}

function readerFor(builder: SnapshotBuilder, label: string, dump: DumpKind): DumpReader {
  switch (dump.kind) {
    case 'archive':
      return createArchiveReader(builder, { plane: dump.plane, label, engine })
    case 'text':
      return createTextReader(builder, { plane: dump.plane, label, engine })
    case 'headers':
      return createHeaderReader(builder, label)
    case 'any':
      return createDumpReader(builder, { label, engine, expectedBytes: dump.expectedBytes })
  }
}

function say(message: FromParseWorker): void {
  port.postMessage(message)
}

function failureOf(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure
  return { kind: 'internal', detail: error instanceof Error ? error.message : String(error) }
}
