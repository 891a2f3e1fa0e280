import { expect, test } from 'vitest'
import { readDump } from '../../../core/dump/read-dump.ts'
import { propertiesOf } from '../../../renderer/registry/entry-facts.ts'
import { placeFacts } from '../../../renderer/registry/place-facts.ts'
import { stateBrief } from '../../../renderer/registry/service-state.ts'
import { findEntry } from '../../../renderer/registry/selection.ts'

/** An entry with two providers, as `ioreg` prints it: once below each. */
function twice(second: { retain: number; state?: string; properties?: string }) {
  const entry = (retain: number, state: string, properties: string) =>
    `    +-o Stack  <class IONetworkStack, id 0x9, ${state}, matched, active, busy 0, retain ${retain}>\n${properties}`
  const block = (value: string) =>
    value === '' ? '' : `        {\n          "k" = ${value}\n          "same" = Yes\n        }\n`
  const text = [
    '+-o Root  <class IORegistryEntry, id 0x1, retain 9>\n',
    '  +-o A  <class IOService, id 0x2, registered, matched, active, busy 0, retain 5>\n',
    entry(7, 'registered', block('1')),
    '  +-o B  <class IOService, id 0x3, registered, matched, active, busy 0, retain 5>\n',
    entry(second.retain, second.state ?? 'registered', block(second.properties ?? '')),
  ]
  const { snapshot } = readDump(Buffer.from(text.join('')), { label: 'dump' })
  const at = (path: string | null) => {
    const selected = { id: '0x9', path }
    const found = findEntry(snapshot, selected)!
    const place = placeFacts(snapshot, 'IOService', selected, found)
    return {
      retain: snapshot.entries.retainCount[place.stateRow],
      state: stateBrief(snapshot.entries, place.stateRow)?.word,
      k: propertiesOf(snapshot, place.propertyRow)[0]?.[1],
      othersDiffer: place.othersDiffer,
    }
  }
  return { first: at('IOService:/A/Stack'), second: at('IOService:/B/Stack'), none: at(null) }
}

const integer = (value: bigint) => ({ kind: 'integer', value })

test('each place shows its own counts, state and properties, and says that the other has others', () => {
  const { first, second, none } = twice({ retain: 12, state: '!registered', properties: '2' })
  const othersDiffer = ['state', 'retain count', 'properties']
  expect(first).toEqual({ retain: 7, state: 'registered', k: integer(1n), othersDiffer })
  expect(second).toEqual({ retain: 12, state: '!registered', k: integer(2n), othersDiffer })
  expect(none).toEqual(first)
})

test('a place without properties shows those that are known of the entry', () => {
  const { second } = twice({ retain: 12 })
  expect(second).toMatchObject({ retain: 12, k: integer(1n), othersDiffer: ['retain count'] })
})

test('what both places show alike is not worth a word', () => {
  const { first, second } = twice({ retain: 7, properties: '1' })
  expect([first.othersDiffer, second.othersDiffer]).toEqual([[], []])
})
