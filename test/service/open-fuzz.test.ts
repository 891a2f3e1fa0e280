import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { FailureError } from '../../core/failure.ts'
import { readValue } from '../../core/registry/read-value.ts'
import { checkSnapshot } from '../../core/registry/snapshot-check.ts'
import { formatSamples } from '../helpers/format-samples.ts'
import { mutated } from '../helpers/fuzz.ts'
import { zipOf } from '../helpers/kextant-files.ts'
import { Random } from '../helpers/random.ts'
import { startService } from '../helpers/start-service.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

// Gzipped files and saved captures as nobody wrote them, through a real service: its unpacking, its parser thread,
// its store. A seed that fails is named, fails again with KEXTANT_FUZZ_SEED, and belongs into the list.

const ownSeed = process.env['KEXTANT_FUZZ_SEED']
const seeds = [1, 2, ownSeed === undefined ? 3 : Number(ownSeed)]
const rounds = Number(process.env['KEXTANT_FUZZ_ROUNDS'] ?? 120)
const signal = new AbortController().signal

/** Dumps of all formats gzipped, and saved captures of some with other outputs. */
async function packedSamples(seed: number): Promise<readonly Uint8Array[]> {
  const dumps = [...formatSamples(seed, 4)]
  const text = new Map(dumps).get('text')!
  const files: Uint8Array[] = dumps.map(([, bytes]) => gzipSync(bytes, { level: seed % 2 }))
  files.push(gzipSync(gzipSync(text)), Buffer.concat([gzipSync(text), gzipSync(text)]))
  for (const [name, bytes] of dumps) {
    const path = name.includes('text') ? 'planes/IOService.txt' : 'dump/a.bin'
    const outputs = { [path]: bytes, 'kextstat.txt': '', 'dmesg.txt': 'hello\n' }
    const manifest = { takenAt: '2018-07-09T12:00:00Z', files: Object.keys(outputs) }
    const all = { 'manifest.json': JSON.stringify(manifest), ...outputs }
    files.push(await zipOf(Object.entries(all), seed % 2 === 0))
  }
  return files
}

/** The service's temporary files, if it wrote any, would be here. */
function temporaryFiles(): () => readonly string[] {
  const folder = join(temporaryFolder(), 'tmp')
  mkdirSync(folder)
  const before = process.env['TMPDIR']
  process.env['TMPDIR'] = folder
  onTestFinished(() => {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
  })
  return () => readdirSync(folder)
}

test.each(seeds)(
  'gzipped and saved files that were changed at random are opened soundly or refused (KEXTANT_FUZZ_SEED=%i)',
  { timeout: 60_000 + 500 * rounds },
  async seed => {
    const random = new Random(seed)
    const samples = await packedSamples(seed)
    const folder = temporaryFolder()
    const { service } = startService()
    const left = temporaryFiles()
    let opened = 0
    for (let round = 0; round < rounds; round++) {
      let bytes = mutated(samples, random)
      // What does not begin as a container is the business of the other fuzz.
      if (random.chance(0.9)) bytes = withMagic(bytes, random)
      try {
        const path = join(folder, 'dump.kextant')
        const isPiped = random.chance(0.3)
        if (!isPiped) writeFileSync(path, bytes)
        const { snapshotId } = await (isPiped
          ? service.openDump(Readable.from(inPieces(bytes, random)), 'a pipe', signal)
          : service.handlers['capture.open']({ path }, signal))
        opened++
        const { snapshot } = service.taken(snapshotId)
        expect(checkSnapshot(snapshot)).toBe(null)
        for (let p = 0; p < snapshot.properties.length; p++) readValue(snapshot, p)
      } catch (error) {
        const isFailure = error instanceof FailureError && error.failure.kind !== 'internal'
        if (!isFailure)
          throw new Error(`KEXTANT_FUZZ_SEED=${seed}, round ${round}`, { cause: error })
        expect(error.message).toMatch(/^.{20,}\.$/s)
      }
    }
    expect(opened).toBeGreaterThan(rounds / 10)
    expect(opened).toBeLessThan(rounds)

    // The parser's thread lives, and nothing of all this is on the disk.
    const sound = Readable.from([new Uint8Array(samples[0]!)])
    const capture = await service.openDump(sound, 'sound', signal)
    expect(capture.planes[0]!.nodes).toBeGreaterThan(1)
    expect(readdirSync(folder).filter(name => name !== 'dump.kextant')).toEqual([])
    expect(left()).toEqual([])
  },
)

function withMagic(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = new Uint8Array(bytes)
  if (copy[0] === 0x50 || copy[0] === 0x1f) return copy
  copy.set(random.chance(0.5) ? [0x1f, 0x8b, 8, 0] : [0x50, 0x4b, 3, 4])
  return copy
}

function inPieces(bytes: Uint8Array, random: Random): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + random.below(3000)
    pieces.push(bytes.slice(at, end))
    at = end
  }
  return pieces
}
