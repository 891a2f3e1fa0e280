import { expect, test } from 'vitest'
import { diffSnapshots } from '../../../core/diff/diff-snapshots.ts'
import { changeRowsOf } from '../../../core/watch/change-rows.ts'
import { drawDump } from '../diff/draw-dump.ts'

const rowsOf = (one: string, two: string) => {
  const [before, after] = [drawDump(one), drawDump(two)]
  return changeRowsOf(diffSnapshots(before, after, { identity: 'entry-id' }), before, after, 1000)
}
const root = '\nRoot  <class IORegistryEntry, id 0x1, retain 1>\n'
const many = (count: number) =>
  Array.from(
    { length: count },
    (_, i) => `  E${i}  <class IOService, id 0x${(i + 16).toString(16)}, retain 1>\n`,
  ).join('')
const withProperty = (text: string) =>
  `${root}  A  <class IOService, id 0x2, retain 1>\n    ${text}\n`

test('of a bus that comes with everything on it five hundred are told, and how many more there are', () => {
  for (const [count, more] of [
    [500, null],
    [700, '200 more changes in the same look'],
    [1000, '500 more changes in the same look'],
    [1200, 'More than 500 more changes in the same look'],
  ] as const) {
    const rows = rowsOf(root, root + many(count))
    expect(rows.slice(0, 500).every(({ what }) => what === 'new')).toBe(true)
    expect(rows.slice(500).map(({ what, label }) => [what, label])).toEqual(
      more === null ? [] : [['more', more]],
    )
  }
})

test('of the insides of a property five are told, and that there are more', () => {
  const of = (add: number, count: number) =>
    withProperty(
      `"Map" = {${Array.from({ length: count }, (_, i) => `"k${i}"=${i + add}`).join(',')}}`,
    )
  const told = (count: number) =>
    rowsOf(of(0, count), of(1, count)).map(({ key, after }) => `${key} ${after}`)
  expect(told(2)).toEqual(['Map/k0 1', 'Map/k1 2'])
  expect(told(5)).toHaveLength(5)
  expect(told(9)).toEqual([
    ...['Map/k0 1', 'Map/k1 2', 'Map/k2 3', 'Map/k3 4', 'Map/k4 5'],
    'Map and more inside',
  ])
})

test('long values are shortened', () => {
  const of = (letter: string) => withProperty(`"Text" = "${letter.repeat(5000)}"`)
  const [row] = rowsOf(of('a'), of('b'))
  expect(row!.before!.length).toBeLessThan(320)
  expect(row!.after).toMatch(/^"?b{200}/)
})
