import { afterEach, expect, test } from 'vitest'
import { Catalogue } from '../../../main/demo/kernel/catalogue.ts'
import { pciItemsMatch } from '../../../main/demo/kernel/family-tables.ts'
import { passiveMatch } from '../../../main/demo/kernel/passive-match.ts'
import type { Entry } from '../../../main/demo/kernel/registry.ts'
import {
  cString,
  isEqual,
  le32,
  toDictionary,
  toValue,
  type Plain,
} from '../../../main/demo/kernel/values.ts'
import { smallKernel, type SmallKernel } from './small-kernel.ts'

let running: SmallKernel | null = null
function start(): SmallKernel {
  running = smallKernel()
  return running
}
afterEach(() => running?.boot.scheduler.stop())

function verdict(kernel: SmallKernel, provider: Entry, table: { [key: string]: Plain }): string {
  const result = passiveMatch(kernel.boot, provider, toDictionary(table))
  return result.isMatch ? `score ${result.score}` : `no: ${result.failedKey}`
}

test('candidates come best score first; ties go by the most derived provider class, then by insertion', () => {
  const catalogue = new Catalogue()
  const add = (name: string, provider: string, score?: number): void => {
    catalogue.add([
      toDictionary({
        name,
        IOProviderClass: provider,
        ...(score === undefined ? {} : { IOProbeScore: score }),
      }),
    ])
  }
  add('base first', 'IOService')
  add('derived first', 'Nub')
  add('derived second', 'Nub', 0)
  add('best', 'IOService', 100)
  add('negative', 'Nub', -5)
  add('above IOService never matches', 'IORegistryEntry', 9000)
  const found = catalogue.findDrivers(['Nub', 'IOService', 'IORegistryEntry', 'OSObject'])
  expect(found.map(p => p.entries[0]![1])).toEqual(
    ['best', 'derived first', 'derived second', 'base first', 'negative'].map(toValue),
  )
})

test('an exact duplicate is not added twice, and a personality without a provider class not at all', () => {
  const catalogue = new Catalogue()
  const personality = toDictionary({ IOProviderClass: 'IOResources', IOClass: 'A' })
  expect(catalogue.add([personality, personality])).toHaveLength(1)
  expect(
    catalogue.add([toDictionary({ IOClass: 'A', IOProviderClass: 'IOResources' })]),
  ).toHaveLength(0)
  expect(catalogue.add([toDictionary({ IOClass: 'B' })])).toHaveLength(0)
})

test('equality follows the containers of the kernel', () => {
  const equal = (left: Plain, right: Plain): boolean => isEqual(toValue(left), toValue(right))
  expect(equal('abc', cString('abc'))).toBe(true)
  expect(equal('abc', new TextEncoder().encode('abc'))).toBe(true)
  expect(equal('abc', cString('abc', ''))).toBe(false)
  expect(equal(1, true)).toBe(false)
  expect(equal(-1, 0xffff_ffff_ffff_ffffn)).toBe(true)
  expect(equal([1, 2], [2, 1])).toBe(false)
  expect(equal({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true)
  expect(equal({ a: 1 }, { a: 1, b: 2 })).toBe(false)
})

test('the first base key that fails is named', () => {
  const kernel = start()
  kernel.classes('Nub', 'Other')
  const nub = kernel.nub('Nub', { kind: 'fast', count: 3 })
  expect(verdict(kernel, nub, { IOProviderClass: 'Other' })).toBe('no: IOProviderClass')
  expect(verdict(kernel, nub, { IOProviderClass: 'IOService', IONameMatch: ['X', 'Nub'] })).toBe(
    'score 0',
  )
  expect(verdict(kernel, nub, { IONameMatch: 'nub' })).toBe('no: IONameMatch')
  expect(verdict(kernel, nub, { IOPropertyMatch: { kind: 'fast', count: 3 } })).toBe('score 0')
  expect(verdict(kernel, nub, { IOPropertyMatch: { kind: 'fast', gone: true } })).toBe(
    'no: IOPropertyMatch',
  )
  expect(verdict(kernel, nub, { IOPropertyMatch: [{ kind: 'slow' }, { count: 3 }] })).toBe(
    'score 0',
  )
  expect(verdict(kernel, nub, { IOPropertyExistsMatch: ['gone', 'kind'] })).toBe('score 0')
  expect(verdict(kernel, nub, { IOPropertyExistsMatch: 'gone' })).toBe('no: IOPropertyExistsMatch')
  expect(verdict(kernel, nub, { IOPathMatch: 'IOService:/Machine1,1/Nub' })).toBe('score 0')
  expect(
    verdict(kernel, nub, { IOParentMatch: { IOProviderClass: 'IOPlatformExpertDevice' } }),
  ).toBe('score 0')
  expect(verdict(kernel, nub, { IOParentMatch: { IOProviderClass: 'Nub' } })).toBe(
    'no: IOParentMatch',
  )
  expect(verdict(kernel, nub, { IOPropertyMach: { kind: 'slow' } })).toBe('score 0')
})

test('a device-tree nub is found by the properties that name it, with a wildcard at the end', () => {
  const kernel = start()
  const nub = kernel.nub('IOPlatformDevice', {
    name: cString('PNP0A08'),
    compatible: cString('PNP0A03', 'acpi-root'),
  })
  const matched = (wanted: string): string | null => {
    const result = passiveMatch(kernel.boot, nub, toDictionary({ IONameMatch: wanted }))
    return result.isMatch ? result.nameMatched : null
  }
  expect(matched('PNP0A08')).toBe('PNP0A08')
  expect(matched('acpi-*')).toBe('acpi-root')
  expect(matched('IOPlatformDevice')).toBe('IOPlatformDevice')
  expect(matched('PNP0A0')).toBeNull()
})

test('PCI items are hexadecimal, masked, ORed, and end at the first comma', () => {
  const register = 0x100f_8086
  expect(pciItemsMatch('0x100e8086 0x100f8086', register, 0xffff_ffff)).toBe(true)
  expect(pciItemsMatch('0x00008086&0x0000ffff', register, 0xffff_ffff)).toBe(true)
  expect(pciItemsMatch('100f8086', register, 0xffff_ffff)).toBe(true)
  expect(pciItemsMatch('0x100e8086, 0x100f8086', register, 0xffff_ffff)).toBe(false)
})

test('a PCI personality reads the configuration registers from the nub', () => {
  const kernel = start()
  kernel.classes('IOPCIDevice')
  const nub = kernel.nub('IOPCIDevice', {
    'vendor-id': le32(0x8086),
    'device-id': le32(0x100f),
    'class-code': le32(0x020000),
    'revision-id': le32(3),
    'subsystem-vendor-id': le32(0x1af4),
    'subsystem-id': le32(0x1100),
  })
  expect(verdict(kernel, nub, { IOPCIMatch: '0x11001af4' })).toBe('score 0')
  expect(verdict(kernel, nub, { IOPCIPrimaryMatch: '0x11001af4' })).toBe('no: IOPCIPrimaryMatch')
  expect(verdict(kernel, nub, { IOPCIClassMatch: '0x02000000' })).toBe('score 0')
  expect(verdict(kernel, nub, { IOPCIMatch: '0x100f8086', IOPCIClassMatch: '0x03000000' })).toBe(
    'no: IOPCIClassMatch',
  )
})

test('USB personalities score by the combination of their keys', () => {
  const kernel = start()
  kernel.classes('IOUSBHostInterface')
  const nub = kernel.nub('IOUSBHostInterface', {
    idVendor: 0x46f4,
    idProduct: 1,
    bcdDevice: 0,
    bConfigurationValue: 1,
    bInterfaceNumber: 0,
    bInterfaceClass: 8,
    bInterfaceSubClass: 6,
    bInterfaceProtocol: 80,
  })
  expect(verdict(kernel, nub, { bInterfaceClass: 8, bInterfaceSubClass: 6 })).toBe('score 50000')
  expect(
    verdict(kernel, nub, { bInterfaceClass: 8, bInterfaceSubClass: 6, bInterfaceProtocol: 80 }),
  ).toBe('score 60000')
  expect(
    verdict(kernel, nub, {
      idVendor: 0x46f4,
      idProduct: '*',
      bConfigurationValue: 1,
      bInterfaceNumber: 0,
      IOProbeScore: 5,
    }),
  ).toBe('score 89005')
  expect(verdict(kernel, nub, { idVendor: 0x46f4, bInterfaceClass: 8 })).toBe('no: idVendor')
  expect(verdict(kernel, nub, { bInterfaceClass: 3, bInterfaceSubClass: 6 })).toBe(
    'no: bInterfaceClass',
  )
})
