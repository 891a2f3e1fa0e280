import { expect, test } from 'vitest'
import { matchFindings } from '../../../core/lint/match-rules.ts'
import { dictionaryFrom } from '../kext/property-values.ts'

const breaks = (IOProviderClass: string, keys: readonly string[]): boolean =>
  matchFindings(
    'It',
    dictionaryFrom({ IOProviderClass, ...Object.fromEntries(keys.map(key => [key, 1])) }),
    [],
  ).some(({ rule }) => rule === 'usb-combination')

/** The table of facts: matching, section 6.3, as sentences of logic: could some device match these keys? */
function deviceCanMatch(has: (key: string) => boolean): boolean {
  if (has('idVendor') && has('idProduct')) return true
  if (has('idVendor') && has('bDeviceSubClass') && !has('idProduct') && !has('bcdDevice'))
    return true
  const other = has('idVendor') || has('idProduct') || has('bcdDevice')
  return has('bDeviceClass') && has('bDeviceSubClass') && !other
}

function interfaceCanMatch(has: (key: string) => boolean): boolean {
  const place = has('bConfigurationValue') && has('bInterfaceNumber')
  if (has('idVendor') && has('idProduct') && place) return true
  const anyPlace = has('bConfigurationValue') || has('bInterfaceNumber')
  const other = has('idProduct') || has('bcdDevice') || anyPlace
  if (has('idVendor') && has('bInterfaceSubClass') && !other) return true
  return has('bInterfaceClass') && has('bInterfaceSubClass') && !has('idVendor') && !other
}

const common = ['idVendor', 'idProduct', 'bcdDevice']
test.each([
  [
    'IOUSBDevice',
    deviceCanMatch,
    [...common, 'bDeviceClass', 'bDeviceSubClass', 'bDeviceProtocol'],
  ],
  [
    'IOUSBHostInterface',
    interfaceCanMatch,
    [
      ...common,
      'bConfigurationValue',
      'bInterfaceNumber',
      'bInterfaceClass',
      'bInterfaceSubClass',
      'bInterfaceProtocol',
    ],
  ],
] as const)(
  'of all sets of keys on %s, those are found that match nothing',
  (provider, can, keys) => {
    let impossible = 0
    for (let set = 0; set < 1 << keys.length; set++) {
      const chosen = keys.filter((_, bit) => (set & (1 << bit)) !== 0)
      const isPossible = can(key => chosen.includes(key))
      if (!isPossible) impossible++
      expect([chosen, breaks(provider, chosen)]).toEqual([chosen, !isPossible])
    }
    expect(impossible).toBeGreaterThan(20)
  },
)

test('a list of products stands in the place of the product, a mask alone does not', () => {
  expect(breaks('IOUSBHostDevice', ['idVendor', 'idProductArray'])).toBe(false)
  expect(breaks('IOUSBHostDevice', ['idVendor', 'idProductMask'])).toBe(true)
  expect(breaks('IOUSBHostDevice', ['idVendor', 'idProduct', 'idProductMask'])).toBe(false)
  expect(breaks('IOUSBHostDevice', ['idProductArray'])).toBe(true)
})

test('a provider that is not surely of the USB family is left alone', () => {
  expect(breaks('IOUSBMassStorageDriverNub', ['idVendor'])).toBe(false)
})
