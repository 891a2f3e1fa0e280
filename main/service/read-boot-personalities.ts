import { FailureError } from '../../core/failure.ts'
import { readBootCache } from '../../core/matching/boot-cache.ts'
import type { BootPersonalities } from '../../core/matching/boot-personalities.ts'
import { readTar } from '../guest/read-tar.ts'
import { unpackGzip } from './gzip-stream.ts'

export interface ReadBootPersonalities {
  /** Null where the archive holds no such file. */
  readonly found: BootPersonalities | null
  /** What could not be read of it; sentences. */
  readonly problems: readonly string[]
}

/** As long as `readBootCache` takes. */
const limitBytes = 64_000_000

/**
 * Reads the tar of `archiveBootPersonalities`.
 *
 * @throws FailureError dump-malformed (not an archive), dump-too-large
 */
export async function readBootPersonalities(
  tar: readonly Uint8Array[],
): Promise<ReadBootPersonalities> {
  let found: BootPersonalities | null = null
  const problems: string[] = []
  await readTar(tar, 'the guest’s cache of boot-time personalities', async ({ path, read }) => {
    if (found !== null || !/\/IOKitPersonalities_[^/]+\.ioplist\.gz$/.test(path)) return
    const unpacked = unpackGzip(inPieces(await read()), path)
    const bytes = await collect(unpacked.pieces, path)
    const cache = readBootCache(bytes)
    const { personalities } = cache
    found = { path, total: personalities.length, personalities }
    problems.push(...unpacked.problems.map(({ message }) => message), ...cache.problems)
  })
  return { found, problems }
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function collect(pieces: AsyncIterable<Uint8Array>, source: string): Promise<Uint8Array> {
  const held: Uint8Array[] = []
  let length = 0
  for await (const piece of pieces) {
    length += piece.length
    if (length > limitBytes) throw new FailureError({ kind: 'dump-too-large', source, limitBytes })
    held.push(new Uint8Array(piece))
  }
  return Buffer.concat(held)
}
