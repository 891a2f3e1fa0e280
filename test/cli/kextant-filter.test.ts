import { expect, test } from 'vitest'
import { fileWith, jsonLines, runCli } from '../helpers/cli-process.ts'

const before = `+-o Root  <class IORegistryEntry, id 0x100000100, retain 19>
  +-o PCI0@0  <class IOPCIBridge, id 0x100000110, registered, matched, active, busy 1 (61 ms), retain 47>
  | +-o XHC1@14  <class IOPCIDevice, id 0x100000111, registered, matched, active, busy 0 (0 ms), retain 9>
  | | | {
  | | |   "vendor-id" = <86800000>
  | | | }
  | | | 
  | | +-o MyUSB  <class MyUSB, id 0x100000112, !registered, !matched, active, busy 0 (0 ms), retain 9>
  | +-o GFX0@2  <class IOPCIDevice, id 0x100000113, registered, matched, active, busy 0 (0 ms), retain 9>
  |     {
  |       "vendor-id" = <02100000>
  |     }
  |     
  +-o en0  <class IOEthernetInterface, id 0x100000114, registered, matched, active, busy 0 (0 ms), retain 9>
`

test('find takes the language of the filter field, beside its options', async () => {
  const path = fileWith(before)
  const find = async (...args: string[]) => (await runCli(['find', path, ...args])).stdout
  expect(await find('class:IOPCIDevice and "vendor-id" == 0x8086')).toBe(
    'IOService:/PCI0@0/XHC1@14  ● IOPCIDevice  0x100000111  vendor-id = <86 80 00 00>\n',
  )
  expect(await find('state:!registered or busy > 0')).toBe(
    [
      'IOService:/PCI0@0  ● IOPCIBridge  0x100000110',
      'IOService:/PCI0@0/XHC1@14/MyUSB  ○ MyUSB  0x100000112',
      '',
    ].join('\n'),
  )
  expect(await find('under:PCI0@0 not clients > 0', '--class', 'iopci', '--count')).toBe('1\n')
  expect(await find('retain > 100', '--count')).toBe('0\n')
  const [json] = jsonLines<{ where: string; key: string | null }>(
    await find('vendor-id == <02 10 00 00>', '--json'),
  )
  expect(json).toMatchObject({ where: 'value', key: 'vendor-id', class: 'IOPCIDevice' })
})

test('a filter that does not read is shown with its place, before anything is opened', async () => {
  for (const args of [
    ['find', 'nowhere', 'class:IOMedia and state:regist'],
    ['tree', 'nowhere', '--filter', 'class:IOMedia and state:regist'],
    ['diff', 'nowhere', 'elsewhere', '--filter', 'class:IOMedia and state:regist'],
  ]) {
    const { code, stdout, stderr } = await runCli(args)
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' })
    expect(stderr.split('\n').slice(0, 4)).toEqual([
      'error: “regist” is no state. Is registered meant?',
      '  class:IOMedia and state:regist',
      '                          ^^^^^^',
      '  expected: registered',
    ])
  }
  const long = await runCli(['find', 'nowhere', `${'a '.repeat(200)}\u001b[2J x ==`])
  expect(long.code).toBe(64)
  expect(long.stderr).not.toContain('\u001b')
  expect(Math.max(...long.stderr.split('\n').map(line => line.length))).toBeLessThan(150)
})

test('a tree shows what a filter finds and the way to it', async () => {
  const path = fileWith(before)
  const tree = (...args: string[]) => runCli(['tree', path, ...args])
  expect(await tree('--filter', 'MyUSB or en0')).toEqual({
    code: 0,
    stderr: '',
    stdout: `Root  IORegistryEntry  0x100000100
├─ PCI0@0  ● IOPCIBridge  0x100000110  busy 1
│  └─ XHC1@14  ● IOPCIDevice  0x100000111
│     └─ MyUSB  ○ MyUSB  0x100000112  match
└─ en0  ● IOEthernetInterface  0x100000114  match
`,
  })
  expect((await tree('--filter', 'class=IOPCIDevice', '-l', '--under', 'XHC1')).stdout).toBe(
    `XHC1@14  ● IOPCIDevice  0x100000111  match
     vendor-id = <86 80 00 00>
`,
  )
  const { stdout } = await tree('--filter', 'xhc', '--json')
  expect(jsonLines<{ name: string; match: boolean }>(stdout).map(r => [r.name, r.match])).toEqual([
    ['Root', false],
    ['PCI0', false],
    ['XHC1', true],
  ])
  expect(await tree('--filter', 'nothing')).toMatchObject({ code: 1, stdout: '' })
})

test('a diff is limited to entries that a filter finds; marks say what became of them', async () => {
  const after = before
    .replace(
      'class MyUSB, id 0x100000112, !registered, !matched',
      'class MyUSB, id 0x100000115, registered, matched',
    )
    .replace('"vendor-id" = <02100000>', '"vendor-id" = <86800000>')
  const [one, two] = [fileWith(before), fileWith(after)]
  const diff = async (...args: string[]) => {
    const { code, stdout } = await runCli(['diff', one, two, ...args])
    const lines = stdout.split('\n').filter(line => /^[-+~→]|^no diff|^\d+ /.test(line))
    return [code, ...lines.map(line => line.replace(/ {2}<.*/, ''))]
  }
  expect(await diff()).toEqual([
    1,
    '1 new, 1 gone, 1 changed',
    '- IOService:/PCI0@0/XHC1@14/MyUSB',
    '+ IOService:/PCI0@0/XHC1@14/MyUSB',
    '~ IOService:/PCI0@0/GFX0@2',
  ])
  expect(await diff('--filter', 'gone')).toEqual([1, '1 gone', '- IOService:/PCI0@0/XHC1@14/MyUSB'])
  expect(await diff('--filter', 'new and state:registered')).toEqual([
    1,
    '1 new',
    '+ IOService:/PCI0@0/XHC1@14/MyUSB',
  ])
  expect(await diff('--filter', 'class:IOPCIDevice and vendor-id == 0x8086')).toEqual([
    1,
    '1 changed',
    '~ IOService:/PCI0@0/GFX0@2',
  ])
  expect(await diff('--filter', 'vendor-id == 0x1002')).toEqual([0, 'no differences'])
  const { stdout } = await runCli(['diff', one, two, '--json', '--filter', 'changed'])
  expect(JSON.parse(stdout)).toMatchObject({
    same: false,
    summary: { added: 0, removed: 0, changed: 1, properties: 1 },
    changed: [{ changes: [{ what: 'property', key: 'vendor-id' }] }],
  })
})
