import { describe, expect, test } from 'vitest'
import { usbDeviceFamily, usbInterfaceFamily } from '../../../../core/matching/families/usb.ts'
import type { FamilyTable } from '../../../../core/matching/family.ts'
import { dictionaryOf, drawnProvider, type Plain } from '../../../helpers/provider-views.ts'

type Keys = Readonly<Record<string, Plain>>

const device = {
  idVendor: 0x05ac,
  idProduct: 0x1234,
  bcdDevice: 0x0100,
  bDeviceClass: 9,
  bDeviceSubClass: 0,
  bDeviceProtocol: 1,
  USBSpeed: 3,
}
const ownDevice = { ...device, bDeviceClass: 0xff }
const nub = {
  idVendor: 0x05ac,
  idProduct: 0x1234,
  bcdDevice: 0x0100,
  bInterfaceNumber: 2,
  bConfigurationValue: 1,
  bInterfaceClass: 3,
  bInterfaceSubClass: 1,
  bInterfaceProtocol: 2,
}
const ownNub = { ...nub, bInterfaceClass: 0xff }

/** The points with the own score, `fails at KEY`, or `unknown`. */
function scoreOf(
  table: FamilyTable,
  properties: Keys | null,
  keys: Keys,
  own = 0,
): string | number {
  const result = table.match(dictionaryOf(keys), drawnProvider(['IOService'], properties), own)
  if (result.kind === 'holds') return own + result.points.points
  return result.kind === 'fails' ? `fails at ${result.failed.key}` : 'unknown'
}

const only = (from: Keys, ...names: string[]): Keys =>
  Object.fromEntries(names.map(name => [name, from[name]!]))

describe('USB device, section 6.3', () => {
  const rows: [string, number, Keys, Keys][] = [
    [
      'idVendor + idProduct + bcdDevice',
      100_000,
      device,
      only(device, 'idVendor', 'idProduct', 'bcdDevice'),
    ],
    ['the same with class, subclass and protocol', 100_000, device, device],
    ['idVendor + idProduct', 90_000, device, only(device, 'idVendor', 'idProduct')],
    [
      'idVendor + idProduct with the class',
      90_000,
      device,
      only(device, 'idVendor', 'idProduct', 'bDeviceClass'),
    ],
    [
      'class 0xff: idVendor + bDeviceSubClass + bDeviceProtocol',
      80_000,
      ownDevice,
      only(ownDevice, 'idVendor', 'bDeviceSubClass', 'bDeviceProtocol'),
    ],
    [
      'the same with the class',
      80_000,
      ownDevice,
      only(ownDevice, 'idVendor', 'bDeviceClass', 'bDeviceSubClass', 'bDeviceProtocol'),
    ],
    [
      'class 0xff: idVendor + bDeviceSubClass',
      70_000,
      ownDevice,
      only(ownDevice, 'idVendor', 'bDeviceSubClass'),
    ],
    [
      'bDeviceClass + bDeviceSubClass + bDeviceProtocol',
      60_000,
      device,
      only(device, 'bDeviceClass', 'bDeviceSubClass', 'bDeviceProtocol'),
    ],
    [
      'bDeviceClass + bDeviceSubClass',
      50_000,
      device,
      only(device, 'bDeviceClass', 'bDeviceSubClass'),
    ],
  ]
  test.each(rows)('%s is worth %i', (_, points, properties, keys) => {
    const { USBSpeed: _speed, ...asked } = keys
    expect(scoreOf(usbDeviceFamily, properties, asked)).toBe(points)
  })

  test.each<[string, Keys, Keys]>([
    ['idVendor alone', device, only(device, 'idVendor')],
    ['idVendor + bDeviceClass', device, only(device, 'idVendor', 'bDeviceClass')],
    ['bDeviceClass alone', device, only(device, 'bDeviceClass')],
    [
      'a vendor beside class and subclass, where the class is not 0xff',
      device,
      only(device, 'idVendor', 'bDeviceClass', 'bDeviceSubClass'),
    ],
    [
      'class and subclass, where the class is 0xff',
      ownDevice,
      only(ownDevice, 'bDeviceClass', 'bDeviceSubClass'),
    ],
    [
      'bcdDevice beside vendor and subclass',
      ownDevice,
      only(ownDevice, 'idVendor', 'bcdDevice', 'bDeviceSubClass'),
    ],
  ])('%s matches nothing', (_, properties, keys) => {
    expect(scoreOf(usbDeviceFamily, properties, keys)).toBe(
      `fails at ${Object.keys(keys).join(' + ')}`,
    )
  })

  test('without any of the keys nothing matches', () => {
    expect(scoreOf(usbDeviceFamily, device, {})).toBe('fails at idVendor')
  })

  test('the driver of user clients is let in without keys by early kernels alone, so it is open', () => {
    const category = { IOMatchCategory: 'IOUSBUserClientInit' }
    expect(scoreOf(usbDeviceFamily, device, category)).toBe('unknown')
    expect(scoreOf(usbDeviceFamily, device, { ...category, idVendor: 1 })).toBe('fails at idVendor')
  })

  test('a key that is there must match, also one that the combination does not need', () => {
    const keys = { ...only(device, 'idVendor', 'idProduct'), bDeviceProtocol: 7 }
    expect(scoreOf(usbDeviceFamily, device, keys)).toBe('fails at bDeviceProtocol')
    expect(scoreOf(usbDeviceFamily, device, { idVendor: 1, idProduct: 2 })).toBe(
      'fails at idVendor',
    )
  })

  test('what is no number fails, but for *', () => {
    const keys = { idVendor: '0x05ac', idProduct: device.idProduct }
    expect(scoreOf(usbDeviceFamily, device, keys)).toBe('fails at idVendor')
  })

  test('speed and port type are compared, and the points say that their weight is not known', () => {
    const keys = { ...only(device, 'idVendor', 'idProduct'), USBSpeed: 3 }
    const provider = drawnProvider(['IOUSBHostDevice'], device)
    const result = usbDeviceFamily.match(dictionaryOf(keys), provider, 0)
    expect(result).toMatchObject({
      points: { points: 90_000, uncertainty: 'What USBSpeed adds is not known.' },
    })
    expect(scoreOf(usbDeviceFamily, device, { ...keys, USBSpeed: 4 })).toBe('fails at USBSpeed')
  })
})

describe('USB interface, section 6.3', () => {
  const place = ['bConfigurationValue', 'bInterfaceNumber']
  const rows: [string, number, Keys, Keys][] = [
    [
      'idVendor + idProduct + bcdDevice + bConfigurationValue + bInterfaceNumber',
      100_000,
      nub,
      only(nub, 'idVendor', 'idProduct', 'bcdDevice', ...place),
    ],
    [
      'idVendor + idProduct + bConfigurationValue + bInterfaceNumber',
      90_000,
      nub,
      only(nub, 'idVendor', 'idProduct', ...place),
    ],
    [
      'class 0xff: idVendor + bInterfaceSubClass + bInterfaceProtocol',
      80_000,
      ownNub,
      only(ownNub, 'idVendor', 'bInterfaceSubClass', 'bInterfaceProtocol'),
    ],
    [
      'class 0xff: idVendor + bInterfaceSubClass',
      70_000,
      ownNub,
      only(ownNub, 'idVendor', 'bInterfaceSubClass'),
    ],
    [
      'bInterfaceClass + bInterfaceSubClass + bInterfaceProtocol',
      60_000,
      nub,
      only(nub, 'bInterfaceClass', 'bInterfaceSubClass', 'bInterfaceProtocol'),
    ],
    [
      'bInterfaceClass + bInterfaceSubClass',
      50_000,
      nub,
      only(nub, 'bInterfaceClass', 'bInterfaceSubClass'),
    ],
  ]
  test.each(rows)('%s is worth %i', (_, points, properties, keys) => {
    expect(scoreOf(usbInterfaceFamily, properties, keys)).toBe(points)
  })

  test.each<[string, Keys]>([
    ['idVendor + bInterfaceClass', only(nub, 'idVendor', 'bInterfaceClass')],
    ['idVendor + idProduct without a number', only(nub, 'idVendor', 'idProduct')],
    [
      'a number beside class and subclass',
      only(nub, 'bInterfaceNumber', 'bInterfaceClass', 'bInterfaceSubClass'),
    ],
  ])('%s matches nothing', (_, keys) => {
    expect(scoreOf(usbInterfaceFamily, nub, keys)).toBe(
      `fails at ${[...Object.keys(keys)].join(' + ')}`,
    )
  })

  test('the sentence names what would match', () => {
    const provider = drawnProvider(['IOUSBHostInterface'], nub)
    const keys = only(nub, 'idVendor', 'bInterfaceClass')
    const result = usbInterfaceFamily.match(dictionaryOf(keys), provider, 0)
    expect(result).toMatchObject({
      failed: {
        note: expect.stringContaining(
          'These keys alone match no USB interface of this class; it takes idVendor + idProduct',
        ) as string,
      },
    })
  })
})

describe('the own score, wildcards and the product, section 6.3', () => {
  const byClass = only(nub, 'bInterfaceClass', 'bInterfaceSubClass')
  const byClassAndProtocol = only(
    nub,
    'bInterfaceClass',
    'bInterfaceSubClass',
    'bInterfaceProtocol',
  )

  test.each<[string, number, Keys, number]>([
    ['51000 is 50000 and an own 1000', 51_000, byClass, 1000],
    ['61000 is 60000 and an own 1000', 61_000, byClassAndProtocol, 1000],
    ['59000 is 60000 and an own -1000', 59_000, byClassAndProtocol, -1000],
    ['49999 is 50000 and an own -1', 49_999, byClass, -1],
    ['an own 9999 counts whole', 59_999, byClass, 9999],
    ['an own 10000 counts as 9000', 59_000, byClass, 10_000],
    ['an own 90000 counts as 9000', 59_000, byClass, 90_000],
  ])('%s', (_, score, keys, own) => {
    expect(scoreOf(usbInterfaceFamily, nub, keys, own)).toBe(score)
  })

  test('81000 is 80000 and an own 1000', () => {
    const keys = only(ownNub, 'idVendor', 'bInterfaceSubClass', 'bInterfaceProtocol')
    expect(scoreOf(usbInterfaceFamily, ownNub, keys, 1000)).toBe(81_000)
  })

  test('each * of the combination costs 1000, and counts as there and matching', () => {
    const rows: [Keys, number][] = [
      [{ idVendor: '*', idProduct: 0x1234 }, 89_000],
      [{ idVendor: '*', idProduct: '*' }, 88_000],
      [{ idVendor: '*', idProduct: '*', bcdDevice: '*' }, 97_000],
      // Not of those that the combination needs.
      [{ idVendor: 0x05ac, idProduct: 0x1234, bDeviceClass: '*' }, 90_000],
    ]
    for (const [keys, score] of rows) expect(scoreOf(usbDeviceFamily, device, keys)).toBe(score)
  })

  test.each<[string, string | number, Keys]>([
    ['in the list', 90_000, { idProductArray: [1, 0x1234] }],
    ['not in the list', 'fails at idProductArray', { idProductArray: [1, 2] }],
    ['equal under the mask', 89_500, { idProduct: 0x12ff, idProductMask: 0xff00 }],
    [
      'different under the mask',
      'fails at idProduct',
      { idProduct: 0x13ff, idProductMask: 0xff00 },
    ],
    ['in the list under the mask', 89_500, { idProductArray: [1, 0x12ff], idProductMask: 0xff00 }],
    ['equal without the mask', 90_000, { idProduct: 0x1234, idProductMask: 0xff00 }],
    ['in the list, whatever idProduct says', 90_000, { idProduct: 7, idProductArray: [0x1234] }],
    ['any, though not in the list', 89_000, { idProduct: '*', idProductArray: [1] }],
  ])('a product that is %s', (_, score, keys) => {
    expect(scoreOf(usbDeviceFamily, device, { idVendor: 0x05ac, ...keys })).toBe(score)
  })

  test('the parts say what the points are for', () => {
    const keys = { idVendor: '*', idProduct: 0x12ff, idProductMask: 0xff00 }
    const provider = drawnProvider(['IOUSBDevice'], device)
    const result = usbDeviceFamily.match(dictionaryOf(keys), provider, 12_000)
    expect(result).toMatchObject({
      kind: 'holds',
      points: {
        points: 85_500,
        parts: [
          ['idVendor + idProduct', 90_000],
          ['own score counts as 9000', -3000],
          ['* for a value', -1000],
          ['idProductMask', -500],
        ],
      },
    })
  })
})

describe('a dump without properties', () => {
  test('does not decide what the keys could match', () => {
    expect(scoreOf(usbDeviceFamily, null, { idVendor: 1, idProduct: 2 })).toBe('unknown')
    expect(scoreOf(usbDeviceFamily, null, { bDeviceClass: '*', bDeviceSubClass: '*' })).toBe(
      'unknown',
    )
  })

  test('decides what no combination allows, and what * alone allows', () => {
    expect(scoreOf(usbDeviceFamily, null, { idVendor: 1 })).toBe('fails at idVendor')
    expect(scoreOf(usbDeviceFamily, null, { idVendor: '*', idProduct: '*' })).toBe(88_000)
  })
})
