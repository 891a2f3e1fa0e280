import { expect, test } from 'vitest'
import { describeDiff } from '../../../core/diff/describe-diff.ts'
import { diffSnapshots } from '../../../core/diff/diff-snapshots.ts'
import { summarize } from '../../../core/diff/snapshot-diff.ts'
import { readDump } from '../../helpers/read-dumps.ts'

const read = (lines: readonly string[]) =>
  readDump('text', lines.map(line => `${line}\n`).join('')).snapshot
const root = '+-o Root  <class IORegistryEntry, retain 1>'

// Anything quadratic takes minutes here, and the runner's time limit ends it.

test('a hundred thousand siblings of one name are paired in order', () => {
  const siblings = (count: number) => [
    root,
    ...Array.from({ length: count }, () => '  +-o Twin  <class IOTwin, retain 1>'),
  ]
  const diff = diffSnapshots(read(siblings(100_000)), read(siblings(99_990)))
  expect(diff.identity).toBe('path')
  expect(summarize(diff)).toMatchObject({ added: 0, removed: 10, changed: 0 })
})

test('of equal siblings the one that went is found by what the others hold', () => {
  const clients = (count: number, skipped: number) => [
    root,
    ...Array.from({ length: count }, (_, i) => i)
      .filter(i => i !== skipped)
      .flatMap(i => [
        '  +-o Client  <class IOUserClient, retain 1>',
        '    {',
        `      "Creator" = "pid ${i}"`,
        '    }',
      ]),
  ]
  const one = read(clients(10_000, -1))
  const two = read(clients(10_000, 17))
  const diff = diffSnapshots(one, two)
  expect(summarize(diff)).toMatchObject({ added: 0, removed: 1, changed: 0 })
  expect([...diff.removed]).toEqual([18])
})

test('an entry below fifty thousand providers is compared in linear time', () => {
  const providers = (count: number) => [
    '+-o Root  <class IORegistryEntry, id 0x1>',
    ...Array.from({ length: count }, (_, i) => [
      `  +-o P${i}  <class IOService, id 0x${(i + 100).toString(16)}>`,
      '    +-o Shared  <class IOService, id 0x2>',
    ]).flat(),
  ]
  const one = read(providers(50_000))
  const two = read([...providers(49_999), '  +-o P49999  <class IOService, id 0xc3b3>'])
  const diff = diffSnapshots(one, two, { identity: 'entry-id' })
  expect(summarize(diff)).toMatchObject({ added: 0, removed: 0, changed: 1 })
  expect(describeDiff(diff, one, two)).toContain('    no longer at IOService:/P49999')
})

test('an entry below many providers whose clients all went is compared in linear time', () => {
  const of = (id: number) => `<class IOService, id 0x${id.toString(16)}>`
  const numbers = Array.from({ length: 30_000 }, (_, i) => i)
  const shared = `  +-o Shared  ${of(7)}`
  const one = read([root, ...numbers.flatMap(i => [shared, `    +-o Old${i}  ${of(100 + i)}`])])
  const two = read([root, shared, ...numbers.map(i => `    +-o New${i}  ${of(1_000_000 + i)}`)])
  const diff = diffSnapshots(one, two, { identity: 'path' })
  expect(summarize(diff)).toMatchObject({ added: 30_000, removed: 30_000, changed: 0 })
})

test('depth overflows nothing', () => {
  const deep = (depth: number) =>
    Array.from({ length: depth }, (_, i) => `${'  '.repeat(i)}+-o n  <class C, retain 1>`)
  const one = read(deep(4000))
  const two = read(deep(3990))
  for (const [before, after] of [
    [one, two],
    [two, one],
  ] as const) {
    const diff = diffSnapshots(before, after)
    expect(diff.added.length + diff.removed.length).toBe(10)
    const lines = describeDiff(diff, before, after)
    expect(Math.max(...lines.map(line => line.length))).toBeLessThan(400)
  }
})

test('two registries without anything in common are told within bounds', () => {
  const named = (name: string) => [
    '+-o Root  <class IORegistryEntry, retain 1>',
    ...Array.from({ length: 50_000 }, (_, i) => `  +-o ${name}${i}  <class C${name}, retain 1>`),
  ]
  const one = read(named('a'))
  const two = read(named('b'))
  const diff = diffSnapshots(one, two)
  expect(summarize(diff)).toMatchObject({ added: 50_000, removed: 50_000 })
  expect(describeDiff(diff, one, two)).toHaveLength(5001)
})

test('several matches of ioreg -r are compared match by match', () => {
  const matches = (names: readonly string[]) =>
    names.flatMap(name => [`+-o ${name}  <class IOPCIDevice, retain 1>`, '    ', ''])
  const diff = diffSnapshots(read(matches(['A', 'B', 'C'])), read(matches(['C', 'A', 'D'])))
  expect(summarize(diff)).toMatchObject({ added: 1, removed: 1, changed: 0 })
})

test('what moved is found only when there is no doubt', () => {
  const at = (place: number, copies: number, hasClient = true) => [
    root,
    ...[0, 1, 2].flatMap(i => [
      `  +-o P${i}  <class IOService, retain 1>`,
      ...(i === place ? Array.from({ length: copies }, () => thing(hasClient)).flat() : []),
    ]),
  ]
  const thing = (hasClient: boolean) => [
    '    +-o Thing  <class IOThing, retain 1>',
    ...(hasClient ? ['      +-o Client  <class IOClient, retain 1>'] : []),
  ]
  const moved = (one: readonly string[], two: readonly string[]) => {
    const { added, removed, by } = summarize(diffSnapshots(read(one), read(two)))
    return { added, removed, moved: by.moved }
  }
  expect(moved(at(0, 1), at(2, 1))).toEqual({ added: 0, removed: 0, moved: 1 })
  // Two of them: which is which, nobody can say.
  expect(moved(at(0, 2), at(2, 2))).toEqual({ added: 4, removed: 4, moved: 0 })
  // A leaf without properties could be another of its class.
  expect(moved(at(0, 1, false), at(2, 1, false))).toEqual({ added: 1, removed: 1, moved: 0 })
})
