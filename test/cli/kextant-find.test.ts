import { expect, test } from 'vitest'
import { findEntries } from '../../core/query/find-entries.ts'
import { nodesOf } from '../../core/registry/lookup.ts'
import { nodePath } from '../../core/registry/paths.ts'
import { fileWith, jsonLines, runCli } from '../helpers/cli-process.ts'
import { readDump } from '../helpers/read-dumps.ts'
import { randomRegistry } from '../helpers/registry-model.ts'
import { writeText } from '../helpers/write-text.ts'

const dump = `+-o Root  <class IORegistryEntry, id 0x1, retain 19>
  +-o PCI0@0  <class IOPCIBridge, id 0x2, registered, matched, active, busy 0, retain 47>
    | {
    |   "compatible" = <"pci8086,9d84">
    |   "IOPowerManagement" = {"MaxPowerState"=3,"Long"="xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}
    | }
    | 
    +-o XHC1@14  <class IOPCIDevice, id 0x3, registered, matched, active, busy 0, retain 9>
`

test('find prints where an entry stands and what was hit', async () => {
  const path = fileWith(dump)
  const { stdout } = await runCli(['find', path, 'pci'])
  expect(stdout.split('\n')).toEqual([
    'IOService:/PCI0@0  ● IOPCIBridge  0x2  name',
    'IOService:/PCI0@0/XHC1@14  ● IOPCIDevice  0x3  class',
    '',
  ])
  const value = await runCli(['find', path, '--value', '8086'])
  expect(value.stdout).toBe(
    'IOService:/PCI0@0  ● IOPCIBridge  0x2  compatible = <"pci8086,9d84">\n',
  )
  const key = await runCli(['find', path, '--key', 'maxpower', '--class', 'IOPCI'])
  expect(key.stdout).toBe(
    'IOService:/PCI0@0  ● IOPCIBridge  0x2  IOPowerManagement = { … MaxPowerState = 3\n',
  )
})

test('counts, planes and the exit code answer too', async () => {
  const path = fileWith(dump)
  expect(await runCli(['find', path, 'PCI', '--count'])).toMatchObject({ code: 0, stdout: '2\n' })
  expect(await runCli(['find', path, 'none', '--count'])).toMatchObject({ code: 1, stdout: '0\n' })
  const json = await runCli(['find', path, 'none', '--json'])
  expect(json).toMatchObject({ code: 1, stdout: '', stderr: '' })
  expect(await runCli(['find', path, 'PCI', '-p', 'IOUSB'])).toMatchObject({ code: 1, stdout: '' })
  expect((await runCli(['find', path])).code).toBe(64)
})

test('JSON lines are the hits, in the order of the registry', async () => {
  const content = writeText(randomRegistry({ seed: 3, nodes: 150, isNasty: true }))
  const { snapshot } = readDump('text', content)
  const [plane] = snapshot.planes
  const { stdout } = await runCli(['find', fileWith(content), 'smc', '--json'])
  const rows = jsonLines<{ paths: string[]; where: string; key: string | null }>(stdout)
  const hits = [...findEntries(snapshot, { text: 'smc' })]
  expect(hits.length).toBeGreaterThan(10)
  expect(rows.map(({ paths, where }) => [paths, where])).toEqual(
    hits.map(({ entry, where }) => [
      [...nodesOf(snapshot, plane!, entry)].map(node => nodePath(snapshot, plane!, node)),
      where,
    ]),
  )
  expect(rows.every(({ where, key }) => (where === 'value') === (key !== null))).toBe(true)
})
