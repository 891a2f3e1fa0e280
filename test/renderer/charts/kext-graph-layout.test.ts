import { expect, test } from 'vitest'
import { kextGraph, reachable, type KextGraph } from '../../../core/kext/kext-graph.ts'
import {
  layOutKextGraph,
  type KextGraphChoice,
  type KextGraphPicture,
} from '../../../renderer/charts/kext-graph-layout.ts'
import { loadedKext } from '../../helpers/loaded-kext.ts'
import { Random } from '../../helpers/random.ts'

const measure = () => ({ width: 200, height: 44 })
const whole: KextGraphChoice = {
  focus: null,
  stepsUp: 1,
  stepsDown: 1,
  kernel: 'grouped',
  open: new Set(),
  more: new Map(),
}

/** Identifier: what it is linked against. */
const small = graphOf({
  'com.apple.kpi.iokit': [],
  'com.apple.kpi.bsd': [],
  'com.apple.iokit.IOPCIFamily': ['com.apple.kpi.iokit', 'com.apple.kpi.bsd'],
  'org.darwinos.Driver': ['com.apple.iokit.IOPCIFamily', 'com.apple.kpi.iokit'],
  'org.darwinos.Client': ['org.darwinos.Driver'],
  'org.darwinos.Far': ['org.darwinos.Client'],
})

test('what needs the focus stands left of it, what it needs right, and the kernel last', () => {
  const picture = around(small, 'org.darwinos.Driver', { stepsUp: 2, stepsDown: 2 })
  expect(columns(small, picture)).toEqual([
    ['org.darwinos.Far'],
    ['org.darwinos.Client'],
    ['org.darwinos.Driver'],
    ['com.apple.iokit.IOPCIFamily'],
    ['Kernel interfaces: 2'],
  ])
})

test('one step leaves out what is further away, and counts it', () => {
  const picture = around(small, 'org.darwinos.Driver', {})
  expect(columns(small, picture)).toEqual([
    ['org.darwinos.Client'],
    ['org.darwinos.Driver'],
    ['com.apple.iokit.IOPCIFamily'],
    ['com.apple.kpi.iokit'],
  ])
  expect(picture.hidden.beyond).toBe(2)
})

test('links that keep the focus loaded are told from others', () => {
  const picture = around(small, 'com.apple.iokit.IOPCIFamily', { stepsUp: 3 })
  const kinds = Object.fromEntries(picture.links.map(({ key, kind }) => [key, kind]))
  expect(kinds['org.darwinos.Driver com.apple.iokit.IOPCIFamily']).toBe('blocking')
  expect(kinds['org.darwinos.Client org.darwinos.Driver']).toBe('blocking')
  expect(kinds['com.apple.iokit.IOPCIFamily family:kernel']).toBe('linked')
  expect(picture.blocking.size).toBe(3)
})

test('the kernel’s interfaces are hidden, one box, or each a box', () => {
  const of = (kernel: KextGraphChoice['kernel']) =>
    layOutKextGraph(small, { ...whole, kernel }, measure)
  expect(of('hidden').hidden.kernel).toBe(2)
  expect(of('hidden').boxes.some(({ box }) => box.key.includes('kpi'))).toBe(false)
  expect(of('grouped').boxes.filter(({ box }) => box.kind === 'family')).toHaveLength(1)
  expect(of('shown').boxes.filter(({ box }) => box.key.includes('kpi'))).toHaveLength(2)
})

test('a step with many kexts shows a few and a card for the rest, which opens', () => {
  const busy = graphOf({
    'com.apple.iokit.IOUSBFamily': [],
    ...Object.fromEntries(
      Array.from({ length: 50 }, (_, n) => [
        `com.apple.driver.U${n}`,
        ['com.apple.iokit.IOUSBFamily'],
      ]),
    ),
    'org.darwinos.Mine': ['com.apple.iokit.IOUSBFamily'],
  })
  const before = around(busy, 'com.apple.iokit.IOUSBFamily', {})
  const more = before.boxes.map(({ box }) => box).find(box => box.kind === 'more')!
  expect(more).toMatchObject({ kind: 'more', of: 'step:-1' })
  expect(before.boxes).toHaveLength(1 + 12 + 1)
  // What is not Apple's is what is looked for.
  expect(before.boxes.some(({ box }) => box.key === 'org.darwinos.Mine')).toBe(true)
  const after = around(busy, 'com.apple.iokit.IOUSBFamily', { more: new Map([['step:-1', 24]]) })
  expect(after.boxes).toHaveLength(1 + 36 + 1)
})

test('in the overview of many kexts families are one box each, until they are opened', () => {
  const many = graphOf({
    ...Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`com.apple.driver.D${n}`, []])),
    ...Object.fromEntries(
      Array.from({ length: 3 }, (_, n) => [`com.apple.nke.N${n}`, ['com.apple.driver.D0']]),
    ),
    'org.darwinos.Mine': ['com.apple.driver.D1'],
    'org.darwinos.Other': [],
  })
  const closed = layOutKextGraph(many, whole, measure)
  expect(closed.boxes.map(({ box }) => box.key)).toEqual([
    'family:com.apple.driver',
    'family:com.apple.nke',
    // What is not Apple's is what is looked for.
    'org.darwinos.Mine',
    'org.darwinos.Other',
  ])
  expect(closed.links.map(({ key, links }) => [key, links.length])).toEqual([
    ['family:com.apple.nke family:com.apple.driver', 3],
    ['org.darwinos.Mine family:com.apple.driver', 1],
  ])
  const open = layOutKextGraph(many, { ...whole, open: new Set(['com.apple.nke']) }, measure)
  expect(open.boxes).toHaveLength(6)
})

test('every kext is drawn once, or is in a box that says how many it stands for, or is counted as hidden', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = new Random(seed)
    const graph = randomGraph(random, 1 + random.below(300))
    const choice: KextGraphChoice = {
      focus: random.chance(0.5) ? random.below(graph.kexts.length) : null,
      stepsUp: random.below(4),
      stepsDown: random.below(4),
      kernel: random.pick(['hidden', 'grouped', 'shown']),
      open: new Set(random.chance(0.5) ? ['com.apple.driver'] : []),
      more: new Map([['step:1', random.below(30)]]),
    }
    const picture = layOutKextGraph(graph, choice, measure)
    const drawn = picture.boxes.flatMap(({ box }) => (box.kind === 'kext' ? [box.kext] : box.kexts))
    expect(new Set(drawn).size, `seed ${seed}`).toBe(drawn.length)
    const { kernel, beyond } = picture.hidden
    expect(drawn.length + kernel + beyond, `seed ${seed}`).toBe(graph.kexts.length)
    if (choice.focus !== null) {
      const near = new Set([
        ...reachable(graph, choice.focus, 'neededBy', { steps: choice.stepsUp }).keys(),
        ...reachable(graph, choice.focus, 'needs', { steps: choice.stepsDown }).keys(),
      ])
      expect(
        drawn.every(kext => near.has(kext)),
        `seed ${seed}`,
      ).toBe(true)
    }
    const layer = new Map(picture.boxes.map(({ box, layer: at }) => [box.key, at]))
    for (const { from, to, isBack } of picture.links) {
      if (isBack) expect(layer.get(from)!, `seed ${seed}`).toBeGreaterThan(layer.get(to)!)
      else expect(layer.get(from)!, `seed ${seed}`).toBeLessThanOrEqual(layer.get(to)!)
    }
  }
})

test('ten thousand hostile kexts are laid out quickly, and at most some hundred boxes are', () => {
  const graph = randomGraph(new Random(5), 10_000)
  const began = performance.now()
  const picture = layOutKextGraph(
    graph,
    {
      ...whole,
      focus: 0,
      stepsUp: 9,
      stepsDown: 9,
      kernel: 'shown',
      more: new Map([['step:-1', 9e9]]),
    },
    measure,
  )
  expect(picture.boxes.length).toBeLessThan(450)
  const all = layOutKextGraph(graph, { ...whole, open: new Set(['com.apple.driver']) }, measure)
  expect(all.boxes.length).toBeLessThan(450)
  expect(performance.now() - began).toBeLessThan(20_000)
})

function around(
  graph: KextGraph,
  name: string,
  choice: Partial<KextGraphChoice>,
): KextGraphPicture {
  return layOutKextGraph(graph, { ...whole, focus: graph.numberOf.get(name)!, ...choice }, measure)
}

/** The boxes of each layer, as they stand from top to bottom. */
function columns(graph: KextGraph, { boxes }: KextGraphPicture): string[][] {
  const found: string[][] = []
  for (const { box, layer } of boxes.toSorted((a, b) => a.y - b.y)) {
    const text =
      box.kind === 'kext'
        ? graph.kexts[box.kext]!.bundleIdentifier
        : `${box.kind === 'family' ? 'Kernel interfaces' : 'more'}: ${box.kexts.length}`
    ;(found[layer] ??= []).push(text)
  }
  return found
}

function randomGraph(random: Random, count: number): KextGraph {
  const prefixes = ['com.apple.driver', 'com.apple.iokit', 'com.apple.kpi', 'org.x', 'a"<b>&', '']
  const links: Record<string, string[]> = {}
  const names: string[] = []
  for (let n = 0; n < count; n++) {
    const name = `${random.pick(prefixes)}.K${n}`
    links[name] = Array.from({ length: random.below(6) }, () => random.pick([...names, name]))
    names.push(name)
  }
  return graphOf(links)
}

function graphOf(links: Readonly<Record<string, readonly string[]>>): KextGraph {
  const names = Object.keys(links)
  const tags = new Map(names.map((name, n) => [name, n + 1]))
  const kexts = names.map(bundleIdentifier =>
    loadedKext({
      index: tags.get(bundleIdentifier)!,
      bundleIdentifier,
      linkedAgainst: links[bundleIdentifier]!.map(name => tags.get(name)!),
    }),
  )
  return kextGraph(kexts, null)
}
