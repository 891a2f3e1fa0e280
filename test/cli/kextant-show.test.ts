import { expect, test } from 'vitest'
import { nodesOf } from '../../core/registry/lookup.ts'
import { nodePath } from '../../core/registry/paths.ts'
import { fileWith, runCli } from '../helpers/cli-process.ts'
import { readDump } from '../helpers/read-dumps.ts'

const dump = `+-o Root  <class IORegistryEntry, id 0x1, retain 19>
  +-o PCI0@0  <class IOPCIBridge, id 0x2, registered, matched, active, busy 0, retain 47>
  | +-o twin  <class IOService, id 0x3, registered, matched, active, busy 0 (5 ms), retain 9>
  | |   {
  | |     "device-id" = <849d0000>
  | |     "IOMatchCategory" = "IODefaultMatchCategory"
  | |     "huge" = 18446744073709551615
  | |     "nothing" = 
  | |   }
  | |   
  | +-o stack  <class IONetworkStack, id 0x9, !registered, !matched, active, busy 0, retain 9>
  +-o en0  <class IOEthernetInterface, id 0x5, registered, matched, active, busy 0, retain 9>
  | +-o stack  <class IONetworkStack, id 0x9, !registered, !matched, active, busy 0, retain 12>
  +-o twin  <class IOService, id 0x4, !registered, !matched, active, busy 0, retain 9>
`

test('show says all of an entry: places, providers, clients, state in words, properties', async () => {
  const path = fileWith(dump)
  const { code, stdout, stderr } = await runCli(['show', path, '0x3'])
  expect([code, stderr]).toEqual([0, ''])
  for (const line of [
    'twin  IOService',
    '  id        0x3',
    '  inherits  not known',
    '  state     ● registered, matched, active, busy 0 (5 ms), retain 9',
    '  IOService:/PCI0@0/twin',
    '    PCI0@0  ● IOPCIBridge  0x2',
    '4 properties',
    '  data     device-id = <84 9d 00 00>',
    '  string   IOMatchCategory = "IODefaultMatchCategory"',
    '  integer  huge = 18446744073709551615 (0xffffffffffffffff)',
    '  missing  nothing = (no value in the dump)',
  ]) {
    expect(stdout.split('\n')).toContain(line)
  }
  expect(stdout).toContain('registerService() took effect')
  const stack = await runCli(['show', path, 'stack'])
  expect(stack.stdout).toContain('IOService:/PCI0@0/stack\n  IOService:/en0/stack  (here: ')
  expect(stack.stdout).toContain('  2 providers\n')
})

test('show --json is whole and exact', async () => {
  const { snapshot } = readDump('text', dump)
  const [plane] = snapshot.planes
  const { stdout, code } = await runCli(['show', fileWith(dump), '/PCI0@0/twin', '--json'])
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toEqual({
    name: 'twin',
    class: 'IOService',
    classChain: null,
    id: '0x3',
    state: ['registered', 'matched', 'active'],
    stateBits: 6,
    busy: 0,
    busyTimeNs: 5_000_000,
    retain: 9,
    planes: [
      {
        plane: 'IOService',
        places: [{ node: 2, path: 'IOService:/PCI0@0/twin', name: 'twin', location: null }],
        providers: [{ name: 'PCI0', location: '0', class: 'IOPCIBridge', id: '0x2' }],
        clients: [],
      },
    ],
    properties: {
      'device-id': { $data: 'hJ0AAA==' },
      IOMatchCategory: 'IODefaultMatchCategory',
      huge: { $integer: '18446744073709551615' },
      nothing: { $missing: true },
    },
    otherSightings: [],
  })
  const stack = await runCli(['show', fileWith(dump), '0x9', '--json'])
  const shown = JSON.parse(stack.stdout) as {
    planes: { places: { path: string }[] }[]
    retain: number
    otherSightings: { node: number; retain: number }[]
  }
  const nodes = [...nodesOf(snapshot, plane!, plane!.entry[3]!)]
  expect(shown.planes[0]!.places.map(({ path }) => path)).toEqual(
    nodes.map(node => nodePath(snapshot, plane!, node)),
  )
  // What the second place printed is not lost.
  expect([shown.retain, shown.otherSightings]).toEqual([
    9,
    [expect.objectContaining({ node: nodes[1], retain: 12 })],
  ])
})

test('a selector of several entries lists them, and one of none the nearest names', async () => {
  const path = fileWith(dump)
  const several = await runCli(['show', path, 'twin'])
  expect(several).toMatchObject({ code: 1, stdout: '' })
  expect(several.stderr).toContain('  0x3  IOService:/PCI0@0/twin  IOService\n')
  expect(several.stderr).toContain('  0x4  IOService:/twin  IOService\n')
  const none = await runCli(['show', path, 'en1'])
  expect(none).toMatchObject({ code: 1, stdout: '' })
  expect(none.stderr).toBe('kextant: no entry is “en1”. Is one of these meant: en0?\n')
  expect((await runCli(['show', path])).code).toBe(64)
})

test('a class of the demo guest is shown in each of its planes', async () => {
  const { code, stdout } = await runCli(['show', 'demo', 'IOPMrootDomain', '--json'])
  expect(code).toBe(0)
  const shown = JSON.parse(stdout) as { classChain: string[]; planes: { plane: string }[] }
  expect(shown.classChain).toEqual(['IORegistryEntry', 'IOService', 'IOPMrootDomain'])
  expect(shown.planes.map(({ plane }) => plane)).toEqual(['IOService', 'IOPower'])
})
