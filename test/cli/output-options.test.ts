import { join } from 'node:path'
import { expect, test } from 'vitest'
import { columnList, formatOf, freePath, type OutputChoice } from '../../main/cli/output-options.ts'
import { sayLosses } from '../../main/cli/written.ts'
import { fileWith, runCli } from '../helpers/cli-process.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

test.each<[OutputChoice, string]>([
  [{ output: 'a.kextant' }, 'kextant'],
  [{ output: 'a.PLIST' }, 'xml'],
  [{ output: 'a.xml' }, 'xml'],
  [{ output: 'a.txt', era: '10.13', plane: 'IOPower' }, 'text'],
  [{ output: 'a.json' }, 'json'],
  [{ output: 'a.csv', columns: ['id'] }, 'csv'],
  [{ output: 'a.gv' }, 'dot'],
  [{ output: 'a.txt', to: 'xml' }, 'xml'],
  [{ output: '-', to: 'dot' }, 'dot'],
])('%j is written as %s', (choice, format) => {
  expect(formatOf(choice)).toEqual({ ok: true, format })
})

test.each<[OutputChoice, RegExp]>([
  [{ output: 'a' }, /does not tell the format/],
  [{ output: '-' }, /standard output has no extension/],
  [{ output: 'a.json', era: '10.13' }, /--era is for text/],
  [{ output: 'a.txt', era: 'Sierra' }, /such as 10\.13/],
  [{ output: 'a.txt', columns: ['id'] }, /--columns is for csv/],
  [{ output: 'a.kextant', plane: 'IOPower' }, /--plane is for/],
  [{ output: '-', to: 'csv', json: true }, /--json reports on a file/],
])('%j is refused with a sentence', (choice, words) => {
  const answer = formatOf(choice)
  expect(answer.ok ? '' : answer.reason).toMatch(words)
})

test('columns come in one list or in several', () => {
  expect(columnList('class , IOClass', columnList('id,', undefined))).toEqual([
    'id',
    'class',
    'IOClass',
  ])
})

test('a file that is there is left alone unless --force is given', async () => {
  const said: string[] = []
  const say = (sentence: string) => void said.push(sentence)
  const there = fileWith('mine')
  expect(await freePath(there, undefined, say)).toBeNull()
  expect(said).toEqual([expect.stringContaining('--force')])
  expect(await freePath(there, true, say)).toBe(there)
  const free = join(temporaryFolder(), 'new')
  expect(await freePath(free, false, say)).toBe(free)
})

test('what a format cannot say is said, with the first place', () => {
  const said: string[] = []
  sayLosses(
    [
      { what: 'dates have no form in text', count: 3, firstPath: 'IOService:/a' },
      { what: 'nodes of other planes are left out', count: 1200, firstPath: '' },
    ],
    { say: sentence => void said.push(sentence) },
  )
  expect(said).toEqual([
    '3 dates have no form in text (first at IOService:/a)',
    '1,200 nodes of other planes are left out',
  ])
})

test.each([
  ['convert without a file', ['convert', 'x']],
  ['convert to no known format', ['convert', 'x', '-o', 'y.docx']],
  ['convert --to no known format', ['convert', 'x', '-o', 'y', '--to', 'docx']],
  ['capture to another kind of file', ['capture', 'x', '-o', 'y.zip']],
  ['diff of one', ['diff', 'x']],
  ['diff of standard input with itself', ['diff', '-', '-']],
])('%s is wrong usage', async (_, args) => {
  expect(await runCli(args)).toMatchObject({ code: 64, stdout: '' })
})

test('each command has help with examples and exit codes', async () => {
  for (const name of ['info', 'tree', 'show', 'find', 'kexts', 'diff', 'convert', 'capture']) {
    const { code, stdout } = await runCli([name, '--help'])
    expect([name, code]).toEqual([name, 0])
    expect(stdout).toMatch(/Examples:\n {2}.*kextant /)
    expect(stdout).toMatch(/Exit codes: 0 /)
  }
})
