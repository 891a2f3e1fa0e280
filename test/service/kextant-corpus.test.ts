import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Capture } from '../../core/contract/types.ts'
import { FailureError } from '../../core/failure.ts'
import { savedDump } from '../helpers/kextant-files.ts'
import { startService } from '../helpers/start-service.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** Real dumps, beside the project: they hold other people's machines, so they are no part of it. */
const corpus = fileURLToPath(new URL('../../../shared/corpus', import.meta.url))
const signal = new AbortController().signal

test('every real dump that opens is saved bit for bit, and opens from there as it did before', async context => {
  context.skip(!existsSync(corpus), `there is no corpus of real dumps at ${corpus}`)
  const { service } = startService()
  const folder = temporaryFolder()
  const files = readdirSync(corpus, { recursive: true, encoding: 'utf8' })
    .map(name => join(corpus, name))
    .filter(path => statSync(path).isFile())
  let count = 0
  for (const path of files) {
    const saved = join(folder, `${count + 1}.kextant`)
    const dump = await ifDump(savedDump(service, path, saved))
    if (!dump) continue
    count++
    expect(dump.kept.length, path).toBe(1)
    expect(dump.kept[0]!.equals(readFileSync(path)), path).toBe(true)
    const second = await service.handlers['capture.open']({ path: saved }, signal)
    expect(facts(second), path).toEqual(facts(dump.capture))
  }
  console.log(
    `${count} of ${files.length} files of the corpus are dumps, and were saved and opened`,
  )
  expect(count).toBeGreaterThan(30)
}, 300_000)

async function ifDump<T>(work: Promise<T>): Promise<T | null> {
  return work.catch((error: unknown) => {
    if (error instanceof FailureError && error.failure.kind === 'not-a-dump') return null
    throw error
  })
}

function facts({ snapshotId: _id, source: _source, ...rest }: Capture) {
  return rest
}
