import { expect, test } from 'vitest'
import type { ColourRule } from '../../../core/contract/preferences.ts'
import type { Capture } from '../../../core/contract/types.ts'
import { nodeLabel } from '../../../core/registry/paths.ts'
import { askRules } from '../../../renderer/filter/ask-rules.ts'
import { ruleOf, type RuledEntries } from '../../../renderer/filter/rule-numbers.ts'
import { runSlowly } from '../../../renderer/filter/run-slowly.ts'
import {
  moved,
  nameFor,
  newRule,
  whyNotSaved,
  withSaved,
} from '../../../renderer/filter/saved-filters.ts'
import type { OpenCapture } from '../../../renderer/state/app-state.ts'
import { snapshotFrom } from '../../helpers/plane-from.ts'

const captureOf = (drawing: string): OpenCapture => ({
  capture: { installed: [] } as unknown as Capture,
  snapshot: snapshotFrom(drawing),
})
const rule = (id: string, filter: string, more: Partial<ColourRule> = {}): ColourRule => ({
  id,
  name: `Rule ${id}`,
  filter,
  colour: 'blue',
  isOn: true,
  ...more,
})
const machine = `
  Root
    PCI0@0  <class IOPCIBridge>
      GFX0@2  <class IOPCIDevice>
      XHC1@14  <class IOPCIDevice>
    IOResources  <class IOResources>
`

async function ask(current: OpenCapture, rules: readonly ColourRule[]) {
  const told: RuledEntries[] = []
  await askRules(current, rules, ruled => told.push(ruled), new AbortController().signal)
  return told
}

/** Each node with its rule. */
function drawn({ snapshot }: OpenCapture, ruled: RuledEntries): string[] {
  const plane = snapshot.planes[0]!
  return Array.from(plane.entry, (entry, node) => {
    const found = ruleOf(ruled, snapshot, entry)
    return `${nodeLabel(snapshot, plane, node)}${found ? `: ${found.id}` : ''}`
  })
}

test('the first rule that fits an entry is its rule; one that is off or does not read is none', async () => {
  const current = captureOf(machine)
  const told = await ask(current, [
    rule('off', 'Root', { isOn: false }),
    rule('broken', 'class:'),
    rule('graphics', 'name:GFX0'),
    rule('pci', 'class:IOPCIDevice'),
    rule('empty', '  '),
  ])
  expect(drawn(current, told.at(-1)!)).toEqual([
    'Root',
    'PCI0@0',
    'GFX0@2: graphics',
    'XHC1@14: pci',
    'IOResources',
  ])
  expect([...told.at(-1)!.counts]).toEqual([
    ['graphics', 1],
    ['pci', 1],
  ])
})

test('quick rules are told at once, and one that looks at values takes its place before them later', async () => {
  const current = captureOf(machine)
  const told: RuledEntries[] = []
  const asking = askRules(
    current,
    [rule('values', 'value:certainlynot or name:GFX0'), rule('pci', 'class:IOPCIDevice')],
    ruled => told.push(ruled),
    new AbortController().signal,
  )
  await asking
  expect(told.map(({ isComplete }) => isComplete)).toEqual([false, true])
  expect(drawn(current, told[0]!)[2]).toBe('GFX0@2: pci')
  expect(drawn(current, told[1]!)[2]).toBe('GFX0@2: values')
})

test('marks of one snapshot say nothing of another', async () => {
  const current = captureOf(machine)
  const [ruled] = await ask(current, [rule('all', 'Root')])
  expect(ruleOf(ruled!, current.snapshot, 0)?.id).toBe('all')
  expect(ruleOf(ruled!, snapshotFrom(machine), 0)).toBe(null)
  expect(ruleOf(null, current.snapshot, 0)).toBe(null)
})

test('work in steps ends at its budget, and when it is cancelled', async () => {
  function* endless(): Generator<undefined, string> {
    for (;;) yield
  }
  function* short(): Generator<undefined, string> {
    yield
    return 'done'
  }
  const control = new AbortController()
  const { signal } = control
  expect(await runSlowly(short(), { signal })).toBe('done')
  expect(await runSlowly(endless(), { signal, sliceMs: 1, budgetMs: 5 })).toBe(null)
  const running = runSlowly(endless(), { signal, sliceMs: 1, budgetMs: 1e9 })
  control.abort()
  expect(await running).toBe(null)
})

test('a filter saved under a name that is there takes its place', () => {
  const first = withSaved([], 'PCI', 'class:IOPCIDevice')
  const second = withSaved(first, 'Busy', 'busy > 0')
  const third = withSaved(second, 'pci ', 'class:IOPCIBridge')
  expect(third.map(({ name, filter }) => `${name}: ${filter}`)).toEqual([
    'pci: class:IOPCIBridge',
    'Busy: busy > 0',
  ])
  expect(new Set(third.map(({ id }) => id)).size).toBe(2)
})

test('a new rule gets a colour that is free, and an ID that is not taken', () => {
  const one = newRule([], { name: 'a', filter: 'a' })
  const two = newRule([one], { name: 'b', filter: 'b' })
  const three = newRule([two], { name: 'c', filter: 'c' })
  expect([one.colour, two.colour, three.colour]).toEqual(['blue', 'teal', 'blue'])
  expect(three.id).not.toBe(two.id)
})

test('items move one place, and at the ends stay', () => {
  expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b'])
  expect(moved(['a', 'b', 'c'], 0, -1)).toEqual(['a', 'b', 'c'])
  expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'b', 'c'])
})

test('what has no name, no filter or one that does not read is not saved, and it is said why', () => {
  expect(whyNotSaved([{ name: 'PCI', filter: 'class:IOPCIDevice' }])).toBe(null)
  expect(whyNotSaved([{ name: ' ', filter: 'usb' }])).toBe('One of them has no name.')
  expect(whyNotSaved([{ name: 'x', filter: '' }])).toBe('The filter of “x” is empty.')
  expect(whyNotSaved([{ name: 'x', filter: 'class:' }])).toBe('The filter of “x” does not read.')
  expect(nameFor(`  ${'long '.repeat(30)}`)).toHaveLength(40)
})
