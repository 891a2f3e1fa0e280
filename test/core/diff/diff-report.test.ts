import { expect, test } from 'vitest'
import { jsonReport, markdownReport, textReport } from '../../../core/diff/diff-report.ts'
import { diffSnapshots } from '../../../core/diff/diff-snapshots.ts'
import { drawDump } from './draw-dump.ts'

const before = drawDump(`
  Root  <class IORegistryEntry, id 0x1, retain 1>
    A  <class IOService, id 0x2, retain 1>
      "Text" = "a \`\`\` b"
`)
const after = drawDump(`
  Root  <class IORegistryEntry, id 0x1, retain 1>
    A  <class IOService, id 0x2, retain 1>
      "Text" = "c"
    B  <class IOService, id 0x3, retain 1>
`)
const report = {
  before: { label: 'one | <b>two</b>\n# three', takenAt: '2026-01-01', guest: null },
  after: { label: 'after', takenAt: '2026-01-02', guest: 'macOS 12' },
  diff: diffSnapshots(before, after),
  snapshots: { before, after },
}

test('text names both sides and what differs', () => {
  const text = textReport(report)
  expect(text).toContain('After:  after, 2026-01-02, macOS 12')
  expect(text).toContain('1 new, 1 changed')
  expect(text).toContain('+ IOService:/B')
})

test('nothing of a dump or a name becomes markup in Markdown', () => {
  const lines = markdownReport(report).split('\n')
  expect(lines.filter(line => line.startsWith('#'))).toEqual(['# What changed in the registry'])
  expect(lines).toContain(
    '| Before | one \\| \\<b\\>two\\</b\\> \\# three | 2026\\-01\\-01 | not known |',
  )
  // The block is longer than any run of backticks in it.
  expect(lines.filter(line => line.startsWith('````'))).toEqual(['````diff', '````'])
})

test('JSON holds the whole diff', () => {
  const { diff } = jsonReport(report)
  expect(diff.added).toMatchObject([{ path: 'IOService:/B' }])
})
