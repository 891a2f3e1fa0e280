import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { parse as parsePlist } from 'plist'
import { expect, test } from 'vitest'
import { readValue } from '../../../core/registry/read-value.ts'
import { checkSnapshot } from '../../../core/registry/snapshot-check.ts'
import { ValueType, type Snapshot } from '../../../core/registry/snapshot.ts'
import { printedRows, rowOf } from '../../helpers/kext-rows.ts'
import { compareDocument } from '../../helpers/plistlib-document.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { hasPython } from '../../helpers/run-python.ts'

/** Real dumps, beside the project: they hold other people's machines, so they are no part of it. */
const corpus = new URL('../../../../shared/corpus/', import.meta.url)
const isHere = existsSync(corpus)
if (!isHere) console.log(`skipped: there is no corpus of real dumps at ${corpus.pathname}`)

const filesIn = (folder: string) => (isHere ? readdirSync(new URL(folder, corpus)).sort() : [])
const bytesOf = (path: string) => new Uint8Array(readFileSync(new URL(path, corpus)))

test.skipIf(!isHere).each(filesIn('text/'))('every node line of %s is a node', file => {
  const bytes = bytesOf(`text/${file}`)
  const lines = Buffer.from(bytes).toString('latin1').split('\n')
  const { snapshot, summary } = readDump('any', bytes)
  expect(summary.nodes).toBe(lines.filter(line => line.includes('+-o ')).length)
  expectSound(snapshot)
})

test.skipIf(!isHere).each(filesIn('xml/'))('every dictionary of an entry in %s is a node', file => {
  const bytes = bytesOf(`xml/${file}`)
  const { snapshot, summary } = readDump('any', bytes)
  expect(summary.nodes).toBe(countNodes(parsePlist(Buffer.from(bytes).toString('utf8'))))
  expectSound(snapshot)
})

test('chunks do not matter to real dumps', context => {
  context.skip(!isHere, 'there is no corpus of real dumps beside the project')
  const files = [
    ...filesIn('text/').map(file => `text/${file}`),
    ...filesIn('xml/').map(file => `xml/${file}`),
  ]
  for (const file of files) {
    const whole = readDump('any', bytesOf(file))
    const chunked = readDump('any', bytesOf(file), 4099)
    expect(chunked.summary, file).toEqual(whole.summary)
    expect(chunked.snapshot.properties, file).toEqual(whole.snapshot.properties)
    expect(chunked.snapshot.planes, file).toEqual(whole.snapshot.planes)
  }
})

/** What the corpus's own list says of a file: the column of its content and that of its quirks. */
function listed(file: string): { readonly count: number; readonly planes: string[] } {
  const manifest = readFileSync(new URL('MANIFEST.md', corpus), 'utf8')
  const row = manifest.split('\n').find(line => line.includes(`/${file}\``))!
  const count = Number(/\| (\d+) (?:entries|rows) \|/.exec(row)?.[1] ?? 0)
  const planes = / \d planes \(([^)]*)\)/.exec(row)?.[1] ?? ''
  return { count, planes: planes.split(', ') }
}

const documents = filesIn('ioreg-document/')

test.skipIf(!isHere).each(documents)('every entry and plane of the document %s is there', file => {
  const { snapshot, summary } = readDump('any', bytesOf(`ioreg-document/${file}`))
  const { count, planes } = listed(file)
  expect(summary).toMatchObject({ format: 'ioregistryexplorer', planes, problems: [] })
  expect(snapshot.entries.length).toBe(count)
  expect(checkSnapshot(snapshot)).toBe(null)
  for (const plane of snapshot.planes) {
    // One root, the same in all planes.
    expect(plane.parent.filter(parent => parent < 0)).toHaveLength(1)
    expect(plane.entry[0]).toBe(snapshot.planes[0]!.entry[0])
  }
  expectSound(snapshot)
})

/** All of them hold (docs/corpus-report.md); the small ones take seconds. */
const small = documents.filter(file => bytesOf(`ioreg-document/${file}`).length < 1_800_000)

test.skipIf(!isHere || !hasPython).each(small)(
  'Python finds the same entries, places and values in %s',
  file => {
    const bytes = bytesOf(`ioreg-document/${file}`)
    expect(compareDocument(bytes, readDump('any', bytes).snapshot)).toBe('equal')
  },
)

test('one digit of one value is told by its place', context => {
  context.skip(!isHere || !hasPython, 'there is no corpus of real dumps, or no python3')
  const bytes = bytesOf(`ioreg-document/${small[0]!}`)
  const changed = bytes.slice()
  const digit = Buffer.from(bytes).indexOf('<integer>') + '<integer>'.length
  changed[digit] = bytes[digit] === 49 ? 50 : 49
  const { snapshot } = readDump('any', changed)
  expect(compareDocument(bytes, snapshot)).toMatch(/^\/entries\/\d+\/properties\/.+ is not /)
})

test.skipIf(!isHere).each(filesIn('kextstat/'))('every row of the list %s is a kext', file => {
  const bytes = bytesOf(`kextstat/${file}`)
  for (const chunkLength of [undefined, 997]) {
    const { summary, snapshot } = readDump('any', bytes, chunkLength)
    expect(summary).toMatchObject({ format: 'kext-list', planes: [], nodes: 0 })
    expect(summary.kexts).toHaveLength(listed(file).count)
    expect(summary.kexts!.map(rowOf)).toEqual(printedRows(bytes))
    expect(snapshot.planes).toEqual([])
    expect(snapshot.sources[0]!.bytes).toEqual(bytes)
  }
})

function countNodes(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countNodes(item), 0)
  const children = (value as Record<string, unknown>)['IORegistryEntryChildren']
  return 1 + (children === undefined ? 0 : countNodes(children))
}

const kindOf = new Map<number, string>(Object.entries(ValueType).map(([kind, tag]) => [tag, kind]))

/** Types say what reading finds, and what cannot be read is rare: redacted, or cut by somebody. */
function expectSound(snapshot: Snapshot): void {
  const { properties } = snapshot
  let unreadable = 0
  for (let property = 0; property < properties.length; property++) {
    const { kind } = readValue(snapshot, property)
    const tag = kindOf.get(properties.type[property]!)!
    if (kind === 'unreadable' && tag !== 'unreadable') unreadable++
    else expect(kind, `property ${property}`).toBe(tag)
  }
  expect(unreadable).toBeLessThanOrEqual(properties.length / 100)
}
