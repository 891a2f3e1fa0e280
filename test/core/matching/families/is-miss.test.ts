import { expect, test } from 'vitest'
import { familyOf } from '../../../../core/matching/families.ts'
import { dictionaryOf, drawnProvider, le, type Plain } from '../../../helpers/provider-views.ts'
import { Random } from '../../../helpers/random.ts'

/** Values of a key in personalities and in services: equal, different, of other types, not there. */
const numbers: readonly Plain[] = [0, 1, 2, 255, -1, 0xffff_ffff, '*', '1', true]
const texts: readonly Plain[] = ['USB', 'SPI', '', 1, true, new Uint8Array([85, 83, 66])]
const usage = { DeviceUsagePage: 1, DeviceUsage: 6 }

const wanted: Readonly<Record<string, readonly Plain[]>> = {
  idProductArray: [[1, 2], [7]],
  idProductMask: [0, 0xff],
  DeviceUsagePairs: [[usage], []],
  ProductIDArray: [[1, 2], [7]],
  ProductIDMask: [0, 0xff],
  IOPCIMatch: ['0x00010002', '0x00020001 0x00010000&0xffff0000', '', 'x', 1],
  IOPCIPrimaryMatch: ['0x00010002', '0x00020002'],
  IOPCISecondaryMatch: ['0x00010002', '0x00020002'],
  IOPCIClassMatch: ['0x00000100', '0x00000200'],
  IOPCITunnelCompatible: [true, false],
}
const shown: Readonly<Record<string, readonly Plain[]>> = {
  ...Object.fromEntries(
    [
      'device-id',
      'vendor-id',
      'subsystem-id',
      'subsystem-vendor-id',
      'class-code',
      'revision-id',
    ].map(key => [key, [le(1), le(2), 'odd']]),
  ),
  IOPCITunnelled: [true],
  DeviceUsagePairs: [[usage], []],
}

const isText = (key: string): boolean => /^(?:Content|UUID|Transport|Manufacturer|GUID)/.test(key)

test.each([
  'IOPCIDevice',
  'IOUSBDevice',
  'IOUSBInterface',
  'IOHIDDevice',
  'IOMedia',
  'IOSCSIPeripheralDeviceNub',
  'IOFireWireUnit',
  'IOATADevice',
])('what is a miss at a glance on %s fails when looked at', className => {
  const random = new Random(className.length)
  let misses = 0
  let fails = 0
  for (let round = 0; round < 3000; round++) {
    const table = familyOf(drawnProvider([className], {}), 'x86')!
    const some = (keys: readonly string[], from: typeof wanted, likely: number) =>
      Object.fromEntries(
        keys
          .filter(() => random.chance(likely))
          .map(key => [key, random.pick(from[key] ?? (isText(key) ? texts : numbers))]),
      )
    const personality = dictionaryOf(some(table.keys, wanted, 0.25))
    const properties = some([...table.keys, ...Object.keys(shown)], shown, 0.8)
    const provider = drawnProvider([className], random.chance(0.9) ? properties : null)
    const { kind } = table.match(personality, provider, 0)
    if (kind === 'fails') fails++
    if (!table.isMiss!(personality, provider)) continue
    misses++
    expect(kind).toBe('fails')
  }
  // It is worth having: it sees much of what fails.
  expect(misses).toBeGreaterThan(fails / 6)
})
