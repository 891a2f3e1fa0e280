import { expect, test } from 'vitest'
import { createSearch, findNow, type Search } from '../../../core/query/search.ts'
import { buildValueIndex, type ValueIndex } from '../../../core/query/value-index.ts'
import { hasBit } from '../../../core/registry/bit-set.ts'
import { readValue } from '../../../core/registry/read-value.ts'
import type { PlaneTable, Snapshot } from '../../../core/registry/snapshot.ts'
import { stringAt } from '../../../core/registry/strings.ts'
import { snapshotFrom } from '../../helpers/plane-from.ts'
import { Random } from '../../helpers/random.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import { writeArchive } from '../../helpers/write-archive.ts'
import { writeText } from '../../helpers/write-text.ts'
import { corpusFiles } from './corpus-files.ts'
import { nameTexts, nodeTexts, obviousHits, textsOf, typedForm } from './text-oracle.ts'

function indexOf(snapshot: Snapshot): ValueIndex {
  const steps = buildValueIndex(snapshot)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

const searchOf = (snapshot: Snapshot) => createSearch(snapshot, indexOf(snapshot))

const nodesOf = (plane: PlaneTable) => Array.from({ length: plane.length }, (_, node) => node)

function hits(search: Search, plane: PlaneTable, text: string, scope: 'names' | 'everything') {
  const found = findNow(search, text, scope)
  const nodes = nodesOf(plane).filter(node => hasBit(found.nodes[0]!, node))
  expect(found.counts[0]).toBe(nodes.length)
  return nodes
}

/** What somebody may type: a piece of something that is there, in any case, or not quite. */
function pieceOf(random: Random, texts: readonly (readonly string[])[]): string {
  const text = random.pick(random.pick(texts).filter(own => own !== '')) ?? 'x'
  const characters = [...typedForm(text)]
  const from = random.below(characters.length)
  const piece = characters.slice(from, from + 1 + random.below(random.chance(0.5) ? 3 : 12))
  if (random.chance(0.1)) piece.push('z')
  const typed = piece.join('')
  return random.chance(0.5) ? typed.toUpperCase() : typed
}

test('random texts are found where the obvious search finds them', () => {
  for (let seed = 1; seed <= 12; seed++) {
    const registry = randomRegistry({ seed, nodes: 50, isNasty: true })
    for (const dump of [writeArchive(registry), writeText(registry)]) {
      const { snapshot } = readDump('any', dump)
      const plane = snapshot.planes[0]!
      const search = searchOf(snapshot)
      const names = nodesOf(plane).map(node => nameTexts(snapshot, plane, node))
      const all = nodesOf(plane).map(node => nodeTexts(snapshot, plane, node))
      const random = new Random(seed)
      for (let round = 0; round < 60; round++) {
        const text = pieceOf(random, all)
        const what = `“${text}”, seed ${seed}, ${dump.slice(0, 5)}`
        expect(hits(search, plane, text, 'names'), what).toEqual(obviousHits(names, text))
        expect(hits(search, plane, text, 'everything'), what).toEqual(obviousHits(all, text))
      }
    }
  }
})

test('typing and taking back finds what a fresh search finds', () => {
  const registry = randomRegistry({ seed: 5, nodes: 120, isNasty: true })
  const { snapshot } = readDump('archive', writeArchive(registry))
  const plane = snapshot.planes[0]!
  const index = indexOf(snapshot)
  const typing = createSearch(snapshot, index)
  const texts = nodesOf(plane).map(node => nodeTexts(snapshot, plane, node))
  const random = new Random(6)
  let typed = ''
  for (let round = 0; round < 400; round++) {
    if (typed === '' || random.chance(0.1)) typed = pieceOf(random, texts)
    else if (random.chance(0.4)) typed = typed.slice(0, -1)
    else if (random.chance(0.3)) typed = random.pick(['o', 'i', '0', 'a', '0x', '<']) + typed
    else typed += random.pick(['o', 'e', '1', 'c', '.', 'ä', '0', 'f', ' ', '0x'])
    const fresh = createSearch(snapshot, index)
    expect(hits(typing, plane, typed, 'everything'), `“${typed}”`).toEqual(
      hits(fresh, plane, typed, 'everything'),
    )
  }
})

test('a search that was left half-way changes nothing for the next', () => {
  const { snapshot } = readDump('text', writeText(randomRegistry({ seed: 8, nodes: 80 })))
  const plane = snapshot.planes[0]!
  const search = searchOf(snapshot)
  const texts = nodesOf(plane).map(node => nodeTexts(snapshot, plane, node))
  for (const text of ['i', 'io', 'iop', 'com.apple', '0x', '0x1', 'zzz', 'iopci']) {
    const left = search.find(text.slice(0, -1) + 'q', 'everything')
    for (let step = 0; step < text.length % 4; step++) left.next()
    expect(hits(search, plane, text, 'everything'), text).toEqual(obviousHits(texts, text))
  }
})

test('what is on screen is answered alone, before there is an index and with it', () => {
  const { snapshot } = readDump('text', writeText(randomRegistry({ seed: 9, nodes: 60 })))
  const plane = snapshot.planes[0]!
  const texts = nodesOf(plane).map(node => nodeTexts(snapshot, plane, node))
  const onScreen = [3, 9, 10, 31, 40]
  for (const text of ['IO', 'apple', '4096', 'yes', 'nowhere']) {
    const obvious = obviousHits(texts, text).filter(node => onScreen.includes(node))
    const early = createSearch(snapshot, null)
    expect(early.among(text, 'everything', plane, onScreen), text).toEqual(obvious)
    expect(searchOf(snapshot).among(text, 'everything', plane, onScreen), text).toEqual(obvious)
  }
})

test('an entry says in which property the text stands first', () => {
  const { snapshot } = readDump('any', writeArchive(randomRegistry({ seed: 10, nodes: 60 })))
  const { firstProperty, length } = snapshot.entries
  const search = searchOf(snapshot)
  const early = createSearch(snapshot, null)
  for (const text of ['power', 'apple', '4096', 'nowhere', 'e']) {
    for (let entry = 0; entry < length; entry++) {
      const found = search.propertyWith(text, entry)
      expect(early.propertyWith(text, entry)).toBe(found)
      const texts = obviousProperties(snapshot, firstProperty[entry]!, firstProperty[entry + 1]!)
      expect(found).toBe(texts.find(([, own]) => obviousHits([own], text).length > 0)?.[0] ?? -1)
    }
  }
})

function obviousProperties(snapshot: Snapshot, from: number, to: number): [number, string[]][] {
  return Array.from({ length: to - from }, (_, i) => {
    const value = readValue(snapshot, from + i)
    const key = stringAt(snapshot.strings, snapshot.properties.key[from + i]!)
    return [from + i, [key, ...textsOf(value)]]
  })
}

test('what a dump printed of an entry a second time is found too', () => {
  const again = (value: string) =>
    `  +-o B  <class D, id 0x2>\n      {\n        "k" = "${value}"\n      }\n`
  const dump = `+-o A  <class C, id 0x1>\n${again('first')}${again('second')}`
  const { snapshot } = readDump('text', dump)
  const plane = snapshot.planes[0]!
  expect(snapshot.entries.rows).toBeGreaterThan(snapshot.entries.length)
  const search = searchOf(snapshot)
  expect(hits(search, plane, 'second', 'everything')).toEqual([1, 2])
  expect(search.propertyWith('second', 1)).not.toBe(search.propertyWith('first', 1))
})

const drawn = snapshotFrom(`
  Root
    PCI0@0  <class IOPCIBridge, id 0x100000402>
      Ethernet@1F,6  <class AppleIntelE1000>
    ÄRGER  <class Übung>
    straße
`)

test('names are found by name, location and class, by name@location and by ID', () => {
  const search = createSearch(drawn, null)
  const plane = drawn.planes[0]!
  const found = (text: string) => hits(search, plane, text, 'names')
  expect(found('ETHER')).toEqual([2])
  expect(found('1f')).toEqual([2])
  expect(found('bridge')).toEqual([1])
  expect(found('pci0@0')).toEqual([1])
  expect(found('t@1')).toEqual([2])
  expect(found('@')).toEqual([1, 2])
  expect(found('0@1')).toEqual([])
  expect(found('0x100000402')).toEqual([1])
  expect(found('0x10000040')).toEqual([])
  expect(found('ärg')).toEqual([3])
  expect(found('ÜBUNG')).toEqual([3])
  expect(found('STRASSE')).toEqual([])
  expect(found('  ether ')).toEqual([2])
  expect(found('')).toHaveLength(plane.length)
})

test('a name that a dump cut off still shows its location', () => {
  const archive =
    '<plist><dict><key>IORegistryEntryLocation</key><string>1d,7</string></dict></plist>'
  const { snapshot } = readDump('archive', archive)
  expect(hits(createSearch(snapshot, null), snapshot.planes[0]!, '@1D', 'names')).toEqual([0])
})

test('data is found by whole bytes, as they are typed', () => {
  const value = (text: string) => `+-o A  <class C>\n    {\n      "k" = ${text}\n    }\n`
  const { snapshot } = readDump('text', value(`<${'00'.repeat(3000)}84 9d`.replace(' ', '') + '>'))
  const search = searchOf(snapshot)
  const isFound = (text: string) => findNow(search, text, 'everything').counts[0] === 1
  expect(['849d', '84 9D', '<849d>', '0x849d', '849', '8', '0084'].every(isFound)).toBe(true)
  expect(['49d', '4', '849d0', '9d84', 'd'].some(isFound)).toBe(false)
})

test('a text that lies across two strings is in neither', () => {
  const search = createSearch(snapshotFrom('IOPCI\nDevice\nIOPCIDevice'), null)
  expect(findNow(search, 'pcidev', 'names').counts[0]).toBe(1)
})

test.skipIf(corpusFiles.length === 0).each(corpusFiles)(
  'a handful of texts in %s are found where the obvious search finds them',
  (_, read) => {
    const { snapshot } = read()
    const search = searchOf(snapshot)
    for (const [at, plane] of snapshot.planes.entries()) {
      const texts = nodesOf(plane).map(node => nodeTexts(snapshot, plane, node))
      const random = new Random(3)
      const typed = Array.from({ length: 8 }, () => pieceOf(random, texts))
      for (const text of ['apple', 'yes', '0x1', 'e', 'com.apple.driver', '@', ...typed]) {
        const found = findNow(search, text, 'everything').nodes[at]!
        const nodes = nodesOf(plane).filter(node => hasBit(found, node))
        expect(nodes, `“${text}”`).toEqual(obviousHits(texts, text))
      }
    }
  },
)
