import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { describeDiff } from '../../../core/diff/describe-diff.ts'
import { diffSnapshots } from '../../../core/diff/diff-snapshots.ts'
import { diffToJson } from '../../../core/diff/diff-to-json.ts'
import { isSame } from '../../../core/diff/snapshot-diff.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { readDump } from '../../helpers/read-dumps.ts'

/** Real dumps, beside the project: they hold other people's machines, so they are no part of it. */
const corpus = new URL('../../../../shared/corpus/text/', import.meta.url)
const isHere = existsSync(corpus)
if (!isHere) console.log(`skipped: there is no corpus of real dumps at ${corpus.pathname}`)

test.skipIf(!isHere)(
  'a real dump is the same as itself, and never of one boot with another',
  () => {
    const read = (file: string): Snapshot =>
      readDump('any', new Uint8Array(readFileSync(new URL(file, corpus)))).snapshot
    let last: Snapshot | undefined
    for (const file of readdirSync(corpus).sort()) {
      const one = read(file)
      const again = read(file)
      for (const identity of ['auto', 'path'] as const) {
        const diff = diffSnapshots(one, again, { identity })
        expect(isSame(diff, true), `${file}, ${identity}`).toBe(true)
      }
      if (last) {
        const diff = diffSnapshots(last, one)
        expect(diff.identity, `${file}: ${diff.because}`).toBe('path')
        const paired = diff.afterOf.filter(partner => partner >= 0).length
        const { removed, uncomparable } = diff
        expect(paired + removed.length + uncomparable.entries).toBeGreaterThanOrEqual(
          last.entries.length,
        )
        describeDiff(diff, last, one, { all: true })
        diffToJson(diff, last, one, true)
      }
      last = one
    }
  },
)
