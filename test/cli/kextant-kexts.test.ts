import { expect, test } from 'vitest'
import { readKextList } from '../../core/kext/read-kext-list.ts'
import { kextLines, kextsJson } from '../../main/cli/format/kext-lines.ts'
import { lookOf } from '../../main/cli/look.ts'
import { fileWith, runCli } from '../helpers/cli-process.ts'

const list = `Index Refs Address            Size       Wired      Name (Version) UUID <Linked Against>
    1   90 0xffffff7f80a30000 0x9000     0x9000     com.apple.kpi.bsd (17.7.0) 0AB8D4B1-7A43-3B7C-A7B5-D3C9F1A4E2C1
    2    0 0xffffff7f810c9000 0xba000    0xba000    org.example.MyKext (1.0.1) <9 1>
`

test('the kexts are a table of what the list says, linked against by name', () => {
  const { kexts } = readKextList(list, 'list')
  const lines = [...kextLines(kexts, lookOf({ isTTY: false, columns: 80 }, 'never'))]
  const uuid = '0AB8D4B1-7A43-3B7C-A7B5-D3C9F1A4E2C1'
  expect(lines).toEqual([
    'Index  Refs     Size  Name                Version  UUID                                  Linked against',
    `    1    90   0x9000  com.apple.kpi.bsd   17.7.0   ${uuid}`,
    `    2     0  0xba000  org.example.MyKext  1.0.1    ${'-'.padEnd(36)}  #9, com.apple.kpi.bsd`,
  ])
  expect(JSON.parse(JSON.stringify(kextsJson(kexts)))).toMatchObject([
    { ...kexts[0], linkedAgainst: [] },
    {
      ...kexts[1],
      linkedAgainst: [
        { index: 9, bundleIdentifier: null },
        { index: 1, bundleIdentifier: 'com.apple.kpi.bsd' },
      ],
    },
  ])
})

test('the demo guest tells its kexts, in words and exact', async () => {
  const [text, json] = await Promise.all([
    runCli(['kexts', 'demo']),
    runCli(['kexts', 'demo', '--json']),
  ])
  expect([text.code, json.code]).toEqual([0, 0])
  const kexts = JSON.parse(json.stdout) as { bundleIdentifier: string; index: number }[]
  expect(kexts.length).toBeGreaterThan(50)
  const rows = text.stdout.trimEnd().split('\n').slice(1)
  expect(rows.map(row => row.trim().split(/\s+/)[3])).toEqual(
    kexts.map(({ bundleIdentifier }) => bundleIdentifier),
  )
})

test('a registry dump does not tell, and that is said', async () => {
  const ended = await runCli(['kexts', fileWith('+-o Root  <class IORegistryEntry, id 0x1>\n')])
  expect(ended).toMatchObject({ code: 1, stdout: '' })
  expect(ended.stderr).toContain('does not tell which kexts are loaded')
})
