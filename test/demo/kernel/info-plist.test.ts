import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'plist'
import { expect, test } from 'vitest'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { parseInfoPlist } from '../../../main/demo/kernel/kexts/info-plist.ts'
import { toValue } from '../../../main/demo/kernel/values.ts'
import { infoPlistFile } from '../../../main/demo/machine/write-info-plist.ts'

const wrap = (inner: string): string =>
  `<?xml version="1.0"?>\n<!-- note --><plist version="1.0">${inner}</plist>`
const infoPlist = (xml: string) => parseInfoPlist(new TextEncoder().encode(xml))

test('every kind of value is read, and integers are what the kernel makes of them', () => {
  const xml = wrap(`<dict>
    <key>a &amp; b</key><string>&lt;x&gt; &#233; <![CDATA[<raw>]]></string>
    <key>n</key><integer>-9007199254740993</integer><key>h</key><integer>0x10</integer>
    <key>t</key><true/><key>d</key><data> AAEC </data><key>e</key><array/><key>l</key><array><false/></array>
  </dict>`)
  expect(infoPlist(xml)).toEqual({
    kind: 'dictionary',
    entries: [
      ['a & b', { kind: 'string', text: '<x> é <raw>' }],
      ['n', { kind: 'integer', value: BigInt.asUintN(64, -9007199254740993n) }],
      ['h', { kind: 'integer', value: 16n }],
      ['t', { kind: 'boolean', value: true }],
      ['d', { kind: 'data', bytes: Uint8Array.of(0, 1, 2) }],
      ['e', { kind: 'array', items: [] }],
      ['l', { kind: 'array', items: [{ kind: 'boolean', value: false }] }],
    ],
  })
})

test('what is written to the disk of the demo machine reads back the same', () => {
  const content = {
    a: [1, -1, 'x<&>y', true, Uint8Array.of(1, 2, 3)],
    b: {},
    c: [],
    d: 0x1f_ffff_ffff_ffffn,
  }
  expect(parseInfoPlist(infoPlistFile(content))).toEqual(toValue(content))
  expect(() => infoPlistFile({ tooLarge: 1n << 60n })).toThrow('does not fit')
})

test('broken and hostile documents are refused without noise', () => {
  const broken = [
    '',
    'hello',
    wrap(''),
    wrap('<dict>'),
    wrap('<dict><string>x</string></dict>'),
    wrap('<array><key>x</key></array>'),
    wrap('<integer>1e9</integer>'),
    wrap('<string>&bomb;</string>'),
    '<!DOCTYPE plist [<!ENTITY bomb "x">]><plist><string>&bomb;</string></plist>',
    wrap('<array>'.repeat(100_000)),
  ]
  for (const xml of broken) {
    expect(infoPlist(xml), xml.slice(0, 60)).toBeNull()
  }
})

const corpus = join(import.meta.dirname, '../../../../shared/corpus/kext-info')

test('real Info.plists read as another parser reads them', context => {
  if (!existsSync(corpus)) return context.skip('there are no real Info.plists beside this project')
  let read = 0
  for (const file of readdirSync(corpus)) {
    const bytes = readFileSync(join(corpus, file))
    const mine = parseInfoPlist(bytes)
    if (mine === null) throw new Error(`${file} was refused`)
    expect(plain(mine), file).toEqual(parse(bytes.toString('utf8')))
    read += 1
  }
  expect(read).toBeGreaterThan(50)
})

/** As the `plist` package says it. */
function plain(value: PropertyValue): unknown {
  switch (value.kind) {
    case 'dictionary':
      return Object.fromEntries(value.entries.map(([key, item]) => [key, plain(item)]))
    case 'array':
      return value.items.map(plain)
    case 'integer':
      return Number(BigInt.asIntN(64, value.value))
    case 'data':
      return new Uint8Array(value.bytes)
    case 'string':
      return value.text
    case 'boolean':
    case 'real':
      return value.value
    default:
      return value
  }
}
