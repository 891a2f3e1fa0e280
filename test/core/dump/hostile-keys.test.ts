import { describe, expect, test } from 'vitest'
import { FailureError } from '../../../core/failure.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { stringAt } from '../../../core/registry/strings.ts'
import {
  plist,
  propertiesIn,
  survive,
  survivor,
  textEntry,
  xmlEntry,
} from '../../helpers/survive.ts'
import { dictionary, text, writeBinaryPlist } from '../../helpers/write-binary-plist.ts'
import { explorerTangle, iojonesDocument } from '../../helpers/write-hostile-documents.ts'

// Keys that mean something to JavaScript, that come twice, or that an entity would make. In every format.

type Pairs = readonly (readonly [string, PropertyValue])[]

const word = (text: string): PropertyValue => ({ kind: 'string', text })

/** Pairs as the inside of an XML dictionary; strings and dictionaries of them only. */
function xmlPairs(pairs: Pairs): string {
  return pairs.map(([key, value]) => `<key>${key}</key>${xmlOf(value)}`).join('')
}

function xmlOf(value: PropertyValue): string {
  if (value.kind === 'dictionary') return `<dict>${xmlPairs(value.entries)}</dict>`
  return `<string>${value.kind === 'string' ? value.text : ''}</string>`
}

function textOf(value: PropertyValue): string {
  if (value.kind !== 'dictionary') return `"${value.kind === 'string' ? value.text : ''}"`
  return `{${value.entries.map(([key, item]) => `"${key}"=${textOf(item)}`).join(',')}}`
}

/** One entry with these properties, in each format. */
const writers: readonly [string, (pairs: Pairs) => string | Uint8Array][] = [
  ['an archive', pairs => plist(xmlEntry(xmlPairs(pairs)))],
  [
    'text',
    pairs => textEntry(pairs.map(([key, value]) => `      "${key}" = ${textOf(value)}\n`).join('')),
  ],
  [
    'a binary archive',
    pairs => writeBinaryPlist(dictionary([['IORegistryEntryName', text('Root')], ...pairs])),
  ],
  ['a document of IOJones', pairs => iojonesDocument({ properties: pairs })],
  [
    'a document of IORegistryExplorer',
    pairs =>
      explorerTangle({
        count: 1,
        below: () => [],
        xml: plist(`<dict>${xmlPairs(pairs)}</dict>`),
      }),
  ],
]

const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']
const oddNames = [...names, 'length', '0', '-1', 'then', 'toJSON', '$objects', 'CF$UID', '']

describe.each(writers)('%s', (_, write) => {
  test('has keys that JavaScript objects know as keys like others', () => {
    const flat: Pairs = oddNames.map(name => [name, word(`v-${name}`)])
    const pairs: Pairs = [...flat, ['nested', { kind: 'dictionary', entries: flat }]]
    expect(propertiesIn(survivor(write(pairs)).snapshot)).toEqual(pairs)
    expect(({} as Record<string, unknown>)['v-__proto__']).toBe(undefined)
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  test('has a property that is given twice twice, and of a key inside a value no less than the last', () => {
    const twice: Pairs = [
      ['k', word('1')],
      ['k', word('2')],
    ]
    const found = propertiesIn(survivor(write([...twice, ['d', dictionaryOf(twice)]])).snapshot)
    expect(found.slice(0, 2)).toEqual(twice)
    const inside = found[2]![1]
    expect(inside.kind === 'dictionary' && inside.entries.at(-1)).toEqual(['k', word('2')])
  })

  test('with ten thousand times the same key has each of them', () => {
    const pairs = Array.from({ length: 10_000 }, (_, i) => ['k', word(`${i}`)] as const)
    expect(propertiesIn(survivor(write(pairs)).snapshot)).toEqual(pairs)
  })
})

function dictionaryOf(entries: Pairs): PropertyValue {
  return { kind: 'dictionary', entries }
}

test.each(names)('a plane, a class, an entry and a kext may be called %s', name => {
  const planes = [
    survivor(explorerTangle({ count: 2, below: i => (i === 0 ? [1] : []), plane: name })),
    survivor(
      iojonesDocument({
        plane: name,
        className: name,
        superclasses: [
          [name, 'constructor'],
          ['constructor', name],
        ],
      }),
    ),
    survivor(`${name}:\n+-o ${name}  <class ${name}, id 0x100000100, retain 1>\n`),
  ]
  for (const { snapshot } of planes.slice(0, 2)) expect(snapshot.planes[0]!.plane).toBe(name)
  const { strings, entries } = planes[2]!.snapshot
  expect(stringAt(strings, entries.name[0]!)).toBe(name)
  expect(stringAt(strings, entries.className[0]!)).toBe(name)
  const row = `    9    8 0xffffff7f810c9000 0xba000    0xba000    ${name} (1.0) <8 7>\n`
  expect(survivor(row).summary.kexts).toMatchObject([{ bundleIdentifier: name }])
})

describe('the keys of an entry itself, given twice', () => {
  const id = (value: string) => `<key>IORegistryEntryID</key><integer>${value}</integer>`

  test('in an archive the last counts, as in every property list', () => {
    const file = plist(
      xmlEntry(`<key>IORegistryEntryName</key><string>B</string>${id('1')}${id('2')}`),
    )
    const { snapshot } = survivor(file)
    const { entries, strings } = snapshot
    expect([stringAt(strings, entries.name[0]!), entries.id[0], entries.length]).toEqual([
      'B',
      2n,
      1,
    ])
  })

  test('two lists of children are both read', () => {
    const list = `<key>IORegistryEntryChildren</key><array>${xmlEntry('')}</array>`
    expect(survivor(plist(xmlEntry(list + list))).summary.nodes).toBe(3)
  })
})

const bomb = Array.from(
  { length: 12 },
  (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`,
).join('\n')
const doctype = `<!DOCTYPE plist [\n<!ENTITY e0 "lol">\n${bomb}\n]>`

describe('entities that a file declares of its own', () => {
  const body = `<plist version="1.0">${xmlEntry('<key>k</key><string>&e12;</string>')}</plist>\n`

  test.each([
    ['in an archive', `<?xml version="1.0"?>\n${doctype}\n${body}`],
    ['without a declaration of XML', `${doctype}\n${body}`],
    ['in UTF-16', Buffer.from(`\ufeff<?xml version="1.0"?>\n${doctype}\n${body}`, 'utf16le')],
    ['behind a byte order mark', `\ufeff<?xml version="1.0"?>\n${doctype}\n${body}`],
    [
      'from another file',
      `<?xml version="1.0"?>\n<!DOCTYPE plist [<!ENTITY e12 SYSTEM "file:///etc/passwd">]>\n${body}`,
    ],
    [
      'of parameters',
      `<?xml version="1.0"?>\n<!DOCTYPE plist [<!ENTITY % e12 "x"> %e12;]>\n${body}`,
    ],
    ['alone', `<?xml version="1.0"?>\n<!ENTITY e12 "x">\n${body}`],
    ['in small letters', `<?xml version="1.0"?>\n<!doctype plist [<!entity e12 "x">]>\n${body}`],
  ])('%s are refused by name', (_, file) => {
    const result = survive(file)
    expect(result).toBeInstanceOf(FailureError)
    expect((result as FailureError).message).toMatch(/declares entities of its own/)
  })

  test('in the XML of an .ioreg document make its properties damaged, and the entry is there', () => {
    const xml = `<?xml version="1.0"?>\n${doctype}\n<plist><dict><key>k</key><string>&e12;</string></dict></plist>`
    const { summary, snapshot } = survivor(explorerTangle({ count: 1, below: () => [], xml }))
    expect([summary.nodes, snapshot.properties.length]).toEqual([1, 0])
    expect(summary.problems).toMatchObject([{ kind: 'malformed' }])
  })

  test('that nothing declares are the text that they are, in XML and in HTML', () => {
    const file = plist(xmlEntry('<key>k</key><string>&e12;&lt;&amp;e12;</string>'))
    expect(propertiesIn(survivor(file).snapshot)).toEqual([['k', word('&e12;<&e12;')]])
    const html =
      '<pre>\n+-o Root  &lt;class C>\n    {\n      &quot;k&quot; = &quot;&e12;&quot;\n    }\n</pre>'
    expect(propertiesIn(survivor(html).snapshot)).toEqual([['k', word('&e12;')]])
  })
})
