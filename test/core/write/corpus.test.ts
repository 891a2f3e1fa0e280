import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { AsideKind } from '../../../core/dump/text-asides.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { writeBack } from '../../helpers/write-back.ts'

/** Real dumps, beside the project: they hold other people's machines, so they are no part of it. */
const corpus = new URL('../../../../shared/corpus/text/', import.meta.url)
const isHere = existsSync(corpus)
if (!isHere) console.log(`skipped: there is no corpus of real dumps at ${corpus.pathname}`)

const files = isHere ? readdirSync(corpus).sort() : []

test.skipIf(!isHere).each(files)('%s is written as it was, and not by copying it', file => {
  const { snapshot, summary } = readDump('any', new Uint8Array(readFileSync(new URL(file, corpus))))
  const { bytes, report } = writeBack(snapshot)
  const source = Buffer.from(snapshot.sources[0]!.bytes)
  expect(bytes.equals(source)).toBe(true)
  expect(report.bytes).toBe(source.length)

  // A grepped dump has hardly a line that stands where its tree would have it.
  if (file.includes('grepped')) return
  // What is kept word for word lies in lines that a problem names, but for headings and a few odd separators.
  const places = summary.problems.flatMap(problem => problem.places ?? [problem.byteOffset])
  expect(report.verbatimBytes - keptIn(snapshot, damagedLines(source, places))).toBeLessThan(
    100 + source.length / 2000,
  )
})

/** The first byte of each line in which a place lies. */
function damagedLines(source: Buffer, places: readonly number[]): Set<number> {
  return new Set(places.map(place => source.lastIndexOf(10, place - 1) + 1))
}

/** Bytes of asides in damaged lines; a run of lines counts line by line. */
function keptIn({ asides, sources }: Snapshot, damaged: ReadonlySet<number>): number {
  const source = sources[0]!.bytes
  let kept = 0
  for (let aside = 0; aside < asides.length; aside++) {
    const end = asides.end[aside]!
    for (let start = asides.start[aside]!; start < end;) {
      const newline = source.indexOf(10, start)
      const next = newline < 0 || newline >= end ? end : newline + 1
      if (damaged.has(start)) kept += next - start
      start = next
    }
  }
  return kept
}

test.skipIf(!isHere)('every clipped line of the corpus is named, or kept in a value', () => {
  const file = files.find(name => name.includes('clipped-110col'))!
  const { snapshot, summary } = readDump('any', new Uint8Array(readFileSync(new URL(file, corpus))))
  const source = Buffer.from(snapshot.sources[0]!.bytes)
  const places = summary.problems
    .filter(({ kind }) => kind === 'clipped')
    .flatMap(problem => problem.places ?? [problem.byteOffset])
  const named = damagedLines(source, places)
  const clipped = new Set<number>()
  for (let at = source.indexOf('$\r\n'); at >= 0; at = source.indexOf('$\r\n', at + 1)) {
    clipped.add(source.lastIndexOf(10, at) + 1)
  }
  expect(named).toEqual(clipped)
  const instead = snapshot.asides.kind.filter(kind => kind === AsideKind.instead).length
  expect(instead).toBeGreaterThan(400)
})
