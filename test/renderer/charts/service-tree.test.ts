import { describe, expect, test } from 'vitest'
import { EntryMark } from '../../../core/diff/entry-marks.ts'
import { emptyBitSet, fullBitSet, setBit, type BitSet } from '../../../core/registry/bit-set.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { colourScale } from '../../../renderer/charts/frame/colour-by.ts'
import { linkedBy } from '../../../renderer/charts/frame/nearest-mark.ts'
import type { Scene } from '../../../renderer/charts/frame/scene.ts'
import { serviceTreeScene } from '../../../renderer/charts/service-tree-layout.ts'
import {
  patternOf,
  serviceTreePart,
  type PartChoices,
  type TreePart,
} from '../../../renderer/charts/service-tree-part.ts'
import { allOpenBut, nodeNamed, snapshotFrom } from '../../helpers/plane-from.ts'
import { Random } from '../../helpers/random.ts'
import { openCapture } from './open-capture.ts'

const machine = snapshotFrom(`
  Root
    PCI0
      GFX0  <class IOPCIDevice, id 0x10>
        Framebuffer  <class IOFramebuffer, id 0x11>
      XHC1  <class IOPCIDevice, id 0x12>
    Client1  <class IOUserClient>
    Client2  <class IOUserClient>
    Client3  <class IOUserClient>
    IOResources
`)

function partOf(snapshot: Snapshot, choices: Partial<PartChoices> = {}) {
  const plane = snapshot.planes[0]!
  const open = fullBitSet(plane.length)
  return serviceTreePart(snapshot, plane, { open, scope: -1, unfolded: new Set(), ...choices })
}

interface Shown {
  readonly matches?: BitSet
  readonly open?: BitSet
  readonly unfolded?: ReadonlySet<string>
  readonly isFull?: boolean
  readonly direction?: 'right' | 'down'
  readonly scope?: number
  /** Width and height of the room that the tree is to fill. */
  readonly frame?: readonly [number, number]
}

function sceneOf(snapshot: Snapshot, shown: Shown = {}): Scene {
  const plane = snapshot.planes[0]!
  const { matches = null, direction = 'right', isFull = false, frame, ...choices } = shown
  const room = frame ? { frame: { width: frame[0], height: frame[1] } } : {}
  const current = openCapture(snapshot)
  const part = partOf(snapshot, choices)
  const colours = colourScale(current, 'state')
  return serviceTreeScene(current, { plane, part, colours, direction, matches, isFull, ...room })
}

/** Marks as rows, each at its level. */
function drawn(scene: Scene): string[] {
  return scene.marks.map(({ level, label, note, fold }) => {
    const folded = fold && !fold.isOpen ? ` +${fold.count}` : ''
    return `${'  '.repeat(level! - 1)}${label}${note === undefined ? '' : ` ${note}`}${folded}`
  })
}

describe('what of the tree is drawn', () => {
  test('what is open, with siblings that look alike as one', () => {
    expect(drawn(sceneOf(machine))).toEqual([
      'Root',
      '  PCI0',
      '    GFX0',
      '      Framebuffer',
      '    XHC1',
      '  Client* ×3',
      '  IOResources',
    ])
  })

  test('a closed provider says how many are below it', () => {
    const open = allOpenBut(machine.planes[0]!, 'PCI0')
    const scene = sceneOf(machine, { open })
    expect(drawn(scene)).toContain('  PCI0 +3')
    expect(scene.leftOut).toEqual([
      '6 nodes drawn, 3 folded: unfold a provider (Space, or its knob) to see what is below it.',
    ])
  })

  test('those that look alike are drawn one by one when asked for', () => {
    const key = `alike:${nodeNamed(machine.planes[0]!, 'Client1')}`
    const rows = drawn(sceneOf(machine, { unfolded: new Set([key]) }))
    expect(rows.filter(row => row.includes('Client'))).toEqual([
      '  Client1',
      '  Client2',
      '  Client3',
    ])
  })

  test('one that shows clients is never drawn as one of many', () => {
    const snapshot = snapshotFrom(`
      Root
        Port1  <class IOPort>
          Driver
        Port2  <class IOPort>
        Port3  <class IOPort>
        Port4  <class IOPort>
    `)
    expect(drawn(sceneOf(snapshot))).toEqual(['Root', '  Port1', '    Driver', '  Port* ×3'])
  })

  test('those with the same below them are drawn once, with what is below each', () => {
    const snapshot = snapshotFrom(`
      Root
        LNKA  <class IOACPIPlatformDevice>
          Link  <class AppleACPIInterruptLink>
        LNKB  <class IOACPIPlatformDevice>
          Link  <class AppleACPIInterruptLink>
        LNKC  <class IOACPIPlatformDevice>
          Link  <class AppleACPIInterruptLink>
        LNKD  <class IOACPIPlatformDevice>
          Another  <class AppleACPIInterruptLink>
    `)
    expect(drawn(sceneOf(snapshot))).toEqual([
      'Root',
      '  LNK* ×3',
      '    Link ×3',
      '  LNKD',
      '    Another',
    ])
    const link = sceneOf(snapshot).marks.find(({ label }) => label === 'Link')!
    expect(link.weight).toBe(3)
    // Unfolding the outer ones unfolds what is below them.
    const key = `alike:${nodeNamed(snapshot.planes[0]!, 'LNKA')}`
    const rows = drawn(sceneOf(snapshot, { unfolded: new Set([key]) }))
    expect(rows.filter(row => row.includes('Link'))).toEqual(['    Link', '    Link', '    Link'])
  })

  test('many bare nubs of one class are one mark, whatever they are called', () => {
    const snapshot = snapshotFrom(`
      Root
        HPET  <class IOACPIPlatformDevice>
        RTC  <class IOACPIPlatformDevice>
        TIMR  <class IOACPIPlatformDevice>
        PCI0  <class IOACPIPlatformDevice>
          Driver  <class AppleACPIPCI>
        FWHD  <class IOACPIPlatformDevice>
        PIC  <class IOACPIPlatformDevice>
    `)
    expect(drawn(sceneOf(snapshot))).toEqual([
      'Root',
      '  HPET, RTC, TIMR, FWHD, PIC ×5',
      '  PCI0',
      '    Driver',
    ])
  })

  test('the scope is the root of its own picture', () => {
    const scope = nodeNamed(machine.planes[0]!, 'PCI0')
    expect(drawn(sceneOf(machine, { scope }))).toEqual([
      'PCI0',
      '  GFX0',
      '    Framebuffer',
      '  XHC1',
    ])
  })

  test('an entry with two providers is drawn once, with a dashed link from the other one', () => {
    const snapshot = snapshotFrom(`
      Root
        A
          Shared  <class IOMedia, id 0x20>
            Below  <class IOMedia, id 0x21>
        B
          Shared  <class IOMedia, id 0x20>
            Below  <class IOMedia, id 0x21>
    `)
    const scene = sceneOf(snapshot)
    expect(drawn(scene)).toEqual(['Root', '  A', '    Shared 2 providers', '      Below', '  B'])
    const label = (key: string) => scene.marks.find(mark => mark.key === key)?.label
    const further = scene.links.filter(({ kind }) => kind === 'further')
    expect(further.map(({ from, to }) => [label(from), label(to)])).toEqual([['B', 'Shared']])
  })

  test('what is stepped over leaves its clients to its provider', () => {
    const snapshot = snapshotFrom(`
      Root
        Link  <class IOPowerConnection, id 0x30>
          PCI0
            Link  <class IOPowerConnection, id 0x31>
              GFX0
    `)
    const { entries, strings } = snapshot
    const text = new TextDecoder()
    const stepOver = (entry: number) => {
      const at = entries.className[entry]!
      const bytes = strings.bytes.subarray(strings.start[at], strings.start[at + 1])
      return text.decode(bytes) === 'IOPowerConnection'
    }
    const part = partOf(snapshot, { stepOver })
    expect(depthsOf(part.roots)).toEqual([1, 2, 3])
    expect(part.foldedCount).toBe(0)
  })
})

describe('how much is drawn', () => {
  const wide = snapshotFrom(
    ['Root', ...Array.from({ length: 300 }, (_, n) => `  N${n}  <class Driver${n}>`)].join('\n'),
  )

  test('of very many clients the first, and a card for the others', () => {
    const rows = drawn(sceneOf(wide))
    expect(rows).toHaveLength(82)
    expect(rows.at(-1)).toBe('  220 more clients')
    expect(sceneOf(wide).leftOut[0]).toContain('81 nodes drawn, 220 folded')
  })

  test('all of them when asked for', () => {
    expect(drawn(sceneOf(wide, { unfolded: new Set(['more:0']) }))).toHaveLength(301)
  })

  test('a picture is never larger than its limit by more than one provider’s first clients', () => {
    const random = new Random(7)
    const lines = ['Root']
    let depth = 0
    for (let n = 0; n < 4000; n++) {
      depth = Math.max(1, Math.min(depth + 1, 1 + random.below(9)))
      // Some of them alike, with what is below them as well.
      lines.push(
        `${'  '.repeat(depth)}${n % 3 === 0 ? 'port' : 'n'}${n % 3 === 0 ? n : n.toString(36)}x`,
      )
    }
    const snapshot = snapshotFrom(lines.join('\n'))
    const part = partOf(snapshot, { mostMarks: 200 })
    const count = depthsOf(part.roots).length
    expect(count).toBeGreaterThan(150)
    expect(count).toBeLessThan(290)
    expect(part.cutCount).toBeGreaterThan(0)
    // Nothing is forgotten: drawn, alike, or counted where it is folded.
    const nodes = partsOf(part.roots).filter(each => each.kind === 'node').length
    expect(part.alikeCount).toBeGreaterThan(0)
    expect(nodes + part.alikeCount + part.foldedCount).toBe(snapshot.planes[0]!.length)
  })
})

test('what is neither a hit nor on the way to one is faint, hits are outlined, and hits that are not drawn are told', () => {
  const plane = machine.planes[0]!
  const matches = emptyBitSet(plane.length)
  setBit(matches, nodeNamed(plane, 'XHC1'))
  const scene = sceneOf(machine, { matches })
  const bright = scene.marks.filter(({ isDim }) => !isDim).map(({ label }) => label)
  expect(bright).toEqual(['Root', 'PCI0', 'XHC1'])
  expect(scene.marks.filter(({ isHit }) => isHit).map(({ label }) => label)).toEqual(['XHC1'])
  const folded = sceneOf(machine, { matches, open: allOpenBut(plane, 'PCI0') })
  expect(folded.leftOut.at(-1)).toMatch(/^1 hit of the filter is not drawn/)
})

test('what is gone is struck through and says so', () => {
  const plane = machine.planes[0]!
  const entry = plane.entry[nodeNamed(plane, 'XHC1')]!
  const bits = new Uint8Array(machine.entries.length)
  bits[entry] = EntryMark.gone
  const current = openCapture(machine, { bits, at: new Map() })
  const scene = serviceTreeScene(current, {
    plane,
    part: partOf(machine),
    colours: colourScale(current, 'diff'),
    direction: 'right',
    matches: null,
  })
  const mark = scene.marks.find(({ label }) => label === 'XHC1')!
  expect(mark).toMatchObject({ isStruck: true, note: 'gone' })
  expect(mark.sentence).toBe('XHC1, class IOPCIDevice, gone, no clients')
})

test('the table says the same in the same order', () => {
  const { marks, table } = sceneOf(machine)
  expect(table.rows.map(({ key }) => key)).toEqual(marks.map(({ key }) => key))
  const titles = table.columns.map(({ title }) => title)
  for (const { cells } of table.rows) expect(cells).toHaveLength(titles.length)
  const row = table.rows.find(({ cells }) => cells[0]!.includes('Client'))!
  expect(row.cells[titles.indexOf('Stands for')]).toBe('3')
  expect(row.cells[titles.indexOf('Provider')]).toBe('Root')
})

test('no two marks lie over each other, whichever way the tree grows', () => {
  for (let seed = 1; seed <= 12; seed++) {
    const random = new Random(seed)
    const lines = ['Root']
    let depth = 0
    for (let n = 0; n < 120; n++) {
      depth = Math.max(1, Math.min(depth + 1, 1 + random.below(6)))
      lines.push(`${'  '.repeat(depth)}${'abc'.repeat(1 + random.below(9))}${n.toString(36)}q`)
    }
    const snapshot = snapshotFrom(lines.join('\n'))
    for (const [direction, ...frame] of [
      ['right'],
      ['right', [1200, 500]],
      ['right', [400, 300]],
      ['down'],
    ] as const) {
      const room = frame[0] ? { frame: frame[0] } : {}
      const { marks } = sceneOf(snapshot, { direction, isFull: seed % 2 === 0, ...room })
      for (const [n, a] of marks.entries()) {
        for (const b of marks.slice(n + 1)) {
          const isApart =
            a.box.x + a.box.width <= b.box.x + 0.01 ||
            b.box.x + b.box.width <= a.box.x + 0.01 ||
            a.box.y + a.box.height <= b.box.y + 0.01 ||
            b.box.y + b.box.height <= a.box.y + 0.01
          if (!isApart)
            throw new Error(`seed ${seed}, ${direction} ${frame.join()}: ${a.label} and ${b.label}`)
        }
      }
    }
  }
})

describe('a tree that is higher than its room', () => {
  const tall = snapshotFrom(
    [
      'Root',
      '  PCI0',
      ...Array.from({ length: 60 }, (_, n) => `    N${n}  <class Driver${n}>`),
    ].join('\n'),
  )
  const boxOf = (scene: Scene, label: string) => scene.marks.find(mark => mark.label === label)!.box

  test('has the clients of a provider in columns below it, in their order', () => {
    const plain = sceneOf(tall)
    const scene = sceneOf(tall, { frame: [1200, 600] })
    expect(drawn(scene)).toEqual(drawn(plain))
    expect(plain.bounds.height).toBeGreaterThan(2000)
    expect(scene.bounds.height).toBeLessThan(800)
    const [provider, first, last] = ['PCI0', 'N0', 'N59'].map(label => boxOf(scene, label))
    expect(first!.y).toBeGreaterThan(provider!.y + provider!.height)
    expect(last!.x).toBeGreaterThan(first!.x + first!.width)
    // Whoever reads a column down and then the next one meets them as they are.
    const clients = scene.marks.filter(({ level }) => level === 3).map(({ box }) => box)
    for (const [n, box] of clients.slice(1).entries()) {
      expect(box.x > clients[n]!.x || box.y > clients[n]!.y).toBe(true)
    }
    expect(scene.marks.find(({ label }) => label === 'PCI0')!.fold!.side).toBe('below')
  })

  test('is left as it is where all of it can be read', () => {
    const scene = sceneOf(tall, { frame: [1200, 3000] })
    expect(scene.marks).toEqual(sceneOf(tall).marks)
  })

  test('each link ends at its client, whichever way it goes', () => {
    const scene = sceneOf(tall, { frame: [1200, 600] })
    const byKey = new Map(scene.marks.map(mark => [mark.key, mark]))
    for (const { to, path } of scene.links) {
      const [x, y] = path
        .match(/-?[\d.]+/g)!
        .slice(-2)
        .map(Number)
      const { box } = byKey.get(to)!
      expect(x).toBeCloseTo(box.x, 0)
      expect(y).toBeCloseTo(box.y + box.height / 2, 0)
    }
  })

  test('Left leads to the provider and Right to its first client, wherever they stand', () => {
    const scene = sceneOf(tall, { frame: [1200, 600] })
    const mark = (label: string) => scene.marks.find(each => each.label === label)!
    expect(linkedBy(scene, mark('N59'), 'ArrowLeft')).toBe(mark('PCI0'))
    expect(linkedBy(scene, mark('PCI0'), 'ArrowRight')).toBe(mark('N0'))
    expect(linkedBy(scene, mark('N59'), 'ArrowRight')).toBeNull()
    expect(linkedBy(scene, mark('N59'), 'ArrowUp')).toBeNull()
  })
})

test.each([
  [['CPU0', 'CPU1'], 'CPU*'],
  [['en0', 'en0'], 'en0'],
  [['a1b', 'a22b', 'a3b'], 'a*b'],
  [['x1', 'x22'], 'x*'],
  [['LNKA', 'LNKB'], 'LNK*'],
  [['HPET', 'RTC'], 'HPET, RTC'],
])('%j have in common %s', (names, pattern) => {
  expect(patternOf(names)).toBe(pattern)
})

function partsOf(roots: readonly TreePart[]): TreePart[] {
  return roots.flatMap(part => [part, ...partsOf(part.parts)])
}

function depthsOf(roots: readonly TreePart[], depth = 1): number[] {
  return roots.flatMap(part => [depth, ...depthsOf(part.parts, depth + 1)])
}
