import { expect, test } from 'vitest'
import { readValue } from '../../../core/registry/read-value.ts'
import { checkSnapshot } from '../../../core/registry/snapshot-check.ts'
import { archivePieces, damaged, textPieces } from '../../helpers/damaged.ts'
import { Random } from '../../helpers/random.ts'
import { readDump, type Syntax } from '../../helpers/read-dumps.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import { writeArchive } from '../../helpers/write-archive.ts'
import { writeText } from '../../helpers/write-text.ts'

const registry = randomRegistry({ seed: 31, nodes: 6, isNasty: true })
const dumps: [Syntax, string][] = [
  ['archive', writeArchive(registry)],
  ['text', writeText(registry)],
]

const pieces = [...archivePieces, '<key>IORegistryEntryChildren</key>', ...textPieces]

test.each(dumps)('a damaged %s never throws, and what it gives is sound', (syntax, dump) => {
  const random = new Random(97)
  const bytes = Buffer.from(dump)
  for (let round = 0; round < 300; round++) {
    const copy = damaged(bytes, pieces, random)
    const { snapshot } = readDump(syntax, copy)
    expect(checkSnapshot(snapshot)).toBe(null)
    for (let p = 0; p < snapshot.properties.length; p++) readValue(snapshot, p)
    const chunked = readDump(syntax, copy, 1 + random.below(200))
    expect(chunked.snapshot, `round ${round}`).toEqual(snapshot)
  }
})

test('noise of all bytes is read in time and soundly', () => {
  const random = new Random(5)
  const noise = Uint8Array.from({ length: 300_000 }, () =>
    random.chance(0.5) ? random.below(256) : random.pick([60, 62, 34, 10, 43, 45, 111, 32]),
  )
  for (const syntax of ['archive', 'text'] as const) {
    expect(checkSnapshot(readDump(syntax, noise, 1000).snapshot)).toBe(null)
  }
})

test.each([
  ['archive', '<'],
  ['archive', '<key>'],
  ['archive', '<dict><key>k</key><string>'],
  ['archive', '<!-- '],
  ['archive', '<dict><key>k</key><array><!-- '],
  ['text', '+-o '],
  ['text', '+-o A  <class C>\n      "k" = "'],
  // What would go on for ever ends by the time-out of the test.
] as const)('a %s that never goes on after %j is read to its end', (syntax, start) => {
  const endless = Buffer.from(start + 'x'.repeat(20_000_000))
  expect(checkSnapshot(readDump(syntax, endless, 16_384).snapshot)).toBe(null)
})
