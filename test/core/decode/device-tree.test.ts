import { expect, test } from 'vitest'
import { array, hex, text } from '../../helpers/decoder-registry.ts'
import { contextWith, draw, readingOf } from './draw-decoding.ts'

const chars = (latin: string) =>
  ({ kind: 'data', bytes: Uint8Array.from(latin, c => c.charCodeAt(0)) }) as const

test('two little-endian cells are one number, the low cell first, as on ARM machines', () => {
  const cells = { '#address-cells': hex('02 00 00 00'), '#size-cells': hex('02 00 00 00') }
  const value = hex('00 00 f0 10 02 00 00 00 00 00 20 00 00 00 00 00')
  expect(draw('device-tree-reg', 'reg', value, contextWith({}, cells))).toEqual([
    'Addresses (reg), certain: 0x210f00000 · 2 MB',
    '  0 0x210f00000 (2 MB) [0, 16)',
    '    Address 0x210f00000 [0, 8)',
    '    Size 0x200000 (2 MB) [8, 16)',
  ])
})

test('without the parent’s cell counts a reading is called possible, and says why', () => {
  const reading = readingOf('device-tree-reg', 'reg', hex('00 f0 40 00 00 00 40 00'))
  expect(reading?.sureness).toBe('possible')
  expect(reading?.because).toContain('No #address-cells is known')
  expect(readingOf('device-tree-reg', 'reg', hex('00 f0 40'))).toBeUndefined()
})

test('ranges of a PowerPC’s PCI bus lead from the bus to its parent', () => {
  const own = { '#address-cells': hex('00 00 00 03'), '#size-cells': hex('00 00 00 02') }
  const parent = { '#address-cells': hex('00 00 00 01'), '#size-cells': hex('00 00 00 01') }
  const value = hex('02 00 00 00 00 00 00 00 f1 00 00 00 f1 00 00 00 00 00 00 00 01 00 00 00')
  expect(draw('device-tree-ranges', 'ranges', value, contextWith(own, parent))).toEqual([
    'Address ranges of the bus, certain: 1 range, 0xf1000000 → 0xf1000000',
    '  0 0xf1000000 → 0xf1000000 (32-bit memory, 16 MB) [0, 24)',
    '    On the bus 0xf1000000 [0, 12)',
    '      phys.hi 0x02000000 [0, 4)',
    '        Space 2 (32-bit memory)',
    '        Flags 0x0 (relocatable)',
    '        Bus, device, function 00:00.0',
    '        Register 0x00',
    '      phys.mid, phys.lo 0xf1000000 [4, 12)',
    '    Of the parent 0xf1000000 [12, 16)',
    '      Address of the parent 0xf1000000 [12, 16)',
    '    Size 0x1000000 (16 MB) [16, 24)',
  ])
  expect(draw('device-tree-ranges', 'ranges', hex(''))).toEqual([
    'Address ranges of the bus, certain: addresses are the parent’s',
  ])
})

test('interrupts have the cells of their controller, found by its phandle', () => {
  const controller = { name: 'mpic@40000', id: 0x1_0000_0123n, interruptCells: hex('00 00 00 02') }
  const context = contextWith(
    { 'interrupt-parent': hex('ff 97 dd 70') },
    {},
    {
      machineOrder: 'big',
      phandle: bytes => (bytes[0] === 0xff ? controller : null),
    },
  )
  expect(
    draw('device-tree-interrupts', 'interrupts', hex('00 00 00 2a 00 00 00 01'), context),
  ).toEqual([
    'Interrupts, certain: 0x2a',
    '  0 0x2a (level) [0, 8)',
    '    Vector 0x2a (42) [0, 4)',
    '    Sense 0x1 (level) [4, 8)',
  ])
  expect(draw('phandle', 'interrupt-parent', hex('ff 97 dd 70'), context)).toEqual([
    'Handle of another entry, certain: 0xff97dd70 · mpic@40000',
    '  Handle 0xff97dd70 (mpic@40000) [0, 4) -> 0x100000123',
  ])
})

test('specifiers stand beside their controllers, and a missing partner is said', () => {
  const context = contextWith({ IOInterruptControllers: array(text('io-apic-0')) })
  const value = array(hex('09 00 00 00 07 00 00 00'), hex('01'))
  expect(draw('interrupt-specifiers', 'IOInterruptSpecifiers', value, context)).toEqual([
    'Interrupts and their controllers, certain: 0x9; 1 byte',
    '  0 0x9 (io-apic-0, level)',
    '    Vector 0x9 (9)',
    '    Sense 0x7 (level)',
    '  1 1 byte (controller not known)',
    '! There are 2 here and 1 at IOInterruptControllers; they go in pairs.',
  ])
})

test.each([
  [
    'strings with NULs between',
    draw('device-tree-text', 'compatible', chars('pci8086,412\0pci\0\0')),
    ['Device-tree text, certain', '  0 "pci8086,412" [0, 11)', '  1 "pci" [12, 15)'],
  ],
  [
    'text that is not ended',
    draw('device-tree-text', 'model', chars('abc')),
    [
      'Device-tree text, certain',
      '  0 "abc" [0, 3)',
      '! No NUL ends it, though text of the device tree has one.',
    ],
  ],
  [
    'any data of printable strings',
    draw('c-strings', 'AAPL,clock-id', chars('scca5s\0')),
    ['Text, likely', '  0 "scca5s" [0, 6)'],
  ],
  [
    'not two printable bytes of a number',
    draw('c-strings', 'x', hex('3a 3a 00 00')),
    ['not read so'],
  ],
  [
    'a cell count',
    draw('cell-count', '#address-cells', hex('00 00 00 03')),
    ['Cell count, certain: 3', '  Count 3 (cells of four bytes in an address on this bus) [0, 4)'],
  ],
])('device-tree values: %s', (_, found, wanted) => {
  expect(found).toEqual(wanted)
})
