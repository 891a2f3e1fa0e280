import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readDump } from '../../helpers/read-dumps.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { writeBenchDump } from '../../helpers/write-bench-dump.ts'
import { writeChangedDumps } from '../../helpers/write-changed-dump.ts'

// What the benches measure with is what a guest would print: a dump that the reader complains about is read along another way.

/** Several subtrees, the last of them not whole. */
const nodes = 220

function look(path: string) {
  const { snapshot, summary } = readDump('any', readFileSync(path))
  const { nodes, problems } = summary
  return { nodes, entries: snapshot.entries.length, problems }
}

test.each(['xml', 'text'] as const)(
  'a dump to measure with is read without a complaint: %s',
  syntax => {
    const path = join(temporaryFolder(), 'dump')
    writeBenchDump(path, syntax, nodes)
    expect(look(path)).toEqual({ nodes, entries: nodes, problems: [] })
  },
)

test('both dumps between which something changed are read without a complaint', () => {
  const folder = temporaryFolder()
  const paths = { before: join(folder, 'before'), after: join(folder, 'after') }
  const { added, removed } = writeChangedDumps(paths, nodes, 0.2)
  expect(Math.min(added, removed)).toBeGreaterThan(0)
  const left = nodes + added - removed
  expect(look(paths.before)).toEqual({ nodes, entries: nodes, problems: [] })
  expect(look(paths.after)).toEqual({ nodes: left, entries: left, problems: [] })
})
