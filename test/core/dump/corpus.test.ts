import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { parse as parsePlist } from 'plist'
import { expect, test } from 'vitest'
import { readValue } from '../../../core/registry/read-value.ts'
import { ValueType, type Snapshot } from '../../../core/registry/snapshot.ts'
import { readDump } from '../../helpers/read-dumps.ts'

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

test.skipIf(!isHere).each(filesIn('ioreg-document/'))(
  'the document %s is refused by name',
  file => {
    expect(() => readDump('any', bytesOf(`ioreg-document/${file}`))).toThrow(/IORegistryExplorer/)
  },
)

test.skipIf(!isHere).each(filesIn('kextstat/'))('the list %s is refused by name', file => {
  expect(() => readDump('any', bytesOf(`kextstat/${file}`))).toThrow(/not a registry dump.*kext/)
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
