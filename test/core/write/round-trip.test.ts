import { expect, test } from 'vitest'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { writeArchive } from '../../../core/write/write-archive.ts'
import { writers } from '../../../core/write/writers.ts'
import { describeDiff } from '../../../core/diff/describe-diff.ts'
import { diffSnapshots } from '../../../core/diff/diff-snapshots.ts'
import { noiseRules } from '../../../core/diff/noise.ts'
import { isSame } from '../../../core/diff/snapshot-diff.ts'
import type { WriteLosses } from '../../../core/write/write-losses.ts'
import { carriedByArchive } from '../../helpers/carried-by-archive.ts'
import { collectWritten } from '../../helpers/collect-written.ts'
import { describePlaces } from '../../helpers/describe-places.ts'
import { describeSnapshot, type DescribedNode } from '../../helpers/describe-snapshot.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { randomRegistry, type ModelEntry } from '../../helpers/registry-model.ts'
import { sortedKeys } from '../../helpers/sorted-keys.ts'
import {
  writeBinaryArchive,
  writeExplorerDocument,
  writeIOJonesDocument,
} from '../../helpers/write-documents.ts'
import { writeArchive as archiveOfModel } from '../../helpers/write-archive.ts'
import { writeText as textOfModel } from '../../helpers/write-text.ts'

/**
 * A format that can be written and read again. `carries` says what the nodes of any snapshot are after a trip
 * through it: the same, but for what the format is documented to lose. A new format is one row here.
 */
interface Format {
  readonly name: string
  readonly write: (snapshot: Snapshot) => Generator<Uint8Array, WriteLosses>
  readonly carries: (nodes: readonly DescribedNode[]) => readonly DescribedNode[]
}

const formats: readonly Format[] = [
  {
    name: 'archive',
    write: snapshot => writeArchive(snapshot, { plane: 'IOService' }),
    carries: carriedByArchive,
  },
]

/** A dump of the tool, to begin with. */
interface Source {
  readonly name: string
  readonly dump: (registry: ModelEntry) => string | Uint8Array
}

const sources: readonly Source[] = [
  { name: 'archive', dump: registry => archiveOfModel(registry) },
  {
    name: 'archive of 11 with -i',
    dump: registry => archiveOfModel(registry, { hasChains: true }),
  },
  {
    name: 'archive without -l',
    dump: registry => archiveOfModel(registry, { hasNoProperties: true }),
  },
  { name: 'text of 10.6', dump: registry => textOfModel(registry) },
  { name: 'text with -i', dump: registry => textOfModel(registry, { hasChains: true }) },
  { name: 'text with -x', dump: registry => textOfModel(registry, { isHex: true }) },
  { name: 'text of 10.5', dump: registry => textOfModel(registry, { era: '10.5' }) },
  { name: 'text of 10.4', dump: registry => textOfModel(registry, { era: '10.4' }) },
  { name: 'text of 10.2', dump: registry => textOfModel(registry, { era: '10.2' }) },
  { name: 'text of places that differ', dump: () => placesThatDiffer },
  { name: 'text with every odd value', dump: () => oddValues },
]

const seeds = [1, 2, 3, 4]

test.each(sources)('a snapshot of $name goes through every format and back', ({ dump }) => {
  for (const seed of seeds) {
    const start = read(dump(randomRegistry({ seed, nodes: 70, isNasty: seed % 2 === 0 })))
    const nodes = describePlaces(start)
    for (const format of formats) {
      const once = trip(format, start)
      const expected = format.carries(nodes)
      expectSame(once, expected, `${format.name}, seed ${seed}`)
      // And from there through every other: nothing that one writes is strange to another.
      for (const next of formats) {
        const names = `${format.name}, then ${next.name}, seed ${seed}`
        expectSame(trip(next, once), next.carries(expected), names)
      }
    }
  }
})

const documents: readonly Source[] = [
  { name: 'archive', dump: registry => archiveOfModel(registry) },
  {
    name: 'archive of 11 with -i',
    dump: registry => archiveOfModel(registry, { hasChains: true }),
  },
  { name: 'binary archive', dump: registry => writeBinaryArchive(registry) },
  {
    name: 'document of IORegistryExplorer',
    dump: registry => writeExplorerDocument(planesOf(registry)),
  },
  { name: 'document of IOJones', dump: registry => writeIOJonesDocument(planesOf(registry)) },
  { name: 'text of 10.6', dump: registry => textOfModel(registry) },
  { name: 'text with -i', dump: registry => textOfModel(registry, { hasChains: true }) },
  { name: 'text of 10.5', dump: registry => textOfModel(registry, { era: '10.5' }) },
  { name: 'text of 10.4', dump: registry => textOfModel(registry, { era: '10.4' }) },
  { name: 'text of 10.2', dump: registry => textOfModel(registry, { era: '10.2' }) },
]

const planesOf = (root: ModelEntry) => ({
  root,
  planes: { IOService: (entry: ModelEntry) => entry.clients },
})
const everyChange = { noise: { off: noiseRules.map(({ name }) => name) } }

// Text tells less of a value than an archive, and an archive less than a document; that what both tell is the
// same is for the diff to say, which knows what each can tell. (An archive made from text has to say for certain
// what text left open, as it tells in its losses: that way is the test above.)
test.each(documents)(
  '$name says through text and archives, in any order, what it said',
  ({ dump }) => {
    const ways = [['text'], ['xml'], ['xml', 'text'], ['text', 'text']] as const
    for (const seed of [5, 6, 7]) {
      const start = read(dump(randomRegistry({ seed, nodes: 60 })))
      for (const way of ways) {
        let end = start
        for (const name of way) {
          const era = name === 'text' ? { era: '13' } : {}
          const options = { plane: 'IOService', ...era }
          end = read(collectWritten(writers[name].write(end, options)).bytes)
        }
        const first = {
          ...start,
          planes: start.planes.filter(({ plane }) => plane === 'IOService'),
        }
        const diff = diffSnapshots(first, end, everyChange)
        const message = `${way.join(', then ')}, seed ${seed}`
        expect(describeDiff(diff, first, end, { all: true }).slice(2), message).toEqual([])
        expect(isSame(diff, true), message).toBe(true)
      }
    }
  },
)

test('the dumps to begin with do differ from place to place, and hold every kind of value', () => {
  const { entries } = read(placesThatDiffer)
  expect(entries.rows).toBeGreaterThan(entries.length)
  const kinds = new Set(
    describeSnapshot(read(oddValues)).flatMap(node => node.properties.map(([, { kind }]) => kind)),
  )
  expect(kinds).toEqual(
    new Set(['string', 'integer', 'data', 'array', 'set', 'dictionary', 'missing', 'unreadable']),
  )
})

function read(dump: string | Uint8Array): Snapshot {
  return readDump('any', dump).snapshot
}

function trip(format: Format, snapshot: Snapshot): Snapshot {
  return read(collectWritten(format.write(snapshot)).bytes)
}

function expectSame(snapshot: Snapshot, expected: readonly DescribedNode[], message: string): void {
  expect(sortedKeys(describePlaces(snapshot)), message).toEqual(sortedKeys(expected))
}

const placesThatDiffer = `+-o Root  <class IORegistryEntry, id 0x100000100, retain 26>
  | {
  |   "a" = 1
  | }
  |${' '}
  +-o A  <class Bus, id 0x100000101, registered, matched, active, busy 0 (3 ms), retain 7>
  | | {
  | |   "b" = "first"
  | | }
  | |${' '}
  | +-o Shared@1  <class S, id 0x100000103, registered, matched, active, busy 1 (10 ms), retain 8>
  |     {
  |       "c" = <01020304>
  |       "d" = Yes
  |     }
  |${' '}
  +-o B  <class Bus, id 0x100000102, registered, matched, active, busy 0, retain 7>
    | {
    | }
    |${' '}
    +-o Shared@1  <class S, id 0x100000103, !registered, matched, active, busy 0 (11 ms), retain 9>
        {
          "c" = <01020305>
        }
${'    '}
`

const oddValues = Buffer.concat([
  Buffer.from(`+-o Root  <class IORegistryEntry, id 0x100000100, retain 26>
    {
      "__proto__" = {"__proto__"=1,"$set"=[1,2]}
      "set" = [1,("a",<"t">),[]]
      "none" =${' '}
      "list" = (1,,<>,{},())
      "odd" = <unknown object>
      "data" = <"a","b">
      "big" = 18446744073709551615
      "control" = "a\u0001\u2028\u001f\ufffe"
      "return" = "a\rb"
      "twice" = {"c"=1,"c"=2}
      "entity" = "&amp;<!-- -->]]>"
      "broken" = "a`),
  Buffer.from([0xff]),
  Buffer.from('b"\n      "bro'),
  Buffer.from([0xfe]),
  Buffer.from('ken" = {"x'),
  Buffer.from([0xfd]),
  Buffer.from(`"="\ufeff"}
    }
${'    '}
`),
])
