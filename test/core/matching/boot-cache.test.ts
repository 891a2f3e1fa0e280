import { expect, test } from 'vitest'
import { readBootCache } from '../../../core/matching/boot-cache.ts'
import type { DictionaryValue, PropertyValue } from '../../../core/registry/property-value.ts'
import { cfSerialize } from '../../../main/demo/kernel/cf-serialize.ts'
import { Random } from '../../helpers/random.ts'
import { dictionaryFrom } from '../kext/property-values.ts'

const writeBootCache = (items: readonly PropertyValue[]) => cfSerialize({ kind: 'array', items })
const read = (text: string) => readBootCache(new TextEncoder().encode(text))

test('every kind of value is read, with the sign that its size gives a number', () => {
  const text = `<array><dict><key>IOClass</key><string>A&amp;B &lt;1&gt;</string
    ><key>score</key><integer size="32">0xffffffff</integer
    ><key>wide</key><integer size="64">0xffffffffffffff00</integer
    ><key>big</key><integer size="64">0x7fffffffffffffff</integer
    ><key>sized</key><integer size="8">0xffffffffffffff80</integer
    ><key>yes</key><true/><key>no</key><false/><key>data</key><data>AAEC</data
    ><key>list</key><array><string>x</string><array></array></array
    ><key>members</key><set><string>y</string></set
    ><key>none</key><dict></dict><key>empty</key><string></string></dict></array>\0`
  expect(read(text.replace(/\n\s*/g, ''))).toEqual({
    problems: [],
    personalities: [
      {
        kind: 'dictionary',
        entries: [
          ['IOClass', { kind: 'string', text: 'A&B <1>' }],
          ['score', { kind: 'integer', value: -1n }],
          ['wide', { kind: 'integer', value: -256n }],
          ['big', { kind: 'integer', value: 0x7fff_ffff_ffff_ffffn }],
          ['sized', { kind: 'integer', value: -128n }],
          ['yes', { kind: 'boolean', value: true }],
          ['no', { kind: 'boolean', value: false }],
          ['data', { kind: 'data', bytes: new Uint8Array([0, 1, 2]) }],
          [
            'list',
            {
              kind: 'array',
              items: [
                { kind: 'string', text: 'x' },
                { kind: 'array', items: [] },
              ],
            },
          ],
          ['members', { kind: 'set', items: [{ kind: 'string', text: 'y' }] }],
          ['none', { kind: 'dictionary', entries: [] }],
          ['empty', { kind: 'string', text: '' }],
        ],
      },
    ],
  })
})

test('what has an ID stands wherever its IDREF does', () => {
  const { personalities, problems } = read(
    '<array><dict ID="0"><key>a</key><string ID="1">x</string><key>b</key><string IDREF="1"/></dict>' +
      '<dict><key>c</key><dict IDREF="0"/></dict></array>',
  )
  expect(problems).toEqual([])
  expect(personalities).toEqual([
    dictionaryFrom({ a: 'x', b: 'x' }),
    dictionaryFrom({ c: { a: 'x', b: 'x' } }),
  ])
})

test('a usual property list around the array does not matter', () => {
  const { personalities, problems } = read(
    '<?xml version="1.0"?><!DOCTYPE plist PUBLIC "x"><plist version="1.0">\n<array>\n<!-- one -->' +
      '<dict><key>a</key><integer>12</integer></dict></array></plist>',
  )
  expect([personalities, problems]).toEqual([[dictionaryFrom({ a: 12 })], []])
})

test.each([
  ['', 'the file ends too soon', 0],
  [
    '<array><dict><key>a</key><string>x</string></dict><dict><key>b',
    'the file ends inside <key>',
    1,
  ],
  ['<array><dict></dict>', 'the file ends too soon', 1],
  ['<dict></dict>', 'no array of personalities', 0],
  ['bplist00', 'no element of a property list', 0],
  ['<array><dict><string>x</string></dict></array>', 'a value without a key', 0],
  ['<array><dict><key>a</key></dict></array>', 'the key “a” has no value', 0],
  ['<array><dict></array>', '</array> without its beginning', 0],
  ['<array><dict><key>a</key><key>b</key></dict></array>', 'a key out of place', 0],
  ['<array><dict><key>a</key><string><b/></string></dict></array>', '<string> is not closed', 0],
  ['<array><dict><key>a</key><thing>1</thing></dict></array>', '<thing> is no value', 0],
  ['<array>'.repeat(100_000), 'more than 200 levels', 0],
])('%j keeps what comes before it goes wrong: %s', (text, problem, count) => {
  const { personalities, problems } = read(text)
  expect(problems).toEqual([expect.stringContaining(problem)])
  expect(personalities).toHaveLength(count)
})

test('a reference to itself, or to nothing, is unreadable there and named', () => {
  const { personalities, problems } = read(
    '<array><dict ID="0"><key>a</key><dict IDREF="0"/><key>b</key><string IDREF="9"/></dict></array>',
  )
  const kinds = personalities[0]!.entries.map(([, { kind }]) => kind)
  expect(kinds).toEqual(['unreadable', 'unreadable'])
  expect(problems).toEqual([
    expect.stringContaining('IDREF “0” names nothing before it'),
    expect.stringContaining('IDREF “9” names nothing before it'),
  ])
})

/** How many values there are to whoever goes through all of them, up to a limit. */
function countValues(values: readonly PropertyValue[], limit: number): number {
  const open = [...values]
  let count = 0
  for (let next = open.pop(); next && count < limit; next = open.pop(), count++) {
    if (next.kind === 'array' || next.kind === 'set') open.push(...next.items)
    if (next.kind === 'dictionary') open.push(...next.entries.map(([, value]) => value))
  }
  return count
}

test('references cannot stand for more than a file of some size could hold', () => {
  const doubling = Array.from(
    { length: 60 },
    (_, i) =>
      `<key>k${i}</key><array ID="${i + 1}"><array IDREF="${i}"/><array IDREF="${i}"/></array>`,
  ).join('')
  const bomb = `<dict><key>k</key><array ID="0"><true/></array>${doubling}</dict>`
  const one = read(`<array>${bomb}<dict><key>a</key><true/></dict></array>`)
  expect(countValues(one.personalities, 1_000_000)).toBeLessThan(500_000)
  expect(one.problems.join()).toContain('it is shown as unreadable')
  expect(one.personalities.at(-1)).toEqual(dictionaryFrom({ a: true }))

  const wide = `<dict ID="w"><key>a</key><array>${'<true/>'.repeat(90_000)}</array></dict>`
  const many = read(`<array>${wide}${'<dict IDREF="w"/>'.repeat(1000)}</array>`)
  expect(countValues(many.personalities, 10_000_000)).toBeLessThan(5_000_000)
  expect(many.problems.join()).toContain('refer to each other without measure')

  const long = `<dict ID="w"><key>a</key><string>${'x'.repeat(1 << 22)}</string></dict>`
  const texts = read(`<array>${long}${'<dict IDREF="w"/>'.repeat(1000)}</array>`)
  expect(texts.personalities.length).toBeLessThan(100)
})

test('of very many problems the first are told and the others counted', () => {
  const { problems } = read(`<array>${'<string>x</string>'.repeat(5000)}</array>`)
  expect(problems).toHaveLength(21)
  expect(problems.at(-1)).toContain('4980 more like these')
})

function randomValue(random: Random, depth: number): PropertyValue {
  const length = () => (depth > 3 ? 0 : random.below(4))
  switch (random.below(8)) {
    case 0:
      return { kind: 'integer', value: BigInt(random.below(1 << 20) - 1000) }
    case 1:
      return { kind: 'boolean', value: random.chance(0.5) }
    case 2:
      return { kind: 'data', bytes: Uint8Array.from({ length: length() }, () => random.below(256)) }
    case 3:
      return {
        kind: 'array',
        items: Array.from({ length: length() }, () => randomValue(random, depth + 1)),
      }
    case 4:
      return randomDictionary(random, depth + 1)
    default:
      return { kind: 'string', text: random.pick(['IOPCIDevice', '<&>', '', 'ü', 'a'.repeat(9)]) }
  }
}

function randomDictionary(random: Random, depth: number): DictionaryValue {
  const keys = ['IOClass', 'IOProviderClass', 'a', 'b<'].filter(() => random.chance(0.6))
  return { kind: 'dictionary', entries: keys.map(key => [key, randomValue(random, depth)]) }
}

test('what IOCFSerialize would write is read as it was, references and all', () => {
  const random = new Random(6)
  for (let round = 0; round < 300; round++) {
    const distinct = Array.from({ length: random.below(6) }, () => randomDictionary(random, 0))
    const all = distinct.flatMap(one => (random.chance(0.3) ? [one, one] : [one]))
    const { personalities, problems } = read(writeBootCache(all))
    expect(problems).toEqual([])
    expect(personalities).toEqual(all)
  }
})

test('damage anywhere is survived, and said', () => {
  const random = new Random(7)
  const whole = new TextEncoder().encode(
    writeBootCache(Array.from({ length: 20 }, () => randomDictionary(random, 0))),
  )
  for (let round = 0; round < 500; round++) {
    const bytes = whole.slice(0, 1 + random.below(whole.length))
    for (let n = random.below(4); n > 0; n--) bytes[random.below(bytes.length)] = random.below(256)
    const { personalities, problems } = readBootCache(bytes)
    expect(personalities.length).toBeLessThanOrEqual(20)
    if (bytes.length < whole.length - 10) expect(problems.length).toBeGreaterThan(0)
  }
})
