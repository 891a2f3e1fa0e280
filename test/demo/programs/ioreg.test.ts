import { parse } from 'plist'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bootTestMachine, type TestMachine } from '../run-program.ts'

let m: TestMachine
beforeAll(() => {
  m = bootTestMachine()
})
afterAll(() => m.dispose())

/** The tolerant expression of facts: ioreg, section 3, and the prefix of section 4. */
const nodeLine =
  /^(?:[| ] )*\+-o (?<name>.+) {2}<class (?<cls>[^,>]*)(?:, id (?<id>0x[0-9a-f]+))?(?:, (?<reg>!?)registered, (?<mat>!?)matched, (?<ina>in)?active)?(?:, busy (?<busy>\d+)(?: \((?<ms>\d+) ms\))?)?(?:, retain(?: count)? (?<ret>\d+))?>$/
const propertyLine = /^(?:[| ] )*(?:\{|\}| {2}".*" = .*)?$/

interface Node {
  readonly IORegistryEntryName: string
  readonly IORegistryEntryID: number
  readonly IOObjectClass: string
  readonly IOServiceState?: number
  readonly IORegistryEntryChildren?: readonly Node[]
  readonly [key: string]: unknown
}
const idsOf = (node: Node): readonly number[] => [
  node.IORegistryEntryID,
  ...(node.IORegistryEntryChildren ?? []).flatMap(idsOf),
]
const archive = async (options: string): Promise<Node> =>
  parse((await m.run(`ioreg -a ${options}`)).stdout) as unknown as Node
const lines = async (options: string): Promise<readonly string[]> =>
  (await m.run(`ioreg ${options}`)).stdout.split('\n')

test('every line of a full dump has the shape of the facts', async () => {
  const dump = await lines('-l -w0')
  const nodes = dump.filter(line => line.includes('+-o '))
  expect(nodes.length).toBeGreaterThan(350)
  for (const line of nodes) expect(line).toMatch(nodeLine)
  for (const line of dump) if (!line.includes('+-o ')) expect(line).toMatch(propertyLine)
})

test('text and archive show the same entries in the same order, in every plane', async () => {
  for (const plane of ['IOService', 'IODeviceTree', 'IOACPIPlane', 'IOPower', 'IOUSB']) {
    const text = (await lines(`-w0 -p ${plane}`))
      .flatMap(line => nodeLine.exec(line)?.groups?.id ?? [])
      .map(Number)
    expect(idsOf(await archive(`-p ${plane}`)), plane).toEqual(text)
    expect(text.length, plane).toBeGreaterThan(5)
  }
})

test('the tree is drawn with a bar for every ancestor that goes on', async () => {
  const [first, second, third, ...rest] = await lines('-w0 -d3')
  expect(first).toMatch(/^\+-o Root {2}<class IORegistryEntry, id 0x100000100, retain \d+>$/)
  expect(second).toMatch(/^ {2}\+-o iMac14,2 {2}<class IOPlatformExpertDevice, /)
  expect(third).toMatch(/^ {4}\+-o AppleACPIPlatformExpert {2}</)
  expect(rest[0]).toMatch(/^ {4}\+-o IOResources {2}</)
  const deeper = await lines('-w0 -d4')
  expect(deeper.filter(line => line.startsWith('    | +-o ')).length).toBeGreaterThan(20)
})

test('a property block sits between bars, with a separator that keeps its prefix', async () => {
  const block = await lines('-w0 -l -d1')
  expect(block[1]).toBe('    {')
  expect(block).toContain('      "IOConsoleLocked" = No')
  expect(block).toContain('      "OS Build Version" = "17G65"')
  expect(block.at(-3)).toBe('    }')
  expect(block.at(-2)).toBe('    ')
})

test('values print by their types', async () => {
  const expert = (await m.run('ioreg -w0 -l -rd1 -c IOPlatformExpertDevice')).stdout
  expect(expert).toContain('"compatible" = <"iMac14,2">')
  expect(expert).toContain('"IOInterruptSpecifiers" = (<0900000005000000>)')
  expect(expert).toContain('"IOBusyInterest" = "IOCommand is not serializable"')
  const platform = (await m.run('ioreg -w0 -rd1 -c AppleACPIPlatformExpert')).stdout
  expect(platform).toContain('"IOPlatformMaxBusDelay" = (18446744073709551615,0)')
  expect(platform).toContain('"ACPI Statistics" = {"FixedEventCount"=0,"GpeCount"=3,')
  const hex = (await m.run('ioreg -w0 -x -rd1 -c AppleACPIPlatformExpert')).stdout
  expect(hex).toContain('"IOPlatformMaxBusDelay" = (0xffffffffffffffff,0x0)')
})

test('the archive says the name where the class should be, as the tools of that era do', async () => {
  const root = await archive('-l')
  const expert = root.IORegistryEntryChildren![0]!
  expect(expert.IOObjectClass).toBe('iMac14,2')
  expect(expert.IOServiceState).toBe(30)
  expect(expert['compatible']).toEqual(new TextEncoder().encode('iMac14,2\0'))
  expect(root.IOServiceState).toBeUndefined()
  expect(root).toHaveProperty('IOKitDiagnostics.Classes.OSObject')
})

test('the archive is laid out as CoreFoundation writes it', async () => {
  const { stdout } = await m.run('ioreg -a -l')
  expect(
    stdout.startsWith(
      '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0">\n<dict>\n\t<key>IOConsoleLocked</key>\n\t<false/>\n',
    ),
  ).toBe(true)
  expect(stdout.endsWith('\n</dict>\n</plist>\n')).toBe(true)
  // The root's data has one tab and 68 columns; -1 is signed.
  expect(stdout).toContain(
    '\t<key>IONDRVFramebufferGeneration</key>\n\t<data>\n\tBAAAAAQAAAA=\n\t</data>\n',
  )
  expect(stdout).toContain('<integer>-1</integer>')
  const widths = new Map<number, number>()
  for (const [, indent = '', base64 = ''] of stdout.matchAll(
    /^(\t+)([A-Za-z0-9+/]{12,}={0,2})$/gm,
  )) {
    widths.set(indent.length, Math.max(widths.get(indent.length) ?? 0, base64.length))
  }
  for (const [indent, width] of widths)
    expect(width).toBeLessThanOrEqual(76 - 8 * Math.min(indent, 8))
})

test('dictionary keys are sorted by code unit at every level', async () => {
  const { stdout } = await m.run('ioreg -a -l')
  const open: (string | null)[] = []
  for (const line of stdout.split('\n')) {
    const word = line.trim()
    if (word === '<dict>') open.push(null)
    if (word === '</dict>') open.pop()
    const key = /^<key>(.*)<\/key>$/.exec(word)?.[1]
    if (key === undefined) continue
    const previous = open.at(-1) ?? null
    expect(previous === null || previous < key, `${previous} before ${key}`).toBe(true)
    open[open.length - 1] = key
  }
})

test('-r finds subtrees by class, name and key; filters are ANDed', async () => {
  const count = async (options: string): Promise<number> =>
    (await lines(`-w0 ${options}`)).filter(line => line.startsWith('+-o ')).length
  expect(await count('-r -c IOPCIDevice')).toBe(12)
  expect(await count('-r -n PCI0')).toBe(1)
  expect(await count('-r -n PCI0@0')).toBe(1)
  expect(await count('-r -n PCI0@1')).toBe(0)
  expect(await count('-r -k IOMACAddress')).toBe(1)
  expect(await count('-r -c IOPCIDevice -k IOMACAddress')).toBe(0)
})

test('a match inside a printed subtree is repeated only below the depth cut', async () => {
  const tops = async (options: string): Promise<number> =>
    (await lines(`-w0 ${options}`)).filter(line => line.startsWith('+-o ')).length
  expect(await tops('-r -c IOMedia')).toBe(3)
  expect(await tops('-r -c IOMedia -d1')).toBe(13)
})

test('without a match, or without a filter, -r prints nothing at all', async () => {
  for (const options of ['-r', '-r -l', '-r -c NoSuchClass', '-a -r', '-a -r -l -c NoSuchClass']) {
    expect(await m.run(`ioreg ${options}`), options).toEqual({
      stdout: '',
      stderr: '',
      exitCode: 0,
    })
  }
})

test('-t shows the way down to a match; in the archive as single dictionaries', async () => {
  const way = await lines('-w0 -r -t -d1 -n PCI0')
  expect(way.filter(line => line.includes('+-o ')).map(line => line.split('  <')[0])).toEqual([
    '+-o Root',
    '  +-o iMac14,2',
    '    +-o AppleACPIPlatformExpert',
    '      +-o PCI0@0',
  ])
  const [root] = (await archive('-r -t -d1 -n PCI0')) as unknown as readonly Node[]
  expect(Array.isArray(root!.IORegistryEntryChildren)).toBe(false)
  expect(root).toHaveProperty('IORegistryEntryChildren.IORegistryEntryName', 'iMac14,2')
})

test('-i shows the chain of classes without OSObject', async () => {
  const [line] = await lines('-w0 -i -rd1 -c AppleAPFSVolume')
  expect(line).toContain('<class IORegistryEntry:IOService:IOStorage:IOMedia:AppleAPFSVolume, id ')
})

test('an entry with two providers is printed below both, with its subtree', async () => {
  const stacks = (await lines('-w0')).filter(line => line.includes('+-o IONetworkStack  '))
  expect(stacks).toHaveLength(2)
  expect(new Set(stacks.map(line => /id 0x\w+/.exec(line)![0])).size).toBe(1)
})

test('-w clips lines to the width and marks the cut', async () => {
  const clipped = await lines('-l -w 60')
  expect(Math.max(...clipped.map(line => line.length))).toBe(60)
  expect(clipped.every(line => line.length < 60 || line.endsWith('$'))).toBe(true)
})

test('an unknown plane shows the root alone', async () => {
  const { stdout, exitCode } = await m.run('ioreg -w0 -p NoSuchPlane')
  expect(stdout).toMatch(/^\+-o Root {2}<class IORegistryEntry, id 0x100000100, retain \d+>\n$/)
  expect(exitCode).toBe(0)
})

test('bad options print the usage on stderr and exit with 1', async () => {
  const bad = await m.run('ioreg -y')
  expect(bad.exitCode).toBe(1)
  expect(bad.stdout).toBe('')
  expect(bad.stderr).toMatch(
    /^ioreg: illegal option -- y\nusage: ioreg \[-abfilrtx\] \[-c class\] \[-d depth\]/,
  )
  expect((await m.run('ioreg -c')).stderr).toMatch(/^ioreg: option requires an argument -- c\n/)
})

test('an ioreg from before 10.8 does not know -a', async () => {
  const old = bootTestMachine({ ioregHasArchive: false })
  const refused = await old.run('ioreg -a -l')
  old.dispose()
  expect(refused.exitCode).toBe(1)
  expect(refused.stderr).toMatch(/^ioreg: illegal option -- a\nusage: ioreg \[-bfilrtx\] /)
})

test('output waits for its reader and stops when the process is told to', async () => {
  const stopping = new AbortController()
  let chunks = 0
  const exitCode = await m.programs.get('/usr/sbin/ioreg')!({
    argv: ['ioreg', '-a', '-l'],
    uid: 501,
    gid: 20,
    user: 'author',
    cwd: '/',
    env: {},
    files: m.files,
    stdin: (async function* () {})(),
    stdout: async chunk => {
      expect(chunk.length).toBeLessThanOrEqual(32 * 1024)
      chunks += 1
      if (chunks === 2) stopping.abort()
    },
    stderr: async () => {},
    signal: stopping.signal,
  })
  expect(exitCode).toBe(1)
  expect(chunks).toBeLessThan(10)
})
