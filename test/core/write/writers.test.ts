import { expect, test } from 'vitest'
import { createArchiveReader } from '../../../core/dump/archive-reader.ts'
import { SnapshotBuilder } from '../../../core/registry/snapshot-builder.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { writers, type Writer, type WriterName } from '../../../core/write/writers.ts'
import { collectWritten } from '../../helpers/collect-written.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import { writeArchive } from '../../helpers/write-archive.ts'

const names = Object.keys(writers) as WriterName[]
const writerOf = (name: WriterName): Writer => writers[name]

function twoPlanes(): Snapshot {
  const builder = new SnapshotBuilder()
  const registry = randomRegistry({ seed: 3, nodes: 20, isNasty: true })
  for (const plane of ['IOPower', 'IOService']) {
    const reader = createArchiveReader(builder, { plane, label: plane })
    reader.pushWhole(Buffer.from(writeArchive(registry)))
    reader.finish()
  }
  return builder.seal()
}

test.each(names)('%s has an extension and says what it carries', name => {
  const { title, extension, carries } = writerOf(name)
  expect(extension).toMatch(/^\.[a-z]+$/)
  expect(title).not.toBe('')
  expect(carries).toMatch(/\.$/)
})

// Of nothing ioreg prints nothing.
test.each(names.filter(name => name !== 'text'))('%s of nothing is a file that says so', name => {
  const { bytes, losses } = collectWritten(writerOf(name).write(new SnapshotBuilder().seal()))
  expect(bytes.length).toBeGreaterThan(0)
  expect(losses).toEqual([])
})

test.each(names)('%s says so when a plane or a node is not there', name => {
  const { planes, write } = writerOf(name)
  const snapshot = twoPlanes()
  const start = (options: object) => () => write(snapshot, options).next()
  if (planes === 'all') expect(start({ plane: 'IOPort' })).not.toThrow()
  else {
    expect(start({ plane: 'IOPort' })).toThrow(/no plane IOPort in it; its planes: IOPower, IOSer/)
    expect(start({ under: 1_000 })).toThrow(/has no node 1000/)
  }
})

test.each(names)(
  '%s takes IOService when no plane is asked for, and counts what it leaves',
  name => {
    const snapshot = twoPlanes()
    const { losses } = collectWritten(writerOf(name).write(snapshot, { guardsFormulas: false }))
    const left = losses.filter(({ what }) => what === 'nodes of other planes are left out')
    const count = writerOf(name).planes === 'all' ? 0 : snapshot.planes[0]!.length
    expect(left.reduce((sum, loss) => sum + loss.count, 0)).toBe(count)
  },
)

test.each(names)('%s hands on pieces long before it is done', name => {
  const { snapshot } = readDump('archive', writeArchive(randomRegistry({ seed: 5, nodes: 1500 })))
  const writer = writerOf(name).write(snapshot)
  const first = writer.next()
  expect(first.done).toBe(false)
  let pieces = 1
  for (let step = writer.next(); !step.done; step = writer.next()) {
    expect(step.value.length).toBeLessThanOrEqual(65_536)
    pieces++
  }
  expect(pieces).toBeGreaterThan(2)
})

test.each(names)('%s leaves the snapshot as it was', name => {
  const snapshot = twoPlanes()
  collectWritten(writerOf(name).write(snapshot))
  expect(snapshot).toEqual(twoPlanes())
})

test('what is written into a value of megabytes is not lost', () => {
  const data = Buffer.alloc(3_000_000, 'kextant')
  const dump = `+-o Root  <class IORegistryEntry>\n      "k" = <${data.toString('hex')}>\n`
  const { snapshot } = readDump('text', dump)
  const json = JSON.parse(collectWritten(writers.json.write(snapshot)).text) as {
    entries: [{ properties: { k: { $data: string } } }]
  }
  expect(json.entries[0].properties.k.$data).toBe(data.toString('base64'))
  const xml = collectWritten(writers.xml.write(snapshot)).text
  const base64 = /<data>([^<]*)<\/data>/.exec(xml)![1]!.replaceAll(/\s/g, '')
  expect(base64).toBe(data.toString('base64'))
  const csv = collectWritten(writers.csv.write(snapshot, { columns: ['k'] })).text
  expect(csv).toBe(`k\r\n${data.toString('hex')}\r\n`)
})
