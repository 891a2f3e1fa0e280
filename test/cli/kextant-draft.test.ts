import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fileWith, runCli } from '../helpers/cli-process.ts'
import { machine, nulTerminated, service, states } from '../helpers/service-model.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { writeArchive } from '../helpers/write-archive.ts'

const pci = {
  'vendor-id': Uint8Array.of(0x86, 0x80, 0, 0),
  'device-id': Uint8Array.of(0x0f, 0x10, 0, 0),
  'class-code': Uint8Array.of(0, 0, 2, 0),
}
const running = service('driver', 'AcmeEthernet', {
  CFBundleIdentifier: 'com.acme.ethernet',
  IOClass: 'AcmeEthernet',
  IOProviderClass: 'IOPCIDevice',
  IOPCIMatch: '0x100f8086',
  IOMatchCategory: 'IODefaultMatchCategory',
  IOProbeScore: 500,
})
const dump = writeArchive(
  machine(
    service('ETH0@19', 'IOPCIDevice', pci, [running]),
    service('TWIN', 'IOPCIDevice', pci),
    service('OLD0', 'IOPCIDevice', pci, [], states.attached),
    service('two', 'AcmeNub', {}),
    service('two', 'AcmeNub', {}),
    service('\u001b[31mred', 'IOPlatformDevice', { name: nulTerminated('\u001b]0;x\u0007evil') }),
  ),
  { hasChains: true },
)

const draft = (folder: string, ...args: string[]) =>
  runCli(['draft', fileWith(dump), '-o', folder, ...args])

test('a driver is written, with what it selects and whom it competes with', async () => {
  const folder = join(temporaryFolder(), 'my-kext')
  const ended = await draft(folder, '--service', 'ETH0@19', '--name', 'my-kext')
  expect(ended).toMatchObject({ code: 0 })
  for (const part of [
    'MyKext  io.darwinos.contrib.MyKext  class MyKext',
    'IOPCIMatch = "0x100f8086"',
    'IOMatchCategory = "MyKext"',
    'It also matches 2 other services:',
    'wins  It would be started: nothing else is in the match category MyKext.',
    'AcmeEthernet  com.acme.ethernet  score 500  IODefaultMatchCategory  running',
    'pci-class  every PCI device of class 020000',
    `Written to ${folder}`,
  ]) {
    expect(ended.stdout).toContain(part)
  }
  expect(readdirSync(folder).sort()).toEqual([
    'Info.plist',
    'Makefile',
    'README.md',
    'my_kext.cpp',
    'my_kext.hpp',
  ])
})

test('--json is whole: the choices, the files, the paths', async () => {
  const folder = join(temporaryFolder(), 'd')
  const options = [
    '--probe',
    '--user-client',
    '--class',
    'com_example_X',
    '--bundle-id',
    'com.example.x',
  ]
  const ended = await draft(folder, '--service', 'TWIN', '--json', ...options)
  expect(ended.code).toBe(0)
  const report = JSON.parse(ended.stdout) as {
    choices: { keys: string; wins: boolean; personality: object }[]
    files: { name: string; text: string }[]
    paths: string[]
  }
  expect(report).toMatchObject({
    service: { class: 'IOPCIDevice', path: 'IOService:/Machine1,1/TWIN' },
    name: 'twin-driver',
    class: 'com_example_X',
    bundleIdentifier: 'com.example.x',
    chosen: 'pci-device',
    wins: true,
    folder,
  })
  expect(report.choices[0]).toMatchObject({
    personality: { IOClass: 'com_example_X', IOUserClientClass: 'com_example_XUserClient' },
    wins: true,
  })
  expect(report.paths).toHaveLength(7)
  for (const { name, text } of report.files) {
    expect(readFileSync(join(folder, name), 'utf8')).toBe(text)
  }
  expect(readFileSync(join(folder, 'twin_driver.cpp'), 'utf8')).toContain('::probe(')
})

test('a service that nothing is matched on is told, and written with --force only', async () => {
  const folder = join(temporaryFolder(), 'd')
  const refused = await draft(folder, '--service', 'OLD0')
  expect(refused).toMatchObject({ code: 1 })
  expect(refused.stdout).toContain('does not win')
  expect(refused.stderr).toContain('The service is not registered')
  expect(existsSync(folder)).toBe(false)
  const forced = await draft(folder, '--service', 'OLD0', '--force')
  expect(forced).toMatchObject({ code: 0 })
  expect(existsSync(join(folder, 'Info.plist'))).toBe(true)
})

test('nothing that is there is replaced, not by --force either', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'Makefile'), 'mine')
  for (const force of [[], ['--force']]) {
    const ended = await draft(folder, '--service', 'TWIN', ...force)
    expect(ended).toMatchObject({ code: 2 })
    expect(ended.stderr).toContain(`${join(folder, 'Makefile')} is there already`)
  }
  expect(readdirSync(folder)).toEqual(['Makefile'])
  expect(readFileSync(join(folder, 'Makefile'), 'utf8')).toBe('mine')
})

test('in a darwinOS tree the driver has its place, and its name from there', async () => {
  const tree = temporaryFolder()
  mkdirSync(join(tree, 'glue', 'mk'), { recursive: true })
  writeFileSync(join(tree, 'glue', 'mk', 'kext.mk'), '')
  await draft(tree, '--service', 'TWIN', '--name', 'first')
  await draft(join(tree, 'drivers', 'contrib', 'second'), '--service', 'TWIN')
  const contrib = join(tree, 'drivers', 'contrib')
  expect(readdirSync(contrib).sort()).toEqual(['first', 'second'])
  expect(readFileSync(join(contrib, 'second', 'Makefile'), 'utf8')).toBe(`KEXT_NAME = Second
KEXT_BUNDLE_ID = io.darwinos.contrib.Second
KEXT_SOURCES = second.cpp

include ../../../glue/mk/kext.mk
`)
})

test('another way to select and to compete is taken when it is named', async () => {
  const folder = join(temporaryFolder(), 'd')
  const options = ['--keys', 'pci-class', '--category', 'default']
  const ended = await draft(folder, '--service', 'ETH0@19', ...options)
  expect(ended.code).toBe(0)
  const info = readFileSync(join(folder, 'Info.plist'), 'utf8')
  expect(info).toContain('<string>0x02000000&amp;0xffffff00</string>')
  expect(info).toContain('<key>IOProbeScore</key>\n\t\t\t<integer>1000</integer>')
  expect(info).not.toContain('IOMatchCategory')
  expect(ended.stdout).toContain('“driver” runs in it')
})

test.each<[string, string[], number]>([
  ['no service', [], 64],
  ['a category that is none', ['--service', 'TWIN', '--category', 'mine'], 64],
  ['keys that are not offered', ['--service', 'TWIN', '--keys', 'usb-product'], 64],
  ['a name with a slash', ['--service', 'TWIN', '--name', '../x'], 64],
  ['a class that is no identifier', ['--service', 'TWIN', '--class', '9x'], 64],
  ['a service that is not there', ['--service', 'nobody'], 1],
  ['several services', ['--service', 'two'], 1],
])('%s ends the command, and nothing is written', async (_what, args, code) => {
  const folder = join(temporaryFolder(), 'd')
  const ended = await draft(folder, ...args)
  expect(ended).toMatchObject({ code })
  expect(ended.stderr).not.toBe('')
  expect(existsSync(folder)).toBe(false)
})

test('a source that cannot be read, or no folder, is told', async () => {
  const folder = join(temporaryFolder(), 'd')
  const unreadable = ['draft', join(folder, 'none'), '--service', 'x', '-o', folder]
  expect(await runCli(unreadable)).toMatchObject({ code: 2 })
  expect(await runCli(['draft', fileWith(dump), '--service', 'TWIN'])).toMatchObject({ code: 64 })
})

test('control characters of a guest reach neither the terminal nor the files', async () => {
  const folder = join(temporaryFolder(), 'd')
  const ended = await draft(folder, '--service', '\u001b[31mred', '--force')
  expect(ended.stdout + ended.stderr).not.toContain('\u001b')
  for (const name of readdirSync(folder)) {
    expect(readFileSync(join(folder, name), 'utf8')).not.toContain('\u001b')
  }
})
