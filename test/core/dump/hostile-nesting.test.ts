import { describe, expect, test } from 'vitest'
import { nodeDepthLimit } from '../../../core/dump/archive-nodes.ts'
import {
  assemble,
  big,
  dictionary,
  integer,
  list,
  text,
  writeBinaryPlist,
  type BinaryValue,
} from '../../helpers/write-binary-plist.ts'
import { explorerTangle, iojonesDocument } from '../../helpers/write-hostile-documents.ts'
import { plist, propertiesIn, survivor, textEntry, xmlEntry } from '../../helpers/survive.ts'

// What is nested deeper than anything real, in every format that nests. No reader may recurse over it.

const deep = 100_000
const shallow = 100

/** Open and closed as often: `((…))`, with something at the core. */
const nested = (levels: number, open: string, close: string, core = '') =>
  open.repeat(levels) + core + close.repeat(levels)

function nestedValue(levels: number, wrap: (inner: BinaryValue) => BinaryValue): BinaryValue {
  let value: BinaryValue = text('core')
  for (let level = 0; level < levels; level++) value = wrap(value)
  return value
}

const xmlValues: readonly [string, (levels: number) => string][] = [
  ['arrays', levels => nested(levels, '<array>', '</array>')],
  ['dictionaries', levels => nested(levels, '<dict><key>k</key>', '</dict>', '<true/>')],
]
const textValues: readonly [string, (levels: number) => string][] = [
  ['arrays', levels => nested(levels, '(', ')')],
  ['dictionaries', levels => nested(levels, '{"k"=', '}', 'Yes')],
  ['sets', levels => nested(levels, '[', ']')],
]
const binaryValues: readonly [string, (levels: number) => BinaryValue][] = [
  ['arrays', levels => nestedValue(levels, inner => list([inner]))],
  ['sets', levels => nestedValue(levels, inner => ({ kind: 'set', items: [inner] }))],
  ['dictionaries', levels => nestedValue(levels, inner => dictionary({ k: inner }))],
]
const yes = { kind: 'boolean', value: true } as const

/** The same value less deep is read; this one is kept as text, and what comes after it is read. */
function expectKept(write: (levels: number) => string | Uint8Array): void {
  const find = (levels: number) => new Map(propertiesIn(survivor(write(levels)).snapshot))
  expect(find(shallow).get('deep')!.kind).toMatch(/^(array|set|dictionary)$/)
  const properties = find(deep)
  expect(properties.get('deep')!.kind).toBe('unreadable')
  expect(properties.get('after')).toEqual(yes)
}

describe('100,000 values inside each other are one property, whose text is kept', () => {
  test.each(xmlValues)('%s in an archive', (_, value) => {
    expectKept(levels => plist(xmlEntry(`<key>deep</key>${value(levels)}<key>after</key><true/>`)))
  })

  test.each(textValues)('%s in text', (_, value) => {
    expectKept(levels => textEntry(`      "deep" = ${value(levels)}\n      "after" = Yes\n`))
  })

  test.each(binaryValues)('%s in a binary archive', (_, value) => {
    const entry = (deep: BinaryValue) =>
      dictionary({ IORegistryEntryName: text('Root'), deep, after: yes })
    expectKept(levels => writeBinaryPlist(entry(value(levels))))
  })

  test.each(binaryValues)('%s in a document of IOJones', (_, value) => {
    const properties = (deep: BinaryValue) => Object.entries({ deep, after: yes })
    expectKept(levels => iojonesDocument({ properties: properties(value(levels)) }))
  })

  test.each(xmlValues)('%s in the XML of an .ioreg document', (_, value) => {
    const xml = (levels: number) =>
      plist(`<dict><key>deep</key>${value(levels)}<key>after</key><true/></dict>`)
    expectKept(levels => explorerTangle({ count: 1, below: () => [], xml: xml(levels) }))
  })
})

test.each([
  '('.repeat(deep),
  '({"k"=['.repeat(deep),
  ')'.repeat(deep),
  '<'.repeat(deep),
  '{'.repeat(deep) + ')'.repeat(deep),
])('brackets of text that do not match are text (%#)', value => {
  const { snapshot } = survivor(textEntry(`      "deep" = ${value}\n      "after" = Yes\n`))
  const properties = new Map(propertiesIn(snapshot))
  expect(properties.get('deep')!.kind).toBe('unreadable')
  expect(properties.get('after')).toEqual(yes)
})

test('an array that is never closed is a value that breaks off, in a file and in its XML', () => {
  const value = '<array>'.repeat(deep)
  const file = plist(xmlEntry(`<key>first</key><true/><key>deep</key>${value}`))
  const problems = survivor(file).summary.problems
  expect(problems.map(({ kind }) => kind)).toContain('truncated')
  const xml = plist(`<dict><key>first</key><true/><key>deep</key>${value}`)
  const document = survivor(explorerTangle({ count: 1, below: () => [], xml }))
  expect(propertiesIn(document.snapshot)).toEqual([['first', yes]])
  expect(document.summary.problems).toMatchObject([{ kind: 'malformed' }])
})

describe('100,000 entries below each other are read to the limit of depth, and it is said', () => {
  const children = 'IORegistryEntryChildren'

  test.each<[string, () => string | Uint8Array]>([
    [
      'an archive',
      () => {
        const open = `<dict><key>IORegistryEntryName</key><string>N</string><key>${children}</key><array>`
        return plist(nested(deep, open, '</array></dict>'))
      },
    ],
    [
      'an archive that breaks off at its deepest',
      () => {
        const open = `<dict><key>IORegistryEntryName</key><string>N</string><key>${children}</key><array>`
        return plist(open.repeat(deep))
      },
    ],
    [
      'a binary archive',
      () => {
        const key = [0x5f, 0x10, children.length, ...new TextEncoder().encode(children)]
        // Object 0 is the key; each node has one pair: the key, and the next node.
        const nodes = Array.from({ length: deep }, (_, i) => [0xd1, ...big(0, 4), ...big(i + 2, 4)])
        return assemble([key, ...nodes, [0xd0]], 4, 1)
      },
    ],
    [
      'a document of IORegistryExplorer',
      () => explorerTangle({ count: deep, below: i => (i + 1 < deep ? [i + 1] : []) }),
    ],
    [
      'a document of IOJones',
      () =>
        iojonesDocument({
          // Fewer, and the tree is cut for its many nodes before it is cut for its depth.
          objects: 2000,
          children: list([
            nestedValue(deep, inner =>
              dictionary({
                node: integer(2),
                ...(inner.kind !== 'string' && { children: list([inner]) }),
              }),
            ),
          ]),
        }),
    ],
  ])('%s', (_, write) => {
    const { summary } = survivor(write())
    expect(summary.nodes).toBe(nodeDepthLimit)
    expect(summary.problems.map(({ kind }) => kind)).toContain('skipped')
  })
})

test('entries of text, each of which is a line as long as it is deep, are read at any depth', () => {
  // 100,000 levels would be ten gigabytes.
  const levels = nodeDepthLimit + 900
  const lines = Array.from({ length: levels }, (_, i) => `${'  '.repeat(i)}+-o N  <class C>\n`)
  const { snapshot } = survivor(lines.join(''))
  expect(snapshot.planes[0]!.depth.at(-1)).toBe(levels - 1)
})
