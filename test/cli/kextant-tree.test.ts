import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { nodePath } from '../../core/registry/paths.ts'
import { propertiesOf } from '../../main/cli/format/entry-json.ts'
import { treeLines, treePart } from '../../main/cli/format/tree-lines.ts'
import { propertyValueToJson } from '../../core/write/value-json.ts'
import { lookOf } from '../../main/cli/look.ts'
import { noString, type Snapshot } from '../../core/registry/snapshot.ts'
import { stringAt } from '../../core/registry/strings.ts'
import { endingOf, fileWith, jsonLines, runCli, startCli } from '../helpers/cli-process.ts'
import { snapshotFrom } from '../helpers/plane-from.ts'
import { readDump } from '../helpers/read-dumps.ts'
import { randomRegistry } from '../helpers/registry-model.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { writeArchive } from '../helpers/write-archive.ts'
import { writeBenchDump } from '../helpers/write-bench-dump.ts'

const dump = `+-o Root  <class IORegistryEntry, id 0x1, retain 19>
  +-o PCI0@0  <class IOPCIBridge, id 0x2, registered, matched, active, busy 1 (61 ms), retain 47>
  | | {
  | |   "name" = <"pci">
  | |   "IOPowerManagement" = {"MaxPowerState"=3}
  | | }
  | | 
  | +-o XHC1@14  <class IOPCIDevice, id 0x3, registered, !matched, active, busy 0, retain 9>
  | | +-o stack  <class IONetworkStack, id 0x9, !registered, !matched, active, busy 0, retain 9>
  | +-o XHC2@15  <class IOPCIDevice, id 0x4, !registered, !matched, inactive, busy 0, retain 9>
  +-o en0  <class IOEthernetInterface, id 0x5, registered, matched, active, busy 0, retain 9>
    +-o stack  <class IONetworkStack, id 0x9, !registered, !matched, active, busy 0, retain 9>
`

const tree = `Root  IORegistryEntry  0x1
├─ PCI0@0  ● IOPCIBridge  0x2  busy 1
│  ├─ XHC1@14  ◐ IOPCIDevice  0x3
│  │  └─ stack  ○ IONetworkStack  0x9  also under en0
│  └─ XHC2@15  ✕ IOPCIDevice  0x4  inactive
└─ en0  ● IOEthernetInterface  0x5
   └─ stack  ○ IONetworkStack  0x9  also under XHC1@14
`

test('a tree has every place, its class, state and ID, and says where else an entry stands', async () => {
  expect(await runCli(['tree', fileWith(dump)])).toEqual({ code: 0, stdout: tree, stderr: '' })
})

test('a depth, an entry and its properties choose what is shown', async () => {
  const { stdout } = await runCli(['tree', '-', '-d', '1'], { stdin: dump })
  expect(stdout.split('\n')).toEqual([
    'Root  IORegistryEntry  0x1',
    '├─ PCI0@0  ● IOPCIBridge  0x2  busy 1  (3 entries below)',
    '└─ en0  ● IOEthernetInterface  0x5  (1 entry below)',
    '',
  ])
  const under = await runCli(['tree', '-', '--under', '/PCI0@0', '-l'], { stdin: dump })
  expect(under.stdout.split('\n')).toEqual([
    'PCI0@0  ● IOPCIBridge  0x2  busy 1',
    '│    name = <"pci">',
    '│    IOPowerManagement = { MaxPowerState = 3 }',
    '├─ XHC1@14  ◐ IOPCIDevice  0x3',
    '│  └─ stack  ○ IONetworkStack  0x9  also under en0',
    '└─ XHC2@15  ✕ IOPCIDevice  0x4  inactive',
    '',
  ])
})

test('JSON lines tell the same as the tables, for every place', async () => {
  const content = writeArchive(randomRegistry({ seed: 11, nodes: 120, isNasty: true }))
  const { snapshot } = readDump('archive', content)
  const { stdout, code } = await runCli(['tree', fileWith(content), '--json', '-l'])
  const [plane] = snapshot.planes
  const { entries } = snapshot
  const expected = Array.from({ length: plane!.length }, (_, node) => {
    const entry = plane!.entry[node]!
    const row = plane!.sighting[node]!
    const hasOwn = entries.firstProperty[row + 1]! > entries.firstProperty[row]!
    const parent = plane!.parent[node]!
    return {
      node,
      parent: parent < 0 ? null : parent,
      depth: plane!.depth[node]!,
      path: nodePath(snapshot, plane!, node),
      name: textIn(snapshot, plane!.name[node]!),
      location: textIn(snapshot, plane!.location[node]!),
      class: textIn(snapshot, entries.className[entry]!),
      id: `0x${entries.id[entry]!.toString(16)}`,
      retain: entries.retainCount[row]!,
      nodesBelow: plane!.end[node]! - node - 1,
      properties: JSON.parse(
        JSON.stringify(
          propertyValueToJson({
            kind: 'dictionary',
            entries: [...propertiesOf(snapshot, hasOwn ? row : entry)],
          }),
        ),
      ) as unknown,
    }
  })
  expect(code).toBe(0)
  const rows = jsonLines<object>(stdout)
  expect(rows).toHaveLength(expected.length)
  for (const [at, row] of rows.entries()) expect(row).toMatchObject(expected[at]!)
})

function textIn(snapshot: Snapshot, index: number): string | null {
  return index === noString ? null : stringAt(snapshot.strings, index)
}

test('on a screen the parts stand in columns, in colours unless NO_COLOR is set', () => {
  const snapshot = snapshotFrom(`
    Root  <class IORegistryEntry, id 0x1>
      PCI0@0  <class IOPCIBridge, id 0x2, registered, matched, active, busy 0, retain 1>
      en0  <class IOEthernetInterface, id 0x3, registered, matched, active, busy 0, retain 1>
  `)
  const part = treePart(snapshot.planes[0]!, null, Infinity, false)
  const screen = { isTTY: true, columns: 80 }
  const plain = lookOf(screen, 'auto', { NO_COLOR: '1', TERM: 'xterm' })
  expect([...treeLines(snapshot, part, plain)]).toEqual([
    'Root         IORegistryEntry      0x1',
    '├─ PCI0@0  ● IOPCIBridge          0x2',
    '└─ en0     ● IOEthernetInterface  0x3',
  ])
  const colors = (look: ReturnType<typeof lookOf>) =>
    // eslint-disable-next-line no-control-regex -- these are what is looked for
    [...treeLines(snapshot, part, look)].some(line => /\u001b\[/.test(line))
  expect(colors(lookOf(screen, 'auto', { TERM: 'xterm' }))).toBe(true)
  expect(colors(lookOf(screen, 'never', { TERM: 'xterm' }))).toBe(false)
  expect(colors(lookOf(screen, 'auto', { TERM: 'dumb' }))).toBe(false)
  expect(colors(lookOf({ isTTY: false, columns: 80 }, 'auto', { TERM: 'xterm' }))).toBe(false)
  expect(colors(lookOf({ isTTY: false, columns: 80 }, 'always', { NO_COLOR: '1' }))).toBe(true)
})

test.each([
  ['no such plane', ['-p', 'IOUSB'], 1, 'it has IOService'],
  ['no such entry', ['--under', 'XHC3'], 1, 'XHC1'],
  ['the beginning of a name', ['--under', 'XHC'], 1, 'no entry is'],
  ['a depth that is none', ['-d', 'two'], 64, 'whole number'],
  ['a colour that is none', ['--color', 'red'], 64, 'always'],
])('%s ends with its own exit code and a sentence', async (_, args, code, words) => {
  const ended = await runCli(['tree', '-', ...args], { stdin: dump })
  expect(ended).toMatchObject({ code, stdout: '' })
  expect(ended.stderr).toContain(words)
})

test('names and values of a guest cannot steer the terminal nor begin a row', async () => {
  const evil = dump
    .replace('PCI0@0', 'P\u001b]0;owned\u0007CI@0\u009b')
    .replace('<"pci">', '"a\u001b[2J\n+-x"')
  for (const args of [['-l'], ['-l', '--json'], ['--color', 'always']]) {
    const { stdout } = await runCli(['tree', '-', ...args], { stdin: evil })
    expect(stdout).toContain('owned')
    // eslint-disable-next-line no-control-regex -- these are what is looked for
    expect(stdout.replaceAll(/\u001b\[\d+m/g, '')).not.toMatch(/[\u001b\u0007\u009b]|^\+-x/m)
  }
})

test('what could not be read is said beside the tree', async () => {
  const { code, stdout, stderr } = await runCli(['tree', '-'], {
    stdin: dump.replaceAll('IOPCIDevice', 'IOPCI').slice(0, 300),
  })
  expect([code, stdout]).toEqual([0, expect.stringContaining('PCI0@0')])
  expect(stderr).toMatch(/could not be read; “kextant info” tells what\.\n$/)
})

test('a very deep tree takes no more room than it has entries', async () => {
  const depth = 3000
  const open = '<dict><key>IORegistryEntryChildren</key><array>'
  const close =
    '</array><key>IORegistryEntryName</key><string>down</string><key>IOObjectClass</key><string>C</string></dict>'
  const deep = `<plist>${open.repeat(depth)}${close.repeat(depth)}</plist>`
  const { snapshot } = readDump('archive', deep)
  const part = treePart(snapshot.planes[0]!, null, Infinity, true)
  const lines = [...treeLines(snapshot, part, lookOf({ isTTY: true, columns: 80 }, 'never'))]
  expect(lines.length).toBe(snapshot.planes[0]!.length)
  expect(lines.at(-1)).toMatch(/^… \d+ levels down └─ down/)
  expect(Math.max(...lines.map(line => line.length))).toBeLessThan(400)
})

test('head ends a huge tree at once, without a word, also through the wrapper', async () => {
  const path = join(temporaryFolder(), 'big.txt')
  writeBenchDump(path, 'text', 6_000)
  const direct = startCli(['tree', path, '-l'])
  const wrapper = spawn(
    process.execPath,
    [resolve(import.meta.dirname, '../../scripts/kextant.mjs'), 'tree', path, '-l'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  onTestFinished(() => void wrapper.kill('SIGKILL'))
  for (const child of [direct, wrapper]) {
    let stderr = ''
    child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    const exit = once(child, 'exit')
    const [first] = (await once(child.stdout!, 'data')) as [Buffer]
    child.stdout!.destroy()
    expect([first.toString().slice(0, 4), (await exit)[0], stderr]).toEqual(['Root', 0, ''])
  }
})

test('a disk that is full is a failure, and is said', async ({ skip }) => {
  skip(!existsSync('/dev/full'), 'there is no /dev/full here')
  const path = join(temporaryFolder(), 'small.txt')
  writeBenchDump(path, 'text', 20)
  const disk = openSync('/dev/full', 'w')
  onTestFinished(() => closeSync(disk))
  const program = resolve(import.meta.dirname, '../../main/cli/index.ts')
  const child = spawn(process.execPath, [program, 'tree', path], {
    stdio: ['ignore', disk, 'pipe'],
  })
  const said = text(child.stderr!)
  expect([(await once(child, 'exit'))[0], await said]).toEqual([
    2,
    'kextant: not all could be printed: the disk is full.\n',
  ])
})

test('Ctrl-C ends a tree that nobody reads on with 130', async () => {
  const path = join(temporaryFolder(), 'big.txt')
  writeBenchDump(path, 'text', 6_000)
  const child = startCli(['tree', path, '-l'])
  const exit = once(child, 'exit')
  await once(child.stdout!, 'readable')
  child.kill('SIGINT')
  expect((await exit)[0]).toBe(130)
  expect((await endingOf(startCli(['tree', temporaryFolder()]))).code).toBe(2)
})
