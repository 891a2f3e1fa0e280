import { expect, test } from 'vitest'
import { checkSnapshot } from '../../../core/registry/snapshot-check.ts'
import { writeArchive } from '../../../core/write/write-archive.ts'
import { writers } from '../../../core/write/writers.ts'
import { readPlist } from '../../../main/plist/read-plist.ts'
import { carriedByArchive } from '../../helpers/carried-by-archive.ts'
import { collectWritten } from '../../helpers/collect-written.ts'
import { archivePieces, damaged, textPieces } from '../../helpers/damaged.ts'
import { describePlaces } from '../../helpers/describe-places.ts'
import { Random } from '../../helpers/random.ts'
import { readDump, type Syntax } from '../../helpers/read-dumps.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import { sortedKeys } from '../../helpers/sorted-keys.ts'
import { writeArchive as archiveOfModel } from '../../helpers/write-archive.ts'
import { writeText as textOfModel } from '../../helpers/write-text.ts'

const registry = randomRegistry({ seed: 31, nodes: 6, isNasty: true })
const dumps: [Syntax, string][] = [
  ['archive', archiveOfModel(registry)],
  ['text', textOfModel(registry)],
]

const pieces = [...archivePieces, ...textPieces, '&#0;', '&#13;', '\r', '\\', '\u0001', '=']

test.each(dumps)(
  'a damaged %s is written in every format, and as an archive says the same',
  (syntax, dump) => {
    const random = new Random(41)
    for (let round = 0; round < 300; round++) {
      const { snapshot } = readDump(syntax, damaged(Buffer.from(dump), pieces, random))
      for (const writer of Object.values(writers)) collectWritten(writer.write(snapshot))
      if (snapshot.planes.length === 0 || snapshot.planes[0]!.length === 0) continue
      const { bytes } = collectWritten(writeArchive(snapshot, { plane: snapshot.planes[0]!.plane }))
      const again = readDump('archive', bytes).snapshot
      expect(checkSnapshot(again)).toBe(null)
      // Damage inside a value of an archive is copied with it: unreadable before and after.
      const expected = carriedByArchive(describePlaces(snapshot))
      const found = carriedByArchive(describePlaces(again))
      expect(sortedKeys(found), `round ${round}`).toEqual(sortedKeys(expected))
      if (syntax === 'text') readPlist(bytes)
    }
  },
)

test('thirty thousand siblings and as many properties are written without trouble', () => {
  const siblings = Array.from(
    { length: 30_000 },
    (_, i) => `  +-o N${i}  <class C, id 0x${(i + 2).toString(16)}, retain 1>\n`,
  )
  const properties = Array.from({ length: 30_000 }, (_, i) => `      "k${30_000 - i}" = ${i}\n`)
  const { snapshot } = readDump(
    'text',
    `+-o Root  <class IORegistryEntry, id 0x1, retain 1>\n${properties.join('')}${siblings.join('')}`,
  )
  for (const writer of Object.values(writers)) {
    expect(collectWritten(writer.write(snapshot)).bytes.length).toBeGreaterThan(1_000_000)
  }
})

test('keys that belong to every object are keys like any other', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
  const lines = names.map(name => `      "${name}" = {"${name}"=1}\n`)
  const { snapshot } = readDump('text', `+-o Root  <class IORegistryEntry>\n${lines.join('')}`)
  const { entries } = JSON.parse(collectWritten(writers.json.write(snapshot)).text) as {
    entries: [{ properties: object }]
  }
  expect(Object.keys(entries[0].properties)).toEqual(names)
  const csv = collectWritten(writers.csv.write(snapshot, { columns: names })).text
  expect(csv.split('\r\n')[1]).toBe(names.map(name => `"{""${name}"":1}"`).join(','))
})
