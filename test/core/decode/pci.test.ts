import { expect, test } from 'vitest'
import { hex } from '../../helpers/decoder-registry.ts'
import { contextWith, draw } from './draw-decoding.ts'

const intel = { 'vendor-id': hex('86 80 00 00') }
const apple = { 'vendor-id': hex('00 00 10 6b') }
const littlePci = { '#address-cells': hex('03 00 00 00'), '#size-cells': hex('02 00 00 00') }

test.each([
  [
    'little-endian',
    draw('pci-id', 'vendor-id', hex('86 80 00 00')),
    ['PCI vendor, certain: 0x8086 · Intel', '  Vendor 0x8086 (Intel) [0, 2)'],
  ],
  [
    'big-endian, as PowerPC machines have it',
    draw('pci-id', 'vendor-id', hex('00 00 10 6b')),
    ['PCI vendor, certain: 0x106b · Apple', '  Vendor 0x106b (Apple) [2, 4)'],
  ],
  [
    'of a vendor that the table does not have',
    draw('pci-id', 'vendor-id', hex('ef be 00 00')),
    ['PCI vendor, certain: 0xbeef', '  Vendor 0xbeef (not in the table of vendors) [0, 2)'],
  ],
  [
    'a device, whose name needs the vendor',
    draw('pci-id', 'device-id', hex('d3 10 00 00'), contextWith(intel)),
    [
      'PCI device, certain: 0x10d3 · 82574L Gigabit Ethernet (e1000e)',
      '  Device 0x10d3 (82574L Gigabit Ethernet (e1000e)) [0, 2)',
      '  Of the vendor 0x8086 (Intel)',
    ],
  ],
  [
    'of four bytes that are no ID',
    draw('pci-id', 'device-id', hex('9b 3e 07 04')),
    [
      'PCI device, likely: 0x3e9b',
      '  Device 0x3e9b [0, 2)',
      '! It is larger than 0xffff, the most it can be.',
    ],
  ],
  ['of a wrong length', draw('pci-id', 'device-id', hex('9b 3e 07')), ['not read so']],
  [
    'a revision',
    draw('pci-revision', 'revision-id', hex('02 00 00 00')),
    ['PCI revision, certain: 0x02', '  Revision 0x02 [0, 1)'],
  ],
])('a PCI ID is read: %s', (_, found, wanted) => {
  expect(found).toEqual(wanted)
})

test('a class code has three parts, and the vendor beside it tells the byte order', () => {
  expect(draw('pci-class', 'class-code', hex('30 03 0c 00'), contextWith(intel))).toEqual([
    'PCI class code, certain: 0x0c0330 · Serial bus controller, USB, xHCI',
    '  Base class 0x0c (Serial bus controller) [2, 3)',
    '  Subclass 0x03 (USB) [1, 2)',
    '  Programming interface 0x30 (xHCI) [0, 1)',
  ])
  // Both orders would fit 24 bits.
  expect(draw('pci-class', 'class-code', hex('00 06 00 00'), contextWith(apple))).toEqual([
    'PCI class code, certain: 0x060000 · Bridge, Host',
    '  Base class 0x06 (Bridge) [1, 2)',
    '  Subclass 0x00 (Host) [2, 3)',
    '  Programming interface 0x00 (none) [3, 4)',
  ])
  expect(draw('pci-class', 'class-code', hex('00 06 00 00'))[0]).toContain('likely')
})

test('reg of a PCI device has the cells of its parent, with the bits of phys.hi', () => {
  const value = hex(
    '00 10 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 10 10 00 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00 40 00',
  )
  expect(draw('device-tree-reg', 'reg', value, contextWith(intel, littlePci))).toEqual([
    'Addresses (reg), certain: 0x0 · configuration of 00:02.0, 1 more',
    '  0 0x0 (configuration of 00:02.0) [0, 20)',
    '    phys.hi 0x00001000 [0, 4)',
    '      Space 0 (configuration)',
    '      Flags 0x0 (relocatable)',
    '      Bus, device, function 00:02.0',
    '      Register 0x00',
    '    phys.mid, phys.lo 0x0 [4, 12)',
    '    Size 0x0 (0 bytes) [12, 20)',
    '  1 0x0 (32-bit memory, BAR 0, 4 MB) [20, 40)',
    '    phys.hi 0x02001010 [20, 24)',
    '      Space 2 (32-bit memory)',
    '      Flags 0x0 (relocatable)',
    '      Bus, device, function 00:02.0',
    '      Register 0x10 (BAR 0)',
    '    phys.mid, phys.lo 0x0 [24, 32)',
    '    Size 0x400000 (4 MB) [32, 40)',
  ])
})

test('assigned addresses are read in the order of cells that their values tell', () => {
  const x86 = hex('10 10 00 82 00 00 00 00 00 00 00 b0 00 00 00 00 00 00 40 00')
  const arm = hex('10 00 01 82 00 00 c0 c0 00 00 00 00 00 00 01 00 00 00 00 00')
  const of = (value: ReturnType<typeof hex>) =>
    draw('pci-assigned-addresses', 'assigned-addresses', value, contextWith(intel)).filter(line =>
      /^ {2}\d|phys\.lo/.test(line),
    )
  expect(of(x86)).toEqual([
    '  0 0xb0000000 (32-bit memory, BAR 0, 4 MB) [0, 20)',
    '    phys.mid, phys.lo 0xb0000000 [4, 12)',
  ])
  expect(of(arm)).toEqual([
    '  0 0xc0c00000 (32-bit memory, BAR 0, 64 KB) [0, 20)',
    '    phys.lo, phys.mid 0xc0c00000 [4, 12)',
  ])
})

test('bytes that are no whole item are said, and are a field of their own', () => {
  const value = hex('10 10 00 82 00 00 00 00 00 00 00 b0 00 00 00 00 00 00 40 00 aa')
  const lines = draw('pci-assigned-addresses', 'assigned-addresses', value, contextWith(intel))
  expect(lines.slice(-2)).toEqual([
    '  Rest 1 byte [20, 21)',
    '! 1 byte at the end is no whole item of 20 bytes.',
  ])
})
