import { expect, test } from 'vitest'
import { writeCsv, type CsvWriteOptions } from '../../../core/write/write-csv.ts'
import { describeSnapshot } from '../../helpers/describe-snapshot.ts'
import { collectWritten } from '../../helpers/collect-written.ts'
import { snapshotFrom } from '../../helpers/plane-from.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import { writeArchive } from '../../helpers/write-archive.ts'

const machine = readDump(
  'text',
  `
+-o Root  <class IORegistryEntry, id 0x100000100, retain 26>
  +-o PCI0@0  <class IOPCIBridge, id 0x100000101, registered, matched, active, busy 0, retain 9>
  | | {
  | |   "name" = <"pci">
  | |   "IOPCIMatch" = "0x1234, ""x"""
  | |   "none" =${' '}
  | |   "list" = (1,"a",<00ff>)
  | | }
  | |${' '}
  | +-o Shared  <class S, id 0x100000103, !registered, matched, inactive, busy 2, retain 3>
  +-o =1+cmd()  <class @Sum, id 0x100000102, registered, matched, active, busy 0, retain 9>
    | {
    |   "list" = -5
    |   "IOPCIMatch" = "+1 is text"
    | }
    |${' '}
    +-o Shared  <class S, id 0x100000103, !registered, matched, inactive, busy 2, retain 4>
`,
).snapshot

function lines(options: CsvWriteOptions): string[] {
  const { text } = collectWritten(writeCsv(machine, { lineBreak: '\n', ...options }))
  return text.split('\n').slice(0, -1)
}

test('a row tells of a node what is known of it', () => {
  expect(lines({})).toEqual([
    'id,path,name,location,class,state,busy,retain',
    '0x100000100,IOService:/,Root,,IORegistryEntry,,,26',
    '0x100000101,IOService:/PCI0@0,PCI0,0,IOPCIBridge,registered matched active,0,9',
    '0x100000103,IOService:/PCI0@0/Shared,Shared,,S,!registered matched inactive,2,3',
    "0x100000102,IOService:/=1+cmd(),'=1+cmd(),,'@Sum,registered matched active,0,9",
    '0x100000103,IOService:/=1+cmd()/Shared,Shared,,S,!registered matched inactive,2,4',
  ])
})

test('columns are what is asked for: our own, or property keys', () => {
  const columns = ['registered', 'active', 'depth', 'IOPCIMatch', 'property:name', 'list']
  expect(lines({ columns })).toEqual([
    'registered,active,depth,IOPCIMatch,property:name,list',
    ',,0,,,',
    'true,true,1,"0x1234, """"x""""",70636900,"[1,""a"",{""$data"":""AP8=""}]"',
    'false,false,2,,,',
    "true,true,1,'+1 is text,,-5",
    'false,false,2,,,',
  ])
})

test('a row for each entry, or for a part of the plane', () => {
  const columns = ['name', 'retain']
  expect(lines({ columns, rows: 'entries' })).toHaveLength(1 + 4)
  expect(lines({ columns, depthLimit: 2 })).toHaveLength(1 + 3)
  expect(lines({ columns, under: 3 })).toEqual(['name,retain', "'=1+cmd(),9", 'Shared,4'])
})

test('cells that a spreadsheet would run are text, unless that is not wanted', () => {
  const columns = ['name']
  const { losses } = collectWritten(writeCsv(machine, { columns }))
  expect(losses).toEqual([
    {
      what: 'cells that begin as a formula have an apostrophe before them',
      count: 1,
      firstPath: 'IOService:/=1+cmd()',
    },
  ])
  expect(lines({ columns, guardsFormulas: false })).toContain('=1+cmd()')
})

test('what the tool printed as nothing is an empty cell, and counted', () => {
  const { losses } = collectWritten(writeCsv(machine, { columns: ['none'] }))
  expect(losses.map(({ count }) => count)).toEqual([1])
})

test('a reader of RFC 4180 finds the names again, whatever is in them', () => {
  const registry = randomRegistry({ seed: 6, nodes: 150, isNasty: true })
  const { snapshot } = readDump('archive', writeArchive(registry))
  const columns = ['name', 'a "b" & <c>', 'class']
  const { text } = collectWritten(writeCsv(snapshot, { columns, guardsFormulas: false }))
  const rows = readCsv(text)
  expect(rows[0]).toEqual(columns)
  const labels = describeSnapshot(snapshot).map(({ label, className }) => [
    label.replace(/@(0|1F,3|fa120000|e8000000)$/, ''),
    className,
  ])
  expect(rows.slice(1).map(([name, , className]) => [name, className])).toEqual(labels)
  expect(rows.some(([, value]) => value !== '')).toBe(true)
})

test('lines end as RFC 4180 says', () => {
  const { text } = collectWritten(writeCsv(snapshotFrom('Root'), { columns: ['name'] }))
  expect(text).toBe('name\r\nRoot\r\n')
})

/** RFC 4180, character by character. */
function readCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (isQuoted) {
      if (character !== '"') cell += character
      else if (text[at + 1] === '"') cell += text[++at]!
      else isQuoted = false
    } else if (character === '"') isQuoted = true
    else if (character === ',' || character === '\r') {
      row.push(cell)
      cell = ''
      if (character === ',') continue
      rows.push(row)
      row = []
      at++
    } else cell += character
  }
  return rows
}
