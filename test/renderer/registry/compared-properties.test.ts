import { expect, test } from 'vitest'
import { diffSnapshots } from '../../../core/diff/diff-snapshots.ts'
import { mergeSnapshots } from '../../../core/diff/merge-snapshots.ts'
import { readDump } from '../../../core/dump/read-dump.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { stringAt } from '../../../core/registry/strings.ts'
import type { Comparison } from '../../../renderer/state/app-state.ts'
import { comparedFacts } from '../../../renderer/registry/compared-facts.ts'
import { comparedProperties } from '../../../renderer/registry/compared-properties.ts'
import { propertiesOf } from '../../../renderer/registry/entry-facts.ts'

const dump = (
  device: string,
  more = '',
) => `+-o Root  <class IORegistryEntry, id 0x100000100, retain 9>
  +-o GFX0  <class IOPCIDevice, id 0x100000110, ${device}>
  |   {
  |     "IOClass" = "A"
  |     "Level" = LEVEL
  |     "IOReportTicks" = 1
  |   }
  |   
${more}`

function snapshotOf(text: string): Snapshot {
  return readDump(new TextEncoder().encode(text), { label: 'a' }).snapshot
}

function compare(one: string, two: string): Comparison {
  const before = snapshotOf(one)
  const after = snapshotOf(two)
  const diff = diffSnapshots(before, after)
  const merged = mergeSnapshots(before, after, diff)
  // What the inspector reads of a comparison are the snapshots.
  const side = (snapshot: Snapshot) => ({ capture: {} as never, snapshot })
  return { before: side(before), after: side(after), diff, merged }
}

const entryNamed = ({ entries, strings }: Snapshot, name: string) =>
  Array.from(entries.name.subarray(0, entries.length)).findIndex(
    index => stringAt(strings, index) === name,
  )

const active = 'registered, matched, active, busy 0 (5 ms), retain 7'
const dying = '!registered, !matched, inactive, busy 1 (5 ms), retain 9'

test('an entry of both is compared property by property, and its counts and state too', () => {
  const comparison = compare(
    dump(active).replace('LEVEL', '1'),
    dump(dying).replace('LEVEL', '2').replace('"IOClass" = "A"', '"New" = Yes'),
  )
  const { snapshot } = comparison.merged
  const entry = entryNamed(snapshot, 'GFX0')
  const compared = comparedProperties(comparison, entry, propertiesOf(snapshot, entry))
  expect(compared.fate).toBe('both')
  expect(compared.changed).toBe(3)
  expect(compared.items.map(({ key, change }) => `${key} ${change}`).sort()).toEqual([
    'IOClass removed',
    'IOReportTicks same',
    'Level changed',
    'New added',
  ])
  expect(comparedFacts(comparison, entry)).toEqual([
    {
      what: 'state',
      before: 'registered, matched, active',
      after: '!registered, !matched, inactive',
    },
    { what: 'busy count', before: '0', after: '1' },
    { what: 'retain count', before: '7', after: '9' },
  ])
})

test('an entry that is gone or new is told as that, with nothing compared', () => {
  const extra = `  +-o en0  <class IOEthernetInterface, id 0x100000120, ${active}>\n      {\n        "a" = 1\n      }\n      \n`
  const one = dump(active).replace('LEVEL', '1')
  const two = dump(active, extra).replace('LEVEL', '1')
  for (const [before, after, fate] of [
    [one, two, 'new'],
    [two, one, 'gone'],
  ] as const) {
    const comparison = compare(before, after)
    const { snapshot } = comparison.merged
    const entry = entryNamed(snapshot, 'en0')
    const compared = comparedProperties(comparison, entry, propertiesOf(snapshot, entry))
    expect(compared.fate).toBe(fate)
    expect(compared.items.map(({ key, change }) => [key, change])).toEqual([['a', null]])
    expect(comparedFacts(comparison, entry)).toEqual([])
  }
})
