import { expect, test } from 'vitest'
import type { PlaneTable, Snapshot } from '../../../core/registry/snapshot.ts'
import { noName, type EntryNames } from '../../../renderer/charts/frame/entry-names.ts'
import {
  mapByClass,
  mapByKext,
  unknownShare,
} from '../../../renderer/charts/registry-map-groups.ts'
import {
  layOutMap,
  mostChildren,
  type MapCell,
  type MapFocus,
  type MapFrame,
  type MapPicture,
} from '../../../renderer/charts/registry-map-layout.ts'
import { colourScale } from '../../../renderer/charts/frame/colour-by.ts'
import { mapByPlane } from '../../../renderer/charts/registry-map-plane.ts'
import { mapScene } from '../../../renderer/charts/registry-map-scene.ts'
import { entrySizes, shortSize, sizeText } from '../../../renderer/charts/registry-map-sizes.ts'
import { followKeys, type MapTree } from '../../../renderer/charts/registry-map-tree.ts'
import { Random } from '../../helpers/random.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import { machine, service, snapshotOf } from '../../helpers/service-model.ts'
import { openCapture } from './open-capture.ts'

const frame: MapFrame = { width: 1000, height: 600, shape: 'icicle' }

const small = snapshotOf(
  machine(
    service('PCI0', 'IOPCIBridge', {}, [
      service('NIC', 'IOPCIDevice', {}, [
        service('MyDriver', 'MyDriver', { CFBundleIdentifier: 'org.darwinos.My' }),
        service('MyDriver', 'MyDriver', { CFBundleIdentifier: 'org.darwinos.My' }),
      ]),
      service('GFX', 'IOPCIDevice'),
    ]),
  ),
)
/** By name, as the snapshot has them. */
const kextsOfSmall = {
  of: Int32Array.from({ length: small.entries.length }, (_, entry) =>
    labelOf(small, entry) === 'MyDriver' ? 0 : noName,
  ),
  names: ['org.darwinos.My'],
}

test('by kext: a kext, its classes, their entries, the largest first', () => {
  const tree = mapByKext(small, kextsOfSmall, entrySizes(small, 'services'))
  expect(draw(tree)).toEqual([
    'Registry 6',
    '  No kext known 4',
    '    IOPCIDevice 2',
    '      NIC 1',
    '      GFX 1',
    '    IOPlatformExpertDevice 1',
    '      Machine1,1 1',
    '    IOPCIBridge 1',
    '      PCI0 1',
    '    IORegistryEntry 0',
    '      Root 0',
    '  org.darwinos.My 2',
    '    MyDriver 2',
    '      MyDriver 1',
    '      MyDriver 1',
  ])
})

test('what has no known kext is told, and left out when that is asked for', () => {
  const sizes = entrySizes(small, 'services')
  expect(unknownShare(kextsOfSmall, sizes)).toEqual({ unknown: 4, whole: 6 })
  const tree = mapByKext(small, kextsOfSmall, sizes, false)
  expect(draw(tree)).toEqual([
    'Registry 2',
    '  org.darwinos.My 2',
    '    MyDriver 2',
    '      MyDriver 1',
    '      MyDriver 1',
  ])
  expect(tree.leftOut).toBe('5 entries without a known kext are left out.')
  const machineEntry = kextsOfSmall.of.indexOf(noName)
  expect(tree.wayTo(machineEntry)).toEqual([])
})

test('by class: a class is in its superclass, and an entry in its own class', () => {
  const tree = mapByClass(small, entrySizes(small, 'entries'))
  const shown = draw(tree)
  expect(shown.slice(0, 3)).toEqual(['Registry 7', '  IORegistryEntry 7', '    IOService 6'])
  expect(shown).toContain('      IOPCIDevice 2')
  expect(shown).toContain('    Root 1')
})

test('by plane: the tree as it is, each entry counted where it stands first', () => {
  const twice = service('Shared', 'IOMedia')
  const snapshot = snapshotOf(
    machine(service('A', 'IOBlock', {}, [twice]), service('B', 'IOBlock', {}, [twice])),
  )
  const tree = mapByPlane(snapshot, snapshot.planes[0]!, entrySizes(snapshot, 'services'))
  expect(draw(tree)).toEqual([
    'Root 4',
    '  Machine1,1 4',
    '    A 2',
    '      Shared 1',
    '    B 1',
    '      Shared 0',
  ])
  expect(tree.entryCount).toBe(snapshot.entries.length)
})

test('bytes are the lengths of the values in the dump', () => {
  const sizes = entrySizes(small, 'bytes')
  for (let entry = 0; entry < small.entries.length; entry++) {
    let bytes = 0
    const { firstProperty } = small.entries
    for (let p = firstProperty[entry]!; p < firstProperty[entry + 1]!; p++) {
      bytes += small.properties.end[p]! - small.properties.start[p]!
    }
    expect(sizes[entry]).toBe(bytes)
  }
  expect(sizeText(1, 'services')).toBe('1 service')
  expect(sizeText(12_480, 'entries')).toBe('12,480 entries')
  expect(shortSize(3400, 'bytes')).toBe('3.4 kB')
})

test('an icicle’s areas are as large as what they stand for, and lie in what they are in', () => {
  for (const [seed, tree] of randomTrees()) {
    const picture = layOutMap(tree, { id: tree.root, range: null }, frame)
    const { cells, value } = picture
    for (const cell of cells) {
      expect(cell.height, seed).toBeCloseTo((cell.value / value) * frame.height, 6)
      if (cell.parent < 0) continue
      const parent = cells[cell.parent]!
      expect(cell.y, seed).toBeGreaterThanOrEqual(parent.y - 1e-6)
      expect(cell.y + cell.height, seed).toBeLessThanOrEqual(parent.y + parent.height + 1e-6)
      expect(cell.x, seed).toBeCloseTo(parent.x + parent.width, 6)
    }
    expectNoOverlap(picture, seed)
  }
})

test('a treemap’s areas lie in what they are in, and not on each other', () => {
  for (const [seed, tree] of randomTrees()) {
    const picture = layOutMap(tree, { id: tree.root, range: null }, { ...frame, shape: 'treemap' })
    for (const cell of picture.cells) {
      if (cell.parent < 0) continue
      const parent = picture.cells[cell.parent]!
      expect(cell.x, seed).toBeGreaterThanOrEqual(parent.x - 1e-6)
      expect(cell.x + cell.width, seed).toBeLessThanOrEqual(parent.x + parent.width + 1e-6)
      expect(cell.y + cell.height, seed).toBeLessThanOrEqual(parent.y + parent.height + 1e-6)
    }
    expectNoOverlap(picture, seed)
  }
})

test('an area has the colour of most of its entries, as counting them one by one says', () => {
  for (const [seed, tree, snapshot] of randomTrees()) {
    const colours = colourScale(openCapture(snapshot), 'state')
    for (const shape of ['icicle', 'treemap'] as const) {
      const picture = layOutMap(tree, { id: tree.root, range: null }, { ...frame, shape })
      const { marks, counts } = mapScene({
        snapshot,
        tree,
        picture,
        colours,
        size: 'services',
        shape,
        title: 'Map',
      })
      for (const [n, cell] of picture.cells.entries()) {
        if (cell.others) continue
        const slow = colours.slots.map(() => 0)
        tree.eachEntry(cell.id, entry => void slow[colours.ofEntry(entry)]!++)
        const most = slow.indexOf(Math.max(...slow))
        if (marks[n]!.colour !== most) throw new Error(`${seed}, ${shape}: ${marks[n]!.label}`)
        if (n === 0) expect(counts, seed).toEqual(slow)
      }
    }
  }
})

test('each of a place’s children is drawn, or one of the others, or has no area and is counted', () => {
  for (const [seed, tree] of randomTrees()) {
    const picture = layOutMap(tree, { id: tree.root, range: null }, frame)
    const all = tree.childrenOf(tree.root)
    const drawn = picture.cells.filter(({ depth }) => depth === 1)
    if (drawn.length === 0) continue
    const count = drawn.reduce((sum, { others }) => sum + (others ? others.to - others.from : 1), 0)
    const empty = Array.from(all).filter(id => tree.valueOf(id) === 0).length
    expect(count + empty, seed).toBe(all.length)
    const own = tree.valueOf(tree.root) - Array.from(all).reduce((s, id) => s + tree.valueOf(id), 0)
    const sum = drawn.reduce((all_, { value }) => all_ + value, 0)
    expect(sum + own, seed).toBeCloseTo(picture.value, 6)
  }
})

test('a hundred thousand siblings of one size are reached in a few steps, and none is lost', () => {
  const count = 100_000
  const tree = flatTree(count)
  const began = performance.now()
  const reached = new Set<number>()
  const visit = (focus: MapFocus, depth: number): void => {
    expect(depth).toBeLessThan(6)
    const picture = layOutMap(tree, focus, frame)
    expect(picture.cells.length).toBeLessThan(200)
    for (const cell of picture.cells.slice(1)) {
      if (!cell.others) reached.add(cell.id)
      else if (cell.others.to > 99_000) visit({ id: cell.id, range: cell.others }, depth + 1)
    }
  }
  visit({ id: tree.root, range: null }, 0)
  // Only the way to the last thousand was gone.
  for (let id = count - 990; id <= count; id++) expect(reached.has(id)).toBe(true)
  expect(performance.now() - began).toBeLessThan(15_000)
})

test('a place without anything to count has no areas', () => {
  const tree = mapByKext(small, kextsOfSmall, new Float64Array(small.entries.length))
  expect(layOutMap(tree, { id: tree.root, range: null }, frame).cells).toEqual([])
})

test('a way that was gone before is found again by its keys, as far as it is still there', () => {
  const tree = mapByKext(small, kextsOfSmall, entrySizes(small, 'services'))
  const [, kext, className] = followKeys(tree, ['kext:org.darwinos.My', 'class:MyDriver'])
  expect([tree.labelOf(kext!), tree.labelOf(className!)]).toEqual(['org.darwinos.My', 'MyDriver'])
  expect(followKeys(tree, ['kext:gone', 'class:MyDriver'])).toEqual([tree.root])
})

test('a registry of 100 000 entries is summed up by kext, class and plane, and laid out, in no time', () => {
  const snapshot = largeSnapshot(100_000)
  const kexts = namesOf(
    Array.from({ length: 100_000 }, (_, n) => (n % 3 ? `com.apple.driver.K${n % 211}` : null)),
  )
  const times: number[] = []
  for (const make of [
    () => mapByKext(snapshot, kexts, entrySizes(snapshot, 'services')),
    () => mapByClass(snapshot, entrySizes(snapshot, 'bytes')),
    () => mapByPlane(snapshot, snapshot.planes[0]!, entrySizes(snapshot, 'services')),
  ]) {
    make()
    const began = performance.now()
    const tree = make()
    const picture = layOutMap(tree, { id: tree.root, range: null }, frame)
    times.push(performance.now() - began)
    expect(picture.cells.length).toBeLessThan(2000)
    expect(picture.entries).toBe(100_000)
  }
  // Fifty milliseconds are the aim; a machine that tests several things at once is ten times slower, and what grows with the square of the entries takes minutes.
  expect(Math.max(...times)).toBeLessThan(20_000)
})

function* randomTrees(): Generator<readonly [string, MapTree, Snapshot]> {
  for (let seed = 1; seed <= 12; seed++) {
    const random = new Random(seed)
    const snapshot = snapshotOf(
      randomRegistry({ seed, nodes: 20 + random.below(700), isNasty: true }),
    )
    const kexts = namesOf(
      Array.from({ length: snapshot.entries.length }, () =>
        random.chance(0.3) ? null : `org.k${random.below(200)}`,
      ),
    )
    const size = random.pick(['services', 'entries', 'bytes'] as const)
    const sizes = entrySizes(snapshot, size)
    const text = `seed ${seed}, ${size}`
    yield [`${text}, by kext`, mapByKext(snapshot, kexts, sizes), snapshot]
    yield [`${text}, by class`, mapByClass(snapshot, sizes), snapshot]
    yield [`${text}, by plane`, mapByPlane(snapshot, snapshot.planes[0]!, sizes), snapshot]
  }
}

function namesOf(texts: readonly (string | null)[]): EntryNames {
  const names = [...new Set(texts)].filter(text => text !== null)
  const numbers = new Map(names.map((name, n) => [name, n]))
  return {
    of: Int32Array.from(texts, text => (text === null ? noName : numbers.get(text)!)),
    names,
  }
}

function expectNoOverlap({ cells }: MapPicture, seed: string): void {
  const byParent = new Map<number, MapCell[]>()
  for (const cell of cells) byParent.set(cell.parent, [...(byParent.get(cell.parent) ?? []), cell])
  for (const siblings of byParent.values()) {
    for (const [n, a] of siblings.entries()) {
      for (const b of siblings.slice(n + 1)) {
        const isApart =
          a.x + a.width <= b.x + 1e-6 ||
          b.x + b.width <= a.x + 1e-6 ||
          a.y + a.height <= b.y + 1e-6 ||
          b.y + b.height <= a.y + 1e-6
        // An expectation for each of a million pairs would be most of this test's time.
        if (!isApart) throw new Error(`${seed}: ${a.key} and ${b.key} lie on each other`)
      }
    }
  }
}

function flatTree(count: number): MapTree {
  const children = Int32Array.from({ length: count }, (_, n) => n + 1)
  return {
    root: 0,
    entryCount: count,
    leftOut: '',
    childrenOf: id => (id === 0 ? children : []),
    valueOf: id => (id === 0 ? count : 1),
    entriesIn: id => (id === 0 ? count : 1),
    labelOf: id => `entry ${id}`,
    keyOf: id => `${id}`,
    kindOf: id => (id === 0 ? 'all' : 'entry'),
    entryOf: id => id - 1,
    kextOf: () => null,
    wayTo: entry => [0, entry + 1],
    eachEntry: () => undefined,
  }
}

/** The tree as an indented list, all of it. */
function draw(tree: MapTree, id = tree.root, depth = 0): string[] {
  const line = `${'  '.repeat(depth)}${tree.labelOf(id)} ${tree.valueOf(id)}`
  return [line, ...Array.from(tree.childrenOf(id)).flatMap(child => draw(tree, child, depth + 1))]
}

function labelOf({ entries, strings }: Snapshot, entry: number): string {
  const at = entries.name[entry]!
  return new TextDecoder().decode(strings.bytes.subarray(strings.start[at], strings.start[at + 1]))
}

/** Columns as a reader would have made them: a wide tree of 150 classes, 12 properties for each entry. */
function largeSnapshot(count: number): Snapshot {
  const random = new Random(3)
  const parent = new Int32Array(count).fill(-1)
  const end = new Int32Array(count)
  const depth = new Uint16Array(count)
  const path = [0]
  for (let node = 1; node < count; node++) {
    while (path.length > 1 && (path.length > 12 || random.chance(0.45))) end[path.pop()!] = node
    parent[node] = path.at(-1)!
    depth[node] = path.length
    path.push(node)
  }
  for (const node of path) end[node] = count
  const names = ['Root', ...Array.from({ length: 150 }, (_, n) => `IOClass${n}`)]
  const chains = names.map(name => `IORegistryEntry:IOService:${name}`)
  const bytes = new TextEncoder().encode([...names, ...chains].join(''))
  const start = new Uint32Array(names.length * 2 + 1)
  for (const [n, text] of [...names, ...chains].entries()) start[n + 1] = start[n]! + text.length
  const own = Int32Array.from({ length: count }, () => random.below(names.length))
  const chain = own.map(name => name + names.length)
  const plane: Partial<PlaneTable> = {
    plane: 'IOService',
    length: count,
    entry: Int32Array.from({ length: count }, (_, n) => n),
    parent,
    end,
    depth,
    name: own,
    location: new Int32Array(count).fill(-1),
  }
  const properties = count * 12
  return {
    planes: [plane],
    strings: { length: start.length - 1, bytes, start },
    entries: {
      length: count,
      rows: count,
      id: new BigUint64Array(count),
      name: own,
      className: own,
      classChain: chain,
      flags: new Uint16Array(count).fill(2),
      firstProperty: Uint32Array.from({ length: count + 1 }, (_, n) => n * 12),
    },
    properties: {
      length: properties,
      start: Uint32Array.from({ length: properties }, (_, n) => n * 100),
      end: Uint32Array.from({ length: properties }, (_, n) => n * 100 + random.below(90)),
    },
  } as unknown as Snapshot
}

test('a place never has more areas than can be told apart', () => {
  const { cells } = layOutMap(
    flatTree(mostChildren[frame.shape] + 1),
    { id: 0, range: null },
    frame,
  )
  expect(cells.length).toBeLessThanOrEqual(mostChildren[frame.shape] + 2)
})
