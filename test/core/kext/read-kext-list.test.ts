import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { FailureError } from '../../../core/failure.ts'
import { readKextList } from '../../../core/kext/read-kext-list.ts'

const header64 =
  'Index Refs Address            Size       Wired      Name (Version) UUID <Linked Against>\n'
const corecrypto =
  '    9    8 0xffffff7f810c9000 0xba000    0xba000    com.apple.kec.corecrypto (1.0) 16d0de4a-4774-32c4-b05d-d35601d9fc39 <8 7 6 5 3 1>\n'
const bsd =
  '    1   97 0xffffff7f80c00000 0x9e50     0x9e50     com.apple.kpi.bsd (18.7.0) 569454DD-7267-48AD-A549-E70B93051D41\n'

test('a row with every column is read exactly', () => {
  expect(readKextList(header64 + corecrypto, 'kextstat')).toEqual({
    kexts: [
      {
        index: 9,
        refs: 8,
        address: '0xffffff7f810c9000',
        size: 0xba000,
        wired: 0xba000,
        architecture: null,
        bundleIdentifier: 'com.apple.kec.corecrypto',
        version: '1.0',
        uuid: '16D0DE4A-4774-32C4-B05D-D35601D9FC39',
        linkedAgainst: [8, 7, 6, 5, 3, 1],
      },
    ],
    problems: [],
  })
})

test.each([
  {
    era: '32-bit kernel of 10.6, kernel components at address 0',
    line: '    1   76 0          0          0          com.apple.kpi.bsd (10.8.0)',
    seen: { index: 1, address: '0', size: 0, uuid: null, linkedAgainst: [] },
  },
  {
    era: '10.10 with its architecture',
    line: '   30    0 0xffffff7f80d1a000 0x12000    0x12000    x86_64             com.example.Foo (1.2.3b4) <5 4 3>',
    seen: { architecture: 'x86_64', bundleIdentifier: 'com.example.Foo', linkedAgainst: [5, 4, 3] },
  },
  {
    era: 'kmutil, without dependencies',
    line: '    1  141 0                  0          0          com.apple.kpi.bsd (20.3.0) C86236B2-4976-3542-80CA-74A6B8B4BA03 <>',
    seen: { uuid: 'C86236B2-4976-3542-80CA-74A6B8B4BA03', linkedAgainst: [] },
  },
  {
    era: 'unknown numbers',
    line: '   ??   ?? ????               ????       ????       com.example.Foo (1.0) no UUID <1>',
    seen: { index: null, refs: null, address: null, size: null, wired: null, uuid: null },
  },
  {
    era: 'published with its UUID taken out',
    line: '  196    0 0xfffffe0009fc8000 0x22800    0x22800    com.example.Foo (10000.4.1) <UUID> <53 16>',
    seen: { uuid: null, linkedAgainst: [53, 16] },
  },
  {
    era: 'pasted, its indentation lost',
    line: '16 3 0xffffff7f80d1a000 0x12000 0x12000 org.example.FakeSMC (1800) <12 8>',
    seen: { index: 16, version: '1800', linkedAgainst: [12, 8] },
  },
])('a row of this era is understood: $era', ({ line, seen }) => {
  const list = readKextList(line + '\n', 'kextstat')
  expect(list.problems).toEqual([])
  expect(list.kexts).toHaveLength(1)
  expect(list.kexts[0]).toMatchObject(seen)
})

test('what kmutil says around the list is not a problem, and CRLF does not stick to the fields', () => {
  const text = `Executing: /usr/bin/kmutil showloaded\nNo variant specified, falling back to release\n${header64}${corecrypto}`
  const list = readKextList(text.replaceAll('\n', '\r\n'), 'kextstat')
  expect(list.problems).toEqual([])
  expect(list.kexts.map(kext => kext.linkedAgainst)).toEqual([[8, 7, 6, 5, 3, 1]])
})

test('a header alone is the list of a kext that is not loaded', () => {
  expect(readKextList(header64, 'kextstat')).toEqual({ kexts: [], problems: [] })
})

describe('a list that breaks off', () => {
  const whole = header64 + bsd + corecrypto
  const rowAt = whole.indexOf(corecrypto)

  test.each([
    { cut: 'in the address', keep: '    9    8 0xffff', kexts: 1 },
    {
      cut: 'in the name',
      keep: '    9    8 0xffffff7f810c9000 0xba000    0xba000    com.app',
      kexts: 1,
    },
    {
      cut: 'in the version',
      keep: '    9    8 0xffffff7f810c9000 0xba000    0xba000    com.apple.kec.corecrypto (1',
      kexts: 1,
    },
    {
      cut: 'before the UUID',
      keep: '    9    8 0xffffff7f810c9000 0xba000    0xba000    com.apple.kec.corecrypto (1.0)',
      kexts: 2,
    },
    { cut: 'in the tags', keep: corecrypto.slice(0, -7), kexts: 2 },
  ])('$cut loses that much and says so', ({ keep, kexts }) => {
    const list = readKextList(header64 + bsd + keep, 'kextstat')
    expect(list.kexts).toHaveLength(kexts)
    expect(list.problems).toMatchObject([{ kind: 'truncated', byteOffset: rowAt }])
  })

  test('does not believe the tag it was cut in', () => {
    const list = readKextList(
      header64 + corecrypto.replace('<8 7 6 5 3 1>\n', '<18 17 1'),
      'kextstat',
    )
    expect(list.kexts[0]!.linkedAgainst).toEqual([18, 17])
  })

  test('anywhere, yields every row before the cut and never throws', () => {
    for (let end = header64.length; end < whole.length; end++) {
      const list = readKextList(whole.slice(0, end), 'kextstat')
      const finished = end > rowAt ? 1 : 0
      expect(list.kexts.length).toBeGreaterThanOrEqual(finished)
    }
  })
})

test('a line in the middle that is no row is named by its place and left out', () => {
  const list = readKextList(`${header64}Grüße\n${corecrypto}`, 'kextstat')
  expect(list.kexts).toHaveLength(1)
  expect(list.problems).toMatchObject([{ kind: 'skipped', byteOffset: header64.length }])
})

test('a row clipped at the width of a terminal keeps its name and is marked', () => {
  const list = readKextList(header64 + corecrypto.slice(0, 90) + '\n' + bsd, 'kextstat')
  expect(list.kexts.map(kext => kext.bundleIdentifier)).toEqual([
    'com.apple.kec.corecrypto',
    'com.apple.kpi.bsd',
  ])
  expect(list.problems).toMatchObject([{ kind: 'clipped' }])
})

test.each([
  ['+-o Root  <class IORegistryEntry, id 0x100000100>\n', 'the text of ioreg'],
  ['<?xml version="1.0"?><plist/>', 'an XML property list'],
  ['bplist00\0\0', 'a binary property list'],
  ['IOService = 12\nOSObject = 3\n', 'the class counts of ioclasscount'],
  ['kextstat: command not found\n', 'text without a row of kextstat or kmutil'],
])('a file of another kind is refused: %j', (text, looksLike) => {
  expect(() => readKextList(text, 'list.txt')).toThrow(
    new FailureError({ kind: 'not-a-dump', source: 'list.txt', looksLike }),
  )
})

const corpus = new URL('../../../../shared/corpus/', import.meta.url)
const hasCorpus = existsSync(corpus)
if (!hasCorpus) console.log('skipped: real kext lists; ../shared/corpus is not here')

describe.skipIf(!hasCorpus)('real kext lists', () => {
  const manifest = hasCorpus ? readFileSync(new URL('MANIFEST.md', corpus), 'utf8') : ''
  const files = hasCorpus ? readdirSync(new URL('kextstat/', corpus)) : []

  test.each(files)('%s has the rows its manifest counts', name => {
    const row = manifest.split('\n').find(line => line.includes(`\`kextstat/${name}\``))
    const rows = Number(/\| (\d+) rows \|/.exec(row ?? '')?.[1])
    const list = readKextList(readFileSync(new URL(`kextstat/${name}`, corpus), 'utf8'), name)
    expect(list.problems).toEqual([])
    expect(list.kexts).toHaveLength(rows)
    expect(list.kexts.every(kext => kext.index !== null && kext.size !== null)).toBe(true)
  })
})

test('a tag of very many digits takes no longer than its length', () => {
  const digits = '1'.repeat(200_000)
  const cut = readKextList(`1 1 0x1 0x1 0x1 a.b (1) <7 ${digits} \n`, 'kextstat')
  expect(cut.kexts[0]!.linkedAgainst).toEqual([7])
  const last = readKextList(`1 1 0x1 0x1 0x1 a.b (1) <7 ${digits}`, 'kextstat')
  expect(last.kexts[0]!.linkedAgainst).toEqual([7])
})
