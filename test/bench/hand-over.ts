import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { readDump } from '../../core/dump/read-dump.ts'
import {
  packSnapshot,
  unpackSnapshot,
  type PackedSnapshot,
} from '../../core/registry/snapshot-codec.ts'
import { writeBenchDump } from '../helpers/write-bench-dump.ts'
import { median, table } from './table.ts'

/**
 * What it costs to hand a snapshot from the thread that parsed it to the thread that shows it: its buffers
 * transferred, as Kextant does it, and the same buffers copied. From just before the message is sent until
 * the tables can be read on the other side.
 *
 *   node test/bench/hand-over.ts [--nodes=100000]
 */
type Way = 'transferred' | 'copied'
interface Sent {
  readonly sentAt: number
  readonly packed: PackedSnapshot
}

const now = () => performance.timeOrigin + performance.now()

if (isMainThread) await measureAll()
else {
  const { path, way } = workerData as { path: string; way: Way }
  const { snapshot } = readDump(readFileSync(path), { label: 'bench' })
  const packed = packSnapshot(snapshot)
  const sentAt = now()
  const message: Sent = { sentAt, packed }
  parentPort!.postMessage(message, way === 'transferred' ? packed.buffers : [])
}

async function measureAll(): Promise<void> {
  const option = process.argv.find(argument => argument.startsWith('--nodes='))
  const nodes = Number(option?.slice('--nodes='.length) ?? 100_000)
  const folder = mkdtempSync(join(tmpdir(), 'kextant-bench-'))
  try {
    const path = join(folder, 'dump')
    const { bytes } = writeBenchDump(path, 'xml', nodes)
    const runs: Record<Way, number[]> = { transferred: [], copied: [] }
    for (let round = 0; round < 5; round++) {
      for (const way of ['transferred', 'copied'] as const) runs[way].push(await once(path, way))
    }
    const [moved, copied] = [median(runs.transferred), median(runs.copied)]
    table(
      `Handing over a snapshot of ${nodes} nodes (${(bytes / 1e6).toFixed(0)} MB with its source), medians of 5`,
      ['way', 'ms', 'times slower'],
      [
        ['buffers transferred', moved.toFixed(2), '1.0'],
        ['buffers copied', copied.toFixed(1), (copied / moved).toFixed(0)],
      ],
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function once(path: string, way: Way): Promise<number> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { path, way } })
  const ms = await new Promise<number>((resolve, reject) => {
    worker.on('message', ({ sentAt, packed }: Sent) => {
      const snapshot = unpackSnapshot(packed)
      const taken = now() - sentAt
      if (snapshot.planes[0]!.length === 0) reject(new Error('nothing came over'))
      resolve(taken)
    })
    worker.on('error', reject)
  })
  await worker.terminate()
  return ms
}
