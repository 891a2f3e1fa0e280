import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { parse as parsePlist } from 'plist'
import { expect, test } from 'vitest'
import { readValue } from '../../../core/registry/read-value.ts'
import { checkSnapshot } from '../../../core/registry/snapshot-check.ts'
import { ValueType, type Snapshot } from '../../../core/registry/snapshot.ts'
import { stringAt } from '../../../core/registry/strings.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { hasPython, runPython } from '../../helpers/run-python.ts'

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

/** For each entry in the document's order: name, class, count of properties; then nodes in each plane. */
const readWithPlistlib = `
import json, plistlib, sys
archive = plistlib.loads(sys.stdin.buffer.read())
objects = archive['$objects']
def at(value): return objects[value.data] if isinstance(value, plistlib.UID) else value
def pairs(value):
    value = at(value)
    return {at(k): v for k, v in zip(value['NS.keys'], value['NS.objects'])}
store = at(archive['$top']['root'])
uids = at(store['registryEntries'])['NS.objects']
entries = [at(uid) for uid in uids]
number = {uid.data: i for i, uid in enumerate(uids)}
below = [{p: [number[c.data] for c in at(v)['NS.objects']] for p, v in pairs(e['childrenInPlanes']).items()} for e in entries]
root = next(i for i, e in enumerate(entries) if at(e['isRegistryRoot']))
def size(plane):
    count, todo = 0, [root]
    while todo:
        count += 1
        todo += below[todo.pop()].get(plane, [])
    return count
planes = [at(p) for p in at(store['registryPlanes'])['NS.objects']]
def described(e):
    names = [at(x) for x in at(e['inheritance'])['NS.objects']]
    return [names[0], ':'.join(reversed([x for x in names if x != 'OSObject'])), len(plistlib.loads(e['properties']))]
json.dump({'entries': sorted(described(e) for e in entries), 'planes': {p: size(p) for p in planes}}, sys.stdout)
`

test.skipIf(!isHere || !hasPython).each([documents[0], documents.at(-1)])(
  'Python finds the same entries, chains, properties and places in %s',
  file => {
    const bytes = bytesOf(`ioreg-document/${file!}`)
    const theirs: unknown = JSON.parse(Buffer.from(runPython(readWithPlistlib, bytes)).toString())
    const { snapshot } = readDump('any', bytes)
    const { entries, strings } = snapshot
    const ours = Array.from({ length: entries.length }, (_, entry) => [
      stringAt(strings, entries.className[entry]!),
      stringAt(strings, entries.classChain[entry]!),
      entries.firstProperty[entry + 1]! - entries.firstProperty[entry]!,
    ])
    const byText = (list: readonly unknown[]) => list.map(item => JSON.stringify(item)).sort()
    const found = theirs as { readonly entries: unknown[]; readonly planes: unknown }
    expect(byText(ours)).toEqual(byText(found.entries))
    const sizes = snapshot.planes.map(({ plane, length }) => [plane, length] as const)
    expect(Object.fromEntries(sizes)).toEqual(found.planes)
  },
)

test.skipIf(!isHere).each(filesIn('kextstat/'))('every row of the list %s is a kext', file => {
  const bytes = bytesOf(`kextstat/${file}`)
  for (const chunkLength of [undefined, 997]) {
    const { summary, snapshot } = readDump('any', bytes, chunkLength)
    expect(summary).toMatchObject({ format: 'kext-list', planes: [], nodes: 0 })
    expect(summary.kexts).toHaveLength(listed(file).count)
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
