import { expect, test } from 'vitest'
import { buildValueIndex, type ValueIndex } from '../../../core/query/value-index.ts'
import { propertyHasText, valueParts } from '../../../core/query/value-texts.ts'
import { readValue } from '../../../core/registry/read-value.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { stringAt } from '../../../core/registry/strings.ts'
import { Random } from '../../helpers/random.ts'
import { readDump, type Syntax } from '../../helpers/read-dumps.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import { writeArchive } from '../../helpers/write-archive.ts'
import { writeText } from '../../helpers/write-text.ts'
import { corpusFiles } from './corpus-files.ts'
import { textsOf } from './text-oracle.ts'

function indexOf(snapshot: Snapshot): ValueIndex {
  const steps = buildValueIndex(snapshot)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** What each property has, folded, distinct and in order; NULs part texts. */
function indexed({ texts, data, firstData, refs, first }: ValueIndex, property: number): string[] {
  const shown = Array.from(refs.subarray(first[property], first[property + 1]), ref => {
    if (ref < firstData) {
      return decoder.decode(texts.bytes.subarray(texts.start[ref], texts.start[ref + 1]))
    }
    const bytes = data.bytes.slice(data.start[ref - firstData], data.start[ref - firstData + 1])
    return textsOf({ kind: 'data', bytes })[0]!
  })
  return distinct(shown)
}

function obvious(snapshot: Snapshot, property: number): string[] {
  const key = stringAt(snapshot.strings, snapshot.properties.key[property]!)
  const texts = [key, ...textsOf(readValue(snapshot, property))]
  return distinct(texts.map(text => text.toLowerCase()))
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts.flatMap(text => text.split('\0')))].filter(text => text !== '').sort()
}

function expectAlike(snapshot: Snapshot, what: string): void {
  const index = indexOf(snapshot)
  for (let property = 0; property < snapshot.properties.length; property++) {
    expect(indexed(index, property), `${what}, property ${property}`).toEqual(
      obvious(snapshot, property),
    )
  }
}

const written = (syntax: Syntax, seed: number, isHex = false): string => {
  const registry = randomRegistry({ seed, nodes: 40, isNasty: true })
  return syntax === 'archive' ? writeArchive(registry) : writeText(registry, { isHex })
}

test('each property has the texts that decoding its value gives', () => {
  for (let seed = 1; seed <= 30; seed++) {
    for (const syntax of ['archive', 'text'] as const) {
      const { snapshot } = readDump(syntax, written(syntax, seed))
      expectAlike(snapshot, `${syntax}, seed ${seed}`)
    }
    expectAlike(readDump('text', written('text', seed, true)).snapshot, `hexadecimal, seed ${seed}`)
  }
})

test('so do those of dumps that are cut or damaged', () => {
  const random = new Random(17)
  const pieces = [
    '<',
    '>',
    '"',
    ',',
    '=',
    '{',
    '}',
    '(',
    ')',
    '&amp;',
    '&#65;',
    '&',
    '<!-- -->',
    'é',
  ]
  const tags = ['<dict>', '</dict>', '<array>', '<key>k</key>', '<![CDATA[x]]>', '<real>1.5</real>']
  const words = ['0x00ff', '-5', '007', '-0', '18446744073709551616', 'Yes', '<>', '<"a","b">', ' ']
  for (let round = 0; round < 150; round++) {
    const syntax = random.pick(['archive', 'text'] as const)
    let dump = written(syntax, 100 + round)
    for (let hurt = 0; hurt < 25; hurt++) {
      const at = random.below(dump.length)
      const piece = random.pick([...pieces, ...tags, ...words])
      dump = dump.slice(0, at) + piece + dump.slice(at + random.below(4))
    }
    if (random.chance(0.3)) dump = dump.slice(0, random.below(dump.length))
    expectAlike(readDump(syntax, dump).snapshot, `round ${round}`)
  }
})

test('values of every form give the texts that are shown of them', () => {
  const parts = (value: string) => {
    const { snapshot } = readDump('text', `+-o A  <class C>\n    {\n      "k" = ${value}\n    }\n`)
    expectAlike(snapshot, value)
    const { texts, data } = valueParts(readValue(snapshot, 0))
    return [...texts, ...data.map(bytes => Buffer.from(bytes).toString('hex'))]
  }
  expect(parts('4096')).toEqual(['4096', '0x1000'])
  expect(parts('0x1000')).toEqual(['4096', '0x1000'])
  expect(parts('18446744073709551615')).toEqual(['18446744073709551615', '0xffffffffffffffff'])
  expect(parts('Yes')).toEqual(['Yes'])
  expect(parts('<00e1f505>')).toEqual(['00e1f505'])
  expect(parts('<"iMac19,1">')).toEqual(['iMac19,1', '694d616331392c3100'])
  expect(parts('<"a1","b2">')).toEqual(['a1', 'b2', '613100623200'])
  expect(parts(`<${'ab'.repeat(40)}>`)).toEqual(['ab'.repeat(40)])
  expect(parts('')).toEqual([])
  // Quotes are not escaped: a string ends where the text can go on.
  expect(parts('{"k"="a",b","z"="c"}')).toEqual(['k', 'z', 'a",b', 'c'])
  expect(parts('{"Deep"=({"Key"="value"})}')).toEqual(['Deep', 'Key', 'value'])
})

test('a string in MacRoman is indexed as it is shown', () => {
  const dump = Buffer.from(
    '+-o A  <class C>\n    {\n      "k" = ("x","d\x8ejeuner")\n    }\n',
    'latin1',
  )
  const { snapshot } = readDump('text', dump)
  expect(valueParts(readValue(snapshot, 0)).texts).toEqual(['x', 'd\u00e9jeuner'])
  expectAlike(snapshot, 'MacRoman')
})

test('a negative number of an archive is found as it is written and by its 64 bits', () => {
  const archive = '<plist><dict><key>k</key><integer>-2</integer></dict></plist>'
  const { snapshot } = readDump('archive', archive)
  expect(valueParts(readValue(snapshot, 0)).texts).toEqual(['-2', '0xfffffffffffffffe'])
  expectAlike(snapshot, archive)
})

test('data of more texts than a call has arguments is found by each', () => {
  const bytes = new TextEncoder().encode('a\0'.repeat(300_000))
  expect(valueParts({ kind: 'data', bytes }).texts).toHaveLength(300_000)
})

test('one property is looked into without an index', () => {
  const dump = '+-o A  <class C>\n    {\n      "Key" = ("Ä","x",<00e1f5>)\n    }\n'
  const { snapshot } = readDump('text', dump)
  const has = (text: string) => propertyHasText(snapshot, 0, text)
  expect(['ä', 'key', 'x', 'e1f5', '0x00e', '<e1 f', 'f'].every(has)).toBe(true)
  expect(['q', 'keys', '0e', 'e1f50', '5'].some(has)).toBe(false)
})

test('strings that differ in case only are one text', () => {
  const lines = ['ABC', 'abc', 'Ä', 'ä'].map((text, n) => `      "k${n}" = "${text}"\n`)
  const { snapshot } = readDump('text', `+-o A  <class C>\n    {\n${lines.join('')}    }\n`)
  const { refs, first } = indexOf(snapshot)
  const values = [0, 1, 2, 3].map(property => refs[first[property]! + 1])
  expect(values[0]).toBe(values[1])
  expect(values[2]).toBe(values[3])
  expect(values[0]).not.toBe(values[2])
})

test('building stops wherever it is left', () => {
  const many = Array.from({ length: 20_000 }, (_, n) => `      "k${n}" = ${n}\n`).join('')
  const { snapshot } = readDump('text', `+-o A  <class C>\n    {\n${many}    }\n`)
  const steps = buildValueIndex(snapshot)
  const first = steps.next()
  expect(first.done).toBe(false)
  expect(first.value).toBeLessThan(snapshot.properties.length / 2)
})

test.skipIf(corpusFiles.length === 0).each(corpusFiles)(
  'the values of %s are indexed as they are decoded',
  (_, read) => expectAlike(read().snapshot, 'a real dump'),
)
