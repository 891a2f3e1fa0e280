import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readDump, type ReadDump } from '../../helpers/read-dumps.ts'

/** Real dumps, beside the project: they hold other people's machines, so they are no part of it. */
const corpus = new URL('../../../../shared/corpus/', import.meta.url)
const isHere = existsSync(corpus)
if (!isHere) console.log(`skipped: there is no corpus of real dumps at ${corpus.pathname}`)

export const corpusFiles: readonly (readonly [string, () => ReadDump])[] = isHere
  ? ['text/', 'xml/'].flatMap(folder =>
      readdirSync(new URL(folder, corpus))
        .sort()
        .map(file => {
          const read = () => readDump('any', readFileSync(new URL(folder + file, corpus)))
          return [folder + file, read] as const
        }),
    )
  : []
