import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { writeArchive } from '../../../core/write/write-archive.ts'
import { carriedByArchive } from '../../helpers/carried-by-archive.ts'
import { collectWritten } from '../../helpers/collect-written.ts'
import { describePlaces } from '../../helpers/describe-places.ts'
import { comparePlists, hasPython } from '../../helpers/python-plist.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { sortedKeys } from '../../helpers/sorted-keys.ts'

const corpus = new URL('../../../../shared/corpus/text/', import.meta.url)
const isHere = existsSync(corpus)
if (!isHere) console.log(`skipped: there is no corpus of real dumps at ${corpus.pathname}`)
/** All of them hold; the small ones hold every form, and take seconds. */
const files = isHere
  ? readdirSync(corpus).filter(file => statSync(new URL(file, corpus)).size < 600_000)
  : []

test.skipIf(!isHere).each(files)('the text dump %s is the same as an archive', file => {
  const { snapshot } = readDump('any', new Uint8Array(readFileSync(new URL(file, corpus))))
  const { bytes } = collectWritten(writeArchive(snapshot, { plane: snapshot.planes[0]!.plane }))
  expect(sortedKeys(describePlaces(readDump('any', bytes).snapshot))).toEqual(
    sortedKeys(carriedByArchive(describePlaces(snapshot))),
  )
  if (hasPython) expect(comparePlists(bytes, bytes)).toBe('equal')
})
