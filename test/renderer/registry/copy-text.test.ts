import { expect, test } from 'vitest'
import { planeNamed } from '../../../core/registry/lookup.ts'
import { nodeLabel, nodePath } from '../../../core/registry/paths.ts'
import { copyText, withAllBelow } from '../../../renderer/registry/copy-text.ts'
import { demoSnapshot } from '../../helpers/demo-registry.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { draw, nodeNamed, planeFrom, snapshotFrom } from '../../helpers/plane-from.ts'

const snapshot = demoSnapshot(true, 2)
const plane = planeNamed(snapshot, 'IOService')!
const node = (label: string) => {
  for (let n = 0; n < plane.length; n++) if (nodeLabel(snapshot, plane, n) === label) return n
  throw new Error(`no node is called ${label}`)
}
const ps2k = node('PS2K')

test('every path is copied as it is told elsewhere', () => {
  for (const table of snapshot.planes) {
    const all = Int32Array.from({ length: table.length }, (_, n) => n)
    const copied = copyText(snapshot, table, all, 'path', false)
    const paths = Array.from(all, n => nodePath(snapshot, table, n)).join('\n')
    expect(copied).toEqual({ kind: 'text', count: table.length, text: paths })
  }
})

test('paths are copied one to a line', () => {
  const copied = copyText(snapshot, plane, Int32Array.of(1, ps2k), 'path', false)
  expect(copied).toEqual({
    kind: 'text',
    count: 2,
    text: 'IOService:/iMac19,1\nIOService:/iMac19,1/AppleACPIPlatformExpert/PS2K',
  })
})

test.each(['plist', 'text', 'json'] as const)('what is copied as %s is read again', form => {
  const copied = copyText(snapshot, plane, Int32Array.of(ps2k), form, true)
  expect(copied.kind).toBe('text')
  const text = copied.kind === 'text' ? copied.text : ''
  if (form === 'json') {
    const { planes, entries } = JSON.parse(text) as {
      planes: { nodes: unknown[] }[]
      entries: unknown[]
    }
    expect(planes[0]!.nodes).toHaveLength(plane.end[ps2k]! - ps2k)
    expect(entries).toHaveLength(plane.end[ps2k]! - ps2k)
    return
  }
  const read = readDump('any', text).snapshot
  const labels = Array.from({ length: read.planes[0]!.length }, (_, n) => {
    return nodeLabel(read, read.planes[0]!, n)
  })
  expect(labels).toEqual(['PS2K', 'IOHIDEventDriver', 'IOHIDSystem', 'IOHIDUserClient'])
})

test('everything below is taken once, though providers and clients are both chosen', () => {
  const drawn = planeFrom(`
    Root
      PCI0
        GFX0
      IOResources
  `)
  const all = withAllBelow(drawn, [nodeNamed(drawn, 'PCI0'), nodeNamed(drawn, 'GFX0'), 3])
  expect(draw(drawn, all)).toEqual(['  PCI0', '    GFX0', '  IOResources'])
})

test('what is too much for a clipboard is refused with what to do instead', () => {
  const many = snapshotFrom(`Root\n${'  Client\n'.repeat(25_000)}`)
  const all = Int32Array.from({ length: many.planes[0]!.length }, (_, n) => n)
  const copied = copyText(many, many.planes[0]!, all, 'json', false)
  expect(copied.kind).toBe('refused')
  expect(copied).toHaveProperty('why', expect.stringContaining('25,001 entries as JSON'))
  expect(copyText(many, many.planes[0]!, all, 'path', false).kind).toBe('refused')
  expect(copyText(many, many.planes[0]!, all.slice(0, 20_000), 'path', false).kind).toBe('text')
})
