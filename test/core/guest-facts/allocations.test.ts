import { expect, test } from 'vitest'
import { readAllocations } from '../../../core/guest-facts/read-allocations.ts'

test('ioalloccount is read line by line', () => {
  const text =
    '   Instance allocation = 0x00a1b2c4 = 10340 K\n' +
    '  Container allocation = 0x00003000 =   12 K\n' +
    '    IOMalloc allocation = 0x00000000 =    0 K\n'
  expect(readAllocations(text)).toEqual([
    { name: 'Instance allocation', bytes: 0xa1b2c4 },
    { name: 'Container allocation', bytes: 0x3000 },
    { name: 'IOMalloc allocation', bytes: 0 },
  ])
})

test('what is no such line is left out, and so is a number beyond all memory', () => {
  const text =
    'ioalloccount: cannot open\n' +
    'Pageable allocation = 0xffffffffffffffff = 0 K\n' +
    `${'x'.repeat(100_000)} = 0x1 = 0 K\n`
  expect(readAllocations(text)).toEqual([])
  expect(readAllocations('A = 0x1 = 0 K\n'.repeat(10_000))).toHaveLength(100)
})
